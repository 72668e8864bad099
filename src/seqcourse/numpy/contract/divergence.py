"""The error of numbers that are no longer finite."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from typing import Any

import numpy as np


class DivergenceError(FloatingPointError):
    """A loss, a gradient, a weight or an output stopped being finite.

    Parameters
    ----------
    message
        What is no longer finite, when, and what to try.
    run
        A `Run` with the last finite weights and the history until then; None
        outside of training.

    Examples
    --------
    >>> DivergenceError("y: became nan at [0, 1, 2]").run is None
    True
    """

    def __init__(self, message: str, run: Any = None) -> None:
        super().__init__(message)
        self.run = run


def is_finite_array(array: Any) -> bool:
    """Tell whether an array has neither infinities nor NaN.

    Parameters
    ----------
    array
        Any array; integers are finite.

    Returns
    -------
    finite
        Found by one sum of squares, except where that overflows.

    Examples
    --------
    >>> is_finite_array(np.array([1e300])), is_finite_array(np.array(np.nan))
    (True, False)
    """
    return (
        math.isfinite(np.vdot(array, array))
        or array.dtype.kind != "f"
        or bool(np.isfinite(array).all())
    )


def are_finite(arrays: Collection[Any]) -> bool:
    """Tell whether none of several arrays has infinities or NaN.

    Parameters
    ----------
    arrays
        Any arrays.

    Returns
    -------
    finite
        Found by one sum over all, except where that overflows.

    Examples
    --------
    >>> are_finite([np.ones(2), np.array([1e300])])
    True
    >>> are_finite([np.ones(2), np.array([np.nan])])
    False
    """
    squares = sum([float(np.vdot(array, array)) for array in arrays])
    return math.isfinite(squares) or all(map(is_finite_array, arrays))


def check_not_diverged(arrays: Mapping[str, Any]) -> None:
    """Refuse to go on with what is no longer finite.

    Parameters
    ----------
    arrays
        By the name that the message gives them.

    Raises
    ------
    DivergenceError
        If a number is infinite or NaN.

    Examples
    --------
    >>> try:
    ...     check_not_diverged({"core.weight_hh": np.array([0.0, np.nan])})
    ... except DivergenceError as error:
    ...     print(error)
    core.weight_hh became nan
    """
    for name, array in arrays.items():
        if not is_finite_array(array):
            found = array[~np.isfinite(array)][0]
            raise DivergenceError(f"{name} became {found}")
