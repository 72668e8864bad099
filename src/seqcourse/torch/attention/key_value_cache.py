"""The key-value cache in tensors, through which autograd can follow."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor


def cached_attention_reference(
    q: Tensor, k: Tensor, v: Tensor, keys: Tensor, values: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """`seqcourse.numpy.attention.key_value_cache.cached_attention_reference`.

    All are tensors.
    """
    keys = torch.cat([keys, k], 2)  # (B, N, S + 1, K)
    values = torch.cat([values, v], 2)  # the same
    scores = q @ keys.mT / q.shape[3] ** 0.5  # (B, N, 1, S + 1)
    return scores.softmax(-1) @ values, keys, values


class CachePositions(NamedTuple):
    """`seqcourse.numpy.attention.key_value_cache.CachePositions`.

    Its parts are tensors on one device.
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
    *,
    begins: bool = False,
) -> CachePositions:
    """`seqcourse.numpy.attention.key_value_cache.cache_positions`.

    The result is on the device of seen.

    Parameters
    ----------
    begins
        Whether nothing was read before, so that no value has to be looked at.
    """
    if begins or bool(
        (seen == seen[0]).all()
    ):  # one row serves all sequences
        seen = seen[:1]
    queries = seen[:, None] + torch.arange(T, device=seen.device)
    kept = cached_length(seen, window)[:, None]
    slot = torch.arange(slots, device=seen.device)
    keys = torch.cat([seen[:, None] - kept + slot, queries], 1)
    filled = slot < kept
    if padding_mask is None and (begins or bool(filled.all())):
        return CachePositions(queries, keys, None)
    new = torch.ones_like(queries, dtype=torch.bool)
    if padding_mask is not None:
        new = ~padding_mask
    rows = max(len(filled), len(new))
    both = [filled.expand(rows, -1), new.expand(rows, -1)]
    return CachePositions(queries, keys, torch.cat(both, 1))


def cached_length(seen: Tensor, window: int | None) -> Tensor:
    """`seqcourse.numpy.attention.key_value_cache.cached_length` in torch."""
    return seen if window is None else seen.clamp(max=window - 1)


def updated_cache(
    keys: Tensor,
    at: CachePositions,
    seen: Tensor,
    window: int | None,
    *,
    begins: bool = False,
) -> Tensor:
    """`seqcourse.numpy.attention.key_value_cache.updated_cache` on tensors.

    It also makes the choice that `cache_update` makes in NumPy, where the
    backward pass needs it once more.

    Parameters
    ----------
    at
        The positions of the keys.
    seen
        Steps read by each sequence (B,), including those of this call.
    window
        To how many positions a query can attend; None for all.
    begins
        Whether nothing was read before, so that no value has to be looked at.

    Examples
    --------
    >>> at = cache_positions(torch.tensor([0]), 0, None, 4, 3)
    >>> keys = torch.arange(4.0).reshape(1, 1, 4, 1)
    >>> updated_cache(keys, at, torch.tensor([4]), 3).ravel().tolist()
    [2.0, 3.0]
    """
    B, N, T, K = keys.shape
    if begins and at.real is None:
        slots = T if window is None else min(T, window - 1)
        return keys[:, :, T - slots :].clone()
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
