"""Checks around functions of arrays: what comes in, and what comes out.

`unchecked` takes them off again, for loops that call a function at each step
with arrays of their own.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cache, wraps
from typing import Any, ParamSpec, TypeVar, cast

import numpy as np

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.annotations import checked, described
from seqcourse.numpy.contract.divergence import DivergenceError
from seqcourse.numpy.contract.layer import Array

P = ParamSpec("P")
R = TypeVar("R")
_unwrapped = cache(inspect.unwrap)


def checking(
    check: Callable[..., tuple[Any, ...]], gives: str = ""
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Check a function's arguments, and that its result is finite.

    Parameters
    ----------
    check
        Takes the same arguments, refuses what is wrong, and returns them as
        the function shall have them.
    gives
        The name of the result; without one it may be infinite.

    Returns
    -------
    decorate
        For the function.

    Raises
    ------
    DivergenceError
        When the function is called, if its result is not finite.

    Examples
    --------
    >>> @checking(numbers, "y")
    ... def exponential(x):
    ...     return np.exp(x)
    >>> exponential([0, 1]).round(2)
    array([1.  , 2.72])
    >>> exponential(1000)
    Traceback (most recent call last):
    seqcourse.numpy.contract.divergence.DivergenceError: y: became inf
    >>> exponential("1")
    Traceback (most recent call last):
    ValueError: x: expected an array of numbers, got '1'
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            given = check(*args, **kwargs)
            with np.errstate(all="ignore"):
                result: Any = cast("Any", function)(*given)
            if gives:
                first = result[0] if isinstance(result, tuple) else result
                check_finite_result(gives, first)
            return cast("R", result)

        return call

    return decorate


def unchecked(function: Callable[P, R]) -> Callable[P, R]:
    """Give a function without its checks, for inner loops.

    Parameters
    ----------
    function
        One that `checking` decorated.

    Returns
    -------
    function
        As it is written.

    Examples
    --------
    >>> from seqcourse.numpy.functional import softmax
    >>> unchecked(softmax)(np.array([np.nan]))
    array([nan])
    """
    return cast("Callable[P, R]", _unwrapped(function))


def check_finite_result(name: str, result: Any) -> None:
    """Refuse to return a result that is infinite or NaN.

    Parameters
    ----------
    name
        What the result is called.
    result
        A number or an array.

    Raises
    ------
    DivergenceError
        If it is not finite; the message says where.

    Examples
    --------
    >>> check_finite_result("loss", 0.5)
    """
    result = np.asarray(result)
    wrong = ~np.isfinite(result)
    if wrong.any():
        found = arguments.first_of(result, wrong)
        raise DivergenceError(f"{name}: became {found}")


def floating(**arrays: Array) -> tuple[Array, ...]:
    """Give arrays of integers in float64, others as they are.

    Parameters
    ----------
    **arrays
        Each argument by its name.

    Returns
    -------
    arrays
        All of floating type.

    Raises
    ------
    ValueError
        If an array is empty, or of True and False.

    Examples
    --------
    >>> floating(x=np.array([1, 2]))
    (array([1., 2.]),)
    """
    for name, array in arrays.items():
        if array.dtype.kind == "b":
            raise ValueError(f"{name}: expected numbers, got {array.dtype}")
        if not array.size:
            raise ValueError(
                f"{name}: expected at least one number, got an array of "
                f"shape {array.shape}"
            )
    return tuple(
        array if array.dtype.kind == "f" else array.astype(np.float64)
        for array in arrays.values()
    )


@checked
def numbers(x: Array) -> tuple[Array]:
    """Check an input of any shape.

    Parameters
    ----------
    x
        Finite numbers.

    Returns
    -------
    x
        In a floating type.

    Raises
    ------
    ValueError
        If x is empty, no numbers, or not finite.

    Examples
    --------
    >>> numbers([1, 2])
    (array([1., 2.]),)
    """
    (x,) = floating(x=x)
    arguments.check_finite_array(x=x)
    return (x,)


def between(
    low: float, high: float
) -> Callable[[Array, Array], tuple[Array, Array]]:
    """Make the check of a gradient for outputs in a range.

    Parameters
    ----------
    low, high
        Where the outputs lie; rounding may take them a little beyond.

    Returns
    -------
    check
        Of dy and y, which must have one shape; y may be as low as ``low``,
        dy must be finite.

    Raises
    ------
    ValueError
        From the check, if they are not.

    Examples
    --------
    >>> between(-1, 1)([0.5], [2])
    Traceback (most recent call last):
    ValueError: y: expected numbers from -1 to 1, got 2.0 at [0]
    """

    @checked
    def gradient(dy: Array, y: Array) -> tuple[Array, Array]:
        dy, y = floating(dy=dy, y=y)
        arguments.check_array_shape(y.shape, dy=dy)
        arguments.check_finite_array(dy=dy)
        slack = 1e-3
        fits = (y >= low - slack) & (y <= high + slack) & (y < np.inf)
        if not fits.all():
            reach = f"from {low} to {high}"
            if np.inf in (-low, high):
                reach = f"at least {low}" if high > 0 else f"at most {high}"
            raise ValueError(
                f"y: expected numbers {reach}, "
                f"got {arguments.first_of(y, ~fits)}"
            )
        return dy, y

    return gradient


def check_written(**arrays: Any) -> None:
    """Refuse what a function cannot write its results into.

    Parameters
    ----------
    **arrays
        Each argument by its name.

    Raises
    ------
    ValueError
        If one is no contiguous array of floating-point numbers, or read-only.

    Examples
    --------
    >>> check_written(a=[0.5])
    Traceback (most recent call last):
    ValueError: a: expected a contiguous floating-point array to write into,
    got [0.5]
    """
    for name, array in arrays.items():
        fits = isinstance(array, np.ndarray) and array.dtype.kind == "f"
        if not fits or not (
            array.flags.writeable and array.flags.c_contiguous
        ):
            got = described(array)
            if isinstance(array, np.ndarray):
                got += f" and type {array.dtype}"
                got += "" if array.flags.writeable else ", read-only"
            raise ValueError(
                f"{name}: expected a contiguous floating-point array to "
                f"write into, got {got}"
            )
