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


def _moved(answer: Any, f: Callable[..., float], w: Any, e: Any) -> list[int]:
    """Say in how many places w was moved, for each time that f is read."""
    moved = []

    def noted(v: Any) -> float:
        moved.append(int((~np.isclose(v, w)).sum()))
        return f(v)

    answer(noted, w, e)
    return moved


def _wants_heights(
    answer: Any, f: Callable[..., float], w: Any, e: Any
) -> bool:
    """Tell whether it matters how high the whole curve lies."""
    raised = answer(lambda v: f(v) + 1.0, w, e)
    return not np.allclose(answer(f, w, e), raised)


def _only(at: int, answer: Any, *case: Any) -> bool:
    """Tell whether one slope alone is there."""
    slopes = np.ravel(answer(*case))
    return bool(slopes[at]) and np.count_nonzero(slopes) == 1


def _flat(answer: Any, *case: Any) -> bool:
    """Tell whether f was read and every slope is 0."""
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
        ("The starter writes down where `f` is after a move. A slope is a "
         "difference of two such heights, divided by the way between them."),
        "You need two copies of `w`: one moved up, one moved down.",
        "From the lower place to the upper one the way is `2 * e`.",
    ),
    mistakes=(
        Mistake(
            "all slopes are 0",
            "You read f, and each slope comes out as 0. Is w moved the "
            "same way for both readings? And is the slope kept in `slopes`?",
            [("down[place] -= e", "down[place] += e")],
            shows=_flat,
        ),
        Mistake(
            "only the first slope is measured",
            "All your slopes but the first are 0. Does the loop reach the "
            "second place before the function returns?",
            [("    return slopes", "        return slopes")],
            shows=lambda *case: _only(0, *case),
        ),
        Mistake(
            "only the last slope is left",
            "All your slopes but the last are 0. Is `slopes` made once, or "
            "made again for each place?",
            [("        up, down",
              "        slopes = np.zeros_like(w)\n        up, down")],
            shows=lambda *case: _only(-1, *case),
        ),
        Mistake(
            "slopes are cut to whole numbers",
            "All your slopes are whole numbers. Is there a `//`, or an array "
            "that can only hold whole numbers?",
            [("np.zeros_like(w)", "np.zeros_like(w, int)")],
            shows=_whole,
        ),
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
            "one of the two readings is made at w itself",
            "You compare a move with no move at all, over a way that is "
            "meant for two moves. Which of your copies stays as it was?",
            [("down[place] -= e", "pass")],
            shows=lambda *case: 0 in _moved(*case),
        ),
        Mistake(
            "brackets are missing around the way",
            "`a / 2 * e` is worked out from the left: divided by 2, then "
            "multiplied by e. What belongs below the line as a whole?",
            [("/ (2 * e)", "/ 2 * e")],
        ),
        Mistake(
            "brackets are missing around the difference",
            "Division comes before subtraction, so only the second height "
            "is divided. What belongs above the line as a whole?",
            [("(f(up) - f(down)) / (2 * e)", "f(up) - f(down) / (2 * e)")],
        ),
        Mistake(
            "the difference is multiplied by the way",
            "Your numbers shrink when e does, and twice as fast as the "
            "difference. A slope is height per way.",
            [("/ (2 * e)", "* (2 * e)")],
        ),
        Mistake(
            "the move is written in place of the number",
            "You set a number of w to e, and to minus e, wherever it was. "
            "Which operator moves it from where it is?",
            [("up[place] += e", "up[place] = e"),
             ("down[place] -= e", "down[place] = -e")],
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
            "You read f where several numbers of w have been moved at once. "
            "Each place should be moved alone, starting from w as it was.",
            [("up[place] += e", "up += e"),
             ("down[place] -= e", "down -= e")],
            shows=lambda *case: max(_moved(*case)) > 1,
        ),
        Mistake(
            "the heights are not subtracted",
            "Lift the whole curve by 1, and your slopes change. A slope "
            "depends on the difference of two heights alone.",
            [("f(up) - f(down)", "f(up) + f(down)")],
            shows=_wants_heights,
        ),
        Mistake(
            "the lent array is written to",
            "A second name for an array is no second array: what you write "
            "ends up in w itself.",
            [("up, down = w.copy(), w.copy()", "up, down = w, w.copy()")],
        ),
    ),
    cases=_cases,
)  # fmt: skip
