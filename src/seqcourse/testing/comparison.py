"""How far two arrays are apart."""

from __future__ import annotations

from typing import Any

import numpy as np

from seqcourse.numpy.contract.layer import Array


def relative_error(a: Array | float, b: Array | float) -> float:
    """Give the largest difference of two arrays, in units of their size.

    It is ``max |a - b| / max(1, max |a|, max |b|)``, so that numbers near
    zero are compared as they are.

    Parameters
    ----------
    a
        Any shape.
    b
        The same shape.

    Returns
    -------
    error
        0 where they are equal.

    Raises
    ------
    ValueError
        If the shapes differ.

    Examples
    --------
    >>> relative_error(np.array([100.0, 1.0]), np.array([101.0, 1.0])) < 0.01
    True
    """
    a, b = np.asarray(a), np.asarray(b)
    if a.shape != b.shape:
        raise ValueError(f"b: expected shape {a.shape}, got {b.shape}")
    if a.size == 0:
        return 0.0
    size = max(1.0, float(np.abs(a).max()), float(np.abs(b).max()))
    return float(np.abs(a - b).max()) / size


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
