"""What a constructor asks of its arguments, each refusal a sentence."""

from __future__ import annotations

from typing import Any

import numpy as np


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
    for name, size in sizes.items():
        whole = isinstance(size, (int, np.integer)) and not isinstance(
            size, bool
        )
        if not whole or size < 1:
            raise ValueError(
                f"{name}: expected a whole number of at least 1, got {size!r}"
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
        If one of them is zero, negative or NaN.

    Examples
    --------
    >>> check_above_zero(learning_rate=0.0)
    Traceback (most recent call last):
    ValueError: learning_rate: expected a number above 0, got 0.0
    """
    for name, value in values.items():
        if not value > 0:
            raise ValueError(
                f"{name}: expected a number above 0, got {value!r}"
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
        If one of them is below 0, 1 or more, or NaN.

    Examples
    --------
    >>> check_below_one(momentum=1.0)
    Traceback (most recent call last):
    ValueError: momentum: expected 0 to below 1, got 1.0
    """
    for name, value in values.items():
        if not 0 <= value < 1:
            raise ValueError(f"{name}: expected 0 to below 1, got {value!r}")


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
        number = isinstance(value, (int, float, np.number))
        if not number or not np.isfinite(value):
            raise ValueError(
                f"{name}: expected a finite number, got {value!r}"
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
        if value not in choices:
            allowed = ", ".join(choices)
            raise ValueError(
                f"{name}: expected one of {allowed}, got {value!r}"
            )
