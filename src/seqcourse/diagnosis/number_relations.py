"""Relations that hold number by number: a sign, a factor, a function."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

import numpy as np

from seqcourse.diagnosis.relation import Pair, Relation, of_telling
from seqcourse.diagnosis.trial import alike, shared, sizes
from seqcourse.numpy.contract.layer import Array
from seqcourse.numpy.functional.unchecked import sigmoid


def _if_all(holds: Callable[[Pair], bool], sentence: str) -> Relation:
    return of_telling(
        lambda differ: sentence if all(map(holds, differ)) else None
    )


def _same(make: Callable[[Array], Array], sentence: str) -> Relation:
    """Build the relation: what came is made of what is right."""
    return _if_all(lambda p: alike(p.got, make(p.expected)), sentence)


def _undone(make: Callable[[Array], Array], sentence: str) -> Relation:
    """Build the relation: what is right is made of what came."""
    return _if_all(lambda p: alike(make(p.got), p.expected), sentence)


def _is_whole(a: Array) -> bool:
    return bool((a == np.round(a)).all())


@of_telling
def whole_numbers(differ: Sequence[Pair]) -> str | None:
    """Tell where numbers were rounded to whole ones.

    Parameters
    ----------
    differ
        The pairs that differ.

    Returns
    -------
    sentence
        None where it does not hold.

    Examples
    --------
    >>> whole_numbers([])
    """
    if all(_is_whole(p.expected) for p in differ):
        return None
    if not any(p.got.any() for p in differ):
        return None
    ways: dict[Callable[[Array], Array], str] = {
        np.floor: "rounded down", np.trunc: "cut to whole numbers",
        np.round: "rounded to whole numbers",
    }  # fmt: skip
    for way, words in ways.items():
        if all(np.array_equal(way(p.expected), p.got) for p in differ):
            return (
                f"Every number is right but for being {words}. Is there "
                "a `//`, an `int`, or an array of whole numbers?"
            )
    return None


#: Factors that have a story.
TOLD = {
    1 / np.log(2): "Are these bits where nats were asked for?",
    np.log(2): "Are these nats where bits were asked for?",
    1 / np.log(10): "Is the logarithm to base 10 where base e was meant?",
}


@of_telling
def constant_factor(differ: Sequence[Pair]) -> str | None:
    """Tell one factor between all numbers of all cases.

    Parameters
    ----------
    differ
        The pairs that differ.

    Returns
    -------
    sentence
        None where it does not hold.

    Examples
    --------
    >>> constant_factor([])
    """
    factors = [_factor(pair) for pair in differ]
    if not np.allclose(factors, factors[0], rtol=1e-6) or factors[0] == 0:
        return None
    factor = factors[0]
    story = [words for c, words in TOLD.items() if np.isclose(factor, c)]
    if np.isclose(factor, 100) and all(map(_is_share, differ)):
        story = ["A fraction was asked for, not a percentage."]
    opposite = "with the opposite sign, and " if factor < 0 else ""
    return " ".join([f"Every number is {opposite}{_times(factor)}.", *story])


def _is_share(pair: Pair) -> bool:
    return bool(((pair.expected >= 0) & (pair.expected <= 1)).all())


@of_telling
def size_factor(differ: Sequence[Pair]) -> str | None:
    """Tell a factor that is a size of the arguments, its root, or one by it.

    Parameters
    ----------
    differ
        The pairs that differ.

    Returns
    -------
    sentence
        None where it does not hold.

    Examples
    --------
    >>> size_factor([])
    """
    factors = [_factor(pair) for pair in differ]
    if not np.isfinite(factors).all():
        return None
    for name, many in _by_name(differ).items():
        if len(set(many)) < 2:
            continue
        n = np.asarray(many, np.float64)
        for power, words in _POWERS.items():
            if np.allclose(factors, n**power, rtol=1e-6):
                return " ".join([words.format(n=f"`{name}`"), _ADVICE[power]])
    return None


_POWERS = {
    1.0: "Every number is {n} times too large.",
    -1.0: "Every number is too small by a factor of {n}.",
    0.5: "Every number is too large by the square root of {n}.",
    -0.5: "Every number is too small by the square root of {n}.",
    2.0: "Every number is too large by the square of {n}.",
    -2.0: "Every number is too small by the square of {n}.",
}
_ADVICE = {
    1.0: "Is a division forgotten, or a sum taken where a mean is meant?",
    -1.0: "Is a factor left out, or a mean taken where a sum is meant?",
    0.5: "Is a division by a root forgotten?",
    -0.5: "Is it divided by a root once too often?",
    2.0: "Is it multiplied where it should be divided?",
    -2.0: "Is it divided where it should be multiplied?",
}


@of_telling
def constant_offset(differ: Sequence[Pair]) -> str | None:
    """Tell one difference between all numbers, in each case.

    Parameters
    ----------
    differ
        The pairs that differ.

    Returns
    -------
    sentence
        None where it does not hold.

    Examples
    --------
    >>> constant_offset([])
    """
    each = []
    for pair in differ:
        off = pair.got - pair.expected
        if not np.isfinite(off).all():
            return None
        mean = off.mean()
        if not alike(np.full(off.shape, mean), off) or mean == 0:
            return None
        each.append(float(mean))
    if np.allclose(each, each[0], rtol=1e-6):
        side = "large" if each[0] > 0 else "small"
        return f"Every number is too {side} by {abs(each[0]):.6g}."
    if min(pair.got.size for pair in differ) < 2:
        return None
    for name, many in _by_name(differ).items():
        if len(set(many)) > 1 and np.allclose(np.abs(each), many):
            side = "large" if each[0] > 0 else "small"
            return f"Every number is too {side} by `{name}`."
    return (
        "In each case all numbers are off by the same amount. What is added "
        "to every one of them?"
    )


@of_telling
def nearly(differ: Sequence[Pair]) -> str | None:
    """Tell that every number is nearly right.

    Parameters
    ----------
    differ
        The pairs that differ.

    Returns
    -------
    sentence
        None where it does not hold.

    Examples
    --------
    >>> nearly([])
    """
    if all(_is_whole(p.expected) for p in differ):
        return None
    if all(alike(p.got, p.expected, 0.01) for p in differ):
        return (
            "Nearly: every number agrees to about two digits and then parts. "
            "Is a small term missing, or one too many, such as eps?"
        )
    return None


def _factor(pair: Pair) -> float:
    """Give the one factor between two arrays, NaN where there is none."""
    finite = np.isfinite(pair.got).all()
    power = float((pair.expected**2).sum())
    if not finite or power == 0:
        return np.nan
    factor = float((pair.got * pair.expected).sum()) / power
    return factor if alike(factor * pair.expected, pair.got) else np.nan


def _by_name(pairs: Sequence[Pair]) -> dict[str, list[int]]:
    """Give each size that all trials have, trial by trial."""
    rows = [dict(sizes(pair.trial.case)) for pair in pairs]
    return {n: many for n, many in shared(rows).items() if min(many) > 0}


def _times(factor: float) -> str:
    size = abs(factor)
    if size >= 1:
        return f"{size:.5g} times too large"
    part = Fraction(size).limit_denominator(12)
    if np.isclose(float(part), size) and part.numerator == 1:
        words = {2: "half", 3: "a third", 4: "a quarter"}
        name = words.get(part.denominator, f"1/{part.denominator}")
        return f"{name} of what it should be"
    return f"{size:.5g} times what it should be"


#: Each with its name; the first that holds is told.
RELATIONS: dict[str, Relation] = {
    "the sign": _same(
        np.negative,
        "Every number has the right size and the opposite sign.",
    ),
    "the other truth": _same(
        lambda a: np.where(np.isin(a, (0, 1)), 1 - a, np.nan),
        "True stands where False should, and False where True should.",
    ),
    "one minus": _same(
        lambda a: 1 - a,
        "Yours and the right number always add up to 1.",
    ),
    "a constant factor": constant_factor,
    "a size": size_factor,
    "the absolute value": _same(
        np.abs, "Right but for the signs: all of yours are positive."
    ),
    "the square": _same(
        np.square,
        "Yours is the square of what is asked for. Is a root missing?",
    ),
    "the root": _undone(
        np.square, "Yours is the square root of what is asked for."
    ),
    "one over": _same(
        np.reciprocal, "Yours is 1 divided by what is asked for."
    ),
    "a missing logarithm": _same(
        np.exp, "Right but for a logarithm that is not taken."
    ),
    "a missing exponential": _undone(
        np.exp, "Yours is the logarithm of what is asked for."
    ),
    "a missing tanh": _undone(
        np.tanh, "Right but for a last tanh that is missing."
    ),
    "one tanh too many": _same(
        np.tanh, "It would be right without a last tanh."
    ),
    "a missing sigmoid": _undone(
        sigmoid, "Right but for a last sigmoid that is missing."
    ),
    "one sigmoid too many": _same(
        sigmoid, "It would be right without a last sigmoid."
    ),
    "whole numbers": whole_numbers,
    "a constant offset": constant_offset,
}
