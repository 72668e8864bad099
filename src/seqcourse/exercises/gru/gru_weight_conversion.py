"""gru-weight-conversion: parameters from a GRU with other conventions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.numpy import GRU

PROMPT = """\
Another library has a GRU that also resets after the product, and its
parameters have the same names. Two conventions differ. Its last line is
`(1 - z) * h + z * n`, so its z is the weight of the *candidate*. And the rows
of its arrays come in the order z, r, n; here the order is r, z, n.

Write `convert_weights`. It takes that library's parameters, a dict of
`weight_ih` (3H, D), `weight_hh` (3H, H), `bias_ih` and `bias_hh` (3H,).
Return a new dict with which our `GRU` computes exactly the same, and leave
the old one unchanged.

When it passes, take pencil and paper, and `GRU(D, H, reset_after=False)`: for
which matrices do reset before and reset after compute the same? Begin with
H = 1 and no biases. Then try H = 2 with a `weight_hh` of your choice, let
both read the same input, and look for a matrix that makes them agree.
"""

STARTER = '''\
import numpy as np

def convert_weights(params):
    """Return parameters for the GRU of this book, same names."""
    ours = {}
    for name, rows in params.items():
        z, r, n = np.split(rows, 3)
        ours[name] = np.concatenate([z, r, n])
    return ours
'''

SOLUTION = STARTER.replace("[z, r, n])", "[r, -z, n])")
_ROWS = "[r, -z, n]"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw parameters of several sizes."""
    for _ in range(5):
        D, H = 2 + rng.permutation(6)[:2]
        yield (GRU(int(D), int(H)).init(rng, np.float64),)


def _one_block_twice(answer: Any, params: Any) -> bool:
    """Show that two of the three blocks agree, but for a sign."""
    blocks = np.abs(np.split(answer(params)["weight_ih"], 3))
    return any(np.array_equal(blocks[n - 1], blocks[n]) for n in range(3))


EXERCISE = Exercise(
    id="gru-weight-conversion",
    title="Load a GRU from another library",
    grade=3,
    minutes=20,
    function="convert_weights",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("Our z must be 1 minus theirs, at every step. What is 1 minus the "
         "sigmoid of a?"),
        ("1 − σ(a) is σ(−a). So which parameters must change their sign?"),
        ("Everything in the update gate's sum changes its sign: both "
         "matrices and both biases. Nothing else does."),
    ),
    mistakes=(
        Mistake(
            "nothing is converted",
            "You return what you were given. Whose z is near 1 where the old "
            "state is kept?",
            [(_ROWS, "[z, r, n]")],
        ),
        Mistake(
            "the order is right, and z is not converted",
            "Your blocks are in the right order. But where theirs takes in "
            "the candidate, yours keeps the old state.",
            [(_ROWS, "[r, z, n]")],
        ),
        Mistake(
            "z is right, and the blocks are in their old order",
            "Your update gate is converted, but our GRU takes that block for "
            "its reset gate. Which block comes first here?",
            [(_ROWS, "[-z, r, n]")],
        ),
        Mistake(
            "the wrong gate changes sign",
            "You change the sign of a gate that both libraries define the "
            "same way. On which one do they differ?",
            [(_ROWS, "[-r, z, n]")],
        ),
        Mistake(
            "everything changes sign",
            "If all signs change, so does the candidate's. On which gate do "
            "the two libraries differ?",
            [(_ROWS, "[-r, -z, -n]")],
        ),
        Mistake(
            "1 minus a weight is not 1 minus a gate",
            "The gate is the sigmoid's output, and the parameters are in its "
            "input. Which input gives 1 minus the gate?",
            [(_ROWS, "[r, 1 - z, n]")],
        ),
        Mistake(
            "the biases keep their sign",
            "Your matrices are right. The biases are part of the same sum.",
            [(_ROWS, "[r, z if 'bias' in name else -z, n]")],
        ),
        Mistake(
            "only half of the sum changes sign",
            "You change the sign of the term with the input. The sum also "
            "has one with the hidden state.",
            [(_ROWS, "[r, -z if 'ih' in name else z, n]")],
        ),
        Mistake(
            "their blocks are read in our order",
            "You take their first block for the reset gate's. In their "
            "arrays another one comes first.",
            [("z, r, n = np.split", "r, z, n = np.split")],
        ),
        Mistake(
            "the candidate's block is out of order",
            "Your signs are right. In both libraries the candidate's rows "
            "come last.",
            [(_ROWS, "[r, n, -z]")],
        ),
        Mistake(
            "one block is there twice",
            "Two of your blocks hold the same numbers, up to their sign, and "
            "one of theirs is missing.",
            [(_ROWS, "[z, -z, n]")],
            shows=_one_block_twice,
        ),
    ),
    cases=_cases,
)  # fmt: skip
