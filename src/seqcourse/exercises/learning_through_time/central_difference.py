"""central-difference: measure every slope of a function."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.numpy.contract.layer import Array

PROMPT = """\
Let `slopes_of` measure a gradient without any calculus. `f` takes an array
shaped like `w` and gives a number; `e` is how far to move. For each number in
`w`, move it alone by `e` up and down, and write the central difference into
the same place of `slopes`. Leave `w` as it is: whoever lent it to you wants
it back.

When it passes, hold the lesson's `rnn.backward` against it. It needs two
readings for each weight, and the lesson's random direction two in all. Which
of the two tells you *where* a bug is?
"""

STARTER = '''\
import numpy as np

def slopes_of(f, w, e):
    """w is an array of any shape; return slopes of the same shape."""
    slopes = np.zeros_like(w)
    for place in np.ndindex(w.shape):
        moved = w.copy()
        moved[place] += e
        slopes[place] = f(moved)
    return slopes
'''

SOLUTION = STARTER.replace(
    """\
        moved = w.copy()
        moved[place] += e
        slopes[place] = f(moved)
""",
    """\
        up, down = w.copy(), w.copy()
        up[place] += e
        down[place] -= e
        slopes[place] = (f(up) - f(down)) / (2 * e)
""",
)


class _Bent:
    """A curve in several variables, whose slopes differ at every place."""

    def __init__(self, rng: np.random.Generator, shape: tuple[int, ...]):
        self.a, self.b = rng.normal(size=(2, *shape))

    def __call__(self, w: Array) -> float:
        return float((self.a * np.tanh(w + self.b) + w**2).sum())

    def __repr__(self) -> str:
        return f"f({self.a.sum():.3f}, {self.b.sum():.3f})"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw curves, places and distances; the distance is not small."""
    for shape in ((3,), (2, 3), (4, 2), (2, 2, 3)):
        yield (
            _Bent(rng, shape),
            rng.normal(size=shape),
            float(rng.uniform(0.1, 0.3)),
        )


def _moves_all(answer: Any, f: Callable[..., float], w: Any, e: Any) -> bool:
    """Tell whether every slope is the same number."""
    slopes = answer(f, w, e)
    return bool(np.ptp(slopes) < 1e-9 * max(1.0, float(np.abs(slopes).max())))


EXERCISE = Exercise(
    id="central-difference",
    title="Measure a gradient",
    grade=1,
    minutes=8,
    function="slopes_of",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("The starter writes down where `f` is after a move. A slope is a "
         "difference of two such heights, divided by the way between them."),
        "You need two copies of `w`: one moved up, one moved down.",
        "From the lower place to the upper one the way is `2 * e`.",
    ),
    mistakes=(
        Mistake(
            "a height is taken for a slope",
            "You return where f is after the move. How far has it moved, and "
            "over which way?",
            [("(f(up) - f(down)) / (2 * e)", "f(up)")],
        ),
        Mistake(
            "the slope is measured on one side alone",
            "You compare with the height at w itself. On a curve that is off "
            "by as much as the curve bends; going both ways cancels most of "
            "it.",
            [("(f(up) - f(down)) / (2 * e)", "(f(up) - f(w)) / e")],
        ),
        Mistake(
            "the way is taken for half as long as it is",
            "All your slopes are twice too steep. How far is it from one "
            "place to the other?",
            [("/ (2 * e)", "/ e")],
        ),
        Mistake(
            "a difference is not divided",
            "Your numbers shrink when e does. How steep a curve is does not "
            "depend on how far you move.",
            [("(f(up) - f(down)) / (2 * e)", "f(up) - f(down)")],
        ),
        Mistake(
            "up and down are swapped",
            "All your slopes have the wrong sign. Which height comes first "
            "in the difference?",
            [("f(up) - f(down)", "f(down) - f(up)")],
        ),
        Mistake(
            "all places are moved at once",
            "Your slopes are all the same number. Each place wants to be "
            "moved alone.",
            [("up[place] += e", "up += e"),
             ("down[place] -= e", "down -= e")],
            shows=_moves_all,
        ),
        Mistake(
            "the lent array is written to",
            "A second name for an array is no second array: your move is "
            "made in w itself.",
            [("up, down = w.copy(), w.copy()", "up, down = w, w.copy()")],
        ),
    ),
    cases=_cases,
)  # fmt: skip
