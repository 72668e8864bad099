"""Draws that several tasks make."""

from __future__ import annotations

from itertools import chain, islice, product
from string import ascii_uppercase

import numpy as np

from seqcourse.numpy.contract.layer import Array


def distinct(
    rng: np.random.Generator, size: int, count: int, out_of: int
) -> Array:
    """Draw different numbers in a random order, for each row anew.

    Parameters
    ----------
    rng
        Where the randomness comes from.
    size
        Rows B.
    count
        Numbers in a row; at most ``out_of``.
    out_of
        They are drawn from 0 to ``out_of - 1``, all equally likely.

    Returns
    -------
    numbers
        (B, count), int64.

    Examples
    --------
    >>> distinct(np.random.default_rng(0), 2, 3, 3)
    array([[2, 1, 0],
           [0, 1, 2]])
    """
    # Places in a random order; the sort of random numbers is one.
    order = np.argsort(rng.random((size, out_of)), axis=1)
    return order[:, :count].astype(np.int64)


def letters(count: int) -> tuple[str, ...]:
    """Give names to symbols: A to Z, then AA, AB and so on.

    Parameters
    ----------
    count
        How many.

    Returns
    -------
    names
        All different.

    Examples
    --------
    >>> letters(28)[-3:]
    ('Z', 'AA', 'AB')
    """
    longer = chain.from_iterable(
        product(ascii_uppercase, repeat=n) for n in (1, 2, 3, 4)
    )
    return tuple("".join(name) for name in islice(longer, count))
