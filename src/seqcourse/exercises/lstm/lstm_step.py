"""lstm-step: four sums, three gates, the cell and the hidden state."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises import lstm_probes
from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.numpy import LSTM

PROMPT = """\
Write `lstm_step`, one step of an LSTM. The input `x` is (B, D), the hidden
state `h` and the cell state `c` are (B, H). The parameters have the names and
shapes of `torch.nn.LSTMCell`, so the sums are those of **i, f, g, o, in this
order**, H of each. Return the new h and the new c.

The starter computes the four sums and splits them.
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
    # Apply the activation functions, update the cell, compute h.
    return h, c
'''

SOLUTION = STARTER.replace(
    "    # Apply the activation functions, update the cell, compute h.\n",
    """\
    i, f, o = sigmoid(i), sigmoid(f), sigmoid(o)
    g = np.tanh(g)
    c = f * c + i * g
    h = o * np.tanh(c)
""",
)


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw inputs, states and parameters of several sizes."""
    for _ in range(6):
        B, D, H = (int(size) for size in 2 + rng.permutation(6)[:3])
        x, h, c = (rng.normal(size=(B, n)) for n in (D, H, H))
        yield x, h, c, LSTM(D, H).init(rng, np.float64)


EXERCISE = Exercise(
    id="lstm-step",
    title="One step of an LSTM",
    grade=2,
    minutes=12,
    function="lstm_step",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("Three of the four are gates, from 0 to 1. The candidate can be "
         "negative."),
        ("First the cell: a fraction of the old one plus a fraction of the "
         "candidate. Then h, computed from the new cell."),
        ("Go through the lesson's list of equation and code row by row: "
         "each row is part of one line."),
    ),
    mistakes=(
        Mistake(
            "forget gate and input gate are exchanged",
            "Your old cell is multiplied by the input gate and your "
            "candidate by the forget gate. Which gate keeps, and which lets "
            "in?",
            [("f * c + i * g", "i * c + f * g")],
        ),
        Mistake(
            "the gates are taken in the wrong order",
            "You take the third block for the output gate and the fourth "
            "for the candidate. Some libraries use that order; these "
            "parameters do not.",
            [("i, f, g, o = np.split", "i, f, o, g = np.split")],
        ),
        Mistake(
            "the candidate goes through the sigmoid",
            "Your candidate is never negative, so your cell can only grow. "
            "It is no gate: which activation function keeps the sign?",
            [("np.tanh(g)", "sigmoid(g)")],
        ),
        Mistake(
            "the cell is shown as it is",
            "Your h can be larger than 1. Between the cell and the output "
            "gate an activation function is missing.",
            [("o * np.tanh(c)", "o * c")],
        ),
        Mistake(
            "the old cell is shown",
            "Your h comes from the cell before the step. The input of this "
            "step must already be in it.",
            [("    c = f * c + i * g\n    h = o * np.tanh(c)\n",
              "    h = o * np.tanh(c)\n    c = f * c + i * g\n")],
        ),
        Mistake(
            "tanh is applied to the cell that is passed on",
            "The cell you return has been through tanh. Only h contains "
            "tanh(c); the cell itself goes on unchanged, and that is why it "
            "lasts.",
            [("    c = f * c + i * g\n    h = o * np.tanh(c)\n",
              "    c = np.tanh(f * c + i * g)\n    h = o * c\n")],
        ),
        Mistake(
            "there is no activation function",
            "Your gates are the bare sums. A gate is between 0 and 1: which "
            "function makes it so?",
            [("i, f, o = sigmoid(i), sigmoid(f), sigmoid(o)", "i = i"),
             ("np.tanh(g)", "g")],
        ),
        Mistake(
            "the candidate has no activation function",
            "Your gates are right. The candidate is still the bare sum, so "
            "one step can add any amount to the cell.",
            [("np.tanh(g)", "g")],
        ),
        Mistake(
            "the forget gate multiplies the new content",
            "Your forget gate multiplies the new content as well. It acts "
            "only on what the cell held before.",
            [("f * c + i * g", "f * (c + i * g)")],
        ),
        Mistake(
            "what should be forgotten is kept",
            "Despite its name, the forget gate says how much is kept: at 1 "
            "the old cell stays whole.",
            [("f * c + i * g", "(1 - f) * c + i * g")],
        ),
        Mistake(
            "the input gate is one minus the forget gate",
            "You let in one minus the forget gate. In an LSTM the candidate "
            "has a gate of its own.",
            [("f * c + i * g", "f * c + (1 - f) * g")],
        ),
        Mistake(
            "h and c are returned in the other order",
            "Your second result depends on the output gate, your first one "
            "does not. Return h first.",
            [("return h, c", "return c, h")],
            shows=lstm_probes.shown_comes_second,
        ),
        Mistake(
            "h is returned twice",
            "Your h is right, and you return it twice. The next step needs "
            "the cell as well.",
            [("return h, c", "return h, h")],
        ),
        Mistake(
            "the cell is returned twice",
            "Your cell is right, and you return it twice. The first result "
            "is h.",
            [("return h, c", "return c, c")],
        ),
        Mistake(
            "the blocks of sums are in another order",
            "What you do with the four sums is right, but you confuse them. "
            "In which order does the prompt list them?",
            [("i, f, g, o = np.split", "i, g, f, o = np.split")],
            shows=lstm_probes.blocks_in_another_order,
        ),
        *lstm_probes.SUM_MISTAKES,
        Mistake(
            "the gates are not sigmoids of their sums",
            "A gate is near 0 for a very negative sum, one half for 0 and "
            "near 1 for a large one. The starter's `sigmoid` does that.",
            [("0.5 * (np.tanh(0.5 * a) + 1)", "np.tanh(0.5 * a) + 1")],
            shows=lstm_probes.gates_are_no_sigmoids,
        ),
        Mistake(
            "the cell is not updated",
            "You return the old cell, whatever the gates are. The new one is "
            "a sum of two products, each with a gate.",
            [("    c = f * c + i * g\n", "")],
            shows=lstm_probes.cell_heeds("c"),
        ),
        Mistake(
            "nothing new gets into the cell",
            "Your cell only forgets: neither the input gate nor the "
            "candidate makes a difference to it.",
            [(" + i * g", "")],
            shows=lstm_probes.cell_heeds("cf"),
        ),
        Mistake(
            "h does not come from the cell",
            "Your h is the same whatever the cell holds. It is computed from "
            "the new cell.",
            [("o * np.tanh(c)", "o")],
            shows=lstm_probes.shown_heeds("o", "c"),
        ),
        Mistake(
            "the output gate makes no difference",
            "Your h is the same whatever the fourth block of sums is. Which "
            "gate decides how much of the cell shows in h?",
            [("o * np.tanh(c)", "np.tanh(c)")],
            shows=lstm_probes.shown_heeds("c", "o"),
        ),
        Mistake(
            "the new content is subtracted",
            "You subtract what the input gate lets in. It is added to what "
            "is kept of the old cell.",
            [("f * c + i * g", "f * c - i * g")],
        ),
        Mistake(
            "the forget gate is added",
            "Your forget gate is added to the old cell. A gate is a "
            "fraction: it says how much of something is kept.",
            [("f * c +", "f + c +")],
        ),
        Mistake(
            "old and new are multiplied",
            "Your new cell is the product of f * c and i * g. If either is "
            "0, nothing is left. Add them.",
            [("f * c + i * g", "f * c * (i * g)")],
        ),
    ),
    cases=_cases,
    parts=("h", "c"),
)  # fmt: skip
