"""spectral-radius: give a recurrent network the spectral radius you want."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.numpy import RNN

PROMPT = """\
Write `rescale`, which gives a recurrent network the spectral radius that you
want. `params` are the parameters of an RNN. Return a copy in which
`weight_hh` is multiplied by a number, so that its spectral radius is
`wanted`. All other parameters stay the same, and `params` itself is not
changed.

When it passes, rescale an `RNN(16, 32)` to 1 and print its largest singular
value. Can one step still stretch a change?
"""

STARTER = """\
import numpy as np

def rescale(params, wanted):
    \"\"\"Return parameters with that spectral radius of weight_hh.\"\"\"
    W = params["weight_hh"]
    radius = 1.0  # what is it really?
    return {**params, "weight_hh": W * wanted / radius}
"""

SOLUTION = STARTER.replace(
    "1.0  # what is it really?", "np.abs(np.linalg.eigvals(W)).max()"
)
RADIUS = "np.abs(np.linalg.eigvals(W)).max()"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw networks, some negated so that -W has the largest part."""
    for turn in (1, -1, 1, -1, 1, -1):
        D, H = 3 + rng.permutation(4)[:2]
        params = RNN(int(D), int(H)).init(rng, np.float64)
        W = params["weight_hh"]
        largest = np.linalg.eigvals(W).real
        sign = turn * np.sign(largest[np.abs(largest).argmax()])
        params = params | {"weight_hh": sign * W}
        yield params, float(rng.uniform(0.5, 1.5))


def _other_radius(answer: Any, params: Any, wanted: float) -> bool:
    """Show a multiple of the matrix with another radius, and no sign."""
    W, got = params["weight_hh"], answer(params, wanted)["weight_hh"]
    factor = got[0, 0] / W[0, 0]
    return bool(
        factor > 0
        and np.allclose(got, factor * W)
        and not np.allclose(got, answer(params, 2 * wanted)["weight_hh"])
        and not np.isclose(np.abs(np.linalg.eigvals(got)).max(), wanted)
    )


EXERCISE = Exercise(
    id="spectral-radius",
    title="The spectral radius you want",
    grade=2,
    minutes=8,
    function="rescale",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("If a matrix is doubled, so are its eigenvalues. By what must it be "
         "divided to have a spectral radius of 1?"),
        ("`np.linalg.eigvals` gives all eigenvalues. They may be negative or "
         "complex. What is the absolute value of each?"),
    ),
    mistakes=(
        Mistake(
            "the present radius is not divided out",
            "A matrix with spectral radius ½ would come out with half of "
            "what was wanted.",
            [(RADIUS, "1.0")],
        ),
        Mistake(
            "it is the largest singular value that you set",
            "You divide by the largest singular value, the most that one "
            "step can stretch. The spectral radius is never larger, and "
            "mostly smaller.",
            [(RADIUS, "np.linalg.norm(W, 2)")],
        ),
        Mistake(
            "only the real part of the eigenvalues counts",
            "A pair of complex eigenvalues rotates a vector and scales it by "
            "their absolute value. You take their real parts only.",
            [(RADIUS, "np.abs(np.linalg.eigvals(W).real).max()")],
        ),
        Mistake(
            "the largest eigenvalue is taken with its sign",
            "An eigenvalue of −2 stretches more than one of 1. You compare "
            "them with their signs.",
            [(RADIUS, "np.linalg.eigvals(W).real.max()")],
        ),
        Mistake(
            "the norm of all entries is taken for the radius",
            "The root of the sum of all squares grows with the size of the "
            "matrix, also where it stretches nothing.",
            [(RADIUS, "np.linalg.norm(W)")],
        ),
        Mistake(
            "it is divided by what is wanted",
            "The larger the spectral radius that is asked for, the smaller "
            "yours is.",
            [("W * wanted / radius", "W / wanted / radius")],
        ),
        Mistake(
            "all weights are rescaled",
            "The input weights and biases stay the same. Only `weight_hh` "
            "carries the state from step to step.",
            [('{**params, "weight_hh": W * wanted / radius}',
              "{k: v * wanted / radius for k, v in params.items()}")],
        ),
        Mistake(
            "the smallest eigenvalue is taken",
            "You divide by the eigenvalue closest to zero. In the long run "
            "the largest one decides.",
            [("eigvals(W)).max", "eigvals(W)).min")],
        ),
        Mistake(
            "the eigenvalues are added up",
            "You divide by the sum of all absolute values. The spectral "
            "radius is that of one eigenvalue.",
            [("eigvals(W)).max", "eigvals(W)).sum")],
        ),
        Mistake(
            "the largest entry is taken",
            "You divide by the largest entry of the matrix. What a matrix "
            "does in the long run cannot be read off one entry.",
            [(RADIUS, "np.abs(W).max()")],
        ),
        Mistake(
            "the present radius is multiplied in",
            "A matrix with spectral radius 2 would come out with four times "
            "what was wanted.",
            [("wanted / radius", "wanted * radius")],
        ),
        Mistake(
            "the radius of the result is not the one wanted",
            "You multiply `weight_hh` by a number, as you should, but the "
            "largest absolute eigenvalue of the result is not `wanted`.",
            [(RADIUS, "2.0")],
            shows=_other_radius,
        ),
    ),
    cases=_cases,
)  # fmt: skip
