"""Where a step stands: attention alone cannot tell one order from another.

`RotaryPositionEmbedding` and `ALiBi` are configuration, the same for both backends; what they
do to tensors is here.
"""

from __future__ import annotations

import torch
from torch import Tensor

from seqcourse.numpy.attention.position_encodings import (
    ALiBi,
    PositionEncoding,
    RotaryPositionEmbedding,
)

__all__ = [
    "ALiBi",
    "PositionEncoding",
    "RotaryPositionEmbedding",
    "bias",
    "rotated",
]


def rotated(
    position: PositionEncoding | None, x: Tensor, at: Tensor
) -> Tensor:
    """Turn each query or key by an angle that grows with its place::

        y[i]       = x[i] cos(a t) - x[i + K/2] sin(a t)
        y[i + K/2] = x[i] sin(a t) + x[i + K/2] cos(a t)    a = base**(-2i/K)

    Parameters
    ----------
    position
        `RotaryPositionEmbedding`; any other leaves them as they are.
    x
        Queries or keys (B, N, T, K).
    at
        The place of each (B, T), or (1, T) for all sequences.

    Returns
    -------
    x
        The same, turned.

    Examples
    --------
    >>> x, at = torch.ones(1, 1, 1, 2), torch.tensor([[1]])
    >>> [round(i, 3) for i in rotated(RotaryPositionEmbedding(), x, at).ravel().tolist()]
    [-0.301, 1.382]

    References
    ----------
    Su et al. (2021), RoFormer: enhanced transformer with rotary position
    embedding, equation 34.
    """
    if not isinstance(position, RotaryPositionEmbedding):
        return x
    half = x.shape[-1] // 2
    i = torch.arange(half, dtype=torch.float64, device=x.device)
    angle = at[:, None, :, None] * position.base ** (-i / half)
    cos, sin = angle.cos().to(x.dtype), angle.sin().to(x.dtype)
    a, b = x.chunk(2, -1)
    return torch.cat([a * cos - b * sin, a * sin + b * cos], -1)


def bias(
    position: PositionEncoding | None,
    queries: Tensor,
    keys: Tensor,
    heads: int,
) -> Tensor | None:
    """Give what is added to the scores: ``-m |i - j|``, m = 2**(-8 h / N).

    Parameters
    ----------
    position
        `ALiBi`; any other adds nothing.
    queries
        The place of each query (B, S), or (1, S) for all sequences.
    keys
        The place of each key (B, T), or (1, T).
    heads
        Heads N.

    Returns
    -------
    bias
        Numbers that stretch to (B, N, S, T); None for nothing.

    Examples
    --------
    >>> at = torch.arange(3)[None]
    >>> bias(ALiBi(), at, at, heads=8)[0, 0, 2].tolist()
    [-1.0, -0.5, -0.0]

    References
    ----------
    Press, Smith and Lewis (2022), Train short, test long: attention with
    linear biases enables input length extrapolation.
    """
    if not isinstance(position, ALiBi):
        return None
    h = torch.arange(1, heads + 1, dtype=torch.float64, device=keys.device)
    slope = 2.0 ** (-8 * h / heads)
    distance = (queries[:, None, :, None] - keys[:, None, None, :]).abs()
    return -slope[:, None, None] * distance
