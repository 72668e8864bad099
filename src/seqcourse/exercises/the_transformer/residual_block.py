"""residual-block: two branches, added to the road."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.numpy.contract.layer import Array

PROMPT = """\
Put a block together. You are given three functions that each take words
(T, D) and return words (T, D): `attention`, `feed_forward` and `norm`. Return
what the block hands on, with the norm at the entrance of each branch.

When it passes: which of the wrong answers that you can think of would also
have run without an error?
"""

STARTER = '''\
def block(x, attention, feed_forward, norm):
    """x is (T, D); return what the block hands on, (T, D)."""
    y = attention(x)
    return feed_forward(y)
'''

SOLUTION = '''\
def block(x, attention, feed_forward, norm):
    """x is (T, D); return what the block hands on, (T, D)."""
    y = x + attention(norm(x))
    return y + feed_forward(norm(y))
'''
_FIRST, _SECOND = "x + attention(norm(x))", "y + feed_forward(norm(y))"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw words, and small layers that differ from each other."""
    for _ in range(5):
        T, D = int(rng.integers(3, 6)), int(rng.integers(3, 6))
        mix = np.tri(T) * rng.random((T, T))
        mix /= mix.sum(1, keepdims=True)
        table = rng.normal(size=(D, D))

        def attention(
            x: Array, mix: Array = mix, table: Array = table
        ) -> Array:
            mixed: Array = mix @ x @ table
            return mixed

        def feed_forward(x: Array, table: Array = table) -> Array:
            bent: Array = np.maximum(x @ table.T, 0)
            return bent

        def norm(x: Array) -> Array:
            spread = np.sqrt(x.var(-1, keepdims=True) + 1e-5)
            normal: Array = (x - x.mean(-1, keepdims=True)) / spread
            return normal

        yield rng.normal(size=(T, D)) + 1, attention, feed_forward, norm


EXERCISE = Exercise(
    id="residual-block",
    title="Build the block",
    grade=1,
    minutes=6,
    function="block",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("Follow the drawing from the bottom to the top, with a name for "
         "what is on the road after each plus."),
        "A branch reads `norm(x)`, and what it makes is added to `x` itself.",
        ("Two lines, of one form. The second begins with what the first has "
         "made."),
    ),
    mistakes=(
        Mistake(
            "there is no road",
            "What a branch makes replaces what was there. It should be added "
            "to it.",
            [(_FIRST, "attention(norm(x))"),
             (_SECOND, "feed_forward(norm(y))")],
        ),
        Mistake(
            "the norms are forgotten",
            "Your branches read whatever is on the road, at any size.",
            [(_FIRST, "x + attention(x)"), (_SECOND, "y + feed_forward(y)")],
        ),
        Mistake(
            "the norm stands on the road",
            "You normalise what the block hands on. That is post-norm, the "
            "block of 2017. Here the norm stands in the branch.",
            [(_FIRST, "norm(x + attention(x))"),
             (_SECOND, "norm(y + feed_forward(y))")],
        ),
        Mistake(
            "what is normalised goes on along the road",
            "You add to the normalised words. The road takes the words as "
            "they are; only the branch reads them normalised.",
            [(_FIRST, "norm(x) + attention(norm(x))"),
             (_SECOND, "norm(y) + feed_forward(norm(y))")],
        ),
        Mistake(
            "both branches read the same words",
            "Your feed-forward does not know what attention has brought. It "
            "reads from the road above the first plus.",
            [(_SECOND, "y + feed_forward(norm(x))")],
        ),
        Mistake(
            "the second road begins at the bottom",
            "What attention has brought is lost at the second plus: there "
            "you add to x, and not to y.",
            [(_SECOND, "x + feed_forward(norm(y))")],
        ),
        Mistake(
            "the feed-forward comes first",
            "Your words think before they have looked. It can be built so, "
            "but it is another block.",
            [(_FIRST, "x + feed_forward(norm(x))"),
             (_SECOND, "y + attention(norm(y))")],
        ),
    ),
    cases=_cases,
)  # fmt: skip
