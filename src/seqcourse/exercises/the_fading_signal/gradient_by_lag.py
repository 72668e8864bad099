"""gradient-by-lag: how long is the gradient, so many steps back?"""

from __future__ import annotations

from collections.abc import Iterator

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
    ),
    cases=_cases,
    parts=("norm", "factor"),
)  # fmt: skip
