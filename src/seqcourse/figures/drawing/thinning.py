"""A line of very many points, thinned to what can be seen of it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]

#: So many points of ink are kept as they are.
MANY = 4000


def visible_points(
    across: Points, up: Points, columns: int = 608
) -> NDArray[np.intp]:
    """Choose the points of a line that can be told apart on a sheet.

    Of all points in one column of pixels, the first, the last, the highest
    and the lowest draw the same line as all of them.

    Parameters
    ----------
    across
        How far along the sheet each point stands, from 0 to 1, never falling
        (N,).
    up
        How high it stands (N,).
    columns
        How many columns of pixels there are.

    Returns
    -------
    chosen
        Indices, rising: all of them where there are at most four for each
        column.

    Examples
    --------
    >>> at = np.linspace(0, 1, 10_001)
    >>> len(visible_points(at, np.sin(9 * at))) <= 4 * 608
    True
    """
    N = len(across)
    if 4 * columns >= N:
        return np.arange(N)
    column = np.minimum((across * columns).astype(np.intp), columns - 1)
    first = np.flatnonzero(np.diff(column, prepend=-1))
    last = np.append(first[1:], N) - 1
    order = np.lexsort((up, column))
    return np.unique([first, last, order[first], order[last]])


def cells_of_ink(points: Points, apart: float = 4.0) -> Points:
    """Keep one point of a dense line in each cell of a sheet.

    Parameters
    ----------
    points
        Points (N, 2) in pixels.
    apart
        The size of a cell, in pixels.

    Returns
    -------
    kept
        All of them where they are few, else one for each cell.

    Examples
    --------
    >>> there_and_back = np.tile([[0.0, 0.0], [300.0, 0.0]], (9000, 1))
    >>> len(cells_of_ink(there_and_back))
    2
    """
    if len(points) <= MANY:
        return points
    cells = np.floor(points / apart).astype(np.int64)
    _, first = np.unique(cells, axis=0, return_index=True)
    return points[first]
