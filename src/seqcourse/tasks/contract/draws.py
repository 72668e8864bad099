"""Draws that several tasks make."""

from __future__ import annotations

from itertools import chain, islice, product
from string import ascii_uppercase

import numpy as np

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.layer import Array
from seqcourse.tasks.contract.batch import MOST_WORDS, check_draw


@checked
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

    Raises
    ------
    ValueError
        If there are not as many numbers to draw, or too many to sort.

    Examples
    --------
    >>> distinct(np.random.default_rng(0), 2, 3, 3)
    array([[2, 1, 0],
           [0, 1, 2]])
    """
    arguments.check_positive(size=size, count=count, out_of=out_of)
    if count > out_of:
        raise ValueError(
            f"count: expected at most {out_of}, the numbers to draw from, "
            f"got {count}"
        )
    check_draw(rng, size, out_of)
    # Places in a random order; the sort of random numbers is one.
    order = np.argsort(rng.random((size, out_of)), axis=1)
    return order[:, :count].astype(np.int64)


@checked
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

    Raises
    ------
    ValueError
        If the count is below 0 or above a million.

    Examples
    --------
    >>> letters(28)[-3:]
    ('Z', 'AA', 'AB')
    """
    arguments.check_at_least(0, count=count)
    arguments.check_at_most(MOST_WORDS, count=count)
    longer = chain.from_iterable(
        product(ascii_uppercase, repeat=n) for n in range(1, 6)
    )
    return tuple("".join(name) for name in islice(longer, count))
