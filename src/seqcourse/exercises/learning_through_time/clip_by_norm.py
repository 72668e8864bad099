"""clip-by-norm: limit the norm of a gradient, and keep its direction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake

PROMPT = """\
Write `clip`, the gradient clipping of the lesson. `grads` is a dictionary of
arrays. Together they form one vector, which has one norm, the global norm. If
it exceeds `limit`, scale the gradient down to the norm `limit` and keep its
direction. Otherwise return it unchanged.

When it passes: suppose that one array of a gradient is ten times too large
and all others are right. What does clipping by the global norm do to that
network, and what does clipping each array by its own norm do?
"""

STARTER = '''\
import numpy as np

def clip(grads, limit):
    """grads is a dict of arrays; return a dict with the same keys."""
    norm = 0.0
    # What is the norm of the vector of all numbers in all arrays?
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
    """Draw gradients of norms above and below their limit."""
    for ratio in rng.permutation([0.05, 0.3, 0.6, 1.5, 4.0]):
        H, D = 2 + rng.permutation(4)[:2]
        grads = {
            "weight_hh": rng.normal(size=(H, H)),
            "weight_ih": rng.normal(size=(H, D)),
            "bias": 0.3 * rng.normal(size=H),
        }
        parts = [np.vdot(g, g) for g in grads.values()]
        yield grads, float(ratio * np.sqrt(sum(parts)))


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
    title="Clip a gradient by its norm",
    grade=2,
    minutes=8,
    function="clip",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("The norm of a vector is the root of the sum of its squares, "
         "however many arrays its numbers are spread over."),
        ("By which one number must everything be multiplied, so that the "
         "norm becomes `limit`? And which number changes nothing?"),
        "`limit / norm` is above 1 where the norm is within the limit.",
    ),
    mistakes=(
        Mistake(
            "nothing is clipped",
            "A gradient whose norm exceeds the limit comes back unchanged.",
            [(_SCALED, "dict(grads)")],
        ),
        Mistake(
            "each array is clipped by its own norm",
            "Arrays with a large norm are scaled down and others are not, so "
            "the gradient changes its direction. There is one norm, of all "
            "arrays together.",
            [("g * scale", "g * min(1.0, limit / np.linalg.norm(g))")],
        ),
        Mistake(
            "each number is clipped by its own size",
            "You limit large numbers and keep small ones, so the gradient "
            "changes its direction. Multiply all of them by one number.",
            [("g * scale", "np.clip(g, -limit, limit)")],
        ),
        Mistake(
            "small gradients are scaled up",
            "Every gradient comes back with the norm `limit`. A small "
            "gradient means a small step, and should stay small.",
            [("min(1.0, limit / norm)", "limit / norm")],
        ),
        Mistake(
            "the root is missing",
            "You compare the limit with the sum of the squares. The norm is "
            "its square root.",
            [(_NORM, "sum((g ** 2).sum() for g in grads.values())")],
        ),
        Mistake(
            "norms of arrays are added up",
            "The norm of the whole is not the sum of the norms of its parts: "
            "three steps east and four north are five from home.",
            [(_NORM, "sum(np.sqrt((g ** 2).sum()) for g in grads.values())")],
        ),
        Mistake(
            "large gradients get the norm one",
            "A gradient that exceeds the limit comes back with norm one, "
            "whatever the limit is.",
            [("min(1.0, limit / norm)",
              "1.0 if norm <= limit else 1.0 / norm")],
        ),
        Mistake(
            "small gradients are scaled up and large ones are left",
            "A gradient within the limit is scaled up, and one beyond it "
            "stays. Should your factor be the larger or the smaller of the "
            "two numbers?",
            [("min(1.0, limit / norm)", "max(1.0, limit / norm)")],
        ),
        Mistake(
            "large gradients get another norm than the limit",
            "The direction is right, and so are gradients within the limit. "
            "But one that exceeds the limit does not come back with the norm "
            "`limit`. By what must its norm be multiplied?",
            [("min(1.0, limit / norm)",
              "1.0 if norm <= limit else 0.5 * limit / norm")],
            shows=_keeps_direction,
        ),
        Mistake(
            "some gradients within the limit are changed",
            "Gradients that exceed the limit come back right. But some that "
            "are within it are changed, and should come back unchanged.",
            [("min(1.0, limit / norm)", "min(0.9, limit / norm)")],
            shows=_keeps_direction,
        ),
        Mistake(
            "every gradient gets the wrong norm",
            "You multiply everything by one number, as you should, so the "
            "direction is right. But the number is wrong, for gradients "
            "within the limit too. What should it be for those?",
            [("g * scale", "g * limit")],
            shows=_keeps_direction,
        ),
    ),
    cases=_cases,
)  # fmt: skip
