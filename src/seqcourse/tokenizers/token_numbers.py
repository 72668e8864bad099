"""Tokens, as whatever gives whole numbers."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator

import numpy as np

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.annotations import described


def numbers_of(tokens: Iterable[int], count: int) -> Iterator[int]:
    """Give tokens as Python's numbers, one by one.

    Parameters
    ----------
    tokens
        An array (T,), or anything else that gives whole numbers.
    count
        How many different tokens there are.

    Yields
    ------
    number
        From 0 to ``count - 1``.

    Raises
    ------
    ValueError
        If one is no whole number, or none of these.

    Examples
    --------
    >>> list(numbers_of(np.array([2, 0]), 3))
    [2, 0]
    >>> list(numbers_of([0.5], 3))
    Traceback (most recent call last):
    ValueError: tokens: expected whole numbers, got 0.5
    """
    if isinstance(tokens, np.ndarray):
        arguments.check_integers(tokens=tokens)
        if tokens.ndim != 1:
            raise ValueError(
                f"tokens: expected shape (T,), got {tokens.shape}"
            )
    for token in tokens:
        try:
            if isinstance(token, bool):
                raise TypeError
            number = operator.index(token)
        except TypeError:
            raise ValueError(
                f"tokens: expected whole numbers, got {described(token)}"
            ) from None
        if not 0 <= number < count:
            raise ValueError(
                f"tokens: expected 0 to {count - 1}, got {described(number)}"
            )
        yield number
