"""jacobian-product: what is left of a hair, in a memory of one number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

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


def _slopes(answer: Any, w: float, h: float, x: Any) -> list[float]:
    """Give the slopes of two steps, by which w is multiplied."""
    left = answer(w, h, x)
    return [float(left[0] / w), float(left[1] / left[0] / w)]


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
            [("share *=", "share =")],
        ),
        Mistake(
            "the shares of the steps are added",
            "A half of a half is a quarter. Shares of shares are not added.",
            [("share *=", "share +=")],
        ),
        Mistake(
            "the first step is left out",
            "Your first number is 0: the loop never does the first step. "
            "Python counts from 0.",
            [("range(len(x))", "range(1, len(x))")],
        ),
        Mistake(
            "the steps are done backwards",
            "Your loop begins with what is read last. The hair goes through "
            "the steps in the order in which they are read.",
            [("range(len(x))", "reversed(range(len(x)))")],
        ),
        Mistake(
            "the memory is not squashed",
            "In your step the new memory is the bare sum. Without tanh it "
            "can be of any size.",
            [("np.tanh(x[t] + w * h)", "x[t] + w * h")],
        ),
        Mistake(
            "the old memory comes in without its weight",
            "Your new memory is made of what is read and of all of the old "
            "memory. What is the old one multiplied by?",
            [("x[t] + w * h", "x[t] + h")],
        ),
        Mistake(
            "the square is taken of the whole slope",
            "The slope of tanh is 1 minus a square. Yours is the square of a "
            "difference.",
            [("1 - h**2", "1 - h) ** 2 * (1")],
        ),
        Mistake(
            "twice the memory is taken for its square",
            "You take away twice the value where its square was meant.",
            [("h**2", "h * 2")],
        ),
        Mistake(
            "the slope lacks its brackets",
            "Multiplication comes before subtraction: your weight multiplies "
            "the 1 alone.",
            [("w * (1 - h**2)", "w * 1 - h**2")],
        ),
        Mistake(
            "weight and slope are added",
            "The hair meets one after the other: each lets through a share "
            "of what the other left.",
            [("w * (1 - h**2)", "w + (1 - h**2)")],
        ),
        Mistake(
            "the memory itself comes back",
            "You give the memory after each step. How much of a change of "
            "the first memory is left in it?",
            [("left[t] = share", "left[t] = h")],
        ),
        Mistake(
            "everything begins again at each step",
            "All but your last number are 0. What is set before the loop has "
            "to stay there, or each step starts from nothing.",
            [("    left, share = np.zeros(len(x)), 1.0\n", ""),
             ("(len(x)):\n",
              "(len(x)):\n        left, share = np.zeros(len(x)), 1.0\n")],
        ),
        Mistake(
            "the slope is negative",
            "Your shares have a sign that the weight does not give them, so "
            "you take tanh to fall. It rises everywhere.",
            [("(1 - h**2)", "(h**2 - 1)")],
            shows=lambda answer, *case: max(_slopes(answer, *case)) < 0,
        ),
        Mistake(
            "the slope is above 1",
            "A step of yours lets through more than the weight alone would. "
            "The slope of tanh is at most 1.",
            [("(1 - h**2)", "(1 + h**2)")],
            shows=lambda answer, *case: min(_slopes(answer, *case)) > 1,
        ),
    ),
    cases=_cases,
)  # fmt: skip
