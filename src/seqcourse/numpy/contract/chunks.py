"""A sequence in pieces of a few steps each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from seqcourse.numpy.contract.layer import Array


def chunks(
    lengths: Array | None, T: int, every: int
) -> Iterator[tuple[Any, slice, Any]]:
    """Cut a padded batch into pieces of a few steps.

    Parameters
    ----------
    lengths
        Real steps of each sequence (B,), or None if all have T.
    T
        Steps.
    every
        Steps of a piece; the last may have fewer.

    Yields
    ------
    rows
        The sequences that have any step in the piece.
    span
        The piece's steps.
    left
        Each of these sequences' real steps in the piece, or None.

    Examples
    --------
    >>> for rows, span, left in chunks(np.array([2, 5]), 5, 3):
    ...     print(rows, span.start, span.stop, left)
    [0 1] 0 3 [2 3]
    [1] 3 5 [2]
    """
    for start in range(0, T, every):
        span = slice(start, min(start + every, T))
        if lengths is None:
            yield slice(None), span, None
        elif len(rows := np.flatnonzero(np.asarray(lengths) > start)):
            left = np.asarray(lengths)[rows] - start
            yield rows, span, np.minimum(left, span.stop - start)
