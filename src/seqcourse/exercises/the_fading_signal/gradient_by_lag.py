"""gradient-by-lag: the norm of the gradient, so many steps back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.numpy import RNN

PROMPT = """\
Follow a gradient back through a recurrent network. Write `gradient_norms`.

- `W` is `weight_hh`, (H, H); `h` are the hidden states after each step,
  (T, H); `error` is the gradient of the loss for the last state, (H,).
- Return two things. First `norm`, (T,): `norm[k]` is the norm of the gradient
  for the state k steps before the last, so `norm[0]` is that of `error`.
  Second the factor per step: the number that, multiplied T − 1 times, leads
  from the first of these norms to the last.

When it passes, do some research with it, below your function. Let an
`RNN(5, 32, orthogonal=True)` read 40 random steps, then the same steps a
tenth as large, then ten times as large. How does the factor change? Then let
it read nothing but zeros. Do its biases matter? And what does
`input_scale=0.1` change?
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
    """Draw networks whose gradients vanish, and some where they grow."""
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
    title="Follow the gradient back",
    grade=3,
    minutes=20,
    function="gradient_norms",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("The backward pass undoes last what the step did first. Was that "
         "tanh, or the matrix?"),
        ("With k = 0, d belongs to the state after the last step, `h[-1]`. "
         "Which row of `h` gives the slopes to multiply by?"),
        ("A number that is multiplied T − 1 times: take the (T − 1)-th root "
         "of the ratio of the two norms."),
    ),
    mistakes=(
        Mistake(
            "the slopes of tanh are left out",
            "Your norms are the same whatever is in h. The slopes of tanh "
            "are computed from it.",
            [("(d * (1 - h[T - 1 - k] ** 2))", "d")],
        ),
        Mistake(
            "the matrix is transposed, as in the forward pass",
            "W.T is what the forward pass multiplies the state by. In the "
            "backward pass it is W itself.",
            [("** 2)) @ W", "** 2)) @ W.T")],
        ),
        Mistake(
            "the slopes are those of the step before",
            "The gradient for a state first meets the tanh that computed "
            "that state. Yours meets the one before.",
            [("h[T - 1 - k]", "h[T - 2 - k]")],
        ),
        Mistake(
            "the slopes are taken from the first step on",
            "The gradient begins at the end and meets the last step first. "
            "At which end does k begin to count?",
            [("h[T - 1 - k]", "h[k]")],
        ),
        Mistake(
            "the matrix comes before the slopes",
            "The forward pass multiplies by the matrix, then applies tanh. "
            "The backward pass goes the other way round.",
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
            "Your norms are right. A factor of one half and then of two "
            "changes nothing together, but the mean of the two is not 1.",
            [(FACTOR, "(norm[1:] / norm[:-1]).mean()")],
        ),
        Mistake(
            "the root is of one order too many",
            "Your norms are right. Between T states there are fewer than T "
            "steps.",
            [("1 / (T - 1)", "1 / T")],
        ),
        Mistake(
            "the factor is that of all steps, not of one",
            "Your norms are right. Your factor is that of all steps "
            "together.",
            [(FACTOR, "norm[-1] / norm[0]")],
        ),
        Mistake(
            "the slopes are always those of the last step",
            "Each step back meets the slopes of another step. Yours meets "
            "the last one's every time.",
            [("h[T - 1 - k]", "h[T - 1]")],
        ),
        Mistake(
            "each step back begins with the last gradient again",
            "What a step passes back is computed from what the step after it "
            "has passed back. You begin with `error` every time.",
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
            "state. Which k belongs to that one?",
            [("range(T)", "reversed(range(T))")],
        ),
        Mistake(
            "the square is taken of the whole slope",
            "The slope of tanh is 1 minus a square. Yours is the square of a "
            "difference.",
            [("(1 - h[T - 1 - k] ** 2)", "(1 - h[T - 1 - k]) ** 2")],
        ),
        Mistake(
            "the gradient is divided by the slopes",
            "Where tanh is flat, little of the gradient is left. Yours grows "
            "there.",
            [("(d * (1", "(d / (1")],
        ),
        Mistake(
            "the ratio is divided by the steps",
            "Your norms are right. A factor that is applied T − 1 times is "
            "found by a root, not by a division.",
            [(FACTOR, "norm[-1] / norm[0] / (T - 1)")],
        ),
        Mistake(
            "the ratio is raised to the power of the steps",
            "Your norms are right. A power goes T − 1 times as far; one step "
            "is a root of the whole.",
            [("1 / (T - 1)", "T - 1")],
        ),
        Mistake(
            "the ratio is inverted",
            "Your norms are right. The factor leads from the first norm to "
            "the last, and yours leads back.",
            [("norm[-1] / norm[0]", "norm[0] / norm[-1]")],
        ),
        Mistake(
            "the first norm is not divided out",
            "Your norms are right. The factor leads from the first of them "
            "to the last, so it depends on both.",
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
