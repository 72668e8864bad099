"""What a constructor asks of its arguments, each refusal a sentence."""

from __future__ import annotations

from math import isfinite
from typing import Any

import numpy as np

from seqcourse.numpy.contract.annotations import described
from seqcourse.numpy.contract.divergence import is_finite_array


def check_positive(**sizes: int) -> None:
    """Refuse sizes that are not whole numbers of at least 1.

    Parameters
    ----------
    **sizes
        Each constructor argument by its name.

    Raises
    ------
    ValueError
        If one of them is not an int of at least 1.

    Examples
    --------
    >>> check_positive(hidden_size=0)
    Traceback (most recent call last):
    ValueError: hidden_size: expected a whole number of at least 1, got 0
    """
    check_at_least(1, **sizes)


def check_at_least(smallest: int, **numbers: int) -> None:
    """Refuse what is not a whole number of at least so much.

    Parameters
    ----------
    smallest
        The smallest that is allowed.
    **numbers
        Each argument by its name.

    Raises
    ------
    ValueError
        If one of them is not an int, or smaller.

    Examples
    --------
    >>> check_at_least(0, seed=-1)
    Traceback (most recent call last):
    ValueError: seed: expected a whole number of at least 0, got -1
    """
    for name, number in numbers.items():
        whole = isinstance(number, (int, np.integer)) and not isinstance(
            number, bool
        )
        if not whole or number < smallest:
            raise ValueError(
                f"{name}: expected a whole number of at least {smallest}, "
                f"got {described(number)}"
            )


def check_at_most(largest: int, **numbers: int) -> None:
    """Refuse whole numbers above what can be worked out.

    Parameters
    ----------
    largest
        The largest that is allowed.
    **numbers
        Each argument by its name.

    Raises
    ------
    ValueError
        If one of them is larger.

    Examples
    --------
    >>> check_at_most(1_000_000, length=10**9)
    Traceback (most recent call last):
    ValueError: length: expected at most 1,000,000, got 1000000000
    """
    for name, number in numbers.items():
        if number > largest:
            raise ValueError(
                f"{name}: expected at most {largest:,}, "
                f"got {described(number)}"
            )


def check_above_zero(**values: float) -> None:
    """Refuse numbers that are not above zero.

    Parameters
    ----------
    **values
        Each argument by its name.

    Raises
    ------
    ValueError
        If one of them is zero, negative, infinite, NaN or no number.

    Examples
    --------
    >>> check_above_zero(learning_rate=0.0)
    Traceback (most recent call last):
    ValueError: learning_rate: expected a number above 0, got 0.0
    """
    for name, value in values.items():
        if not is_finite(value) or not value > 0:
            raise ValueError(
                f"{name}: expected a number above 0, got {described(value)}"
            )


def check_below_one(**values: float) -> None:
    """Refuse shares that are not from 0 to below 1.

    Parameters
    ----------
    **values
        Each argument by its name.

    Raises
    ------
    ValueError
        If one of them is below 0, 1 or more, NaN or no number.

    Examples
    --------
    >>> check_below_one(momentum=1.0)
    Traceback (most recent call last):
    ValueError: momentum: expected 0 to below 1, got 1.0
    """
    for name, value in values.items():
        if not is_finite(value) or not 0 <= value < 1:
            raise ValueError(
                f"{name}: expected 0 to below 1, got {described(value)}"
            )


def check_finite(**values: float) -> None:
    """Refuse what is not a finite number.

    Parameters
    ----------
    **values
        Each argument by its name.

    Raises
    ------
    ValueError
        If one of them is infinite, NaN or no number.

    Examples
    --------
    >>> check_finite(forget_bias=float("nan"))
    Traceback (most recent call last):
    ValueError: forget_bias: expected a finite number, got nan
    """
    for name, value in values.items():
        if not is_finite(value):
            raise ValueError(
                f"{name}: expected a finite number, got {described(value)}"
            )


def check_one_of(choices: Any, **arguments: Any) -> None:
    """Refuse a word that is not among the choices.

    Parameters
    ----------
    choices
        The words that are allowed.
    **arguments
        Each constructor argument by its name.

    Raises
    ------
    ValueError
        If an argument is none of them.

    Examples
    --------
    >>> check_one_of(("tanh", "relu"), nonlinearity="sin")
    Traceback (most recent call last):
    ValueError: nonlinearity: expected one of tanh, relu, got 'sin'
    """
    for name, value in arguments.items():
        if not isinstance(value, str) or value not in choices:
            allowed = ", ".join(choices)
            raise ValueError(
                f"{name}: expected one of {allowed}, got {described(value)}"
            )


def is_finite(value: Any) -> bool:
    """Tell whether a value is one number, and finite.

    Parameters
    ----------
    value
        Anything.

    Returns
    -------
    finite
        False for True and False, for strings and for arrays.

    Examples
    --------
    >>> is_finite(np.float32(2)), is_finite(float("inf")), is_finite("2")
    (True, False, False)
    """
    number = isinstance(value, (int, float, np.floating, np.integer))
    try:
        return number and not isinstance(value, bool) and isfinite(value)
    except OverflowError:  # an int that no float can hold
        return False


def check_array_shape(shape: tuple[int | str, ...], **arrays: Any) -> None:
    """Refuse arrays of another shape; NumPy would stretch an axis of 1.

    Parameters
    ----------
    shape
        The size of each axis; a letter stands for any size of at least 1,
        ``...`` in the first place for any axes before.
    **arrays
        Each argument by its name.

    Raises
    ------
    ValueError
        If a shape is another.

    Examples
    --------
    >>> check_array_shape(("B", 3), dh=np.zeros((2, 1)))
    Traceback (most recent call last):
    ValueError: dh: expected shape (B, 3), got (2, 1)
    """
    axes = shape[1:] if shape[:1] == ("...",) else shape
    for name, array in arrays.items():
        got = tuple(array.shape)
        before = len(got) - len(axes)
        fits = before >= 0 if len(axes) < len(shape) else before == 0
        if not fits or not all(
            size >= 1 if isinstance(axis, str) else size == axis
            for axis, size in zip(axes, got[before:], strict=True)
        ):
            expected = ", ".join(map(str, shape))
            expected += "," if len(shape) == 1 else ""
            raise ValueError(
                f"{name}: expected shape ({expected}), got {got}"
            )


def check_finite_array(**arrays: Any) -> None:
    """Refuse arrays with an infinite number or a NaN.

    Parameters
    ----------
    **arrays
        Each argument by its name.

    Raises
    ------
    ValueError
        If a number is not finite; the message says where.

    Examples
    --------
    >>> check_finite_array(x=np.array([[0.0, np.nan]]))
    Traceback (most recent call last):
    ValueError: x: expected finite numbers, got nan at [0, 1]
    """
    for name, array in arrays.items():
        if not is_finite_array(array):
            raise ValueError(
                f"{name}: expected finite numbers, "
                f"got {first_of(array, ~np.isfinite(array))}"
            )


def first_of(array: Any, wrong: Any) -> str:
    """Say which number of an array is the first wrong one, and where.

    Parameters
    ----------
    array
        The numbers.
    wrong
        True at those that are wrong; somewhere it is.

    Returns
    -------
    found
        For the end of a refusal.

    Examples
    --------
    >>> first_of(np.array([[3, 9]]), np.array([[False, True]]))
    '9 at [0, 1]'
    """
    where = np.argwhere(wrong)[0]
    at = f" at [{', '.join(map(str, where))}]" if len(where) else ""
    return f"{array[tuple(where)]}{at}"


def check_floating(**arrays: Any) -> None:
    """Refuse arrays of integers, which would cut off what is added to them.

    Parameters
    ----------
    **arrays
        Each argument by its name.

    Raises
    ------
    ValueError
        If an array's type is not floating.

    Examples
    --------
    >>> check_floating(logits=np.zeros(3, int))
    Traceback (most recent call last):
    ValueError: logits: expected floating-point numbers, got int64
    """
    for name, array in arrays.items():
        if array.dtype.kind != "f":
            raise ValueError(
                f"{name}: expected floating-point numbers, got {array.dtype}"
            )


def check_integers(**arrays: Any) -> None:
    """Refuse arrays of anything but integers.

    Parameters
    ----------
    **arrays
        Each argument by its name.

    Raises
    ------
    ValueError
        If an array's type is no integer's.

    Examples
    --------
    >>> check_integers(targets=np.zeros(3))
    Traceback (most recent call last):
    ValueError: targets: expected integers, got float64
    """
    for name, array in arrays.items():
        if array.dtype.kind not in "iu":
            raise ValueError(f"{name}: expected integers, got {array.dtype}")
