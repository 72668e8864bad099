"""truncated-bptt: the gradient that stops at every boundary."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.numpy import RNN
from seqcourse.numpy.contract.layer import Array

PROMPT = """\
Write `truncated_gradient`: the gradient of `weight_hh` in truncated BPTT with
segments of `k` steps. The whole sequence has been read, so the state has
crossed every boundary between two segments; the gradient must cross none.

- `h` is (T + 1, B, H): `h[t + 1]` is the state after step `t`, and `h[0]` the
  initial state. `dy` is (B, T, H).
- The first segment has the steps 0 to k − 1, the next k to 2k − 1, and so on;
  the last may be shorter.
- The starter does not truncate.

When it passes, do some research with it. Draw `weight_hh` as a random matrix
divided by the root of H, once halved, once unchanged, and once doubled. Read
64 random steps with `seqcourse.numpy.RNN(D, H)`, whose `forward` gives you
the states, and let only the last step have a loss. How does the cosine
between the truncated gradient and the full one (their summed product, divided
by both norms) grow with k? Guess the three curves before you measure. For
which network are short segments good enough, and is that the network that you
would want?
"""

STARTER = '''\
import numpy as np

def truncated_gradient(h, dy, weight_hh, k):
    """h is (T + 1, B, H), dy is (B, T, H); return dweight_hh (H, H)."""
    T = len(h) - 1
    dweight_hh = np.zeros_like(weight_hh)
    dh = np.zeros_like(h[0])
    for t in reversed(range(T)):
        delta = (dy[:, t] + dh) * (1 - h[t + 1] ** 2)
        dweight_hh += delta.T @ h[t]
        dh = delta @ weight_hh
    return dweight_hh
'''

SOLUTION = STARTER.replace(
    """\
        dh = delta @ weight_hh
""",
    """\
        dh = delta @ weight_hh
        if t % k == 0:
            dh = np.zeros_like(dh)
""",
)
_STOP = "        if t % k == 0:\n            dh = np.zeros_like(dh)\n"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw sequences whose last segment is shorter than the others."""
    for T, k in ((7, 3), (8, 5), (10, 4), (11, 4), (9, 2)):
        B, D, H = (int(n) for n in rng.permutation(np.arange(3, 7))[:3])
        rnn = RNN(D, H)
        params = rnn.init(rng, np.float64)
        params["weight_hh"] = params["weight_hh"] * 1.5
        x, h0 = rng.normal(size=(B, T, D)), rng.normal(size=(B, H)) / 2
        y, _, _ = rnn.forward(params, x, (h0,))
        h = np.concatenate([h0[None], y.swapaxes(0, 1)])
        yield h, rng.normal(size=y.shape), params["weight_hh"], k


def _one_segment_is_off(
    answer: Callable[..., Any], h: Array, dy: Array, weight_hh: Array, _: int
) -> bool:
    """Tell whether two steps of one segment go wrong, other than by 0."""
    last = dy[:, 1] * (1 - h[2] ** 2)
    first = (dy[:, 0] + last @ weight_hh) * (1 - h[1] ** 2)
    right = last.T @ h[1] + first.T @ h[0]
    got = answer(h[:3], dy[:, :2], weight_hh, 2)
    told = [0 * right, -right, right, right.T]
    return not any(np.allclose(got, each) for each in told)


EXERCISE = Exercise(
    id="truncated-bptt",
    title="Truncate the gradient, not the memory",
    grade=3,
    minutes=25,
    function="truncated_gradient",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("In the backward pass, which variable carries something from one "
         "step to the step before? That must not cross a boundary."),
        ("Write down for T = 7 and k = 3 which steps belong together. After "
         "which values of t does the backward pass leave a segment?"),
        ("A segment begins where `t % k` is 0. The backward pass leaves it "
         "there."),
    ),
    mistakes=(
        Mistake(
            "nothing is truncated",
            "Your gradient is the full one: what comes from a later segment "
            "still reaches the segments before it.",
            [(_STOP, "")],
        ),
        Mistake(
            "what later steps pass back is added up",
            "Your dh still holds what an earlier round has already passed "
            "on. How many steps does one delta go back in one round?",
            [("dh = delta", "dh = dh + delta")],
        ),
        Mistake(
            "the state is reset as well",
            "At the first step of a segment you multiply by a state of 0. "
            "But the state is carried across the boundary, and the weight "
            "did multiply it.",
            [("delta.T @ h[t]\n", "delta.T @ (h[t] * (t % k > 0))\n")],
        ),
        Mistake(
            "the gradient stops one step too early",
            "Your gradient stops before the first step of the segment. That "
            "step belongs to the segment.",
            [("if t % k == 0:", "if t % k == 1:")],
        ),
        Mistake(
            "the gradient stops one step too late",
            "The last step of each segment still gets a gradient from the "
            "segment after it.",
            [("if t % k == 0:", "if (t + 1) % k == 0:")],
        ),
        Mistake(
            "the segments are counted from the end",
            "The short segment is the last one, not the first. Training "
            "reads from the beginning, and a segment ends after k steps.",
            [("if t % k == 0:", "if (T - t) % k == 0:")],
        ),
        Mistake(
            "every step is a segment",
            "No step of yours gets anything from a later one. Within a "
            "segment the gradient flows.",
            [("        if t % k == 0:\n            dh =", "        dh ="),
             ("        dh = delta @ weight_hh\n", "")],
        ),
        Mistake(
            "only the last segment contributes",
            "The segments before it have losses of their own, and a backward "
            "pass of their own.",
            [("            dh = np.zeros_like(dh)", "            break")],
        ),
        Mistake(
            "there is one boundary only",
            "Your gradient stops at one boundary and crosses all others. "
            "There is one after every k steps.",
            [("if t % k == 0:", "if t == k:")],
        ),
        Mistake(
            "only the last k steps pass a gradient on",
            "Within the last k steps your gradient flows; before them each "
            "step gets none from a later one. The earlier segments are k "
            "steps long, too.",
            [("if t % k == 0:", "if t <= T - k:")],
        ),
        Mistake(
            "the gradient stops everywhere but at a boundary",
            "Your gradient stops within the segments, and flows from one to "
            "the next. At which steps is your condition true?",
            [("if t % k == 0:", "if t % k != 0:")],
        ),
        Mistake(
            "the weights are transposed",
            "The starter multiplies by weight_hh, and you by its transpose. "
            "In the backward pass the gradient goes from a number of the new "
            "state to those of the old one that it was computed from.",
            [("delta @ weight_hh", "delta @ weight_hh.T")],
        ),
        Mistake(
            "more than the truncation has changed",
            "Two steps of one segment, where nothing is truncated, already "
            "get the wrong gradient from you. The starter was right for "
            "them. What else have you changed?",
            [("(1 - h[t + 1] ** 2)", "(1 - h[t] ** 2)")],
            shows=_one_segment_is_off,
        ),
    ),
    cases=_cases,
)  # fmt: skip
