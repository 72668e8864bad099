"""What a constructor asks of its arguments, each refusal a sentence."""

from __future__ import annotations

from typing import Any

import numpy as np


def positive(**sizes: int) -> None:
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
    >>> positive(hidden_size=0)
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


def above_zero(**values: float) -> None:
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
    >>> above_zero(learning_rate=0.0)
    Traceback (most recent call last):
    ValueError: learning_rate: expected a number above 0, got 0.0
    """
    for name, value in values.items():
        if not value > 0:
            raise ValueError(
                f"{name}: expected a number above 0, got {value!r}"
            )


def one_of(choices: Any, **arguments: Any) -> None:
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
    >>> one_of(("tanh", "relu"), nonlinearity="sin")
    Traceback (most recent call last):
    ValueError: nonlinearity: expected one of tanh, relu, got 'sin'
    """
    for name, value in arguments.items():
        if value not in choices:
            allowed = ", ".join(choices)
            raise ValueError(
                f"{name}: expected one of {allowed}, got {value!r}"
            )
