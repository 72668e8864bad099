"""interpolation: two numbers, and a share that decides between them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake

PROMPT = """\
Write `interpolate`, which mixes an old memory and a proposal. All three
arguments are (B, H): `old`, what is remembered; `new`, what is proposed; and
`z`, for each number the share of the old that is kept, from 0 to 1. What is
not kept of the old is taken of the new.
"""

STARTER = '''\
def interpolate(old, new, z):
    """All are (B, H); return the mixture, also (B, H)."""
    return old + new
'''

SOLUTION = '''\
def interpolate(old, new, z):
    """All are (B, H); return the mixture, also (B, H)."""
    return (1 - z) * new + z * old
'''
_MIXED = "(1 - z) * new + z * old"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw memories, proposals and shares."""
    for _ in range(6):
        B, H = 2 + rng.permutation(4)[:2]
        old, new = rng.normal(size=(2, B, H))
        yield old, new, rng.uniform(size=(B, H))


EXERCISE = Exercise(
    id="interpolation",
    title="Slide between old and new",
    grade=1,
    minutes=3,
    function="interpolate",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("Two shares of one thing add up to 1. If a quarter of the old is "
         "kept, how much of the new comes in?"),
        ("Try the two ends: with z at 1 nothing should change, and with z at "
         "0 nothing old should be left."),
    ),
    mistakes=(
        Mistake(
            "the roles of old and new are exchanged",
            "With z at 1 all of the old should be kept, and yours lets go of "
            "it. Some texts do write it that way; then it is their z.",
            [(_MIXED, "(1 - z) * old + z * new")],
        ),
        Mistake(
            "the share is not used",
            "Your mixture is the same whatever z is. Who decides how much of "
            "the old stays?",
            [(_MIXED, "old + new")],
            shows=lambda answer, old, new, z: np.array_equal(
                answer(old, new, z), answer(old, new, z / 2)
            ),
        ),
        Mistake(
            "the new comes in whole",
            "The two shares of yours add up to more than 1, so your memory "
            "can outgrow both of what it is mixed from.",
            [("(1 - z) * new", "new")],
        ),
        Mistake(
            "the old stays whole",
            "Something is taken in and nothing is let go of. That is a pile, "
            "and not a mixture.",
            [("z * old", "old")],
        ),
        Mistake(
            "it is a choice and not a mixture",
            "You take each number from one side or the other. A gate is a "
            "dial and no switch: at one half it should give the middle.",
            [("def interpolate", "import numpy as np\n\n\ndef interpolate"),
             (_MIXED, "np.where(z > 0.5, old, new)")],
        ),
        Mistake(
            "both get the same share",
            "You multiply old and new by the same share. The two shares add "
            "up to 1: what is left of 1 when z is kept?",
            [("(1 - z) * new", "z * new")],
        ),
        Mistake(
            "1 − z lacks its brackets",
            "Multiplication comes before subtraction: you subtract a product "
            "from 1 where a share was meant.",
            [("(1 - z) * new", "1 - z * new")],
        ),
        Mistake(
            "old and new are added and then multiplied",
            "Your brackets end too late: the share of the new multiplies the "
            "old as well.",
            [(_MIXED, "(1 - z) * (new + z * old)")],
        ),
    ),
    cases=_cases,
)  # fmt: skip
