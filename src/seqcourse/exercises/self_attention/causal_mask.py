"""causal-mask: who may look where, when the future is not known."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.numpy.contract.layer import Array

PROMPT = """\
Write `causal_softmax`. It gets a table of scores, (T, T): row i holds what
word i thinks of each word. Return the table of *weights*, so that no word has
anything from a later one, and so that each row sums to one.
"""

STARTER = '''\
import numpy as np

def causal_softmax(scores):
    """scores is (T, T), a row for each word that looks; return weights."""
    weights = np.exp(scores)
    return weights / weights.sum(axis=1, keepdims=True)
'''

SOLUTION = '''\
import numpy as np

def causal_softmax(scores):
    """scores is (T, T), a row for each word that looks; return weights."""
    seen = np.tri(len(scores), dtype=bool)
    scores = np.where(seen, scores, -np.inf)
    weights = np.exp(scores)
    return weights / weights.sum(axis=1, keepdims=True)
'''
_WEIGHTS = "weights / weights.sum(axis=1, keepdims=True)"
_STRICT = "np.tri(len(scores), k=-1, dtype=bool)"
_SEEN = "np.tri(len(scores), dtype=bool)"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw tables of several sizes."""
    for T in rng.permutation([2, 3, 4, 6]):
        yield (1.5 * rng.normal(size=(T, T)),)


def _hides_itself(answer: Callable[[Array], Array], scores: Array) -> bool:
    """Tell whether the second word sees the first, and not itself."""
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
        ("Where in the table does the future stand? Draw it for three words: "
         "row 1 may see column 1, row 2 may see columns 1 and 2."),
        ("`np.tri(3, dtype=bool)` is that triangle. What must a score be, so "
         "that its exponential is 0?"),
        "`np.where(seen, scores, -np.inf)`, before the exponential.",
    ),
    mistakes=(
        Mistake(
            "nothing is masked",
            "Your first word attends to all the others. What may it attend "
            "to, when nothing else has been read?",
            [("np.where(seen, scores, -np.inf)", "scores")],
        ),
        Mistake(
            "weights are multiplied by the mask",
            "The future has no weight in your answer, but it was still in "
            "the sum, so your rows do not sum to one. The future leaks "
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
            "a word does not attend to itself",
            "Your first row has nothing left to attend to. A word has been "
            "read when its turn comes, so it may attend to itself.",
            [(_SEEN, _STRICT)],
            shows=_hides_itself,
        ),
        Mistake(
            "the past is masked instead",
            "Your last word attends to itself alone, and your first word to "
            "all. Which triangle of the scores is the future?",
            [(_SEEN, "np.tri(len(scores), dtype=bool).T")],
        ),
        Mistake(
            "the softmax runs down the columns",
            "Each column of yours sums to one. The weights of one query are "
            "a row, and they should.",
            [("axis=1", "axis=0")],
        ),
        Mistake(
            "the sums do not stand beside their rows",
            "You divide column j by the sum of row j: the sums lie in a row. "
            "`keepdims=True` leaves each sum beside the row it is of.",
            [(_WEIGHTS, "weights / weights.sum(axis=1)")],
        ),
        Mistake(
            "the mask is inverted",
            "Your first word does not see itself, and sees the words that "
            "come after it. Where the mask is True, which scores are kept?",
            [("np.where(seen, scores, -np.inf)",
              "np.where(seen, -np.inf, scores)")],
            shows=lambda answer, scores: bool(
                answer(scores)[0, 0] == 0 < answer(scores)[0, 1:].sum()
            ),
        ),
    ),
    cases=_cases,
)  # fmt: skip
