"""layer-norm: bring each word's numbers to one size."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake

PROMPT = """\
Write the norm of the lesson, `layer_norm`. `x` is (B, T, D): B sentences of T
words, D numbers each. `weight` and `bias` are (D,). Each word is brought to
mean 0 and variance 1 by itself, the variance being the mean of the squares;
`eps` is added to it, under the root. Then comes the weight, then the bias.

When it passes: multiply `x` by 100. What changes?
"""

STARTER = '''\
import numpy as np

def layer_norm(x, weight, bias, eps):
    """x is (B, T, D), weight and bias are (D,); return (B, T, D)."""
    n = (x - x.mean()) / np.sqrt(x.var() + eps)
    return n
'''

SOLUTION = '''\
import numpy as np

def layer_norm(x, weight, bias, eps):
    """x is (B, T, D), weight and bias are (D,); return (B, T, D)."""
    centred = x - x.mean(-1, keepdims=True)
    variance = x.var(-1, keepdims=True)
    n = centred / np.sqrt(variance + eps)
    return weight * n + bias
'''
_CENTRE = "x - x.mean(-1, keepdims=True)"
_VARY = "x.var(-1, keepdims=True)"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw words of several widths and sizes, each off its centre."""
    for case in range(6):
        B, T, D = (int(n) for n in rng.integers(2, 5, size=3))
        x = 0.5 * rng.normal(size=(B, T, D + 1)) + 1
        weight, bias = rng.normal(size=(2, D + 1))
        yield x, weight, bias, (1e-5, 0.1)[case % 2]


EXERCISE = Exercise(
    id="layer-norm",
    title="One size for each word",
    grade=1,
    minutes=8,
    function="layer_norm",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("The starter takes one mean of all words together. Along which axis "
         "do the numbers of one word lie?"),
        ("`x.mean(-1, keepdims=True)` has one mean for each word, in a shape "
         "that can be taken from `x`."),
        ("`weight` and `bias` have one number for each of the D places in a "
         "word: `weight * n + bias`."),
    ),
    mistakes=(
        Mistake(
            "mean and variance are those of the whole batch",
            "A word comes out differently if its neighbours change. Each "
            "word has a mean and a variance of its own.",
            [(_CENTRE, "x - x.mean()"), (_VARY, "x.var()")],
        ),
        Mistake(
            "mean and variance run over the batch",
            "You compare the same place in several sentences, as a batch "
            "norm does. Here each word is normalised by itself.",
            [(_CENTRE, "x - x.mean(0, keepdims=True)"),
             (_VARY, "x.var(0, keepdims=True)")],
        ),
        Mistake(
            "mean and variance run over the words",
            "A word comes out differently if the sentence goes on, so that "
            "the future leaks into the past. Which axis is within a word?",
            [(_CENTRE, "x - x.mean(1, keepdims=True)"),
             (_VARY, "x.var(1, keepdims=True)")],
        ),
        Mistake(
            "the variance is divided by one less",
            "Your numbers are a little too small, the more the narrower the "
            "word. The variance here is the plain mean of squares.",
            [(_VARY, "x.var(-1, ddof=1, keepdims=True)")],
        ),
        Mistake(
            "eps stands outside of the root",
            "You agree where eps is tiny, and not where it is large. It is "
            "added to the variance, before the root.",
            [("np.sqrt(variance + eps)", "(np.sqrt(variance) + eps)")],
        ),
        Mistake(
            "the root is missing",
            "You divide by the variance. Numbers are measured in their "
            "spread, and that is its root.",
            [("np.sqrt(variance + eps)", "(variance + eps)")],
        ),
        Mistake(
            "the weight and the bias are forgotten",
            "Your numbers have mean 0 and variance 1. Two things that are "
            "trained come after that.",
            [("weight * n + bias", "n")],
        ),
        Mistake(
            "the mean stays where it is",
            "You bring words to one size, but not to mean 0. That is another "
            "norm, or half of this one.",
            [(_CENTRE, "x")],
        ),
    ),
    cases=_cases,
)  # fmt: skip
