"""Where two answers part: in kind, in shape, or in value."""

from __future__ import annotations

from typing import Any

import numpy as np

from seqcourse.exercises.calling import Failure
from seqcourse.exercises.exercise import Exercise
from seqcourse.exercises.plain_values import Strange
from seqcourse.numpy.contract.annotations.values import one
from seqcourse.numpy.contract.layer import Array
from seqcourse.testing.comparison import ROUNDINGS, error_beyond_rounding

#: What is said of values that are wrong in a way that has no name.
OTHER = "It has other values than it should."


def difference(
    expected: Any,
    got: Any,
    tolerance: float,
    parts: tuple[str, ...] = (),
) -> str | None:
    """Say how an answer differs from what was expected.

    Parameters
    ----------
    expected
        An array, a number, a word, or a tuple or dictionary of these.
    got
        Anything.
    tolerance
        The largest relative difference of numbers that is none.
    parts
        The names of the parts of a result that has several.

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
    >>> difference((1.0, 2.0), (1.0, 3.0), 1e-6, ("h", "c"))
    'In `c`: It has other values than it should.'
    """
    if got is None:
        return "Nothing comes back: it is None. Is there a return?"
    if isinstance(expected, tuple | list):
        return _in_parts(expected, got, tolerance, parts)
    if isinstance(expected, dict):
        if not isinstance(got, dict) or expected.keys() != got.keys():
            names = ", ".join(map(repr, expected))
            return f"A dictionary with the keys {names} was expected."
        return _first(expected, got, expected.keys(), tolerance)
    if isinstance(expected, bool | str):
        same = type(got) is type(expected) and got == expected
        return None if same else OTHER
    return _in_numbers(expected, got, tolerance)


def apart(exercise: Exercise, expected: Any, got: Any) -> str | None:
    """Say how a result differs from the solution's, if it does.

    Parameters
    ----------
    exercise
        The exercise.
    expected
        What the solution gives.
    got
        What the answer gives.

    Returns
    -------
    words
        A sentence, or None where they agree.

    Examples
    --------
    >>> from seqcourse.exercises import find
    >>> apart(find("rnn-step"), np.zeros((1, 2)), None)
    'Nothing comes back: it is None. Is there a return?'
    """
    if isinstance(got, Failure):
        return str(got)
    if exercise.agree is not None and not isinstance(got, Strange | None):
        try:
            agreed = exercise.agree(expected, got)
        except Exception:  # whatever a learner may have returned
            agreed = False
        if agreed:
            return None
        return difference(expected, got, 0.0, exercise.parts) or OTHER
    return difference(expected, got, exercise.tolerance, exercise.parts)


def alike(a: Any, b: Any, tolerance: float) -> bool:
    """Tell whether two calls have ended alike, well or not.

    Parameters
    ----------
    a
        What one function gave, or how it failed.
    b
        What came of the other.
    tolerance
        The largest relative difference of numbers that is none.

    Returns
    -------
    same
        Whether they give the same, or fail with the same words.

    Examples
    --------
    >>> alike(1.0, 1.0 + 1e-12, 1e-6), alike(None, 1.0, 1e-6)
    (True, False)
    """
    if isinstance(a, Failure) or isinstance(b, Failure):
        failures = isinstance(a, Failure) and isinstance(b, Failure)
        return failures and (a.kind, a.message) == (b.kind, b.message)
    if a is None or b is None:
        return a is b
    return difference(a, b, tolerance) is None


def _in_parts(
    expected: Any, got: Any, tolerance: float, parts: tuple[str, ...]
) -> str | None:
    asked = ", ".join(parts)
    wanted = f"`{asked}` is asked for" if asked else _many(len(expected))
    if not isinstance(got, tuple | list):
        return f"It is {_called(got)}, where {wanted}."
    if len(got) != len(expected):
        come = "thing comes" if len(got) == 1 else "things come"
        return f"{len(got)} {come} back, where {wanted}."
    return _first(expected, got, range(len(expected)), tolerance, parts)


def _many(count: int) -> str:
    return "1 thing was due" if count == 1 else f"{count} things were due"


def _first(
    expected: Any,
    got: Any,
    keys: Any,
    tolerance: float,
    parts: tuple[str, ...] = (),
) -> str | None:
    for key in keys:
        words = difference(expected[key], got[key], tolerance)
        if words is not None:
            if isinstance(key, int):
                place = f"`{parts[key]}`" if parts else f"place {key}"
            else:
                place = f"`{key}`"
            return f"In {place}: {words}"
    return None


def _in_numbers(expected: Any, got: Any, tolerance: float) -> str | None:
    numbers = _numbers(got)
    if numbers is None:
        return f"It is {_called(got)}, where numbers were expected."
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
    return OTHER


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
