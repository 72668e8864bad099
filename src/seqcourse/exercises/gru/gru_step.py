"""gru-step: the equations of the GRU, for a batch of words."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises import gru_probes
from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.numpy import GRU

PROMPT = """\
Write one step of the GRU of this lesson. The reset gate is there; the update
gate, the proposal and the mixture are missing. In `gru_step`, `x` is (B, D),
one word of each sentence; `h` is (B, H), what the network remembers of each.
The reset gate comes after the product.
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
_HEARD = "r * (h @ W_hn.T + b_hn)"
_MIXED = "(1 - z) * n + z * h"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw words, memories and weights of several sizes."""
    for _ in range(6):
        B, D, H = 2 + rng.permutation(6)[:3]
        x, h = rng.normal(size=(B, D)), rng.normal(size=(B, H))
        yield x, h, GRU(int(D), int(H)).init(rng, np.float64)


EXERCISE = Exercise(
    id="gru-step",
    title="Write the step",
    grade=2,
    minutes=10,
    function="gru_step",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        "The update gate looks as the reset gate does, with rows of its own.",
        ("The proposal is the step of a plain network, in which one term is "
         "multiplied by r. Which one, and is its bias inside?"),
        ("The new memory is the mixture of the first exercise, with n for "
         "the new and h for the old."),
    ),
    mistakes=(
        Mistake(
            "the shares of old and new are exchanged",
            "Where z is near 1 yours forgets, and this one should keep. Some "
            "texts have it your way; these weights were not made for it.",
            [(_MIXED, "(1 - z) * h + z * n")],
        ),
        Mistake(
            "the reset gate comes before the product",
            "You reset the memory and then multiply. That is the other GRU: "
            "here r chooses among sums, after the product is made.",
            [(_HEARD, "((r * h) @ W_hn.T + b_hn)")],
        ),
        Mistake(
            "a bias stands outside the reset",
            "What r may silence is all of the memory's sum, bias and all.",
            [(_HEARD, "r * (h @ W_hn.T) + b_hn")],
        ),
        Mistake(
            "the reset gate is worked out and not used",
            "Your proposal hears the memory in full. Whatever r is, your "
            "result stays the same.",
            [(_HEARD, "(h @ W_hn.T + b_hn)")],
        ),
        Mistake(
            "the two gates have changed places",
            "The update gate resets and the reset gate updates. In which "
            "order do the rows of the weights come?",
            [(_HEARD, "z * (h @ W_hn.T + b_hn)"),
             (_MIXED, "(1 - r) * n + r * h")],
        ),
        Mistake(
            "the proposal is squashed as a gate is",
            "Your proposal is never negative. A gate is a share, from 0 to "
            "1; a memory may point both ways.",
            [("np.tanh(x @", "sigmoid(x @")],
        ),
        Mistake(
            "the proposal is not squashed",
            "Your proposal can be of any size, so nothing keeps the memory "
            "between −1 and 1.",
            [("np.tanh(x @", "(x @")],
        ),
        Mistake(
            "nothing of the old memory is kept as it is",
            "The old memory gets in by way of the proposal alone. What does "
            "the other share of the mixture hold?",
            [(" + z * h", "")],
            shows=gru_probes.nothing_is_kept,
        ),
        Mistake(
            "the proposal comes in whole",
            "The two shares of yours add up to more than 1, so the memory "
            "can outgrow both of what it is mixed from.",
            [("(1 - z) * n", "n")],
        ),
        Mistake(
            "the old memory stays whole",
            "Something is taken in and nothing is let go of. How much of the "
            "old state does the update gate keep?",
            [("z * h\n", "h\n")],
        ),
        Mistake(
            "1 − z lacks its brackets",
            "Multiplication comes before subtraction: you subtract a product "
            "from 1 where a share was meant.",
            [("(1 - z) * n", "1 - z * n")],
        ),
        Mistake(
            "each sum goes through tanh by itself",
            "Add first, and then take tanh once, of the whole sum.",
            [("b_in + r * (", "b_in) + np.tanh(r * (")],
        ),
        Mistake(
            "the proposal makes no difference",
            "Your result stays the same whatever the proposal's rows of the "
            "weights are. What does the memory take in?",
            [(_MIXED, "z * h")],
            shows=gru_probes.ignores(2),
        ),
        *(
            Mistake(
                f"the {who}'s weights are not transposed",
                f"Rows and columns are exchanged where the {who} hears the "
                "memory. The matrix is square, so NumPy cannot tell.",
                [(f"h @ {W}.T", f"h @ {W}")],
            )
            for who, W in (("update gate", "W_hz"), ("proposal", "W_hn"))
        ),
        Mistake(
            "the proposal does not hear the memory",
            "Your proposal is made of x alone. The reset gate decides how "
            "much of what the memory contributes joins it.",
            [(" + " + _HEARD, "")],
            shows=gru_probes.ignores_the_state,
        ),
        Mistake(
            "the reset gate makes no difference",
            "Your result stays the same whatever the reset gate's rows of "
            "the weights are. What does it multiply?",
            [("b_in + r *", "b_in + 0.5 *")],
            shows=gru_probes.ignores(0),
        ),
        Mistake(
            "the update gate makes no difference",
            "Your result stays the same whatever the update gate's rows of "
            "the weights are. What does z decide?",
            [(_MIXED, "(n + h) / 2")],
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
            "the memory's sum is subtracted",
            "In your proposal, what the reset gate lets through of the "
            "memory has the wrong sign. It is added to the sum of x.",
            [("b_in + r *", "b_in - r *")],
        ),
        Mistake(
            "the proposal gets minus the update gate",
            "The shares of proposal and old memory add up to 0 in yours, "
            "where they should add up to 1.",
            [("(1 - z) * n", "-z * n")],
        ),
        Mistake(
            "the update gate is added to the old memory",
            "Your update gate is added where it should say how much of the "
            "old memory is kept.",
            [("z * h\n", "(z + h)\n")],
        ),
        Mistake(
            "what should be kept is changed",
            "Where the update gate's sum is very large, the old memory "
            "should come back as it was. Yours does not.",
            [(_MIXED, "(1 - z) * n + z * h * h")],
            shows=gru_probes.right_ends(False, True),
        ),
        Mistake(
            "what is new is not the proposal",
            "Where the update gate's sum is very negative, the result should "
            "be the proposal alone, the tanh of its sum. Yours is not.",
            [("(1 - z) * n", "(z - 1) * n")],
            shows=gru_probes.right_ends(True, False),
        ),
    ),
    cases=_cases,
)  # fmt: skip
