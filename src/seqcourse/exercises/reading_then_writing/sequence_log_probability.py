"""sequence-log-probability: how likely a whole answer is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake

PROMPT = """\
Greedy decoding, beam search and the loss all ask the same thing: how likely
is this whole answer? Write `log_probability`, its logarithm.

`scores` is (T, V), what the decoder says at each step of the answer while it
is told that same answer. `tokens` is (T,): the answer, and behind it whatever
stood in the array. The answer ends with its first `end`, which is
written, too, and counts.
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
    """Draw answers of several lengths, with something behind their end.

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
    title="How likely is the whole?",
    grade=2,
    minutes=10,
    function="log_probability",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("The probability of the whole is the product of the probabilities "
         "of its steps. What becomes of a product under the logarithm?"),
        ("The starter adds the likeliest token of each step, whatever was "
         "written. Which entry of each row of `log_p` is asked for?"),
        ("`np.argmax(tokens == end)` is the place of the first end. The end "
         "itself is the last thing to be counted."),
    ),
    mistakes=(
        Mistake(
            "the likeliest tokens are counted, not the written ones",
            "Your number is the same whatever the answer is. At each step "
            "the token that was written is asked about.",
            [(_SUM, "log_p.max(-1)[:length].sum()")],
        ),
        Mistake(
            "the scores are taken for logarithms of probabilities",
            "You add raw scores. Those of a step do not share a probability "
            "of 1 among the tokens until a softmax has been at them.",
            [("log_softmax(scores)", "scores")],
        ),
        Mistake(
            "what stands behind the end counts",
            "Nothing is written after the end, but your sum goes on to the "
            "end of the array.",
            [(_SUM, "log_p[np.arange(len(tokens)), tokens].sum()")],
        ),
        Mistake(
            "the mean is taken",
            "You divide by the length. That is one way to rank answers of "
            "several lengths, and it is no logarithm of a probability.",
            [(_SUM, "log_p[steps, tokens[:length]].mean()")],
        ),
        Mistake(
            "the logarithm is left out",
            "You give the probability itself. Over many steps it becomes too "
            "small for a computer to hold; its logarithm never does.",
            [(_SUM, "np.exp(log_p[steps, tokens[:length]].sum())")],
        ),
        Mistake(
            "the chances add up to one on the wrong axis",
            "Your softmax shares 1 among the steps. It should share it among "
            "the tokens, at each step anew.",
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
            "You go one token beyond the end. The end is the last that was "
            "written.",
            [("np.argmax(tokens == end) + 1",
              "np.argmax(tokens == end) + 2")],
        ),
        Mistake(
            "the last end is taken",
            "Right where there is one end. Where another one follows, the "
            "answer was over at the first.",
            [("np.argmax(tokens == end) + 1",
              "np.flatnonzero(tokens == end)[-1] + 1")],
        ),
        Mistake(
            "every step is asked about every token",
            "You add up a square table: each step of the answer with each of "
            "its tokens. Each step wrote only one of them.",
            [("log_p[steps, tokens[:length]]",
              "log_p[:length, tokens[:length]]")],
        ),
        Mistake(
            "all tokens count, not only those written",
            "You add up whole rows. Of each step only the token that was "
            "written is asked about.",
            [(_SUM, "log_p[:length].sum()")],
        ),
        Mistake(
            "the whole table is added up",
            "Every token of every step is in your sum, also those that were "
            "never written.",
            [(_SUM, "log_p.sum()")],
        ),
        Mistake(
            "tokens are taken for steps",
            "You look up whole rows, and the token says which. It is the "
            "step that says which row, and the token which column.",
            [("log_p[steps, tokens[:length]]", "log_p[tokens[:length]]")],
        ),
        Mistake(
            "steps and tokens have changed places",
            "A row of the table is a step and a column is a token. You ask "
            "for them the other way round.",
            [("log_p[steps, tokens[:length]]",
              "log_p[tokens[:length], steps]")],
        ),
        Mistake(
            "each token is looked up one step early",
            "You look up each token in the row of the step before. `scores` "
            "has a row for each step of the answer, the first included.",
            [("log_p[steps, ", "log_p[steps - 1, ")],
        ),
        Mistake(
            "each token is looked up one step late",
            "You look up each token in the row of the step after. `scores` "
            "has a row for each step of the answer, the first included.",
            [("log_p[steps, ", "log_p[steps + 1, ")],
        ),
        Mistake(
            "all tokens are looked up in one row",
            "You look up all tokens in the row behind the end. Each step has "
            "a row of its own.",
            [("log_p[steps, ", "log_p[length, ")],
        ),
        Mistake(
            "the end comes for nothing",
            "The step that writes the end makes no difference to your sum. "
            "To stop is a decision, too, and the model gives it a "
            "probability.",
            [("np.argmax(tokens == end) + 1", "np.argmax(tokens == end)")],
            shows=_ignores_the_end,
        ),
    ),
    cases=_cases,
)  # fmt: skip
