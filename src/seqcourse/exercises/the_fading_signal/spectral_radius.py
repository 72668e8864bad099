"""spectral-radius: give a recurrent network the spectral radius you want."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.numpy import RNN

PROMPT = """\
Write `rescale`, which gives a network the spectral radius that you want.
`params` are the weights of an RNN. Return weights like them, in which
`weight_hh` is multiplied by a number, so that its spectral radius is
`wanted`. All other weights stay as they are, and so does `params` itself.

When it passes, rescale an `RNN(16, 32)` to 1 and print the largest singular
value. Is one step then able to stretch a change?
"""

STARTER = """\
import numpy as np

def rescale(params, wanted):
    \"\"\"Return new weights whose weight_hh has that spectral radius.\"\"\"
    W = params["weight_hh"]
    radius = 1.0  # what is it really?
    return {**params, "weight_hh": W * wanted / radius}
"""

SOLUTION = STARTER.replace(
    "1.0  # what is it really?", "np.abs(np.linalg.eigvals(W)).max()"
)
RADIUS = "np.abs(np.linalg.eigvals(W)).max()"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw networks, some turned round so that -W has the largest part."""
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
    title="The radius you want",
    grade=2,
    minutes=8,
    function="rescale",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("If a matrix is doubled, so are its eigenvalues. By what must it be "
         "divided to have the radius 1?"),
        ("`np.linalg.eigvals` gives all eigenvalues. They may be negative, "
         "and they may be complex. How large is each?"),
    ),
    mistakes=(
        Mistake(
            "the radius that is there already is not taken out",
            "A matrix with radius one half would come out with half of what "
            "was wanted.",
            [(RADIUS, "1.0")],
        ),
        Mistake(
            "it is the largest singular value that you set",
            "What you divide by is the most that one step can stretch. The "
            "spectral radius is never larger, and mostly smaller.",
            [(RADIUS, "np.linalg.norm(W, 2)")],
        ),
        Mistake(
            "only the real part of the eigenvalues counts",
            "A pair of complex eigenvalues turns a vector, and stretches it "
            "by their distance from zero. You look at one side of it alone.",
            [(RADIUS, "np.abs(np.linalg.eigvals(W).real).max()")],
        ),
        Mistake(
            "the largest eigenvalue is taken with its sign",
            "An eigenvalue of minus 2 stretches more than one of plus 1. "
            "Yours is compared with its sign.",
            [(RADIUS, "np.linalg.eigvals(W).real.max()")],
        ),
        Mistake(
            "the length of all entries is taken for the radius",
            "The root of the sum of all squares grows with the size of the "
            "matrix, also where it stretches nothing.",
            [(RADIUS, "np.linalg.norm(W)")],
        ),
        Mistake(
            "it is divided by what is wanted",
            "The larger the radius that is asked for, the smaller is yours.",
            [("W * wanted / radius", "W / wanted / radius")],
        ),
        Mistake(
            "all weights are rescaled",
            "What the network reads comes in through other weights, and "
            "they have no say in what is left of the memory.",
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
            "You divide by the sum of all sizes. The radius is the size of "
            "one eigenvalue.",
            [("eigvals(W)).max", "eigvals(W)).sum")],
        ),
        Mistake(
            "the largest entry is taken",
            "You divide by the largest number in the matrix. What a matrix "
            "does in the long run cannot be read off one entry.",
            [(RADIUS, "np.abs(W).max()")],
        ),
        Mistake(
            "the radius that is there already is multiplied in",
            "A matrix whose radius is 2 already would come out with four "
            "times what was wanted.",
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
