"""layer-norm: normalise the numbers at each position."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.calling import Answer
from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.numpy.contract.layer import Array

PROMPT = """\
Write `layer_norm`, the layer normalisation of the lesson. `x` is (B, T, D): B
sequences of T positions, with D numbers each; `weight` and `bias` are (D,).
Bring the numbers at each position to mean 0 and variance 1. The variance is
the mean squared distance from the mean; `eps` is added to it under the root.
Then multiply by the weight, and add the bias.

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
    """Draw inputs of several shapes, each off its centre."""
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
    """Tell whether the numbers at a position do not have mean 0."""
    means = _normalised(answer, *case).mean(-1)
    return bool(np.isfinite(means).all()) and not np.allclose(means, 0)


def _has_another_size(answer: Answer, *case: Array) -> bool:
    """Tell whether a position has mean 0 but not variance 1."""
    variances = _normalised(answer, *case).var(-1)
    off_centre = _is_off_centre(answer, *case)
    finite = bool(np.isfinite(variances).all())
    # A factor that is always the same has a sentence of its own.
    alike = np.allclose(variances, variances.flat[0])
    return finite and not off_centre and not alike


def _normalises(answer: Answer, *case: Array) -> bool:
    """Tell whether all but the weight and the bias is right."""
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
    title="Layer normalisation",
    grade=1,
    minutes=8,
    function="layer_norm",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("The starter takes one mean over the whole batch. Along which axis "
         "do the numbers of one position lie?"),
        ("`x.mean(-1, keepdims=True)` has one mean per position, in a shape "
         "that can be subtracted from `x`."),
        ("`weight` and `bias` have one entry for each of the D numbers: "
         "`weight * n + bias`."),
    ),
    mistakes=(
        Mistake(
            "mean and variance are those of the whole batch",
            "The output at a position changes if its neighbours change. "
            "Each position has a mean and a variance of its own.",
            [(_CENTRE, "x - x.mean()"), (_VARY, "x.var()")],
        ),
        Mistake(
            "mean and variance run over the batch",
            "You average the same position over several sequences, as "
            "batch normalisation does. Here each position is normalised "
            "separately.",
            [(_CENTRE, "x - x.mean(0, keepdims=True)"),
             (_VARY, "x.var(0, keepdims=True)")],
        ),
        Mistake(
            "mean and variance run over the positions",
            "The output at a position changes if the sequence goes on, so "
            "the future leaks into the past. Average over the last axis.",
            [(_CENTRE, "x - x.mean(1, keepdims=True)"),
             (_VARY, "x.var(1, keepdims=True)")],
        ),
        Mistake(
            "the variance is divided by D − 1",
            "Your numbers are slightly too small, most of all where D is "
            "small. The variance here is the mean of the squares, divided "
            "by D.",
            [(_VARY, "x.var(-1, ddof=1, keepdims=True)")],
        ),
        Mistake(
            "eps stands outside the root",
            "Yours is right where eps is tiny, wrong where it is large. It "
            "is added to the variance, before the root.",
            [("np.sqrt(variance + eps)", "(np.sqrt(variance) + eps)")],
        ),
        Mistake(
            "the root is missing",
            "You divide by the variance. What brings the variance to 1 is "
            "division by its root, the standard deviation.",
            [("np.sqrt(variance + eps)", "(variance + eps)")],
        ),
        Mistake(
            "the weight and the bias are forgotten",
            "Your numbers have mean 0 and variance 1. Two trained "
            "parameters come after that.",
            [("weight * n + bias", "n")],
        ),
        Mistake(
            "the mean stays where it is",
            "Your numbers do not have mean 0: you divide without subtracting "
            "the mean first.",
            [(_CENTRE, "x")],
        ),
        Mistake(
            "eps is forgotten",
            "Yours is right where the variance is large. Where it is small, "
            "eps keeps the division from blowing up.",
            [("np.sqrt(variance + eps)", "np.sqrt(variance)")],
        ),
        Mistake(
            "the bias is forgotten",
            "Each of your columns is off by a constant: its bias.",
            [("weight * n + bias", "weight * n")],
        ),
        Mistake(
            "the weight is forgotten",
            "You add the bias to the normalised numbers. Multiply them by "
            "the weight before that.",
            [("weight * n + bias", "n + bias")],
        ),
        Mistake(
            "the bias is added before the weight",
            "You multiply the bias by the weight, too. The weight comes "
            "first, and multiplies the normalised numbers only.",
            [("weight * n + bias", "weight * (n + bias)")],
        ),
        Mistake(
            "the numbers of a position do not have mean 0",
            "With a weight of 1 and a bias of 0, the numbers at each "
            "position should have mean 0. Yours do not. Look at the mean "
            "that you subtract, and at what you add at the end.",
            [(_CENTRE, "x - x.sum(-1, keepdims=True)")],
            shows=_is_off_centre,
        ),
        Mistake(
            "the numbers of a position do not have variance 1",
            "With a weight of 1 and a bias of 0, the numbers at each "
            "position have mean 0, as they should, but not variance 1. What "
            "do you divide by?",
            [("centred / np.sqrt(variance + eps)",
              "centred * np.sqrt(variance + eps)")],
            shows=_has_another_size,
        ),
        Mistake(
            "weight and bias are applied wrongly",
            "With a weight of 1 and a bias of 0, yours is right. Look at how "
            "you apply the two.",
            [("weight * n + bias", "weight * n - bias")],
            shows=_normalises,
        ),
        Mistake(
            "the numbers are subtracted from their mean",
            "Your normalised numbers have the opposite sign. Subtract the "
            "mean from the numbers, not the numbers from the mean.",
            [(_CENTRE, "x.mean(-1, keepdims=True) - x")],
        ),
    ),
    cases=_cases,
)  # fmt: skip
