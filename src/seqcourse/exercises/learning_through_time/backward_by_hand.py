"""backward-by-hand: three steps back through a state of one number."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake

PROMPT = """\
A hidden state of one number reads `x`, as in the lesson:
`h = tanh(x[t] + w * h)`, from 0. The loss is half the squared error of the
last state against `wanted`. The forward pass is done for you: `h[0]` is the
initial 0, and `h[t + 1]` is the state after `x[t]`.

Complete the backward pass, so that `weight_gradient` returns the gradient of
`w`. It handles the last step already. Do the two before it on paper first,
for `x = [1, 0, 0]` and `w = ½`.
"""

STARTER = '''\
import numpy as np

def weight_gradient(x, wanted, w):
    """x is a list of T numbers; return the gradient of the loss for w."""
    h = [0.0]
    for x_t in x:
        h.append(np.tanh(x_t + w * h[-1]))
    dh, dw = h[-1] - wanted, 0.0
    t = len(x) - 1
    delta = dh * (1 - h[t + 1] ** 2)
    dw += delta * h[t]
    return dw
'''

SOLUTION = STARTER.replace(
    """\
    t = len(x) - 1
    delta = dh * (1 - h[t + 1] ** 2)
    dw += delta * h[t]
""",
    """\
    for t in reversed(range(len(x))):
        delta = dh * (1 - h[t + 1] ** 2)
        dw += delta * h[t]
        dh = w * delta
""",
)


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw short sequences of numbers, with weights of either sign."""
    for T in (3, 4, 5, 6, 7):
        w = float(rng.choice([-1, 1]) * rng.uniform(0.4, 1.2))
        yield rng.normal(size=T).tolist(), float(rng.normal()), w


def _off_from(
    steps: int, answer: Callable[..., Any], x: Any, wanted: float, w: float
) -> bool:
    """Tell whether two steps go wrong, or three and not two.

    What is right but for its sign, 0, or deaf to `wanted` does not count.
    """
    h1 = np.tanh(x[0])
    h2 = np.tanh(x[1] + w * h1)
    h3 = np.tanh(x[2] + w * h2)
    two = (h2 - wanted) * (1 - h2**2) * h1
    last = (h3 - wanted) * (1 - h3**2)
    three = last * (h2 + w * (1 - h2**2) * h1)
    got = answer(x[:2], wanted, w)
    if steps == 3:
        more = answer(x[:3], wanted, w)
        return bool(np.isclose(got, two) and not np.isclose(more, three))
    told = np.isclose(np.abs(got), [0, abs(two)]).any()
    moved = answer(x[:2], wanted + 1.0, w)
    return not told and not np.isclose(got, moved)


EXERCISE = Exercise(
    id="backward-by-hand",
    title="A backward pass by hand",
    grade=1,
    minutes=8,
    function="weight_gradient",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("The starter treats the last step as every step must be treated. "
         "In which order must the steps come?"),
        ("`for t in reversed(range(len(x))):` goes from the last step to the "
         "first."),
        ("At the end of each round the next one needs a new `dh`: the "
         "gradient of the state before. That state was multiplied by `w`."),
    ),
    mistakes=(
        Mistake(
            "only the last step counts",
            "Your gradient is the last step's contribution alone. All steps "
            "share the weight, and each of them contributes.",
            [("reversed(range(len(x)))", "[len(x) - 1]")],
        ),
        Mistake(
            "the gradient does not change from step to step",
            "Each step gets the gradient of the last state unchanged. What a "
            "step passes back has gone through the slope of tanh and "
            "through the weight.",
            [("        dh = w * delta\n", "")],
        ),
        Mistake(
            "the weight is forgotten in the backward pass",
            "The state before was multiplied by something in the forward "
            "pass. The gradient that goes back to it is multiplied by the "
            "same.",
            [("dh = w * delta", "dh = delta")],
        ),
        Mistake(
            "the slope of tanh is forgotten",
            "A state near 1 hardly moves, whatever goes into tanh. The slope "
            "of tanh there belongs in your product.",
            [("dh * (1 - h[t + 1] ** 2)", "dh")],
        ),
        Mistake(
            "the slope of tanh is taken one step too early",
            "The slope belongs to the state that the step computed, not to "
            "the one that it started from. Which of the two is h[t]?",
            [("(1 - h[t + 1] ** 2)", "(1 - h[t] ** 2)")],
        ),
        Mistake(
            "the weight is paired with the wrong state",
            "What did the weight multiply at this step: the state before it, "
            "or the state after it?",
            [("dw += delta * h[t]", "dw += delta * h[t + 1]")],
        ),
        Mistake(
            "the steps are taken in forward order",
            "The backward pass starts where the loss is, at the end. Your "
            "loop begins with the first step.",
            [("reversed(range(len(x)))", "range(len(x))")],
        ),
        Mistake(
            "nothing is left but 0",
            "Your gradient is always 0, as the first step's contribution is: "
            "the state before it was 0. Are the contributions of the steps "
            "added up, or does each overwrite the one before?",
            [("dw += delta * h[t]", "dw = delta * h[t]")],
        ),
        Mistake(
            "two steps already go wrong",
            "The starter is right for two steps, where only the last one "
            "contributes. Yours no longer is. What has changed: the forward "
            "pass, `dh` at the end, `delta`, or what is added to `dw`?",
            [("delta = dh *", "delta = -dh + 2 *")],
            shows=lambda *case: _off_from(2, *case),
        ),
        Mistake(
            "the wrong gradient goes back a step",
            "For two steps your gradient is right, and for three it is not. "
            "What does the last step pass to the one before, and what is it "
            "multiplied by?",
            [("dh = w * delta", "dh = -w * delta")],
            shows=lambda *case: _off_from(3, *case),
        ),
    ),
    cases=_cases,
)  # fmt: skip
