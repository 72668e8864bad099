"""jacobian-product: what is left of a hair, in a memory of one number."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake

PROMPT = """\
A memory of one number is `h = tanh(x + w * h)` after each step. Move the
first memory by a hair: how much of the hair is left after each step? Write
`jacobian_product`, which gives that share, (T,), one for each step.

`w` is the weight, `h` the first memory, and `x` is (T,), what is read.
"""

STARTER = """\
import numpy as np

def jacobian_product(w, h, x):
    \"\"\"Return the share that is left after each step, (T,).\"\"\"
    left, share = np.zeros(len(x)), 1.0
    for t in range(len(x)):
        h = np.tanh(x[t] + w * h)
        share *= 1.0  # what does this step let through?
        left[t] = share
    return left
"""

SOLUTION = STARTER.replace(
    "share *= 1.0  # what does this step let through?",
    "share *= w * (1 - h**2)",
)


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw weights of both signs, memories, and things to read."""
    for T in 3 + rng.permutation(6):
        w = float(rng.choice([-1, 1]) * rng.uniform(0.5, 1.5))
        yield w, float(rng.uniform(-0.9, 0.9)), rng.normal(size=T) / 2


EXERCISE = Exercise(
    id="jacobian-product",
    title="One hair, four steps",
    grade=1,
    minutes=6,
    function="jacobian_product",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("Two things stand between the old memory and the new one. Each lets "
         "through a share, and the shares multiply."),
        ("The slope of tanh at some place is 1 minus the square of the "
         "value that it has there. Which value has just been computed?"),
    ),
    mistakes=(
        Mistake(
            "the slope of tanh is forgotten",
            "Your shares do not depend on what is read. Near its ends tanh "
            "hardly moves, so what is read does matter.",
            [("w * (1 - h**2)", "w")],
        ),
        Mistake(
            "the weight is forgotten",
            "The slope is right. But the hair comes in through the old "
            "memory, and what is the old memory multiplied by?",
            [("w * (1 - h**2)", "(1 - h**2)")],
        ),
        Mistake(
            "the slope is taken at the memory before the step",
            "The tanh of this step has this step's value. You take its slope "
            "where the step before had it.",
            code=SOLUTION.replace(
                "        h = np.tanh(x[t] + w * h)\n"
                "        share *= w * (1 - h**2)\n",
                "        share *= w * (1 - h**2)\n"
                "        h = np.tanh(x[t] + w * h)\n",
            ),
        ),
        Mistake(
            "the slope lacks its square",
            "At a memory of minus one half your slope is larger than 1, and "
            "tanh is nowhere steeper than that.",
            [("h**2", "h")],
        ),
        Mistake(
            "each step begins with a whole hair again",
            "What comes into a step is what the step before has left of the "
            "hair. Your numbers are the shares of single steps.",
            [("share *= w", "share = w")],
        ),
        Mistake(
            "the shares of the steps are added",
            "A half of a half is a quarter. Shares of shares are not added.",
            [("share *= w", "share += w")],
        ),
    ),
    cases=_cases,
)  # fmt: skip
