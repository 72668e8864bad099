"""backward-by-hand: three steps back through a memory of one number."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake

PROMPT = """\
A memory of one number reads `x`, as in the lesson:
`h = tanh(x[t] + w * h)`, from 0. The loss is half the squared distance of
the last memory from `wanted`. Reading is done for you: `h[0]` is the 0 from
the beginning, and `h[t + 1]` the memory after `x[t]`.

Let `weight_gradient` walk back and return the gradient of `w`. It handles the
last step already. Do the two before it on paper first, for `x = [1, 0, 0]`
and `w = ½`.
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
    title="Hand back the blame",
    grade=1,
    minutes=8,
    function="weight_gradient",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("What the starter does for the last step is the same for all. In "
         "which order must the steps come?"),
        ("`for t in reversed(range(len(x))):` goes from the last step to the "
         "first."),
        ("At the end of each round the next one needs a new `dh`: what the "
         "memory before gets. It was multiplied by `w` on the way there."),
    ),
    mistakes=(
        Mistake(
            "only the last step is blamed",
            "Your gradient is the last step's share alone. The same weight "
            "worked at every step before, and each of them adds a share.",
            [("reversed(range(len(x)))", "[len(x) - 1]")],
        ),
        Mistake(
            "the blame does not shrink on its way",
            "Each step gets the error of the last memory in full. What a "
            "step passes back has gone through the squeeze and through the "
            "weight.",
            [("        dh = w * delta\n", "")],
        ),
        Mistake(
            "the weight is forgotten on the way back",
            "The memory before was multiplied by something on its way into "
            "this step. On its way back the blame meets it again.",
            [("dh = w * delta", "dh = delta")],
        ),
        Mistake(
            "the squeeze is forgotten on the way back",
            "A memory near 1 hardly moves, whatever is put in. The slope of "
            "tanh there belongs into your product.",
            [("dh * (1 - h[t + 1] ** 2)", "dh")],
        ),
        Mistake(
            "the slope of tanh is taken one step too early",
            "The slope belongs to the memory that the step made, not to the "
            "one it was given. Which of the two is h[t]?",
            [("(1 - h[t + 1] ** 2)", "(1 - h[t] ** 2)")],
        ),
        Mistake(
            "the weight is credited with the wrong memory",
            "What did the weight multiply at this step: the memory that came "
            "in, or the one that came out?",
            [("dw += delta * h[t]", "dw += delta * h[t + 1]")],
        ),
        Mistake(
            "the steps are walked in reading order",
            "Blame starts where the error is, at the end. Your loop begins "
            "with the first step.",
            [("reversed(range(len(x)))", "range(len(x))")],
        ),
        Mistake(
            "nothing is left but 0",
            "Your gradient is always 0, as the first step's share is: the "
            "memory that came into it was 0. Do the shares of the other "
            "steps add up, or does each write over the one before?",
            [("dw += delta * h[t]", "dw = delta * h[t]")],
        ),
        Mistake(
            "two steps already go wrong",
            "The starter is right about two steps, where the last one alone "
            "has a share. Yours is not any more. What has changed: the "
            "reading, the error at the end, `delta`, or its share?",
            [("delta = dh *", "delta = -dh + 2 *")],
            shows=lambda *case: _off_from(2, *case),
        ),
        Mistake(
            "the wrong thing is handed back",
            "For two steps your gradient is right, and for three it is not. "
            "What does the last step hand to the one before, and what does "
            "it pass on its way?",
            [("dh = w * delta", "dh = -w * delta")],
            shows=lambda *case: _off_from(3, *case),
        ),
    ),
    cases=_cases,
)  # fmt: skip
