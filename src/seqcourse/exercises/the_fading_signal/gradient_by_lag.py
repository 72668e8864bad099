"""gradient-by-lag: how long is the gradient, so many steps back?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.numpy import RNN

PROMPT = """\
Follow an error back through a network that has read. Write `gradient_norms`.

- `W` is (H, H), the weights `weight_hh`; `h` is (T, H), the memory after each
  step; `error` is (H,), the gradient of the loss for the last memory.
- Return two things. First `norm`, (T,): `norm[k]` is the length of the
  gradient for the memory k steps before the last, so that `norm[0]` is the
  length of `error`. Second the factor per step: the number that, multiplied
  T − 1 times, leads from the first of these lengths to the last.

When it passes, do some research with it, below your function. Let an
`RNN(5, 32, orthogonal=True)` read 40 random steps, then the same steps a
tenth as large, then ten times as large. When is an orthogonal matrix worth
its name? Then let it read nothing at all but zeros. Do its biases matter?
"""

STARTER = """\
import numpy as np

def gradient_norms(W, h, error):
    \"\"\"Return norm (T,) and the factor per step.\"\"\"
    T, H = h.shape
    d, norm = error, np.zeros(T)
    for k in range(T):
        norm[k] = np.linalg.norm(d)
        # Take d one step back, through tanh and through W.
    return norm, 1.0
"""

STEP = "d = (d * (1 - h[T - 1 - k] ** 2)) @ W"
FACTOR = "(norm[-1] / norm[0]) ** (1 / (T - 1))"
SOLUTION = STARTER.replace(
    "# Take d one step back, through tanh and through W.", STEP
).replace("return norm, 1.0", f"return norm, {FACTOR}")


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw networks that have read, some that fade and some that grow."""
    for scale in rng.permutation([0.8, 1.5, 2.0, 2.5]):
        D, H = 3 + rng.permutation(4)[:2]
        T = int(rng.integers(5, 9))
        rnn = RNN(int(D), int(H))
        params = rnn.init(rng, np.float64)
        params["weight_hh"] = scale * params["weight_hh"]
        h, _, _ = rnn.forward(params, rng.normal(size=(1, T, int(D))))
        yield params["weight_hh"], h[0], rng.normal(size=int(H))


def _factor_misses(answer: Any, W: Any, h: Any, error: Any) -> bool:
    """Show right norms, and a factor that does not lead to the last."""
    norm, factor = answer(W, h, error)
    d, last = error, len(h) - 1
    for row in h[:0:-1]:
        d = (d * (1 - row**2)) @ W
    ends = np.allclose(norm[[0, -1]], [*map(np.linalg.norm, (error, d))])
    return ends and not np.isclose(norm[0] * factor**last, norm[-1])


EXERCISE = Exercise(
    id="gradient-by-lag",
    title="Follow the error back",
    grade=3,
    minutes=20,
    function="gradient_norms",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("On its way back the error meets the last thing that the step did "
         "first. Was that tanh, or the matrix?"),
        ("With k = 0, d belongs to the memory after the last step, `h[-1]`. "
         "Which row of `h` has the slopes that it must pass?"),
        ("A number that is multiplied T − 1 times: take the root of the same "
         "order of the ratio of the two lengths."),
    ),
    mistakes=(
        Mistake(
            "tanh lets everything through",
            "Your lengths are the same whatever is in h. The slopes of "
            "tanh are in there.",
            [("(d * (1 - h[T - 1 - k] ** 2))", "d")],
        ),
        Mistake(
            "the matrix is used the way it is used forwards",
            "W.T stands where the network reads. On the way back each error "
            "goes to those units that were listened to.",
            [("** 2)) @ W", "** 2)) @ W.T")],
        ),
        Mistake(
            "the slopes are those of the step before",
            "The error for a memory first meets the tanh that made this very "
            "memory. Yours meets the one before it.",
            [("h[T - 1 - k]", "h[T - 2 - k]")],
        ),
        Mistake(
            "the slopes are taken from the first step on",
            "The error begins at the end and meets the last step first. At "
            "which end does k begin to count?",
            [("h[T - 1 - k]", "h[k]")],
        ),
        Mistake(
            "the matrix comes before the slopes",
            "Forwards the step multiplies by the matrix and then squeezes. "
            "Backwards it is the other way round.",
            [("(d * (1 - h[T - 1 - k] ** 2)) @ W",
              "(d @ W) * (1 - h[T - 1 - k] ** 2)")],
        ),
        Mistake(
            "the slope lacks its square",
            "A slope of tanh lies between 0 and 1. Where h is negative, "
            "yours is above 1.",
            [("h[T - 1 - k] ** 2", "h[T - 1 - k]")],
        ),
        Mistake(
            "the factor is a mean of ratios",
            "Your lengths are right. A factor that is one half and then two "
            "leaves everything as it was, and the mean of the two is not 1.",
            [(FACTOR, "(norm[1:] / norm[:-1]).mean()")],
        ),
        Mistake(
            "the root is of one order too many",
            "Your lengths are right. Between T lengths there are fewer than "
            "T steps.",
            [("1 / (T - 1)", "1 / T")],
        ),
        Mistake(
            "the factor is the whole way and not one step of it",
            "Your lengths are right. What you give as the factor is what all "
            "steps together do.",
            [(FACTOR, "norm[-1] / norm[0]")],
        ),
        Mistake(
            "the slopes are always those of the last step",
            "Each step back meets the slopes of another step. Yours meets "
            "the last one's every time.",
            [("h[T - 1 - k]", "h[T - 1]")],
        ),
        Mistake(
            "each step back begins with the error again",
            "What goes back from a step is what the step after has left. "
            "You begin with the whole error every time.",
            [("(d * (1", "(error * (1")],
        ),
        Mistake(
            "the first norm is never written",
            "Your first norm is 0. With k = 0 it should be the norm of the "
            "error, before any step back.",
            [("range(T)", "range(1, T)")],
            shows=lambda answer, *case: answer(*case)[0][0] == 0,
        ),
        Mistake(
            "the lags are counted down",
            "Your loop begins with the largest k, but d begins at the last "
            "memory. Which k belongs to that one?",
            [("range(T)", "reversed(range(T))")],
        ),
        Mistake(
            "the square is taken of the whole slope",
            "The slope of tanh is 1 minus a square. Yours is the square of a "
            "difference.",
            [("(1 - h[T - 1 - k] ** 2)", "(1 - h[T - 1 - k]) ** 2")],
        ),
        Mistake(
            "slopes are divided by",
            "A flat tanh lets little through. With yours the gradient is the "
            "longer, the flatter it is.",
            [("(d * (1", "(d / (1")],
        ),
        Mistake(
            "the ratio is divided by the steps",
            "Your norms are right. What is multiplied T − 1 times is undone "
            "by a root and not by a division.",
            [(FACTOR, "norm[-1] / norm[0] / (T - 1)")],
        ),
        Mistake(
            "the ratio is raised to the power of the steps",
            "Your norms are right. A power goes T − 1 times as far; one step "
            "is a root of the whole.",
            [("1 / (T - 1)", "T - 1")],
        ),
        Mistake(
            "the ratio is upside down",
            "Your norms are right. The factor leads from the first to the "
            "last, and yours leads back.",
            [("norm[-1] / norm[0]", "norm[0] / norm[-1]")],
        ),
        Mistake(
            "the first norm is not divided out",
            "Your norms are right. The factor leads from the first of them "
            "to the last, so both have a say in it.",
            [("norm[-1] / norm[0]", "norm[-1]")],
        ),
        Mistake(
            "the factor does not lead to the last norm",
            "Multiply the first of your norms by your factor T − 1 times. "
            "You do not arrive at the last of them.",
            [("1 / (T - 1)", "1 / (T + 1)")],
            shows=_factor_misses,
        ),
    ),
    cases=_cases,
    parts=("norm", "factor"),
)  # fmt: skip
