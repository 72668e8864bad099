"""induction-circuit: an induction circuit without any training."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake

PROMPT = """\
Build the circuit of the lesson by hand, in a function `induction_circuit`.
Nothing is trained. `x` is (T, V): T tokens as one-hot vectors. The last token
asks: what followed me when I came before?

Layer 1: each position gets the token *before* it; the first gets zeros.
Layer 2: the last token is the query, what layer 1 gave each earlier position
is its key, and its own token is its value. The scores are dot products, times
`sharpness`. Return the attention output of the last position, (V,). It may
not attend to itself.

When it passes: what do you get if the token has never come before? And if it
came twice, followed by something else each time?
"""

STARTER = '''\
import numpy as np

def induction_circuit(x, sharpness):
    """x is (T, V), one-hot rows; return (V,)."""
    scores = sharpness * x[:-1] @ x[-1]
    weights = np.exp(scores) / np.exp(scores).sum()
    return weights @ x[:-1]
'''

SOLUTION = '''\
import numpy as np

def induction_circuit(x, sharpness):
    """x is (T, V), one-hot rows; return (V,)."""
    before = np.zeros_like(x)
    before[1:] = x[:-1]
    scores = sharpness * before[:-1] @ x[-1]
    weights = np.exp(scores) / np.exp(scores).sum()
    return weights @ x[:-1]
'''
_FIRST = "before = np.zeros_like(x)\n    before[1:] = x[:-1]"
_LOOK = "sharpness * before[:-1] @ x[-1]"
_SHARE = "np.exp(scores) / np.exp(scores).sum()"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw pairs of keys and values, and one of the keys that asks."""
    for sharpness, count in ((2.0, 2), (4.0, 3), (6.0, 3), (3.0, 4)):
        V = 2 * count + 2
        tokens = rng.permutation(V)[: 2 * count]
        asked = tokens[2 * int(rng.integers(count))]
        row = [*tokens, asked]
        if count == 3:
            # The same key twice, followed by something else.
            row = [*tokens, asked, *rng.permutation(V)[:1], asked]
        yield np.eye(V)[row], sharpness


EXERCISE = Exercise(
    id="induction-circuit",
    title="An induction circuit by hand",
    grade=3,
    minutes=15,
    function="induction_circuit",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("The starter has one layer. Run it on a few tokens: what comes "
         "back, and why is it the wrong token?"),
        ("Layer 1 is a shift. Make an array of zeros like `x`, and write all "
         "rows but the last into all rows but the first."),
        ("In layer 2 the keys are what layer 1 gave, and the values are the "
         "tokens themselves."),
    ),
    mistakes=(
        Mistake(
            "there is only one layer",
            "Your last token finds its own earlier copy, which it knew "
            "already. What must each position carry, so that the token "
            "before it finds it?",
            [("before[1:] = x[:-1]", "before = x")],
        ),
        Mistake(
            "the shift goes the other way",
            "You find the position before the earlier copy, so you return "
            "the token that came before it. Each position should carry the "
            "token before its own.",
            [("before[1:] = x[:-1]", "before[:-1] = x[1:]")],
        ),
        Mistake(
            "the shift is circular",
            "Your first position carries the last token, because a roll "
            "brings the end back to the beginning. Nothing came before it.",
            [(_FIRST, "before = np.roll(x, 1, axis=0)")],
        ),
        Mistake(
            "the values are the shifted tokens",
            "You find the right position and return the token before it. The "
            "value of a position is its own token.",
            [("return weights @ x[:-1]", "return weights @ before[:-1]")],
        ),
        Mistake(
            "the last position attends to itself",
            "Your last position attends to itself, too, and gets some of its "
            "own token back.",
            [(_LOOK, "sharpness * before @ x[-1]"),
             ("return weights @ x[:-1]", "return weights @ x")],
        ),
        Mistake(
            "the sharpness is not used",
            "Your output is the same for every sharpness. It multiplies the "
            "scores, before the exponential.",
            [("sharpness * before[:-1]", "before[:-1]")],
        ),
        Mistake(
            "the sharpness comes after the softmax",
            "Your weights do not sum to one. The sharpness multiplies the "
            "scores, not the weights.",
            [("sharpness * before[:-1]", "before[:-1]"),
             (_SHARE, f"sharpness * {_SHARE}")],
        ),
        Mistake(
            "the first position is left out",
            "You leave out the first position. Its key is zero and so is its "
            "score, but the exponential of 0 is 1.",
            [(_LOOK, "sharpness * before[1:-1] @ x[-1]"),
             ("return weights @ x[:-1]", "return weights @ x[1:-1]")],
        ),
    ),
    cases=_cases,
)  # fmt: skip
