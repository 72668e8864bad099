"""What the position encodings of `seqcourse.numpy` do to tensors."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from seqcourse.numpy.attention.position_encodings import (
    ALiBi,
    PositionEncoding,
    RotaryPositionEmbedding,
    check_bias,
    check_rotated,
)
from seqcourse.torch.contract.edge import edge

__all__ = [
    "ALiBi",
    "PositionEncoding",
    "RotaryPositionEmbedding",
    "bias",
    "rotated",
]


def _check_rotated(position: Any, x: Any, at: Any) -> dict[str, Any]:
    return check_rotated(position or PositionEncoding(), x, at)


def _check_bias(
    position: Any, queries: Any, keys: Any, heads: int
) -> dict[str, Any]:
    return check_bias(position or PositionEncoding(), queries, keys, heads)


@edge("x", check=_check_rotated)
def rotated(
    position: PositionEncoding | None, x: Tensor, at: Tensor
) -> Tensor:
    """Apply `seqcourse.numpy.PositionEncoding.rotated` to tensors.

    Parameters
    ----------
    position
        The encoding. Only `RotaryPositionEmbedding` changes anything.
    x
        Queries or keys (B, N, T, K).
    at
        Their positions (B, T), or (1, T) for all sequences.

    Returns
    -------
    x
        Rotated, on the same device and of the same type.

    Examples
    --------
    >>> x, at = torch.ones(1, 1, 1, 2), torch.tensor([[1]])
    >>> y = rotated(RotaryPositionEmbedding(), x, at)
    >>> [round(i, 3) for i in y.ravel().tolist()]
    [-0.301, 1.382]
    """
    if not isinstance(position, RotaryPositionEmbedding):
        return x
    half = x.shape[-1] // 2
    i = torch.arange(half, dtype=torch.float64, device=x.device)
    angle = at[:, None, :, None] * position.base ** (-i / half)
    cos, sin = angle.cos().to(x.dtype), angle.sin().to(x.dtype)
    a, b = x.chunk(2, -1)
    return torch.cat([a * cos - b * sin, a * sin + b * cos], -1)


@edge("bias", check=_check_bias)
def bias(
    position: PositionEncoding | None,
    queries: Tensor,
    keys: Tensor,
    heads: int,
) -> Tensor | None:
    """Give the bias of `seqcourse.numpy.PositionEncoding.bias` as a tensor.

    Parameters
    ----------
    position
        The encoding. Only `ALiBi` has a bias.
    queries
        Positions of the queries (B, S), or (1, S) for all sequences.
    keys
        Positions of the keys (B, T), or (1, T).
    heads
        Heads N.

    Returns
    -------
    bias
        Broadcastable to (B, N, S, T), float64; None where there is no bias.

    Examples
    --------
    >>> at = torch.arange(3)[None]
    >>> bias(ALiBi(), at, at, heads=8)[0, 0, 2].tolist()
    [-1.0, -0.5, -0.0]
    """
    if not isinstance(position, ALiBi):
        return None
    h = torch.arange(1, heads + 1, dtype=torch.float64, device=keys.device)
    slope = 2.0 ** (-8 * h / heads)
    distance = (queries[:, None, :, None] - keys[:, None, None, :]).abs()
    return -slope[:, None, None] * distance
