"""truncated-bptt: the gradient that truncation follows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.numpy import RNN
from seqcourse.numpy.contract.layer import Array

PROMPT = """\
Write `truncated_gradient`: the gradient of `weight_hh` that training with a
cut every `k` steps follows. The sequence has been read whole, so the memory
has crossed every cut; the gradient must cross none.

- `h` is (T + 1, B, H): `h[t + 1]` is the memory after step `t`, and `h[0]`
  the one from the beginning. `dy` is (B, T, H).
- The first piece has the steps 0 to k − 1, the next k to 2k − 1, and so on;
  the last may be shorter.
- The starter cuts nowhere.

When it passes, do some research with it. Draw `weight_hh` as a random table
divided by the root of H, once halved, once as it is, and once doubled. Read
64 random steps, and let only the last step have a pull. How does the cosine
between the cut gradient and the whole one grow with k? Guess the three curves
before you measure. For which network is a short cut good enough, and is that
the network that you would want?
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
_CUT = "        if t % k == 0:\n            dh = np.zeros_like(dh)\n"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw sequences whose last piece is shorter than the others."""
    for T, k in ((7, 3), (8, 5), (10, 4), (11, 4), (9, 2)):
        B, D, H = (int(n) for n in rng.permutation(np.arange(3, 7))[:3])
        rnn = RNN(D, H)
        params = rnn.init(rng, np.float64)
        params["weight_hh"] = params["weight_hh"] * 1.5
        x, h0 = rng.normal(size=(B, T, D)), rng.normal(size=(B, H)) / 2
        y, _, _ = rnn.forward(params, x, (h0,))
        h = np.concatenate([h0[None], y.swapaxes(0, 1)])
        yield h, rng.normal(size=y.shape), params["weight_hh"], k


def _uncut_is_off(
    answer: Callable[..., Any], h: Array, dy: Array, weight_hh: Array, _: int
) -> bool:
    """Tell whether even two steps of one piece go wrong, other than by 0."""
    last = dy[:, 1] * (1 - h[2] ** 2)
    first = (dy[:, 0] + last @ weight_hh) * (1 - h[1] ** 2)
    right = last.T @ h[1] + first.T @ h[0]
    got = answer(h[:3], dy[:, :2], weight_hh, 2)
    told = [0 * right, -right, right, right.T]
    return not any(np.allclose(got, each) for each in told)


EXERCISE = Exercise(
    id="truncated-bptt",
    title="Cut the gradient, not the memory",
    grade=3,
    minutes=25,
    function="truncated_gradient",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("On the way back, which variable carries something from one step to "
         "the step before? That is what must not cross a cut."),
        ("Write down for T = 7 and k = 3 which steps belong together. After "
         "which values of t does the way back leave a piece?"),
        "A piece begins where `t % k` is 0. The way back leaves it there.",
    ),
    mistakes=(
        Mistake(
            "nothing is cut",
            "Your gradient is the whole one: what a later piece asks still "
            "reaches the pieces before it.",
            [(_CUT, "")],
        ),
        Mistake(
            "what later steps hand back is added up",
            "Your dh still holds what an earlier round has already handed "
            "on. How many steps does one delta go back in one round?",
            [("dh = delta", "dh = dh + delta")],
        ),
        Mistake(
            "the memory is cut as well",
            "At the first step of a piece your weight is credited with an "
            "empty memory. The memory is carried across the cut; the weight "
            "did multiply it.",
            [("delta.T @ h[t]\n", "delta.T @ (h[t] * (t % k > 0))\n")],
        ),
        Mistake(
            "the cut comes one step too early on the way back",
            "You let go before the first step of the piece has had its "
            "share. It belongs to the piece.",
            [("if t % k == 0:", "if t % k == 1:")],
        ),
        Mistake(
            "the cut comes one step too late on the way back",
            "The last step of each piece still hears what the piece after it "
            "asks for.",
            [("if t % k == 0:", "if (t + 1) % k == 0:")],
        ),
        Mistake(
            "the pieces are counted from the end",
            "The short piece is the last one, not the first. Training reads "
            "from the beginning, and cuts where it stands after k steps.",
            [("if t % k == 0:", "if (T - t) % k == 0:")],
        ),
        Mistake(
            "every step is a piece",
            "No step of yours hears anything from a later one. Within a "
            "piece the gradient passes.",
            [("        if t % k == 0:\n            dh =", "        dh ="),
             ("        dh = delta @ weight_hh\n", "")],
        ),
        Mistake(
            "only the last piece teaches",
            "The pieces before it have answers of their own, and are gone "
            "back through as well.",
            [("            dh = np.zeros_like(dh)", "            break")],
        ),
        Mistake(
            "there is one cut only",
            "The gradient is cut at one place and passes all others. A long "
            "text has a cut after every k steps.",
            [("if t % k == 0:", "if t == k:")],
        ),
        Mistake(
            "the cut is made everywhere but where it belongs",
            "Your gradient is cut within the pieces, and passes from one to "
            "the next. At which steps is your condition true?",
            [("if t % k == 0:", "if t % k != 0:")],
        ),
        Mistake(
            "the weights are used the wrong way round",
            "The starter's product with weight_hh has lost its direction. "
            "On the way back the gradient goes to those units that a unit "
            "listened to.",
            [("delta @ weight_hh", "delta @ weight_hh.T")],
        ),
        Mistake(
            "more than the cut has changed",
            "Two steps of one piece, where nothing is to be cut, already "
            "get the wrong gradient from you. The starter was right about "
            "them. What else have you changed?",
            [("(1 - h[t + 1] ** 2)", "(1 - h[t] ** 2)")],
            shows=_uncut_is_off,
        ),
    ),
    cases=_cases,
)  # fmt: skip
