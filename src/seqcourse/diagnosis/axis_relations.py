"""Relations along an axis: turned, moved, some places right, sums."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from seqcourse.diagnosis.relation import (
    Pair,
    Relation,
    of_telling,
    telling,
    wrong,
)
from seqcourse.diagnosis.trial import alike
from seqcourse.numpy.contract.layer import Array


def never_written(pairs: Sequence[Pair]) -> str | None:
    """Tell that all is zero, or one and the same number.

    Parameters
    ----------
    pairs
        Of all trials.

    Returns
    -------
    sentence
        None where it does not hold.

    Examples
    --------
    >>> never_written([])
    """
    differ = wrong(pairs)
    if not differ or max(pair.got.size for pair in differ) < 2:
        return None
    if not all(np.ptp(pair.got) == 0 for pair in pairs if pair.got.size):
        return None
    firsts = {float(pair.got.flat[0]) for pair in differ if pair.got.size}
    if firsts == {0.0}:
        return "It is all zeros. Is anything ever written into it?"
    if all(pair.got.size > 1 for pair in differ):
        return "All its numbers are the same."
    return None


@of_telling
def transposed(differ: Sequence[Pair]) -> str | None:
    """Tell that two axes are exchanged.

    Parameters
    ----------
    differ
        The pairs that differ; being of one shape, only square ones remain.

    Returns
    -------
    sentence
        None where it does not hold.

    Examples
    --------
    >>> transposed([])
    """
    for axes in combinations(_shared_axes(differ), 2):
        if all(alike(p.got, p.expected.swapaxes(*axes)) for p in differ):
            one, other = axes
            return (
                f"It is right with axes {one} and {other} exchanged: it is "
                "transposed."
            )
    return None


@of_telling
def turned_round(differ: Sequence[Pair]) -> str | None:
    """Tell that an axis runs backwards.

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
    >>> turned_round([])
    """
    for axis in _shared_axes(differ):
        if all(alike(p.got, np.flip(p.expected, axis)) for p in differ):
            where = _axis(axis, differ)
            return f"The right numbers, and {where} runs backwards."
    return None


@of_telling
def moved(differ: Sequence[Pair]) -> str | None:
    """Tell that an axis is late or early by one place.

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
    >>> moved([])
    """
    for axis in _shared_axes(differ):
        long = [pair for pair in differ if pair.got.shape[axis] > 2]
        if not telling(long) or len(long) < len(differ):
            continue
        got = [np.moveaxis(pair.got, axis, 0) for pair in long]
        right = [np.moveaxis(pair.expected, axis, 0) for pair in long]
        both = list(zip(got, right, strict=True))
        where = _axis(axis, long)
        if all(alike(g[1:], r[:-1]) for g, r in both):
            return f"The right numbers, one place late along {where}."
        if all(alike(g[:-1], r[1:]) for g, r in both):
            return f"The right numbers, one place early along {where}."
    return None


@of_telling
def some_places(differ: Sequence[Pair]) -> str | None:
    """Tell that only the first or last places of an axis are right, or wrong.

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
    >>> some_places([])
    """
    for axis in _shared_axes(differ):
        good = [_good(pair, axis) for pair in differ]
        if max(map(len, good)) < 3:
            continue
        where = _axis(axis, differ)
        for places, words in _PLACES.items():
            asked = [_at(places, len(g)) for g in good]
            if all((g == a).all() for g, a in zip(good, asked, strict=True)):
                return words.format(axis=where)
    return None


_PLACES = {
    "first": "Only the first place along {axis} is right.",
    "last": "Only the last place along {axis} is right.",
    "but first": "All is right but the first place along {axis}.",
    "but last": "All is right but the last place along {axis}.",
}


def _at(places: str, size: int) -> Array:
    index = np.arange(size)
    place = 0 if places.endswith("first") else size - 1
    at: Array = (index == place) ^ places.startswith("but")
    return at


def _good(pair: Pair, axis: int) -> Array:
    """Say which places along an axis agree."""
    size = max(float(np.abs(pair.expected).max()), 1e-12)
    apart = np.abs(pair.got - pair.expected) <= 1e-6 * size
    other = tuple(n for n in range(apart.ndim) if n != axis)
    good: Array = apart.all(other)
    return good


def sums_to_one(pairs: Sequence[Pair]) -> str | None:
    """Tell that shares do not add up to one.

    Parameters
    ----------
    pairs
        Of all trials.

    Returns
    -------
    sentence
        None where it does not hold.

    Examples
    --------
    >>> sums_to_one([])
    """
    differ = wrong(pairs)
    if not differ or any(p.got.ndim == 0 for p in differ):
        return None
    if any(p.expected.shape[-1] < 2 for p in differ) or not all(
        np.allclose(p.expected.sum(-1), 1) and (p.expected >= 0).all()
        for p in differ
    ):
        return None
    if not all(np.isfinite(p.got).all() for p in differ):
        return None
    sums = [p.got.sum(-1) for p in differ]
    if any(np.isclose(s, 1).any() for s in sums):
        return None
    if all(p.got.ndim > 1 for p in differ):
        if all(np.allclose(p.got.sum(-2), 1) for p in differ):
            return (
                "Your columns add up to 1; it is the rows that should. "
                "Which axis is summed over?"
            )
        if all(np.isclose(p.got.sum(), 1) for p in differ):
            return (
                "All your numbers together add up to 1; each row should. "
                "Over which axis is the sum?"
            )
    first = float(sums[0].flat[0])
    return (
        f"What should add up to 1 along the last axis adds up to {first:.3g} "
        "in the first row of the smallest case."
    )


@of_telling
def other_order(differ: Sequence[Pair]) -> str | None:
    """Tell that the right numbers stand in other places.

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
    >>> other_order([])
    """
    if not all(
        alike(np.sort(pair.got, None), np.sort(pair.expected, None))
        for pair in differ
    ):
        return None
    return "All the right numbers are there, in another order."


def not_finite(pairs: Sequence[Pair]) -> str | None:
    """Tell where numbers are infinite or NaN.

    Parameters
    ----------
    pairs
        Of all trials.

    Returns
    -------
    sentence
        None where it does not hold.

    Examples
    --------
    >>> not_finite([])
    """
    differ = wrong(pairs)
    if not differ or any(np.isfinite(pair.got).all() for pair in differ):
        return None
    first = differ[0].got[~np.isfinite(differ[0].got)].flat[0]
    if np.isinf(first):
        return (
            "Some of its numbers are infinite. Is something divided by 0, or "
            "`exp` of something large?"
        )
    return (
        "Some of its numbers are NaN. 0/0 is NaN, and so are ∞ − ∞ and the "
        "logarithm of a negative number."
    )


def true_too_often(pairs: Sequence[Pair]) -> str | None:
    """Tell that a table of truths has too many, or too few.

    Parameters
    ----------
    pairs
        Of all trials.

    Returns
    -------
    sentence
        None where it does not hold.

    Examples
    --------
    >>> true_too_often([])
    """
    differ = wrong(pairs)
    if not differ or not all(
        np.isin(both, (0, 1)).all() and both.ndim
        for pair in differ
        for both in (pair.got, pair.expected)
    ):
        return None
    if all((pair.got >= pair.expected).all() for pair in differ):
        return "All that should be 1 or True is, and more besides."
    if all((pair.got <= pair.expected).all() for pair in differ):
        return "All that is 1 or True should be, and some are missing."
    return None


def _shared_axes(pairs: Sequence[Pair]) -> range:
    return range(min((pair.got.ndim for pair in pairs), default=0))


def _axis(axis: int, pairs: Sequence[Pair]) -> str:
    """Name an axis; of a list there is only one."""
    if max(pair.got.ndim for pair in pairs) == 1:
        return "its axis"
    return f"axis {axis}"


#: Each with its name; the first that holds is told.
RELATIONS: dict[str, Relation] = {
    "the axes": transposed,
    "the direction": turned_round,
    "one place off": moved,
    "shares that are none": sums_to_one,
    "some places only": some_places,
    "the order": other_order,
    "too many or too few": true_too_often,
}
