"""Numbers that are typed, each kind with its range."""

from __future__ import annotations

import argparse
from reprlib import repr as described

_MOST_DIGITS = 30  # of whole numbers: beyond all that there is memory for


def whole(text: str) -> int:
    """Read a whole number of at least 1.

    Parameters
    ----------
    text
        What was typed.

    Returns
    -------
    number
        The number.

    Raises
    ------
    ArgumentTypeError
        If it is no such number.

    Examples
    --------
    >>> whole("12")
    12
    """
    return _at_least(1, text)


def whole_or_zero(text: str) -> int:
    """Read a whole number of at least 0.

    Parameters
    ----------
    text
        What was typed.

    Returns
    -------
    number
        The number.

    Raises
    ------
    ArgumentTypeError
        If it is no such number.

    Examples
    --------
    >>> whole_or_zero("0")
    0
    """
    return _at_least(0, text)


def learning_rate(text: str) -> float:
    """Read a number above 0.

    Parameters
    ----------
    text
        What was typed.

    Returns
    -------
    number
        The number.

    Raises
    ------
    ArgumentTypeError
        If it is no such number.

    Examples
    --------
    >>> learning_rate("3e-3")
    0.003
    """
    value = _number(text)
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(
            f"expected a number above 0, got {described(text)}"
        )
    return value


def share(text: str) -> float:
    """Read a number from 0 to below 1.

    Parameters
    ----------
    text
        What was typed.

    Returns
    -------
    number
        The number.

    Raises
    ------
    ArgumentTypeError
        If it is no such number.

    Examples
    --------
    >>> share("0.1")
    0.1
    """
    value = _number(text)
    if not 0 <= value < 1:
        raise argparse.ArgumentTypeError(
            f"expected a number from 0 to below 1, got {described(text)}"
        )
    return value


def number(text: str) -> float:
    """Read a finite number.

    Parameters
    ----------
    text
        What was typed.

    Returns
    -------
    number
        The number.

    Raises
    ------
    ArgumentTypeError
        If it is no such number.

    Examples
    --------
    >>> number("-0.5")
    -0.5
    """
    value = _number(text)
    if not -float("inf") < value < float("inf"):
        raise argparse.ArgumentTypeError(
            f"expected a number, got {described(text)}"
        )
    return value


def _at_least(smallest: int, text: str) -> int:
    digits = text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
    if not digits or int(text) < smallest:
        raise argparse.ArgumentTypeError(
            f"expected a whole number of at least {smallest}, "
            f"got {described(text)}"
        )
    return int(text)


def _number(text: str) -> float:
    """Read any number; what is none lies in no range."""
    try:
        return float(text)
    except ValueError:
        return float("nan")
