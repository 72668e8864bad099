"""residual-block: two branches, added to the residual stream."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from seqcourse.exercises.calling import Answer
from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.numpy.contract.layer import Array

#: What takes the vectors of a sequence, and returns as many.
Layer = Callable[[Array], Array]

PROMPT = """\
Put a transformer block together. You are given three functions that each take
an array (T, D), one vector per position, and return an array (T, D):
`attention`, `feed_forward` and `norm`. Return the output of a pre-norm block,
in which a norm opens each branch.

When it passes: which wrong versions would also have run without an error?
"""

STARTER = '''\
def block(x, attention, feed_forward, norm):
    """x is (T, D); return the output of the block, (T, D)."""
    y = attention(x)
    return feed_forward(y)
'''

SOLUTION = '''\
def block(x, attention, feed_forward, norm):
    """x is (T, D); return the output of the block, (T, D)."""
    y = x + attention(norm(x))
    return y + feed_forward(norm(y))
'''
_FIRST, _SECOND = "x + attention(norm(x))", "y + feed_forward(norm(y))"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw vectors, and small layers that differ from each other."""
    for _ in range(5):
        T, D = int(rng.integers(2, 6)), int(rng.integers(3, 6))
        mix = np.tri(T) * rng.random((T, T))
        mix /= mix.sum(1, keepdims=True)
        table = rng.normal(size=(D, D))

        def attention(
            x: Array, mix: Array = mix, table: Array = table
        ) -> Array:
            mixed: Array = mix @ x @ table
            return mixed

        def feed_forward(x: Array, table: Array = table) -> Array:
            activated: Array = np.maximum(x @ table.T, 0)
            return activated

        def norm(x: Array) -> Array:
            spread = np.sqrt(x.var(-1, keepdims=True) + 1e-5)
            normal: Array = (x - x.mean(-1, keepdims=True)) / spread
            return normal

        yield rng.normal(size=(T, D)) + 1, attention, feed_forward, norm


def _nothing(x: Array) -> Array:
    return 0 * x


def _right_without_attention(
    answer: Answer, x: Array, _: Layer, feed_forward: Layer, norm: Layer
) -> bool:
    """Tell whether an attention that returns zeros would make it right."""
    right = x + feed_forward(norm(x))
    return np.allclose(answer(x, _nothing, feed_forward, norm), right)


def _right_without_feed_forward(
    answer: Answer, x: Array, attention: Layer, _: Layer, norm: Layer
) -> bool:
    """Tell whether a feed-forward network of zeros would make it right."""
    right = x + attention(norm(x))
    return np.allclose(answer(x, attention, _nothing, norm), right)


EXERCISE = Exercise(
    id="residual-block",
    title="A transformer block",
    grade=1,
    minutes=6,
    function="block",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("Follow the thick line of the diagram, and give the residual stream "
         "a new name after each plus sign."),
        "A branch reads `norm(x)`. Its output is added to `x` itself.",
        ("You need two lines of the same form. The second starts from the "
         "result of the first."),
    ),
    mistakes=(
        Mistake(
            "there are no residual connections",
            "The output of a branch replaces its input. It should be added "
            "to it.",
            [(_FIRST, "attention(norm(x))"),
             (_SECOND, "feed_forward(norm(y))")],
        ),
        Mistake(
            "the norms are forgotten",
            "Your branches read the residual stream as it is, however large "
            "its numbers have grown.",
            [(_FIRST, "x + attention(x)"), (_SECOND, "y + feed_forward(y)")],
        ),
        Mistake(
            "it is a post-norm block",
            "You normalise each sum. That is post-norm, the block of 2017. "
            "In a pre-norm block the norm opens the branch.",
            [(_FIRST, "norm(x + attention(x))"),
             (_SECOND, "norm(y + feed_forward(y))")],
        ),
        Mistake(
            "the residual stream is normalised",
            "You add to the normalised vectors. The residual stream keeps "
            "them as they are; only the branch reads them normalised.",
            [(_FIRST, "norm(x) + attention(norm(x))"),
             (_SECOND, "norm(y) + feed_forward(norm(y))")],
        ),
        Mistake(
            "both branches read the same input",
            "Your feed-forward network does not see what attention has "
            "added. It reads the residual stream after the first sum.",
            [(_SECOND, "y + feed_forward(norm(x))")],
        ),
        Mistake(
            "the output of attention is lost",
            "What attention has added is lost at the second sum: there you "
            "add to x instead of y.",
            [(_SECOND, "x + feed_forward(norm(y))")],
        ),
        Mistake(
            "the feed-forward network comes first",
            "Your block applies the feed-forward network before attention. "
            "Such a block would work, too, but it is another one.",
            [(_FIRST, "x + feed_forward(norm(x))"),
             (_SECOND, "y + attention(norm(y))")],
        ),
        Mistake(
            "attention has no residual connection",
            "The output of attention replaces its input. It should be added "
            "to it, as in your second branch.",
            [(_FIRST, "attention(norm(x))")],
        ),
        Mistake(
            "the feed-forward network has no residual connection",
            "The output of the feed-forward network replaces its input. It "
            "should be added to it, as in your first branch.",
            [(_SECOND, "feed_forward(norm(y))")],
        ),
        Mistake(
            "attention reads vectors that are not normalised",
            "Your second branch begins with a norm, but the first does not. "
            "What does attention read?",
            [(_FIRST, "x + attention(x)")],
        ),
        Mistake(
            "the feed-forward network reads vectors that are not normalised",
            "Your first branch begins with a norm, but the second does not. "
            "What does the feed-forward network read?",
            [(_SECOND, "y + feed_forward(y)")],
        ),
        Mistake(
            "attention is left out",
            "The positions never meet: a block has two branches, and yours "
            "has only the feed-forward network.",
            [(_FIRST, "x")],
        ),
        Mistake(
            "the feed-forward network is left out",
            "You stop after the first sum. A block has a second branch, "
            "which reads the result of that sum.",
            [(_SECOND, "y")],
        ),
        Mistake(
            "the whole block is normalised at the end",
            "Both branches are right, but then you normalise the residual "
            "stream on its way out. It is passed on as it is.",
            [(_SECOND, "norm(y + feed_forward(norm(y)))")],
        ),
        Mistake(
            "the norm is applied after a branch",
            "You normalise the output of a branch. The norm comes first: "
            "the branch reads normalised vectors.",
            [(_FIRST, "x + norm(attention(x))"),
             (_SECOND, "y + norm(feed_forward(y))")],
        ),
        Mistake(
            "the output of attention goes astray",
            "If attention returned zeros, yours would be right. Follow what "
            "it returns: into the first sum, and on to the second branch.",
            [(_FIRST, "x + 2 * attention(norm(x))")],
            shows=_right_without_attention,
        ),
        Mistake(
            "the output of the feed-forward network goes astray",
            "If the feed-forward network returned zeros, yours would be "
            "right. Follow what it returns: what becomes of it?",
            [(_SECOND, "y + 2 * feed_forward(norm(y))")],
            shows=_right_without_feed_forward,
        ),
        Mistake(
            "the first branch multiplies",
            "You multiply the residual stream by the output of attention. "
            "A branch is added to it.",
            [(_FIRST, "x * attention(norm(x))")],
        ),
        Mistake(
            "the second branch multiplies",
            "You multiply the residual stream by the output of the "
            "feed-forward network. A branch is added to it.",
            [(_SECOND, "y * feed_forward(norm(y))")],
        ),
        Mistake(
            "attention is never called",
            "Your first branch adds the normalised vectors themselves. They "
            "have not been through attention.",
            [(_FIRST, "x + norm(x)")],
        ),
        Mistake(
            "the feed-forward network is never called",
            "Your second branch adds what the feed-forward network should "
            "read, not its output.",
            [(_SECOND, "y + norm(y)")],
        ),
    ),
    cases=_cases,
)  # fmt: skip
