"""lstm-step: four sums, three gates, a cell and what is shown of it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.numpy import LSTM

PROMPT = """\
Write `lstm_step`, one step of the LSTM. `x` is (B, D), `h` and `c` are
(B, H): what the network shows and what it holds. The weights have the names
and shapes of `torch.nn.LSTMCell`, so the sums are for **i, f, g, o, in this
order**, H of each. Return the new h and the new c.

The starter has the four sums and takes them apart.
"""

STARTER = '''\
import numpy as np

def sigmoid(a):
    return 0.5 * (np.tanh(0.5 * a) + 1)

def lstm_step(x, h, c, params):
    """x is (B, D), h and c are (B, H); return the new h and the new c."""
    a = x @ params["weight_ih"].T + h @ params["weight_hh"].T
    a = a + params["bias_ih"] + params["bias_hh"]
    i, f, g, o = np.split(a, 4, axis=1)
    # Squash the sums, update the cell, and say what is shown of it.
    return h, c
'''

SOLUTION = STARTER.replace(
    "    # Squash the sums, update the cell, and say what is shown of it.\n",
    """\
    i, f, o = sigmoid(i), sigmoid(f), sigmoid(o)
    g = np.tanh(g)
    c = f * c + i * g
    h = o * np.tanh(c)
""",
)


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw inputs, memories and weights of several sizes."""
    for _ in range(6):
        B, D, H = (int(size) for size in 2 + rng.permutation(6)[:3])
        x, h, c = (rng.normal(size=(B, n)) for n in (D, H, H))
        yield x, h, c, LSTM(D, H).init(rng, np.float64)


EXERCISE = Exercise(
    id="lstm-step",
    title="Write the step",
    grade=2,
    minutes=12,
    function="lstm_step",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("Three of the four are shares, from 0 to 1. One is what is laid "
         "down, and that can be negative."),
        ("First the cell: what is kept of the old one, and what is let in "
         "of the candidate. Then h, from the cell that you have just made."),
        ("Take the ledger of this lesson row by row; each row is one line "
         "of code."),
    ),
    mistakes=(
        Mistake(
            "forget gate and input gate are exchanged",
            "Your old cell meets the gate that is meant for the candidate, "
            "and the candidate the other. Which share is kept, and which is "
            "let in?",
            [("f * c + i * g", "i * c + f * g")],
        ),
        Mistake(
            "the gates are taken in the wrong order",
            "You take the third block for the output gate and the fourth "
            "for the candidate. Some libraries order them so; these weights "
            "do not.",
            [("i, f, g, o = np.split", "i, f, o, g = np.split")],
        ),
        Mistake(
            "the candidate is squashed like a gate",
            "Your candidate is never negative, so your cell can only be "
            "raised. It is no share: which squashing lets it have a sign?",
            [("np.tanh(g)", "sigmoid(g)")],
        ),
        Mistake(
            "the cell is shown as it is",
            "Your h can be larger than 1. Between the cell and its gate one "
            "more squashing is missing.",
            [("o * np.tanh(c)", "o * c")],
        ),
        Mistake(
            "the old cell is shown",
            "What you show is the cell from before the step. What has just "
            "been read must already be in it.",
            [("    c = f * c + i * g\n    h = o * np.tanh(c)\n",
              "    h = o * np.tanh(c)\n    c = f * c + i * g\n")],
        ),
        Mistake(
            "the cell is squashed before it is handed on",
            "You hand on a cell that has been through tanh. Only what is "
            "shown is squashed; the cell itself goes on as it is, and that "
            "is why it lasts.",
            [("    c = f * c + i * g\n    h = o * np.tanh(c)\n",
              "    c = np.tanh(f * c + i * g)\n    h = o * c\n")],
        ),
        Mistake(
            "nothing is squashed",
            "Your gates are the bare sums. A gate is a share: what brings a "
            "sum between 0 and 1?",
            [("i, f, o = sigmoid(i), sigmoid(f), sigmoid(o)", "i = i"),
             ("np.tanh(g)", "g")],
        ),
    ),
    cases=_cases,
    parts=("h", "c"),
)  # fmt: skip
