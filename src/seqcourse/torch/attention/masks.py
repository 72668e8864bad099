"""Attention masks as tensors."""

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
    """`seqcourse.numpy.attention.masks.visible` on tensors."""
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
