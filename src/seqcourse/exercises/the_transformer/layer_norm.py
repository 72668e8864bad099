"""layer-norm: bring each word's numbers to one size."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.calling import Answer
from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.numpy.contract.layer import Array

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
        B, T, D = (int(rng.integers(2, 5)) for _ in range(3))
        x = 0.5 * rng.normal(size=(B, T, D + 1)) + 1
        weight, bias = rng.normal(size=(2, D + 1))
        yield x, weight, bias, (0.1, 1e-5)[case % 2]


def _normalised(answer: Answer, *case: Array) -> Array:
    """Ask for numbers with a weight of 1, no bias and a tiny eps."""
    x, weight, bias, _ = case
    numbers: Array = answer(x, 0 * weight + 1, 0 * bias, 1e-12)
    return numbers


def _is_off_centre(answer: Answer, *case: Array) -> bool:
    """Tell whether the numbers of a word do not have mean 0."""
    means = _normalised(answer, *case).mean(-1)
    return bool(np.isfinite(means).all()) and not np.allclose(means, 0)


def _has_another_size(answer: Answer, *case: Array) -> bool:
    """Tell whether the numbers of a word have mean 0, and no variance 1."""
    variances = _normalised(answer, *case).var(-1)
    off_centre = _is_off_centre(answer, *case)
    finite = bool(np.isfinite(variances).all())
    # A factor that is always the same has a sentence of its own.
    alike = np.allclose(variances, variances.flat[0])
    return finite and not off_centre and not alike


def _normalises(answer: Answer, *case: Array) -> bool:
    """Tell whether all is right but for weight, bias and eps."""
    x, weight, bias, eps = case
    n = _normalised(answer, *case)
    right = x - x.mean(-1, keepdims=True)
    right /= right.std(-1, keepdims=True)
    with_eps = answer(x, 0 * weight + 1, 0 * bias, eps).std(-1)
    return np.allclose(n, right) and np.allclose(
        with_eps, x.std(-1) / np.sqrt(x.var(-1) + eps)
    )


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
            "You compare the same position in several sentences, as a batch "
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
        Mistake(
            "eps is forgotten",
            "You agree where the variance is large. Where it is small, eps "
            "keeps the division from blowing up.",
            [("np.sqrt(variance + eps)", "np.sqrt(variance)")],
        ),
        Mistake(
            "the bias is forgotten",
            "Each column of yours is off by one number, which is its bias.",
            [("weight * n + bias", "weight * n")],
        ),
        Mistake(
            "the weight is forgotten",
            "You add the bias to the normalised numbers. Something is "
            "multiplied before that.",
            [("weight * n + bias", "n + bias")],
        ),
        Mistake(
            "the bias is added before the weight",
            "You multiply the bias with the weight, too. The weight comes "
            "first and belongs to the normalised numbers alone.",
            [("weight * n + bias", "weight * (n + bias)")],
        ),
        Mistake(
            "the numbers of a word do not have mean 0",
            "With a weight of 1 and a bias of 0, the numbers of a word "
            "should have mean 0, and yours do not. Look at the mean that "
            "you take away, and at what is added in the end.",
            [(_CENTRE, "x - x.sum(-1, keepdims=True)")],
            shows=_is_off_centre,
        ),
        Mistake(
            "the numbers of a word do not have variance 1",
            "With a weight of 1 and a bias of 0 the numbers of a word have "
            "mean 0, as they should, and another variance than 1. What do "
            "you divide by?",
            [("centred / np.sqrt(variance + eps)",
              "centred * np.sqrt(variance + eps)")],
            shows=_has_another_size,
        ),
        Mistake(
            "weight and bias come in wrong",
            "With a weight of 1 and a bias of 0 yours is right. Look at how "
            "the two come in after that.",
            [("weight * n + bias", "weight * n - bias")],
            shows=_normalises,
        ),
        Mistake(
            "the numbers are taken away from their mean",
            "Your normalised numbers have the opposite sign. The mean is "
            "taken away from them, and not they from the mean.",
            [(_CENTRE, "x.mean(-1, keepdims=True) - x")],
        ),
    ),
    cases=_cases,
)  # fmt: skip
