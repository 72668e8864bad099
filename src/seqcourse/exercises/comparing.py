"""Where two answers part: in kind, in shape, or in value."""

from __future__ import annotations

from typing import Any

import numpy as np

from seqcourse.exercises.plain_values import Strange
from seqcourse.numpy.contract.annotations.values import described, one
from seqcourse.numpy.contract.layer import Array
from seqcourse.testing.comparison import ROUNDINGS, error_beyond_rounding


def difference(expected: Any, got: Any, tolerance: float) -> str | None:
    """Say how an answer differs from what was expected.

    Parameters
    ----------
    expected
        An array, a number, a word, or a tuple or dictionary of these.
    got
        Anything.
    tolerance
        The largest relative difference of numbers that is none.

    Returns
    -------
    words
        A sentence, or None where they agree. It never shows digits that are
        rounding noise.

    Examples
    --------
    >>> difference(1.0, 1.0 + 1e-12, 1e-6)
    >>> difference(np.zeros((2, 3)), np.zeros((3, 2)), 1e-6)
    'It has shape (3, 2), where (2, 3) was expected.'
    """
    if got is None:
        return "Nothing comes back: it is None. Is there a return?"
    if isinstance(expected, tuple | list):
        return _in_parts(expected, got, tolerance)
    if isinstance(expected, dict):
        if not isinstance(got, dict) or expected.keys() != got.keys():
            names = ", ".join(map(repr, expected))
            return f"A dictionary with the keys {names} was expected."
        return _first(expected, got, expected.keys(), tolerance)
    if isinstance(expected, bool | str):
        same = type(got) is type(expected) and got == expected
        return None if same else f"It is {described(got)}."
    return _in_numbers(expected, got, tolerance)


def _in_parts(expected: Any, got: Any, tolerance: float) -> str | None:
    parts = f"{len(expected)} things were expected"
    if not isinstance(got, tuple | list):
        return f"It is {_called(got)}, where {parts}."
    if len(got) != len(expected):
        return f"{len(got)} things come back, where {parts}."
    return _first(expected, got, range(len(expected)), tolerance)


def _first(
    expected: Any, got: Any, keys: Any, tolerance: float
) -> str | None:
    for key in keys:
        words = difference(expected[key], got[key], tolerance)
        if words is not None:
            place = f"part {key + 1}" if isinstance(key, int) else repr(key)
            return f"In {place}: {words}"
    return None


def _in_numbers(expected: Any, got: Any, tolerance: float) -> str | None:
    numbers = _numbers(got)
    if numbers is None:
        return f"It is {_called(got)}, where numbers were expected."
    whole = isinstance(expected, int | np.integer)
    expected = np.asarray(expected, np.float64)
    if numbers.shape != expected.shape:
        wanted = expected.shape or "one number"
        shape = numbers.shape or "of one number"
        return f"It has shape {shape}, where {wanted} was expected."
    if not np.isfinite(numbers).all():
        return "Some of its numbers are infinite or NaN."
    apart = error_beyond_rounding(expected, numbers, _rounding(got, expected))
    if apart <= tolerance:
        return None
    if whole:
        side = "large" if numbers > expected else "small"
        return f"It is {numbers:.6g}, and that is too {side}."
    return f"It is off by up to {100 * apart:.1f} % of the largest number."


def _numbers(got: Any) -> Array | None:
    """Give real numbers as an array of floats; None for anything else.

    What NumPy would make of others is another answer: of a complex number
    its real part, of the word "3" a 3.
    """
    try:
        array = np.asarray(got)
        if array.dtype.kind == "O":  # such as numbers above 2**63
            real = all(isinstance(part, int | float) for part in array.flat)
            array = np.vectorize(_float, [float])(array) if real else array
        return array.astype(float) if array.dtype.kind in "fiub" else None
    except (TypeError, ValueError):  # rows of several lengths
        return None


def _float(number: float) -> float:
    try:
        return float(number)
    except OverflowError:
        return np.inf


def _rounding(got: Any, expected: Array) -> float:
    """Give the largest difference that rounding can make in an answer."""
    dtype = np.asarray(got).dtype
    eps = float(np.finfo(dtype if dtype.kind == "f" else np.float64).eps)
    return ROUNDINGS * eps * max(1.0, float(np.abs(expected).max(initial=0)))


def _called(got: Any) -> str:
    return got.kind if isinstance(got, Strange) else one(type(got))
