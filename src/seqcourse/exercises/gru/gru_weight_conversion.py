"""gru-weight-conversion: the same GRU, written down the other way round."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.numpy import GRU

PROMPT = """\
Another book has a GRU that resets after the product, as ours does, and names
its weights as we do. Two things differ. Its mixture is
`(1 - z) * h + z * n`: z says how much is *new*. And the rows of each of its
arrays come in the order z, r, n; ours are r, z, n.

Write `convert_weights`, which takes its weights, a dict of `weight_ih`
(3H, D), `weight_hh` (3H, H), `bias_ih` and `bias_hh` (3H,), and returns
weights with which our `GRU` computes exactly what theirs does. Change
nothing in the dict that you are given.

When it passes, go on with pencil and paper, and with
`GRU(D, H, reset_after=False)`: for which tables of weights do the two places
of the reset gate compute the same? Begin with H = 1 and no biases. Then try
H = 2 with a `weight_hh` of your choice, let both read the same, and look for
a table that makes them agree.
"""

STARTER = '''\
import numpy as np

def convert_weights(params):
    """Return weights for the GRU of this book, under the same names."""
    ours = {}
    for name, rows in params.items():
        z, r, n = np.split(rows, 3)
        ours[name] = np.concatenate([z, r, n])
    return ours
'''

SOLUTION = STARTER.replace("[z, r, n])", "[r, -z, n])")
_ROWS = "[r, -z, n]"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw weights of several sizes."""
    for _ in range(5):
        D, H = 2 + rng.permutation(6)[:2]
        yield (GRU(int(D), int(H)).init(rng, np.float64),)


def _one_block_twice(answer: Any, params: Any) -> bool:
    """Show that two of the three blocks agree, but for a sign."""
    blocks = np.abs(np.split(answer(params)["weight_ih"], 3))
    return any(np.array_equal(blocks[n - 1], blocks[n]) for n in range(3))


EXERCISE = Exercise(
    id="gru-weight-conversion",
    title="The same network from another book",
    grade=3,
    minutes=20,
    function="convert_weights",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("Our z must be 1 minus theirs, at every step. What is 1 minus the "
         "sigmoid of a?"),
        ("The sigmoid is as far above one half at a as it is below it at "
         "minus a. So which numbers must change their sign?"),
        ("All that goes into the update gate's sum changes its sign: word, "
         "memory and both biases. Nothing else does."),
    ),
    mistakes=(
        Mistake(
            "nothing is translated",
            "You give back what you were given. Whose z is near 1 where the "
            "memory should be kept?",
            [(_ROWS, "[z, r, n]")],
        ),
        Mistake(
            "the order is right, and z still says how much is new",
            "Your blocks stand where they should. But where theirs takes in "
            "the new, yours keeps the old.",
            [(_ROWS, "[r, z, n]")],
        ),
        Mistake(
            "the meaning is right, and the blocks stand in their old order",
            "Your update gate works, from where our GRU looks for the reset "
            "gate. Which block comes first here?",
            [(_ROWS, "[-z, r, n]")],
        ),
        Mistake(
            "the wrong gate is turned round",
            "You turned the gate that both books read the same way. Which "
            "one do they disagree on?",
            [(_ROWS, "[-r, z, n]")],
        ),
        Mistake(
            "everything is turned round",
            "With all signs changed the proposal points the other way too. "
            "Which gate do the books disagree on?",
            [(_ROWS, "[-r, -z, -n]")],
        ),
        Mistake(
            "1 minus a weight is not 1 minus a gate",
            "The gate is what comes out of the sigmoid. What must go in, for "
            "1 minus it to come out?",
            [(_ROWS, "[r, 1 - z, n]")],
        ),
        Mistake(
            "the biases are not turned round",
            "Your tables are right. A bias goes into the same sum as they "
            "do.",
            [(_ROWS, "[r, z if 'bias' in name else -z, n]")],
        ),
        Mistake(
            "only one side of the sum is turned round",
            "You turned what the word says. The memory speaks in that sum "
            "too.",
            [(_ROWS, "[r, -z if 'ih' in name else z, n]")],
        ),
        Mistake(
            "their blocks are read in our order",
            "You take the first of their blocks for the reset gate's. In "
            "their arrays another one comes first.",
            [("z, r, n = np.split", "r, z, n = np.split")],
        ),
        Mistake(
            "the proposal's block stands in the wrong place",
            "Your signs are right. In both books the proposal's rows come "
            "last.",
            [(_ROWS, "[r, n, -z]")],
        ),
        Mistake(
            "one block is there twice",
            "Two of your blocks hold the same numbers, but perhaps for their "
            "sign, and another of theirs is lost.",
            [(_ROWS, "[z, -z, n]")],
            shows=_one_block_twice,
        ),
    ),
    cases=_cases,
)  # fmt: skip
