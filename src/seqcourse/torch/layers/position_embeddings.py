"""Position embeddings on autograd."""

from __future__ import annotations

import torch
from torch import Tensor

from seqcourse import numpy as reference
from seqcourse.numpy.contract.shapes import check_max_steps
from seqcourse.torch.contract import validation
from seqcourse.torch.contract.layer import Layer, State


class _Added(Layer):
    """What both have in common: positions go on from those read before."""

    embed_dim: int

    def _vectors(self, at: Tensor) -> Tensor:
        """Give the vectors (B, T, D) of some positions (B, T)."""
        raise NotImplementedError

    def forward(
        self,
        x: Tensor,
        state: State | None = None,
        lengths: Tensor | None = None,
    ) -> tuple[Tensor, State]:
        like = next(self.parameters(), x)  # without weights, x rules
        x = validation.features(x, self.embed_dim, like)
        B, T, _ = x.shape
        padding_mask = validation.padding_mask(lengths, x)
        (seen,) = validation.state(state, self.initial_state(B))
        seen = seen.to(x.device)
        real = torch.ones(B, T, dtype=torch.bool, device=x.device)
        if padding_mask is not None:
            real = ~padding_mask
        at = seen[:, None] + torch.arange(T, device=x.device)
        at = at.masked_fill(~real, 0)
        y = x + self._vectors(at).to(x.dtype)
        return y.masked_fill(~real[..., None], 0), (seen + real.sum(1),)


class SinusoidalPositionEmbedding(_Added):
    """`seqcourse.numpy.SinusoidalPositionEmbedding` on autograd.

    It has no weights: device and type are those of its input.

    Examples
    --------
    >>> layer, x = SinusoidalPositionEmbedding(4), torch.zeros(1, 2, 4)
    >>> y, (seen,) = layer(x.double())
    >>> y.dtype, seen.dtype
    (torch.float64, torch.int64)
    """

    def __init__(self, embed_dim: int, base: float = 10000.0) -> None:
        super().__init__(
            reference.SinusoidalPositionEmbedding(embed_dim, base)
        )
        self.embed_dim = embed_dim
        self.base = base

    def _vectors(self, at: Tensor) -> Tensor:
        feature = torch.arange(self.embed_dim, device=at.device)
        pair = (feature // 2 * 2).double()
        angle = at[..., None] * self.base ** (-pair / self.embed_dim)
        return torch.where(feature % 2 == 1, angle.cos(), angle.sin())


class LearnedPositionEmbedding(_Added):
    """`seqcourse.numpy.LearnedPositionEmbedding` on autograd.

    Parameters
    ----------
    device
        Where the weights lie.
    dtype
        Floating type of the weights.
    """

    weight: Tensor

    def __init__(
        self,
        max_length: int,
        embed_dim: int,
        *,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        config = reference.LearnedPositionEmbedding(max_length, embed_dim)
        super().__init__(config, device, dtype)
        self.max_length = max_length
        self.embed_dim = embed_dim

    def _vectors(self, at: Tensor) -> Tensor:
        check_max_steps(int(at.max()) + 1, self.max_length)
        return self.weight[at]
