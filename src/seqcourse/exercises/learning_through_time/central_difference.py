"""central-difference: measure every slope of a function."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.numpy.contract.layer import Array

PROMPT = """\
Let `slopes_of` measure a gradient without any calculus. `f` takes an array
shaped like `w` and returns a number; `e` is the distance to move. For each
entry of `w`, move it alone by `e` up and down, and write the central
difference to the same index of `slopes`. Leave `w` unchanged: it belongs to
the caller.

When it passes, check the lesson's `rnn.backward` with it. It needs two
forward passes for each weight, and the lesson's random direction two in all.
Which of the two tells you *where* a bug is?
"""

STARTER = '''\
import numpy as np

def slopes_of(f, w, e):
    """w is an array of any shape; return slopes of the same shape."""
    slopes = np.zeros_like(w)
    for index in np.ndindex(w.shape):
        moved = w.copy()
        moved[index] += e
        slopes[index] = f(moved)
    return slopes
'''

SOLUTION = STARTER.replace(
    """\
        moved = w.copy()
        moved[index] += e
        slopes[index] = f(moved)
""",
    """\
        up, down = w.copy(), w.copy()
        up[index] += e
        down[index] -= e
        slopes[index] = (f(up) - f(down)) / (2 * e)
""",
)


class _Curve:
    """A curve in several variables, whose slopes differ everywhere."""

    def __init__(self, rng: np.random.Generator, shape: tuple[int, ...]):
        self.a, self.b = rng.normal(size=(2, *shape))

    def __call__(self, w: Array) -> float:
        return float((self.a * np.tanh(w + self.b) + w**2).sum())

    def __repr__(self) -> str:
        return f"f({self.a.sum():.3f}, {self.b.sum():.3f})"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw curves, points and distances; the distance is not small."""
    for shape in ((3,), (2, 3), (4, 2), (2, 2, 3)):
        yield (
            _Curve(rng, shape),
            rng.normal(size=shape),
            float(rng.uniform(0.1, 0.3)),
        )


def _moved(answer: Any, f: Callable[..., float], w: Any, e: Any) -> list[int]:
    """Count the entries of w that were moved, each time that f is called."""
    moved = []

    def noted(v: Any) -> float:
        moved.append(int((~np.isclose(v, w)).sum()))
        return f(v)

    answer(noted, w, e)
    return moved


def _wants_values(
    answer: Any, f: Callable[..., float], w: Any, e: Any
) -> bool:
    """Tell whether it matters a constant is added to f."""
    raised = answer(lambda v: f(v) + 1.0, w, e)
    return not np.allclose(answer(f, w, e), raised)


def _only(at: int, answer: Any, *case: Any) -> bool:
    """Tell whether one slope alone is there."""
    slopes = np.ravel(answer(*case))
    return bool(slopes[at]) and np.count_nonzero(slopes) == 1


def _flat(answer: Any, *case: Any) -> bool:
    """Tell whether f was called and every slope is 0."""
    return bool(_moved(answer, *case)) and np.allclose(answer(*case), 0)


def _whole(answer: Any, *case: Any) -> bool:
    """Tell whether every slope is a whole number."""
    slopes = answer(*case)
    return bool(np.any(slopes)) and np.array_equal(slopes, np.round(slopes))


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
        ("The starter keeps the value of `f` after a move. A slope is the "
         "difference of two such values, divided by the distance between "
         "the two points."),
        "You need two copies of `w`: one moved up, one moved down.",
        "The two points are `2 * e` apart.",
    ),
    mistakes=(
        Mistake(
            "all slopes are 0",
            "You call f, and each slope comes out as 0. Is w moved in the "
            "same direction both times? And is the slope kept in `slopes`?",
            [("down[index] -= e", "down[index] += e")],
            shows=_flat,
        ),
        Mistake(
            "only the first slope is measured",
            "All your slopes but the first are 0. Does the loop reach the "
            "second entry before the function returns?",
            [("    return slopes", "        return slopes")],
            shows=lambda *case: _only(0, *case),
        ),
        Mistake(
            "only the last slope is left",
            "All your slopes but the last are 0. Is `slopes` created once, "
            "or again for each entry?",
            [("        up, down",
              "        slopes = np.zeros_like(w)\n        up, down")],
            shows=lambda *case: _only(-1, *case),
        ),
        Mistake(
            "slopes are rounded to whole numbers",
            "All your slopes are whole numbers. Is there a `//`, or an array "
            "that can only hold whole numbers?",
            [("np.zeros_like(w)", "np.zeros_like(w, int)")],
            shows=_whole,
        ),
        Mistake(
            "a value is taken for a slope",
            "You return the value of f after the move. By how much has it "
            "changed, and over what distance?",
            [("(f(up) - f(down)) / (2 * e)", "f(up)")],
        ),
        Mistake(
            "the slope is measured on one side alone",
            "You compare with the value at w itself: a one-sided difference. "
            "It is off where f is curved; the central difference cancels "
            "most of that.",
            [("(f(up) - f(down)) / (2 * e)", "(f(up) - f(w)) / e")],
        ),
        Mistake(
            "one of the two values is taken at w itself",
            "You compare a move with no move at all, but divide by the "
            "distance of two moves. Which of your copies is unchanged?",
            [("down[index] -= e", "pass")],
            shows=lambda *case: 0 in _moved(*case),
        ),
        Mistake(
            "brackets are missing around the distance",
            "`a / 2 * e` is computed from the left: divided by 2, then "
            "multiplied by e. What is the whole denominator?",
            [("/ (2 * e)", "/ 2 * e")],
        ),
        Mistake(
            "brackets are missing around the difference",
            "Division comes before subtraction, so only the second value is "
            "divided. What is the whole numerator?",
            [("(f(up) - f(down)) / (2 * e)", "f(up) - f(down) / (2 * e)")],
        ),
        Mistake(
            "the difference is multiplied by the distance",
            "Your numbers shrink with the square of e. A slope is the "
            "difference divided by the distance.",
            [("/ (2 * e)", "* (2 * e)")],
        ),
        Mistake(
            "the move is written in place of the number",
            "You set an entry of w to e, and to minus e, whatever it was. "
            "Which operator adds to it instead?",
            [("up[index] += e", "up[index] = e"),
             ("down[index] -= e", "down[index] = -e")],
        ),
        Mistake(
            "the distance is taken for half of what it is",
            "All your slopes are twice as large as they should be. How far "
            "apart are the two points?",
            [("/ (2 * e)", "/ e")],
        ),
        Mistake(
            "a difference is not divided",
            "Your numbers shrink when e does. A slope does not depend on how "
            "far you move.",
            [("(f(up) - f(down)) / (2 * e)", "f(up) - f(down)")],
        ),
        Mistake(
            "up and down are swapped",
            "All your slopes have the wrong sign. Which value comes first "
            "in the difference?",
            [("f(up) - f(down)", "f(down) - f(up)")],
        ),
        Mistake(
            "all entries are moved at once",
            "You call f after several entries of w have been moved at once. "
            "Move each entry alone, starting from the original w.",
            [("up[index] += e", "up += e"),
             ("down[index] -= e", "down -= e")],
            shows=lambda *case: max(_moved(*case)) > 1,
        ),
        Mistake(
            "the values are not subtracted",
            "Add 1 to f everywhere, and your slopes change. A slope depends "
            "only on the difference of two values.",
            [("f(up) - f(down)", "f(up) + f(down)")],
            shows=_wants_values,
        ),
        Mistake(
            "the caller's array is written to",
            "A second name for an array is not a copy: what you write ends "
            "up in w itself.",
            [("up, down = w.copy(), w.copy()", "up, down = w, w.copy()")],
        ),
    ),
    cases=_cases,
)  # fmt: skip
