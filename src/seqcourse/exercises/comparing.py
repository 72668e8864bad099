"""Where two answers part: in kind, in shape, or in value."""

from __future__ import annotations

from typing import Any

import numpy as np

from seqcourse.testing import relative_error


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
        return None if same else f"It is {got!r:.40}."
    return _in_numbers(expected, got, tolerance)


def _in_parts(expected: Any, got: Any, tolerance: float) -> str | None:
    parts = f"{len(expected)} things were expected"
    if not isinstance(got, tuple | list):
        return f"It is one {type(got).__name__}, where {parts}."
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
    try:
        got = np.asarray(got, np.float64)
    except (TypeError, ValueError):
        return f"It is a {type(got).__name__}, where numbers were expected."
    whole = isinstance(expected, int | np.integer)
    expected = np.asarray(expected, np.float64)
    if got.shape != expected.shape:
        wanted = expected.shape or "one number"
        shape = got.shape or "of one number"
        return f"It has shape {shape}, where {wanted} was expected."
    if not np.isfinite(got).all():
        return "Some of its numbers are infinite or NaN."
    apart = relative_error(expected, got)
    if apart <= tolerance:
        return None
    if whole:
        side = "large" if got > expected else "small"
        return f"It is {got:.6g}, and that is too {side}."
    return f"It is off by up to {100 * apart:.1f} % of the largest number."
