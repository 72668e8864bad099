"""additive-score: a small network says how well a place fits a query."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake

PROMPT = """\
Score one query against all places of a memory, as the first half of this
lesson's equation does. `q` is (D,), the query; `memory` is (T, D), one place
a row; `W` and `U` are (H, D); `v` is (H,). `additive_score` returns T scores.
"""

STARTER = '''\
import numpy as np

def additive_score(q, memory, W, U, v):
    """q is (D,), memory is (T, D); return the scores (T,)."""
    hidden = W @ q + memory @ U.T
    return hidden.mean(-1)
'''

SOLUTION = '''\
import numpy as np

def additive_score(q, memory, W, U, v):
    """q is (D,), memory is (T, D); return the scores (T,)."""
    hidden = np.tanh(W @ q + memory @ U.T)
    return hidden @ v
'''
_HIDDEN = "np.tanh(W @ q + memory @ U.T)"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw queries, memories and networks of several sizes."""
    for _ in range(6):
        T, D, H = 2 + rng.permutation(6)[:3]
        q, memory = rng.normal(size=D), rng.normal(size=(T, D))
        W, U = rng.normal(size=(2, H, D))
        yield q, memory, W, U, rng.normal(size=H)


EXERCISE = Exercise(
    id="additive-score",
    title="Score a place",
    grade=1,
    minutes=5,
    function="additive_score",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        "The starter has the sum. What does the equation do to it?",
        "Squeeze the sum with tanh; then `v` makes one number of H.",
        "`hidden` is (T, H) and `v` is (H,): their product is (T,).",
    ),
    mistakes=(
        Mistake(
            "the tanh is missing",
            "Without the tanh the query adds the same number to every "
            "score, and a softmax ignores that. The weights would not "
            "depend on the query.",
            [(_HIDDEN, "W @ q + memory @ U.T")],
        ),
        Mistake(
            "the vector v is left out",
            "You add the hidden numbers up as they are. What says which of "
            "them count for a position, and which against it?",
            [("hidden @ v", "hidden.sum(-1)")],
        ),
        Mistake(
            "the two matrices are exchanged",
            "The shapes fit and the numbers are wrong. Which matrix belongs "
            "to the query, and which to the memory?",
            [("W @ q + memory @ U.T", "U @ q + memory @ W.T")],
        ),
        Mistake(
            "tanh is applied to each term",
            "You apply tanh twice and add afterwards, so the query again "
            "adds the same number to every score. Add first, then apply "
            "tanh once.",
            [(_HIDDEN, "np.tanh(W @ q) + np.tanh(memory @ U.T)")],
        ),
        Mistake(
            "tanh is applied to the score",
            "You apply tanh after the last product, so no score can leave "
            "−1 to 1. It belongs further inside.",
            [(_HIDDEN, "W @ q + memory @ U.T"),
             ("hidden @ v", "np.tanh(hidden @ v)")],
        ),
        Mistake(
            "the query is forgotten",
            "Your scores are the same whatever the query is. Then every "
            "query gets the same answer.",
            [("W @ q + ", "")],
        ),
        Mistake(
            "query and memory are subtracted",
            "You take one of the two away from the other. The equation adds "
            "what the query and the position have to say.",
            [("W @ q + memory", "W @ q - memory")],
        ),
        Mistake(
            "query and memory are multiplied",
            "You multiply the two. That is nearer to the other score, the "
            "product of query and key; the additive one adds.",
            [("W @ q + memory @ U.T", "(W @ q) * (memory @ U.T)")],
        ),
        Mistake(
            "it is a sigmoid",
            "Your hidden numbers are all positive, so that only `v` can "
            "vote against a position. The equation has a tanh.",
            [(_HIDDEN, "1 / (1 + np.exp(-(W @ q + memory @ U.T)))")],
        ),
        Mistake(
            "negative sums are set to zero",
            "You use a ReLU. The equation has a tanh, which keeps the sign "
            "and the bounds.",
            [(_HIDDEN, "np.maximum(W @ q + memory @ U.T, 0)")],
        ),
        Mistake(
            "the scores have become weights",
            "You take a softmax as well. Scores were asked for, which may be "
            "of any size and sign.",
            [("return hidden @ v",
              "return np.exp(hidden @ v) / np.exp(hidden @ v).sum()")],
        ),
    ),
    cases=_cases,
)  # fmt: skip
