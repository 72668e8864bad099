"""causal-mask: no position attends to a later one."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.numpy.contract.layer import Array

PROMPT = """\
Write `causal_softmax`. It gets a matrix of attention scores, (T, T): row i
holds the scores of query i with each key. Return the attention *weights*, so
that no position attends to a later one, and each row sums to one.
"""

STARTER = '''\
import numpy as np

def causal_softmax(scores):
    """scores is (T, T), a row for each query; return weights."""
    weights = np.exp(scores)
    return weights / weights.sum(axis=1, keepdims=True)
'''

SOLUTION = '''\
import numpy as np

def causal_softmax(scores):
    """scores is (T, T), a row for each query; return weights."""
    seen = np.tri(len(scores), dtype=bool)
    scores = np.where(seen, scores, -np.inf)
    weights = np.exp(scores)
    return weights / weights.sum(axis=1, keepdims=True)
'''
_WEIGHTS = "weights / weights.sum(axis=1, keepdims=True)"
_STRICT = "np.tri(len(scores), k=-1, dtype=bool)"
_SEEN = "np.tri(len(scores), dtype=bool)"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw scores of several lengths."""
    for T in rng.permutation([2, 3, 4, 6]):
        yield (1.5 * rng.normal(size=(T, T)),)


def _hides_itself(answer: Callable[[Array], Array], scores: Array) -> bool:
    """Tell whether the second position attends to the first alone."""
    weights = np.asarray(answer(scores))
    return bool(weights[1, 1] == 0 < weights[1, 0])


EXERCISE = Exercise(
    id="causal-mask",
    title="Hide the future",
    grade=1,
    minutes=6,
    function="causal_softmax",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("Where in the matrix is the future? Draw it for three positions: "
         "row 0 may attend to column 0, row 1 to columns 0 and 1."),
        ("`np.tri(3, dtype=bool)` is that triangle. What must a score be, so "
         "that its exponential is 0?"),
        "`np.where(seen, scores, -np.inf)`, before the exponential.",
    ),
    mistakes=(
        Mistake(
            "nothing is masked",
            "Your first position attends to all the others. What may it "
            "attend to, when nothing else has been read?",
            [("np.where(seen, scores, -np.inf)", "scores")],
        ),
        Mistake(
            "weights are multiplied by the mask",
            "The future has no weight in your answer, but it was still in "
            "the sum, so your rows do not sum to one, and the future leaks "
            "through that sum.",
            [("np.where(seen, scores, -np.inf)", "scores"),
             (_WEIGHTS, f"seen * {_WEIGHTS}")],
        ),
        Mistake(
            "masked scores are set to 0",
            "A score of 0 still gets a weight: its exponential is 1. Which "
            "score has the exponential 0?",
            [("np.where(seen, scores, -np.inf)", "scores * seen")],
        ),
        Mistake(
            "a position does not attend to itself",
            "Your first row has nothing left to attend to. A position may "
            "attend to itself: its own token has been read.",
            [(_SEEN, _STRICT)],
            shows=_hides_itself,
        ),
        Mistake(
            "the past is masked instead",
            "Your last position attends to itself alone, and your first to "
            "all. Which triangle of the scores is the future?",
            [(_SEEN, "np.tri(len(scores), dtype=bool).T")],
        ),
        Mistake(
            "the softmax runs down the columns",
            "Each of your columns sums to one. The weights of one query are "
            "a row, so the rows should.",
            [("axis=1", "axis=0")],
        ),
        Mistake(
            "the row sums divide the columns",
            "You divide column j by the sum of row j. `keepdims=True` keeps "
            "the sums in a column, beside their rows.",
            [(_WEIGHTS, "weights / weights.sum(axis=1)")],
        ),
        Mistake(
            "the mask is inverted",
            "Your first position does not attend to itself, but to those "
            "after it. Where the mask is True, which scores are kept?",
            [("np.where(seen, scores, -np.inf)",
              "np.where(seen, -np.inf, scores)")],
            shows=lambda answer, scores: bool(
                answer(scores)[0, 0] == 0 < answer(scores)[0, 1:].sum()
            ),
        ),
    ),
    cases=_cases,
)  # fmt: skip
