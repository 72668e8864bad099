"""Who may look where: a table of booleans, made from places."""

from __future__ import annotations

from torch import Tensor


def visible(
    queries: Tensor,
    keys: Tensor,
    real: Tensor | None = None,
    *,
    causal: bool = False,
    window: int | None = None,
) -> Tensor | None:
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
    >>> import torch
    >>> at = torch.arange(3)[None]
    >>> visible(at, at, causal=True, window=2)[0, 0].int().tolist()
    [[1, 0, 0], [1, 1, 0], [0, 1, 1]]
    """
    i, j = queries[:, None, :, None], keys[:, None, None, :]
    mask = None if real is None else real[:, None, None, :]
    if causal:
        mask = j <= i if mask is None else mask & (j <= i)
    if window is not None:
        near = j > i - window
        if not causal:
            near = near & (j < i + window)
        mask = near if mask is None else mask & near
    return mask
