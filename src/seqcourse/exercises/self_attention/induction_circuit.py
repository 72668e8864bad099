"""induction-circuit: an induction circuit without any training."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake

PROMPT = """\
Build the circuit of the lesson by hand, in a function `induction_circuit`.
Nothing is trained. `x` is (T, V): T tokens, each a row with a single 1. The
last token asks: what stood behind me when I came before?

First look: each step takes along what stood *before* it; before the first
step stood nothing. Second look: the last step compares itself with what each
earlier step took along, times `sharpness`, and the softmax of that shares out
the tokens of those earlier steps. Return what it takes along, (V,). The last
step may not look at itself.

When it passes: what do you get if the token has never come before? And if it
came twice, with something else behind it each time?
"""

STARTER = '''\
import numpy as np

def induction_circuit(x, sharpness):
    """x is (T, V), rows with a single 1; return (V,)."""
    scores = sharpness * x[:-1] @ x[-1]
    weights = np.exp(scores) / np.exp(scores).sum()
    return weights @ x[:-1]
'''

SOLUTION = '''\
import numpy as np

def induction_circuit(x, sharpness):
    """x is (T, V), rows with a single 1; return (V,)."""
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
            # Twice the same key, and something else behind it.
            row = [*tokens, asked, *rng.permutation(V)[:1], asked]
        yield np.eye(V)[row], sharpness


EXERCISE = Exercise(
    id="induction-circuit",
    title="Two looks, by hand",
    grade=3,
    minutes=15,
    function="induction_circuit",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("The starter has one look. Run it on a few tokens: what comes back, "
         "and why is it the wrong thing?"),
        ("The first look is a shift. Make an array of zeros like `x`, and "
         "write all rows but the last into all rows but the first."),
        ("In the second look the keys are what was taken along, and the "
         "values are the tokens themselves."),
    ),
    mistakes=(
        Mistake(
            "there is only one attention step",
            "Your last token finds its own earlier copy, which it knew "
            "already. What must each step carry so that it is found by the "
            "token before it?",
            [("before[1:] = x[:-1]", "before = x")],
        ),
        Mistake(
            "the shift goes the other way",
            "You find the step before the earlier copy, so you return what "
            "stood in front of it. Each step should carry the token before "
            "it.",
            [("before[1:] = x[:-1]", "before[:-1] = x[1:]")],
        ),
        Mistake(
            "the shift goes round in a circle",
            "Before your first step stands the last one. Nothing did: a roll "
            "brings the end back to the beginning.",
            [(_FIRST, "before = np.roll(x, 1, axis=0)")],
        ),
        Mistake(
            "the values are the shifted tokens",
            "You find the right step and return the token before it. The "
            "value of a step is its own token.",
            [("return weights @ x[:-1]", "return weights @ before[:-1]")],
        ),
        Mistake(
            "the last step attends to itself",
            "Your last step is among those that it attends to, and gets "
            "some of its own token back.",
            [(_LOOK, "sharpness * before @ x[-1]"),
             ("return weights @ x[:-1]", "return weights @ x")],
        ),
        Mistake(
            "the sharpness is not used",
            "What comes back is the same for every sharpness. It multiplies "
            "the scores, before the exponential.",
            [("sharpness * before[:-1]", "before[:-1]")],
        ),
        Mistake(
            "the sharpness comes after the softmax",
            "Your weights sum to something else than one. It is the scores "
            "that are sharpened.",
            [("sharpness * before[:-1]", "before[:-1]"),
             (_SHARE, f"sharpness * {_SHARE}")],
        ),
        Mistake(
            "the first position is left out",
            "You compare from the second position on. Nothing stands before "
            "the first one, so its score is 0, but the exponential of 0 is "
            "1.",
            [(_LOOK, "sharpness * before[1:-1] @ x[-1]"),
             ("return weights @ x[:-1]", "return weights @ x[1:-1]")],
        ),
    ),
    cases=_cases,
)  # fmt: skip
