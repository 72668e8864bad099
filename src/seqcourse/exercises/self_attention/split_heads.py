"""split-heads: cut the features of each step, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake

PROMPT = """\
Write `split_heads`. `x` is (B, T, E), the queries of a batch, say. Cut the E
features of every step into `heads` pieces that lie side by side: the first
K = E / heads features belong to the first head. Return (B, heads, T, K).

The shape alone will not tell you whether it is right. When it passes, print
`split_heads(np.arange(12).reshape(1, 2, 6), 3)` and find the first step's
numbers.
"""

STARTER = '''\
import numpy as np

def split_heads(x, heads):
    """x is (B, T, E); return (B, heads, T, E // heads)."""
    B, T, E = x.shape
    return x.reshape(B, T, heads, E // heads)
'''

SOLUTION = '''\
import numpy as np

def split_heads(x, heads):
    """x is (B, T, E); return (B, heads, T, E // heads)."""
    B, T, E = x.shape
    pieces = x.reshape(B, T, heads, E // heads)
    return pieces.transpose(0, 2, 1, 3)
'''
_CUT = "x.reshape(B, T, heads, E // heads)"
_TURNED = "pieces.transpose(0, 2, 1, 3)"
_LEAKING = "x.reshape(T, heads, B, E // heads).transpose(2, 1, 0, 3)"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw batches that can be cut; no two sizes are alike."""
    for heads, T, K in ((2, 5, 3), (3, 4, 2), (4, 3, 5), (5, 7, 2)):
        B = int(rng.choice([6, 8]))
        yield rng.normal(size=(B, T, heads * K)), heads


EXERCISE = Exercise(
    id="split-heads",
    title="Cut into heads",
    grade=2,
    minutes=8,
    function="split_heads",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("`reshape` keeps the order in which the numbers lie in memory. "
         "Which axis can it cut in two without moving anything?"),
        ("After the cut the axes are B, T, heads, K. Which two of them must "
         "change places?"),
        "`.transpose(0, 2, 1, 3)` says where each new axis comes from.",
    ),
    mistakes=(
        Mistake(
            "the axes are in their old order",
            "Heads and steps are the wrong way round. The split is right; "
            "now two axes have to change places.",
            [(_TURNED, "pieces")],
        ),
        Mistake(
            "reshape is taken for a transpose",
            "The shape is right, but one head mixes the numbers of several "
            "steps. A reshape moves no axis: it reads on, row after row.",
            [(_TURNED, "x.reshape(B, heads, T, E // heads)")],
        ),
        Mistake(
            "sequences leak into each other",
            "One sequence of yours holds numbers of another. The axis of the "
            "batch must not move.",
            [(_TURNED, _LEAKING)],
        ),
        Mistake(
            "every other feature goes to a head",
            "A head of yours takes features that lie apart. They should lie "
            "side by side: the first few are the first head's.",
            [(_CUT, "x.reshape(B, T, E // heads, heads).swapaxes(2, 3)")],
        ),
        Mistake(
            "steps and features have changed places",
            "Inside each head the steps lie where the features should, or "
            "the other way round.",
            [("transpose(0, 2, 1, 3)", "transpose(0, 2, 3, 1)")],
        ),
        Mistake(
            "the last heads come first",
            "The pieces are right, but in reverse order. The first features "
            "belong to the first head.",
            [(_TURNED, "pieces.transpose(0, 2, 1, 3)[:, ::-1]")],
        ),
    ),
    cases=_cases,
)  # fmt: skip
