"""clip-by-norm: shorten a gradient, and keep where it points."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake

PROMPT = """\
Write `clip`, the clipping of the lesson. `grads` is a dictionary of arrays.
Taken together they are one long vector, and that vector has one length. If it
is longer than `limit`, shorten it to `limit` and keep its direction.
Otherwise return it as it is.

When it passes: what would each of the two do to a network whose gradient is
ten times too long in one array and right in all others, to clip all arrays as
one, or each for itself?
"""

STARTER = '''\
import numpy as np

def clip(grads, limit):
    """grads is a dict of arrays; return a dict with the same keys."""
    norm = 0.0
    # How long is the vector of all numbers in all arrays?
    return {name: g for name, g in grads.items()}
'''

SOLUTION = '''\
import numpy as np

def clip(grads, limit):
    """grads is a dict of arrays; return a dict with the same keys."""
    norm = np.sqrt(sum((g ** 2).sum() for g in grads.values()))
    scale = min(1.0, limit / norm)
    return {name: g * scale for name, g in grads.items()}
'''
_NORM = "np.sqrt(sum((g ** 2).sum() for g in grads.values()))"
_SCALED = "{name: g * scale for name, g in grads.items()}"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw gradients longer and shorter than their limit."""
    for share in rng.permutation([0.05, 0.3, 0.6, 1.5, 4.0]):
        H, D = 2 + rng.permutation(4)[:2]
        grads = {
            "weight_hh": rng.normal(size=(H, H)),
            "weight_ih": rng.normal(size=(H, D)),
            "bias": 0.3 * rng.normal(size=H),
        }
        parts = [np.vdot(g, g) for g in grads.values()]
        yield grads, float(share * np.sqrt(sum(parts)))


def _keeps_direction(
    answer: Callable[..., Any], grads: Any, limit: float
) -> bool:
    """Tell whether all numbers are multiplied by one that is above 0."""
    clipped = answer(grads, limit)
    ratios = [np.ravel(clipped[name] / g) for name, g in grads.items()]
    first = ratios[0][0]
    return bool(first > 0) and np.allclose(np.concatenate(ratios), first)


EXERCISE = Exercise(
    id="clip-by-norm",
    title="Shorten a gradient",
    grade=2,
    minutes=8,
    function="clip",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("The length of a vector is the root of the sum of its squares, "
         "however many arrays its numbers are spread over."),
        ("By which one number must everything be multiplied, so that the "
         "length becomes `limit`? And where nothing shall happen?"),
        "`limit / norm` is above 1 where the gradient is short enough.",
    ),
    mistakes=(
        Mistake(
            "nothing is clipped",
            "A gradient longer than the limit comes back as long as it was.",
            [(_SCALED, "dict(grads)")],
        ),
        Mistake(
            "each array is clipped for itself",
            "Long arrays are shortened and short ones are not, so that the "
            "gradient points elsewhere. There is one length, of all arrays "
            "together.",
            [("g * scale", "g * min(1.0, limit / np.linalg.norm(g))")],
        ),
        Mistake(
            "each number is clipped for itself",
            "You cut off large numbers and keep small ones, so that the "
            "gradient points elsewhere. Multiply all of them by one number.",
            [("g * scale", "np.clip(g, -limit, limit)")],
        ),
        Mistake(
            "short gradients are made longer",
            "Every gradient comes back with the length of the limit. A short "
            "one is a small step, and shall stay one.",
            [("min(1.0, limit / norm)", "limit / norm")],
        ),
        Mistake(
            "the root is missing",
            "You compare the limit with the sum of the squares. A length has "
            "the unit of the numbers, not of their squares.",
            [(_NORM, "sum((g ** 2).sum() for g in grads.values())")],
        ),
        Mistake(
            "lengths of arrays are added up",
            "The length of the whole is not the sum of the lengths of its "
            "parts: three steps east and four north are five from home.",
            [(_NORM, "sum(np.sqrt((g ** 2).sum()) for g in grads.values())")],
        ),
        Mistake(
            "what is long gets the length one",
            "A gradient that is too long comes back with length one, "
            "whatever the limit is.",
            [("min(1.0, limit / norm)",
              "1.0 if norm <= limit else 1.0 / norm")],
        ),
        Mistake(
            "short gradients are made longer and long ones are left",
            "What is within the limit grows to it, and what is beyond it "
            "stays. Which of the two should your factor never exceed: the "
            "larger or the smaller?",
            [("min(1.0, limit / norm)", "max(1.0, limit / norm)")],
        ),
        Mistake(
            "long gradients get another length than the limit",
            "The direction is right, and so are gradients within the limit. "
            "But one that is too long does not come back with the length of "
            "the limit. By what must its length be multiplied?",
            [("min(1.0, limit / norm)",
              "1.0 if norm <= limit else 0.5 * limit / norm")],
            shows=_keeps_direction,
        ),
        Mistake(
            "some short gradients are changed",
            "Gradients that are too long come back right. But some that are "
            "within the limit are changed, and should come back as they "
            "are.",
            [("min(1.0, limit / norm)", "min(0.9, limit / norm)")],
            shows=_keeps_direction,
        ),
        Mistake(
            "every gradient gets the wrong length",
            "You multiply everything by one number, as you should, so the "
            "direction is right. But the number is wrong, for gradients "
            "within the limit too. What should it be for those?",
            [("g * scale", "g * limit")],
            shows=_keeps_direction,
        ),
    ),
    cases=_cases,
)  # fmt: skip
