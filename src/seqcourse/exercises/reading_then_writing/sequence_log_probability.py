"""sequence-log-probability: how likely a whole answer is."""

from __future__ import annotations

from collections.abc import Iterator

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
            "the end comes for nothing",
            "You stop one token early. To stop is a decision, too, and the "
            "model gives it a probability.",
            [("np.argmax(tokens == end) + 1", "np.argmax(tokens == end)")],
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
    ),
    cases=_cases,
)  # fmt: skip
