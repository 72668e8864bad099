"""additive-score: a small network says how well a key matches a query."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake

PROMPT = """\
Compute the attention scores of one query for all positions of a source: the
first line of this lesson's equation.

- `s` is (D,): the state of the decoder, which is the query.
- `h` is (S, D): the states of the encoder, one position per row.
- `W` and `U` are (H, D), `v` is (H,).

`additive_score` returns the S scores.
"""

STARTER = '''\
import numpy as np

def additive_score(s, h, W, U, v):
    """s is (D,), h is (S, D); return the scores (S,)."""
    hidden = W @ s + h @ U.T
    return hidden.mean(-1)
'''

SOLUTION = '''\
import numpy as np

def additive_score(s, h, W, U, v):
    """s is (D,), h is (S, D); return the scores (S,)."""
    hidden = np.tanh(W @ s + h @ U.T)
    return hidden @ v
'''
_HIDDEN = "np.tanh(W @ s + h @ U.T)"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw queries, sources and parameters of several sizes."""
    for _ in range(6):
        S, D, H = 2 + rng.permutation(6)[:3]
        s, h = rng.normal(size=D), rng.normal(size=(S, D))
        W, U = rng.normal(size=(2, H, D))
        yield s, h, W, U, rng.normal(size=H)


EXERCISE = Exercise(
    id="additive-score",
    title="The additive score",
    grade=1,
    minutes=5,
    function="additive_score",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        "The starter has the sum. What does the equation do to it?",
        "Apply tanh to the sum; its product with `v` is one score.",
        "`hidden` is (S, H) and `v` is (H,): their product is (S,).",
    ),
    mistakes=(
        Mistake(
            "the tanh is missing",
            "Without the tanh the query adds the same number to every "
            "score, and a softmax ignores that. The weights would not "
            "depend on the query.",
            [(_HIDDEN, "W @ s + h @ U.T")],
        ),
        Mistake(
            "the vector v is left out",
            "You sum the hidden values as they are. What decides which of "
            "them raise the score, and which lower it?",
            [("hidden @ v", "hidden.sum(-1)")],
        ),
        Mistake(
            "the two matrices are swapped",
            "The shapes fit and the values are wrong. Which matrix "
            "multiplies the query, and which the keys?",
            [("W @ s + h @ U.T", "U @ s + h @ W.T")],
        ),
        Mistake(
            "tanh is applied to each term",
            "You apply tanh twice and add afterwards, so the query again "
            "adds the same number to every score. Add first, then apply "
            "tanh once.",
            [(_HIDDEN, "np.tanh(W @ s) + np.tanh(h @ U.T)")],
        ),
        Mistake(
            "tanh is applied to the score",
            "You apply tanh after the last product, so no score can leave "
            "−1 to 1. It belongs further inside.",
            [(_HIDDEN, "W @ s + h @ U.T"),
             ("hidden @ v", "np.tanh(hidden @ v)")],
        ),
        Mistake(
            "the query is forgotten",
            "Your scores do not depend on the query, so all queries get the "
            "same attention weights.",
            [("W @ s + ", "")],
        ),
        Mistake(
            "query and keys are subtracted",
            "You subtract one of the two from the other. The equation adds "
            "them.",
            [("W @ s + h", "W @ s - h")],
        ),
        Mistake(
            "query and keys are multiplied",
            "You multiply the two, as dot-product attention does. Additive "
            "attention adds them.",
            [("W @ s + h @ U.T", "(W @ s) * (h @ U.T)")],
        ),
        Mistake(
            "it is a sigmoid",
            "Your hidden values are all positive, so only `v` can lower a "
            "score. The equation has a tanh.",
            [(_HIDDEN, "1 / (1 + np.exp(-(W @ s + h @ U.T)))")],
        ),
        Mistake(
            "it is a ReLU",
            "You use a ReLU. The equation has a tanh, which keeps the sign "
            "and is bounded.",
            [(_HIDDEN, "np.maximum(W @ s + h @ U.T, 0)")],
        ),
        Mistake(
            "the scores have become weights",
            "You apply a softmax as well. The exercise asks for the scores, "
            "which may have any size and sign.",
            [("return hidden @ v",
              "return np.exp(hidden @ v) / np.exp(hidden @ v).sum()")],
        ),
    ),
    cases=_cases,
)  # fmt: skip
