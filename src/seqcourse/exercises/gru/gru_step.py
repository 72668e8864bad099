"""gru-step: the equations of the GRU, for a batch."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises import gru_probes
from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.numpy import GRU

PROMPT = """\
Write `gru_step`, one step of the GRU of this lesson, with the reset gate
*after* the product. The input `x` is (B, D), the hidden state `h` is (B, H).
Return the new h.

The starter splits the parameters and computes the reset gate. The update
gate, the candidate and the interpolation are missing.
"""

STARTER = '''\
import numpy as np

def sigmoid(a):
    return (np.tanh(a / 2) + 1) / 2

def gru_step(x, h, params):
    """x is (B, D), h is (B, H); return the new h, also (B, H)."""
    W_ir, W_iz, W_in = np.split(params["weight_ih"], 3)
    W_hr, W_hz, W_hn = np.split(params["weight_hh"], 3)
    b_ir, b_iz, b_in = np.split(params["bias_ih"], 3)
    b_hr, b_hz, b_hn = np.split(params["bias_hh"], 3)
    r = sigmoid(x @ W_ir.T + b_ir + h @ W_hr.T + b_hr)
    return r * h
'''

SOLUTION = STARTER.replace(
    "    return r * h\n",
    """\
    z = sigmoid(x @ W_iz.T + b_iz + h @ W_hz.T + b_hz)
    n = np.tanh(x @ W_in.T + b_in + r * (h @ W_hn.T + b_hn))
    return (1 - z) * n + z * h
""",
)
_PAST = "r * (h @ W_hn.T + b_hn)"
_MIX = "(1 - z) * n + z * h"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw inputs, states and parameters of several sizes."""
    for _ in range(6):
        B, D, H = 2 + rng.permutation(6)[:3]
        x, h = rng.normal(size=(B, D)), rng.normal(size=(B, H))
        yield x, h, GRU(int(D), int(H)).init(rng, np.float64)


EXERCISE = Exercise(
    id="gru-step",
    title="One step of a GRU",
    grade=2,
    minutes=10,
    function="gru_step",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        "The update gate is computed like the reset gate, with its own rows.",
        ("The candidate is the step of an RNN, with r before one term. "
         "Which one, and is the bias of that term inside?"),
        ("The new state is the interpolation of the first exercise, with n "
         "for the new and h for the old."),
    ),
    mistakes=(
        Mistake(
            "the weights of old and new are exchanged",
            "Where z is near 1, yours forgets and this GRU keeps. Some texts "
            "define z your way, but these parameters do not.",
            [(_MIX, "(1 - z) * h + z * n")],
        ),
        Mistake(
            "the reset gate comes before the product",
            "You reset h and then multiply by the matrix. That is the other "
            "GRU. In this one r multiplies the product.",
            [(_PAST, "((r * h) @ W_hn.T + b_hn)")],
        ),
        Mistake(
            "a bias stands outside the reset",
            "Your b_hn is added in full whatever r is. The reset gate "
            "multiplies the whole sum, its bias included.",
            [(_PAST, "r * (h @ W_hn.T) + b_hn")],
        ),
        Mistake(
            "the reset gate is computed and not used",
            "Your candidate gets the term with h in full, whatever r is. "
            "What should r multiply?",
            [(_PAST, "(h @ W_hn.T + b_hn)")],
        ),
        Mistake(
            "the two gates are exchanged",
            "Your update gate resets and your reset gate updates. In which "
            "order do the rows of the weights come?",
            [(_PAST, "z * (h @ W_hn.T + b_hn)"),
             (_MIX, "(1 - r) * n + r * h")],
        ),
        Mistake(
            "the candidate goes through the sigmoid",
            "Your candidate is never negative. A gate is a fraction, from 0 "
            "to 1; a state may have either sign.",
            [("np.tanh(x @", "sigmoid(x @")],
        ),
        Mistake(
            "the candidate has no activation function",
            "Your candidate is the bare sum, so nothing keeps the state "
            "between −1 and 1.",
            [("np.tanh(x @", "(x @")],
        ),
        Mistake(
            "nothing of the old state is kept as it is",
            "In yours, the old state acts through the candidate alone. What "
            "does the update gate multiply?",
            [(" + z * h", "")],
            shows=gru_probes.nothing_is_kept,
        ),
        Mistake(
            "the candidate has no weight",
            "Your two weights add up to more than 1, so the new state can be "
            "larger than both h and n. What is the weight of n?",
            [("(1 - z) * n", "n")],
        ),
        Mistake(
            "the old state has no weight",
            "You add something new and drop nothing of the old. How much of "
            "the old state does the update gate keep?",
            [("z * h\n", "h\n")],
        ),
        Mistake(
            "1 − z lacks brackets",
            "Multiplication comes before subtraction, so you subtract a "
            "product from 1. The weight 1 − z needs brackets.",
            [("(1 - z) * n", "1 - z * n")],
        ),
        Mistake(
            "each term goes through tanh by itself",
            "Add first, then apply tanh once, to the whole sum.",
            [("b_in + r * (", "b_in) + np.tanh(r * (")],
        ),
        Mistake(
            "the candidate makes no difference",
            "Your result is the same whatever the candidate's rows of the "
            "weights are. What does the new state take in?",
            [(_MIX, "z * h")],
            shows=gru_probes.ignores(2),
        ),
        *(
            Mistake(
                f"the {who}'s weights are not transposed",
                f"Rows and columns are exchanged where the {who} multiplies "
                "h. The matrix is square, so NumPy cannot tell.",
                [(f"h @ {W}.T", f"h @ {W}")],
            )
            for who, W in (("update gate", "W_hz"), ("candidate", "W_hn"))
        ),
        Mistake(
            "the candidate does not depend on h",
            "Your candidate is made of x alone. It also gets a term with h, "
            "multiplied by the reset gate.",
            [(" + " + _PAST, "")],
            shows=gru_probes.ignores_the_state,
        ),
        Mistake(
            "the reset gate makes no difference",
            "Your result is the same whatever the reset gate's rows of the "
            "weights are. What does it multiply?",
            [("b_in + r *", "b_in + 0.5 *")],
            shows=gru_probes.ignores(0),
        ),
        Mistake(
            "the update gate makes no difference",
            "Your result is the same whatever the update gate's rows of the "
            "weights are. What does z decide?",
            [(_MIX, "(n + h) / 2")],
            shows=gru_probes.ignores(1),
        ),
        *gru_probes.SUM_MISTAKES,
        Mistake(
            "the gates are not sigmoids of their sums",
            "A gate is near 0 for a very negative sum, one half for 0 and "
            "near 1 for a large one. The starter's `sigmoid` does that.",
            [("(np.tanh(a / 2) + 1) / 2", "np.tanh(a / 2) + 1")],
            shows=gru_probes.gates_are_no_sigmoids,
        ),
        Mistake(
            "the term with h is subtracted",
            "In your candidate, the term that the reset gate lets through "
            "has the wrong sign. It is added to the term with x.",
            [("b_in + r *", "b_in - r *")],
        ),
        Mistake(
            "the candidate gets minus the update gate",
            "Your weights of candidate and old state add up to 0. They "
            "should add up to 1.",
            [("(1 - z) * n", "-z * n")],
        ),
        Mistake(
            "the update gate is added to the old state",
            "You add the update gate to the old state. A gate multiplies: it "
            "is the fraction that is kept.",
            [("z * h\n", "(z + h)\n")],
        ),
        Mistake(
            "what should be kept is changed",
            "Where the update gate's sum is very large, the old state should "
            "come back unchanged. Yours does not.",
            [(_MIX, "(1 - z) * n + z * h * h")],
            shows=gru_probes.right_ends(False, True),
        ),
        Mistake(
            "what is new is not the candidate",
            "Where the update gate's sum is very negative, the result should "
            "be the candidate alone, the tanh of its sum. Yours is not.",
            [("(1 - z) * n", "(z - 1) * n")],
            shows=gru_probes.right_ends(True, False),
        ),
    ),
    cases=_cases,
)  # fmt: skip
