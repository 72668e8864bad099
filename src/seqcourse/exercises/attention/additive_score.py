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
            "nothing is squeezed",
            "Without the squeeze the query adds the same to every score, and "
            "a softmax does not see what all have in common. So where you "
            "look would not depend on the query.",
            [(_HIDDEN, "W @ q + memory @ U.T")],
        ),
        Mistake(
            "the last weight is left out",
            "You add the hidden numbers up as they are. What says which of "
            "them speak for a place, and which against it?",
            [("hidden @ v", "hidden.sum(-1)")],
        ),
        Mistake(
            "query and memory meet each other's weights",
            "The shapes fit and the numbers are wrong. Which weights belong "
            "to what looks, and which to what is looked at?",
            [("W @ q + memory @ U.T", "U @ q + memory @ W.T")],
        ),
        Mistake(
            "each is squeezed alone",
            "You squeeze twice and add afterwards. Then again the query adds "
            "the same to every score; it must meet the place inside.",
            [(_HIDDEN, "np.tanh(W @ q) + np.tanh(memory @ U.T)")],
        ),
        Mistake(
            "the score is squeezed and not the sum",
            "You squeeze after the last product, so no score can leave −1 to "
            "1. The squeeze stands further inside.",
            [(_HIDDEN, "W @ q + memory @ U.T"),
             ("hidden @ v", "np.tanh(hidden @ v)")],
        ),
        Mistake(
            "the query is forgotten",
            "Your scores are the same whatever the query is. A look-up "
            "without a question always finds the same.",
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
            "another function squeezes",
            "Your hidden numbers are all positive, so that only `v` can vote "
            "against a position. The equation has a tanh.",
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
