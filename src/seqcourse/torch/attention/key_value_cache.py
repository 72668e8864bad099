"""What attention carries on: the keys and the values of what was read.

A state is (keys, values, seen). Slot s of a sequence holds the s-th of those
that are kept; slots beyond are zeros. Without a window all are kept, and the
state grows by one slot for each step.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor


class CachePositions(NamedTuple):
    """Where the keys of a call stand: those kept before, then the new.

    Parameters
    ----------
    queries
        The place in its sequence of each new step (B, T), or (1, T) where it
        is the same for all.
    keys
        The same of every key, those kept before included (B, S + T).
    real
        Whether there is a key (B, S + T); None where all are.

    Examples
    --------
    >>> cache_positions(torch.tensor([3]), 2, None, 1, window=3)._asdict()
    {'queries': tensor([[3]]), 'keys': tensor([[1, 2, 3]]), 'real': None}
    """

    queries: Tensor
    keys: Tensor
    real: Tensor | None


def cache_positions(
    seen: Tensor,
    slots: int,
    padding_mask: Tensor | None,
    T: int,
    window: int | None,
) -> CachePositions:
    """Count the places of what a call reads, and of what was kept.

    Parameters
    ----------
    seen
        Steps that each sequence has read before (B,).
    slots
        Slots S of the state.
    padding_mask
        True at [b, t] where sequence b has no step t; None for nowhere.
    T
        New steps.
    window
        How many places a query can see; None for all.

    Returns
    -------
    cache_positions
        Of the new steps, and of all keys.

    Examples
    --------
    >>> cache_positions(torch.tensor([2, 1]), 2, None, 1, None).keys.tolist()
    [[0, 1, 2], [0, 1, 1]]
    """
    if bool((seen == seen[0]).all()):  # one row serves all sequences
        seen = seen[:1]
    queries = seen[:, None] + torch.arange(T, device=seen.device)
    kept = cached_length(seen, window)[:, None]
    slot = torch.arange(slots, device=seen.device)
    keys = torch.cat([seen[:, None] - kept + slot, queries], 1)
    filled = slot < kept
    if padding_mask is None and bool(filled.all()):
        return CachePositions(queries, keys, None)
    new = torch.ones_like(queries, dtype=torch.bool)
    if padding_mask is not None:
        new = ~padding_mask
    rows = max(len(filled), len(new))
    both = [filled.expand(rows, -1), new.expand(rows, -1)]
    return CachePositions(queries, keys, torch.cat(both, 1))


def cached_length(seen: Tensor, window: int | None) -> Tensor:
    """Tell how many keys are kept after so many steps.

    Parameters
    ----------
    seen
        Steps read (B,).
    window
        How many places a query can see; None for all.

    Returns
    -------
    count
        Keys that a later query can still see (B,).

    Examples
    --------
    >>> cached_length(torch.tensor([1, 5]), 3).tolist()
    [1, 2]
    """
    return seen if window is None else seen.clamp(max=window - 1)


def updated_cache(
    keys: Tensor, at: CachePositions, seen: Tensor, window: int | None
) -> Tensor:
    """Give the keys or values that a later query can still see.

    Parameters
    ----------
    keys
        All of the call (B, N_kv, S + T, K).
    at
        Where they stand.
    seen
        Steps that each sequence has read, those of this call included (B,).
    window
        How many places a query can see; None for all.

    Returns
    -------
    kept
        Those that are carried on (B, N_kv, slots, K).

    Examples
    --------
    >>> at = cache_positions(torch.tensor([0]), 0, None, 4, 3)
    >>> keys = torch.arange(4.0).reshape(1, 1, 4, 1)
    >>> updated_cache(keys, at, torch.tensor([4]), 3).ravel().tolist()
    [2.0, 3.0]
    """
    B, N, T, K = keys.shape
    count = cached_length(seen, window)[:, None]
    slots = int(count.max())
    if at.real is None and bool((count == slots).all()):
        return keys[:, :, T - slots :].clone()
    real = torch.ones(B, T, dtype=torch.bool, device=keys.device)
    if at.real is not None:
        real = real & at.real
    left = real.flip(1).cumsum(1).flip(1)  # from here to the end
    b, found = (real & (left <= count)).nonzero(as_tuple=True)
    put = (count - left)[b, found]
    kept = keys.new_zeros(B, slots, N, K)
    kept = kept.index_put((b, put), keys.transpose(1, 2)[b, found])
    return kept.transpose(1, 2)
