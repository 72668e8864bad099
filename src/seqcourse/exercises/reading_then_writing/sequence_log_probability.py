"""sequence-log-probability: the log-probability of a whole sequence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake

PROMPT = """\
Greedy decoding, beam search and the loss all rest on one number: how probable
is a whole sequence? Write `log_probability`, its logarithm.

`scores` is (T, V), the logits of the decoder at each step while it reads that
sequence (teacher forcing). `tokens` is (T,): the sequence, and after it
padding, which may be anything. The sequence ends with its first `end`, which
was generated, too, and counts.
"""

STARTER = '''\
import numpy as np
from seqcourse.numpy.functional import log_softmax

def log_probability(scores, tokens, end):
    """scores (T, V), tokens (T,); return a sum of logarithms."""
    log_p = log_softmax(scores)
    return log_p.max(-1).sum()
'''

SOLUTION = '''\
import numpy as np
from seqcourse.numpy.functional import log_softmax

def log_probability(scores, tokens, end):
    """scores (T, V), tokens (T,); return a sum of logarithms."""
    log_p = log_softmax(scores)
    length = np.argmax(tokens == end) + 1
    steps = np.arange(length)
    return log_p[steps, tokens[:length]].sum()
'''
_SUM = "log_p[steps, tokens[:length]].sum()"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw sequences of several lengths, with something after their end.

    In every other case a second end stands there.
    """
    for case in range(6):
        V, T = int(rng.integers(5, 9)), int(rng.integers(6, 10))
        end = int(rng.integers(V))
        others = np.delete(np.arange(V), end)
        tokens = rng.choice(others, T)
        at = int(rng.integers(2, T - 2))
        tokens[at] = end
        if case % 2:
            tokens[rng.integers(at + 1, T)] = end
        yield 1.5 * rng.normal(size=(T, V)), tokens, end


def _ignores_the_end(answer: Any, scores: Any, tokens: Any, end: int) -> bool:
    """Show that the step of the first end makes no difference."""
    moved = scores.copy()
    moved[list(tokens).index(end), end] += 1.0
    now, then = (answer(s, tokens, end) for s in (scores, moved))
    return bool(np.isfinite(now) and now == then)


EXERCISE = Exercise(
    id="sequence-log-probability",
    title="How probable is the sequence?",
    grade=2,
    minutes=10,
    function="log_probability",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("The probability of the sequence is the product of the "
         "probabilities of its steps. What is the logarithm of a product?"),
        ("The starter adds up the most probable token of each step, whatever "
         "the sequence is. Which entry of each row of `log_p` do you need?"),
        ("`np.argmax(tokens == end)` is the position of the first `end`, "
         "which is the last token that counts."),
    ),
    mistakes=(
        Mistake(
            "the most probable tokens count, not those of the sequence",
            "Your number is the same whatever the sequence is. At each step, "
            "take the token of the sequence.",
            [(_SUM, "log_p.max(-1)[:length].sum()")],
        ),
        Mistake(
            "logits are taken for log-probabilities",
            "You add up raw logits. They become log-probabilities only "
            "after a softmax and a logarithm.",
            [("log_softmax(scores)", "scores")],
        ),
        Mistake(
            "the padding counts",
            "The sequence is over at its `end`, but your sum goes on to the "
            "last element of the array.",
            [(_SUM, "log_p[np.arange(len(tokens)), tokens].sum()")],
        ),
        Mistake(
            "the mean is taken",
            "You divide by the length. That is length normalisation, good "
            "for ranking, but no longer a log-probability.",
            [(_SUM, "log_p[steps, tokens[:length]].mean()")],
        ),
        Mistake(
            "the logarithm is left out",
            "You give the probability itself. Over many steps it becomes too "
            "small for a computer to hold; its logarithm never does.",
            [(_SUM, "np.exp(log_p[steps, tokens[:length]].sum())")],
        ),
        Mistake(
            "the softmax runs over the wrong axis",
            "Your probabilities sum to 1 over the steps. They should sum to "
            "1 over the tokens, at each step.",
            [("log_softmax(scores)", "log_softmax(scores.T).T")],
        ),
        Mistake(
            "probabilities are added",
            "The probabilities of the steps are multiplied, so it is their "
            "logarithms that add up. You add the probabilities themselves.",
            [("log_softmax(scores)", "np.exp(log_softmax(scores))")],
        ),
        Mistake(
            "logarithms are multiplied",
            "The logarithm of a product is a sum of logarithms. You multiply "
            "them.",
            [(_SUM, "log_p[steps, tokens[:length]].prod()")],
        ),
        Mistake(
            "the step after the end counts",
            "You go one token too far. `end` is the last token of the "
            "sequence.",
            [("np.argmax(tokens == end) + 1",
              "np.argmax(tokens == end) + 2")],
        ),
        Mistake(
            "the last end is taken",
            "Right where there is one `end`. Where a second one follows, the "
            "sequence was over at the first.",
            [("np.argmax(tokens == end) + 1",
              "np.flatnonzero(tokens == end)[-1] + 1")],
        ),
        Mistake(
            "every step is paired with every token",
            "You add up a square matrix, each step of the sequence with each "
            "of its tokens. Each step has only one token.",
            [("log_p[steps, tokens[:length]]",
              "log_p[:length, tokens[:length]]")],
        ),
        Mistake(
            "all tokens of the vocabulary count",
            "You add up whole rows. At each step only the token of the "
            "sequence counts.",
            [(_SUM, "log_p[:length].sum()")],
        ),
        Mistake(
            "the whole matrix is added up",
            "Every token of the vocabulary at every step is in your sum. "
            "Only those of the sequence count.",
            [(_SUM, "log_p.sum()")],
        ),
        Mistake(
            "tokens are taken for steps",
            "You take whole rows, and the token chooses which. The step "
            "chooses the row, the token the column.",
            [("log_p[steps, tokens[:length]]", "log_p[tokens[:length]]")],
        ),
        Mistake(
            "rows and columns are swapped",
            "In `log_p`, a row is a step and a column is a token. You index "
            "them the other way round.",
            [("log_p[steps, tokens[:length]]",
              "log_p[tokens[:length], steps]")],
        ),
        Mistake(
            "each token is read one step early",
            "You take each token from the row of the step before. `scores` "
            "has a row for each step of the sequence, the first included.",
            [("log_p[steps, ", "log_p[steps - 1, ")],
        ),
        Mistake(
            "each token is read one step late",
            "You take each token from the row of the step after. `scores` "
            "has a row for each step of the sequence, the first included.",
            [("log_p[steps, ", "log_p[steps + 1, ")],
        ),
        Mistake(
            "all tokens are read from one row",
            "You take all tokens from the row after the end. Each step has a "
            "row of its own.",
            [("log_p[steps, ", "log_p[length, ")],
        ),
        Mistake(
            "the end does not count",
            "The step that generates `end` makes no difference to your sum. "
            "Stopping is a decision, too, with a probability of its own.",
            [("np.argmax(tokens == end) + 1", "np.argmax(tokens == end)")],
            shows=_ignores_the_end,
        ),
    ),
    cases=_cases,
)  # fmt: skip
