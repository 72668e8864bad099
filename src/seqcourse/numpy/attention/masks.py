"""Who may look where: a table of booleans, made from places."""

from __future__ import annotations

from typing import Any

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.calls.function import edge
from seqcourse.numpy.contract.layer import Array


def check_positions(**positions: Any) -> dict[str, Any]:
    """Refuse positions that are not integers (B, T), or (1, T) for all.

    Parameters
    ----------
    **positions
        Each array by its name; other arguments, and None, pass.

    Returns
    -------
    replaced
        Nothing.

    Raises
    ------
    ValueError
        If the axes are not two, one is empty, the numbers are no integers,
        or two have different numbers of sequences and none has one.

    Examples
    --------
    >>> import numpy as np
    >>> check_positions(at=np.arange(3))
    Traceback (most recent call last):
    ValueError: at: expected shape (B, T), got (3,)
    """
    rows = 1
    for name in ("at", "queries", "keys"):
        array = positions.get(name)
        if array is None:
            continue
        arguments.check_array_shape(("B", "T"), **{name: array})
        arguments.check_integers(**{name: array})
        if rows > 1 and len(array) not in (1, rows):
            raise ValueError(
                f"{name}: expected {rows} sequences on axis 0 (B), or 1 for "
                f"all, got shape {array.shape}"
            )
        rows = max(rows, len(array))
    return {}


def check_visible(
    queries: Array,
    keys: Array,
    real: Array | None,
    window: int | None,
    **others: Any,
) -> dict[str, Any]:
    """Refuse what `visible` cannot make a mask of.

    Parameters
    ----------
    queries, keys, real, window
        As `visible` takes them.
    **others
        Arguments whose annotation says all.

    Returns
    -------
    replaced
        Nothing.

    Raises
    ------
    ValueError
        If positions, real or window are not as they must be.

    Examples
    --------
    >>> import numpy as np
    >>> at = np.arange(4)[None]
    >>> check_visible(at, at, at > 2, window=0)
    Traceback (most recent call last):
    ValueError: window: expected a whole number of at least 1, got 0
    """
    del others
    check_positions(queries=queries, keys=keys)
    if real is not None:
        arguments.check_array_shape(("B", keys.shape[1]), real=real)
        if real.dtype != bool:
            raise ValueError(f"real: expected booleans, got {real.dtype}")
    if window is not None:
        arguments.check_positive(window=window)
    return {}


@edge("mask", check=check_visible)
def visible(
    queries: Array,
    keys: Array,
    real: Array | None = None,
    *,
    causal: bool = False,
    window: int | None = None,
) -> Array | None:
    """Say which query may look at which key, by their places.

    Parameters
    ----------
    queries
        The place of each query (B, S), or (1, S) for all sequences.
    keys
        The place of each key (B, T), or (1, T).
    real
        Where there is a key at all (B, T); None for everywhere.
    causal
        Whether a key after the query is hidden.
    window
        How many places a query can see: its own and, where it is causal, the
        ``window - 1`` before it; else as many on both sides.

    Returns
    -------
    mask
        True where it may look (B, 1, S, T); None where nothing is hidden.

    Examples
    --------
    >>> import numpy as np
    >>> at = np.arange(4)[None]
    >>> visible(at, at, causal=True, window=2)[0, 0].astype(int)
    array([[1, 0, 0, 0],
           [1, 1, 0, 0],
           [0, 1, 1, 0],
           [0, 0, 1, 1]])
    """
    i, j = queries[:, None, :, None], keys[:, None, None, :]
    mask = None if real is None else real[:, None, None, :]
    if causal:
        mask = j <= i if mask is None else mask & (j <= i)
    if window is not None:
        near = j > i - window
        if not causal:
            near &= j < i + window
        mask = near if mask is None else mask & near
    return mask
