"""jacobian-product: what is left of a small change, in one number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake

PROMPT = """\
A recurrent network with a single number `h` as its hidden state computes
`h = tanh(x + w * h)` at each step. Move the initial state by a hair: what
fraction of that change is left after each step? Write `jacobian_product`,
which returns these fractions, (T,).

`w` is the weight, `h` the initial state, and `x` (T,) are the inputs.
"""

STARTER = """\
import numpy as np

def jacobian_product(w, h, x):
    \"\"\"Return the fraction left after each step, (T,).\"\"\"
    left, product = np.zeros(len(x)), 1.0
    for t in range(len(x)):
        h = np.tanh(x[t] + w * h)
        product *= 1.0  # by what does this step multiply?
        left[t] = product
    return left
"""

SOLUTION = STARTER.replace(
    "product *= 1.0  # by what does this step multiply?",
    "product *= w * (1 - h**2)",
)


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw weights of both signs, initial states and inputs."""
    for T in 3 + rng.permutation(6):
        w = float(rng.choice([-1, 1]) * rng.uniform(0.5, 1.5))
        yield w, float(rng.uniform(-0.9, 0.9)), rng.normal(size=T) / 2


def _slopes(answer: Any, w: float, h: float, x: Any) -> list[float]:
    """Give the slopes of two steps, by which w is multiplied."""
    left = answer(w, h, x)
    return [float(left[0] / w), float(left[1] / left[0] / w)]


EXERCISE = Exercise(
    id="jacobian-product",
    title="What is left of a small change",
    grade=1,
    minutes=6,
    function="jacobian_product",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("Two things stand between the old state and the new one: a weight "
         "and a tanh. Each multiplies the change by a number."),
        ("The slope of tanh is 1 minus the square of its value. Which value "
         "has just been computed?"),
    ),
    mistakes=(
        Mistake(
            "the slope of tanh is forgotten",
            "Your fractions do not depend on the inputs. Where tanh is "
            "saturated it hardly moves, so the inputs do matter.",
            [("w * (1 - h**2)", "w")],
        ),
        Mistake(
            "the weight is forgotten",
            "The slope is right. But the change comes in through the old "
            "state, and what is the old state multiplied by?",
            [("w * (1 - h**2)", "(1 - h**2)")],
        ),
        Mistake(
            "the slope is taken at the state before the step",
            "The slope of this step's tanh belongs to the state that this "
            "step computes. You take it at the state before.",
            code=SOLUTION.replace(
                "        h = np.tanh(x[t] + w * h)\n"
                "        product *= w * (1 - h**2)\n",
                "        product *= w * (1 - h**2)\n"
                "        h = np.tanh(x[t] + w * h)\n",
            ),
        ),
        Mistake(
            "the slope lacks its square",
            "At a state of minus one half your slope is larger than 1, and "
            "tanh is nowhere steeper than that.",
            [("h**2", "h")],
        ),
        Mistake(
            "each step begins with the whole change again",
            "What comes into a step is what the step before has left of the "
            "change. Your numbers are the factors of single steps.",
            [("product *=", "product =")],
        ),
        Mistake(
            "the factors of the steps are added",
            "A half of a half is a quarter: the factors are multiplied, not "
            "added.",
            [("product *=", "product +=")],
        ),
        Mistake(
            "the first step is left out",
            "Your first number is 0: the loop never does the first step. "
            "Python counts from 0.",
            [("range(len(x))", "range(1, len(x))")],
        ),
        Mistake(
            "the steps are done in reverse",
            "Your loop begins with the last input. The change goes through "
            "the steps in the order in which they are read.",
            [("range(len(x))", "reversed(range(len(x)))")],
        ),
        Mistake(
            "the activation function is left out",
            "In your step the new state is the bare sum. Without tanh it "
            "can be of any size.",
            [("np.tanh(x[t] + w * h)", "x[t] + w * h")],
        ),
        Mistake(
            "the old state comes in without its weight",
            "Your new state is the tanh of the input plus the old state. "
            "What is the old state multiplied by?",
            [("x[t] + w * h", "x[t] + h")],
        ),
        Mistake(
            "the square is taken of the whole slope",
            "The slope of tanh is 1 minus a square. Yours is the square of a "
            "difference.",
            [("1 - h**2", "1 - h) ** 2 * (1")],
        ),
        Mistake(
            "twice the state is taken for its square",
            "You subtract twice the state from 1. The slope has its square.",
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
            "The change meets one after the other: each multiplies what the "
            "other left.",
            [("w * (1 - h**2)", "w + (1 - h**2)")],
        ),
        Mistake(
            "the state itself is returned",
            "You return the state after each step. How much of a change of "
            "the initial state is left in it?",
            [("left[t] = product", "left[t] = h")],
        ),
        Mistake(
            "everything begins again at each step",
            "All but your last number are 0. What is set before the loop has "
            "to stay there, or each step starts from nothing.",
            [("    left, product = np.zeros(len(x)), 1.0\n", ""),
             ("(len(x)):\n",
              "(len(x)):\n        left, product = np.zeros(len(x)), 1.0\n")],
        ),
        Mistake(
            "the slope is negative",
            "Your fractions have a sign that the weight does not give them, "
            "as if tanh were falling. It rises everywhere.",
            [("(1 - h**2)", "(h**2 - 1)")],
            shows=lambda answer, *case: max(_slopes(answer, *case)) < 0,
        ),
        Mistake(
            "the slope is above 1",
            "A step of yours keeps more than the weight alone would. The "
            "slope of tanh is at most 1.",
            [("(1 - h**2)", "(1 + h**2)")],
            shows=lambda answer, *case: min(_slopes(answer, *case)) > 1,
        ),
    ),
    cases=_cases,
)  # fmt: skip
