"""lstm-step: four sums, three gates, a cell and what is shown of it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises import lstm_probes
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
        Mistake(
            "the candidate is not squashed",
            "Your gates are right. The candidate is still the bare sum, so "
            "one step can add any amount to the cell.",
            [("np.tanh(g)", "g")],
        ),
        Mistake(
            "what comes in is forgotten at once",
            "Your forget gate multiplies the new content as well. It should "
            "see only what the cell held before.",
            [("f * c + i * g", "f * (c + i * g)")],
        ),
        Mistake(
            "what should be forgotten is kept",
            "The forget gate says how much is kept, in spite of its name: "
            "at 1 the old cell stays whole.",
            [("f * c + i * g", "(1 - f) * c + i * g")],
        ),
        Mistake(
            "the input gate is what the forget gate leaves over",
            "Two shares that add up to 1 are the GRU's way. In an LSTM the "
            "way in has a gate of its own.",
            [("f * c + i * g", "f * c + (1 - f) * g")],
        ),
        Mistake(
            "h and c come back in the other order",
            "The output gate decides about the second thing that comes back "
            "and not about the first. What is shown comes first.",
            [("return h, c", "return c, h")],
            shows=lstm_probes.shown_comes_second,
        ),
        Mistake(
            "h comes back twice",
            "Your h is right and stands in both places. The next step needs "
            "the cell as well.",
            [("return h, c", "return h, h")],
        ),
        Mistake(
            "the cell comes back twice",
            "Your cell is right and stands in both places. What the step "
            "shows of it comes first.",
            [("return h, c", "return c, c")],
        ),
        Mistake(
            "the blocks of sums are in another order",
            "All you do with the four sums is right, but you take them for "
            "one another. In which order does the prompt list them?",
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
            "Your cell comes back as it went in, whatever the gates are. "
            "Two things go into the new one, each through a gate.",
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
            "Your h is the same whatever the cell holds. What is shown is "
            "made of the new cell.",
            [("o * np.tanh(c)", "o")],
            shows=lstm_probes.shown_heeds("o", "c"),
        ),
        Mistake(
            "the output gate makes no difference",
            "Your h is the same whatever the fourth block of sums is. Which "
            "gate decides how much of the cell is shown?",
            [("o * np.tanh(c)", "np.tanh(c)")],
            shows=lstm_probes.shown_heeds("c", "o"),
        ),
        Mistake(
            "the new content is subtracted",
            "What the input gate lets in has the wrong sign in your cell. "
            "It joins what is kept of the old one.",
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
            "Your new cell is a product of what is kept and what is let in. "
            "If either is 0, nothing is left.",
            [("f * c + i * g", "f * c * (i * g)")],
        ),
    ),
    cases=_cases,
    parts=("h", "c"),
)  # fmt: skip
