"""Memory that is used again: fresh pages cost more than the arithmetic."""

from __future__ import annotations

import numpy as np
from numpy.typing import DTypeLike

from seqcourse.numpy.contract.layer import Array


def buffer(
    out: Array | None, shape: tuple[int, ...], dtype: DTypeLike
) -> Array:
    """Use an array again where it fits, else make a new one.

    Parameters
    ----------
    out
        An array that may be overwritten, or None.
    shape
        What is needed.
    dtype
        Its type.

    Returns
    -------
    array
        Uninitialised memory.

    Examples
    --------
    >>> old = np.zeros((2, 3))
    >>> buffer(old, (2, 3), np.float64) is old
    True
    """
    if out is not None and out.shape == shape and out.dtype == dtype:
        return out
    return np.empty(shape, dtype)


class Workspace:
    """Memory for what a call works out and forgets, kept for the next call.

    Examples
    --------
    >>> workspace = Workspace()
    >>> first = workspace.like("gradient", np.zeros((2, 3)))
    >>> workspace.like("gradient", np.zeros((2, 3))) is first
    True
    """

    def __init__(self) -> None:
        self._arrays: dict[str, Array] = {}

    def like(self, name: str, other: Array) -> Array:
        """Give memory of the shape and type of another array.

        Parameters
        ----------
        name
            What it is for; under it the same memory is given again.
        other
            What it is as large as.

        Returns
        -------
        array
            Uninitialised, or as the last call left it.
        """
        old = self._arrays.get(name)
        self._arrays[name] = buffer(old, other.shape, other.dtype)
        return self._arrays[name]
