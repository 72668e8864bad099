"""How far two arrays are apart."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.layer import Array, Params


@checked
def relative_error(a: ArrayLike, b: ArrayLike) -> float:
    """Give the largest difference of two arrays, in units of their size.

    It is ``max |a - b| / max(max |a|, max |b|)``, whatever the scale: a
    gradient that vanished has an error of 1 against a gradient of 1e-12.

    Parameters
    ----------
    a
        Any shape.
    b
        The same shape.

    Returns
    -------
    error
        0 where they are equal, infinity where a number is not finite.

    Raises
    ------
    ValueError
        If the shapes differ, or one is no array of numbers.

    Examples
    --------
    >>> relative_error(np.array([100.0, 1.0]), np.array([101.0, 1.0])) < 0.01
    True
    >>> relative_error(1e-12, 0.0)
    1.0
    """
    a, b = np.asarray(a), np.asarray(b)
    for name, array in {"a": a, "b": b}.items():
        if array.dtype.kind == "b":
            raise ValueError(f"{name}: expected numbers, got {array.dtype}")
    a, b = a.astype(np.float64), b.astype(np.float64)
    if a.shape != b.shape:
        raise ValueError(f"b: expected shape {a.shape}, got {b.shape}")
    size = max(_size(a), _size(b))
    if not 0 < size < np.inf:
        return 0.0 if size == 0 else np.inf
    with np.errstate(over="ignore"):
        return _size(a - b) / size


#: How many roundings may part two correct results, in units of the largest
#: number that went into them: sums of a few dozen terms.
ROUNDINGS = 32


def error_beyond_rounding(a: Array, b: Array, rounding: float) -> float:
    """Give the relative error of two arrays, unless rounding explains it.

    A gradient that is exactly zero comes out of two correct programs as two
    different numbers of about 1e-17, and their relative error is 1. So what
    differs by no more than the rounding is given in units of 1.

    Parameters
    ----------
    a
        Any shape.
    b
        The same shape.
    rounding
        The largest difference that rounding can make.

    Returns
    -------
    error
        As `relative_error`, or the difference over ``max(1, max |a|,
        max |b|)`` if that difference is at most the rounding.

    Raises
    ------
    ValueError
        If the shapes differ.

    Examples
    --------
    >>> a, b = np.zeros(1), np.array([1e-17])
    >>> error_beyond_rounding(a, b, 1e-15)
    1e-17
    >>> error_beyond_rounding(a, b, 1e-18)
    1.0
    """
    error = relative_error(a, b)
    apart = _size(a - b)
    if apart > rounding:
        return error
    return apart / max(1.0, _size(a), _size(b))


def _size(array: Array) -> float:
    """Give the largest size of a number; infinity where one is NaN."""
    size = float(np.abs(array).max(initial=0.0))
    return size if size == size else np.inf


def check_can_be_read(params: Params, x: Array) -> None:
    """Refuse weights that are not finite real numbers, and x without steps.

    Parameters
    ----------
    params
        Weights.
    x
        What is to be read with them; the layer checks the rest.

    Raises
    ------
    ValueError
        If a weight holds integers or is not finite, or x has one axis or no
        sequence.

    Examples
    --------
    >>> check_can_be_read({}, np.zeros(3))
    Traceback (most recent call last):
    ValueError: x: expected tokens (B, T) or features (B, T, D) of at least
    one sequence, got shape (3,)
    """
    named = {f"params[{name!r}]": weight for name, weight in params.items()}
    arguments.check_floating(**named)
    arguments.check_finite_array(**named)
    if x.ndim < 2 or not len(x):
        raise ValueError(
            "x: expected tokens (B, T) or features (B, T, D) of at least one "
            f"sequence, got shape {x.shape}"
        )


def check_shape_like(name: str, found: Any, array: Array) -> None:
    """Refuse what is no array of the shape that it should have.

    NumPy would broadcast most wrong gradients silently.

    Parameters
    ----------
    name
        What it is called.
    found
        What a layer gave, such as a gradient.
    array
        What has the expected shape, such as the weight.

    Raises
    ------
    AssertionError
        If it is no array, or one of another shape.

    Examples
    --------
    >>> check_shape_like("dx", np.ones((1, 3)), np.ones(3))
    Traceback (most recent call last):
    AssertionError: dx: expected shape (3,), got (1, 3)
    """
    is_array = isinstance(found, np.ndarray | np.generic)
    if not is_array or found.shape != array.shape:
        got = found.shape if is_array else type(found).__name__
        raise AssertionError(
            f"{name}: expected shape {array.shape}, got {got}"
        )


def random_gradient(part: Array, rng: np.random.Generator) -> Array | None:
    """Draw a gradient for an array; integers have none.

    Parameters
    ----------
    part
        An output, or an array of a state.
    rng
        Where the randomness comes from.

    Returns
    -------
    gradient
        Standard normal, of the same shape; None for integers.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> random_gradient(np.zeros((2, 3)), rng).shape
    (2, 3)
    >>> random_gradient(np.zeros(2, int), rng) is None
    True
    """
    return rng.standard_normal(part.shape) if part.dtype.kind == "f" else None
