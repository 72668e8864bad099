"""split-heads: split the features of each step, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake

PROMPT = """\
Write `split_heads`. `x` is (B, T, H): the queries of a batch, say. Split the
H features of every step into `heads` groups of K = H / heads neighbouring
features: the first K belong to the first head. Return (B, heads, T, K).

The shape alone doesn't show whether it is right. When it passes, print
`split_heads(np.arange(12).reshape(1, 2, 6), 3)` and find the numbers of the
first step.
"""

STARTER = '''\
import numpy as np

def split_heads(x, heads):
    """x is (B, T, H); return (B, heads, T, H // heads)."""
    B, T, H = x.shape
    return x.reshape(B, T, heads, H // heads)
'''

SOLUTION = '''\
import numpy as np

def split_heads(x, heads):
    """x is (B, T, H); return (B, heads, T, H // heads)."""
    B, T, H = x.shape
    parts = x.reshape(B, T, heads, H // heads)
    return parts.transpose(0, 2, 1, 3)
'''
_SPLIT = "x.reshape(B, T, heads, H // heads)"
_TRANSPOSED = "parts.transpose(0, 2, 1, 3)"
_LEAKING = "x.reshape(T, heads, B, H // heads).transpose(2, 1, 0, 3)"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw batches that can be split; no two sizes are alike."""
    for heads, T, K in ((2, 5, 3), (3, 4, 2), (4, 3, 5), (5, 7, 2)):
        B = int(rng.choice([6, 8]))
        yield rng.normal(size=(B, T, heads * K)), heads


EXERCISE = Exercise(
    id="split-heads",
    title="Split into heads",
    grade=2,
    minutes=8,
    function="split_heads",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("`reshape` keeps the order of the numbers in memory. Which axis "
         "can it split in two without moving anything?"),
        ("After the split the axes are B, T, heads, K. Which two of them "
         "must be exchanged?"),
        "`.transpose(0, 2, 1, 3)` says where each new axis comes from.",
    ),
    mistakes=(
        Mistake(
            "the axes are in their old order",
            "The split is right, but heads and steps are in the wrong order. "
            "Exchange two axes.",
            [(_TRANSPOSED, "parts")],
        ),
        Mistake(
            "reshape is taken for a transpose",
            "The shape is right, but one head mixes the numbers of several "
            "steps. A reshape never moves an axis; it reads on, row after "
            "row.",
            [(_TRANSPOSED, "x.reshape(B, heads, T, H // heads)")],
        ),
        Mistake(
            "sequences leak into each other",
            "One of your sequences holds numbers of another. The batch axis "
            "must stay first.",
            [(_TRANSPOSED, _LEAKING)],
        ),
        Mistake(
            "every other feature goes to a head",
            "One of your heads has features from all over. They should be "
            "neighbours: the first K belong to the first head.",
            [(_SPLIT, "x.reshape(B, T, H // heads, heads).swapaxes(2, 3)")],
        ),
        Mistake(
            "steps and features are exchanged",
            "Within each head, steps and features are exchanged: the last "
            "axis should be K.",
            [("transpose(0, 2, 1, 3)", "transpose(0, 2, 3, 1)")],
        ),
        Mistake(
            "the last heads come first",
            "The parts are right, but in reverse order. The first features "
            "belong to the first head.",
            [(_TRANSPOSED, "parts.transpose(0, 2, 1, 3)[:, ::-1]")],
        ),
    ),
    cases=_cases,
)  # fmt: skip
