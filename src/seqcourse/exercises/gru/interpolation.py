"""interpolation: a weighted average whose weight is a gate."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake

PROMPT = """\
Write `interpolate`, the last line of the GRU's equations. All three arguments
are (B, H), and so is the result.

- `old` is the hidden state so far, `new` the candidate.
- `z` is the update gate, from 0 to 1 for each unit: the weight of the old
  state. The two weights add up to 1.
"""

STARTER = '''\
def interpolate(old, new, z):
    """All are (B, H); return the interpolation, also (B, H)."""
    return old + new
'''

SOLUTION = '''\
def interpolate(old, new, z):
    """All are (B, H); return the interpolation, also (B, H)."""
    return (1 - z) * new + z * old
'''
_MIX = "(1 - z) * new + z * old"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw states, candidates and gates."""
    for _ in range(6):
        B, H = 2 + rng.permutation(4)[:2]
        old, new = rng.normal(size=(2, B, H))
        yield old, new, rng.uniform(size=(B, H))


EXERCISE = Exercise(
    id="interpolation",
    title="Interpolate between old and new",
    grade=1,
    minutes=3,
    function="interpolate",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("The two weights add up to 1. If the old state has a quarter, what "
         "is the weight of the new one?"),
        ("Try both ends: at z = 1 the old state should come back, at z = 0 "
         "the candidate."),
    ),
    mistakes=(
        Mistake(
            "the roles of old and new are exchanged",
            "At z = 1 the old state should come back, and yours gives the "
            "candidate. Some texts define z that way; this book does not.",
            [(_MIX, "(1 - z) * old + z * new")],
        ),
        Mistake(
            "z is not used",
            "Your result is the same whatever z is. It should be the weight "
            "of the old state.",
            [(_MIX, "old + new")],
            shows=lambda answer, old, new, z: np.array_equal(
                answer(old, new, z), answer(old, new, z / 2)
            ),
        ),
        Mistake(
            "the new has no weight",
            "Your two weights add up to more than 1, so the result can be "
            "larger than both old and new. What is the weight of the new?",
            [("(1 - z) * new", "new")],
        ),
        Mistake(
            "the old has no weight",
            "You add something new and drop nothing of the old. That is a "
            "sum; an interpolation lies between the two.",
            [("z * old", "old")],
        ),
        Mistake(
            "it is a hard choice",
            "You take each number from either old or new. A gate is not a "
            "switch: at z = 0.5 the result is halfway between them.",
            [("def interpolate", "import numpy as np\n\n\ndef interpolate"),
             (_MIX, "np.where(z > 0.5, old, new)")],
        ),
        Mistake(
            "both have the same weight",
            "You multiply old and new by the same weight. The two add up to "
            "1: if the old state has z, which has the candidate?",
            [("(1 - z) * new", "z * new")],
        ),
        Mistake(
            "1 − z lacks brackets",
            "Multiplication comes before subtraction, so you subtract a "
            "product from 1. The weight 1 − z needs brackets.",
            [("(1 - z) * new", "1 - z * new")],
        ),
        Mistake(
            "old and new are added and then multiplied",
            "Your brackets end too late: the weight of the new multiplies "
            "the old as well.",
            [(_MIX, "(1 - z) * (new + z * old)")],
        ),
    ),
    cases=_cases,
)  # fmt: skip
