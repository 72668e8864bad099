"""A vector for each place in a sequence, added to what stands there."""

from __future__ import annotations

import torch
from torch import Tensor

from seqcourse import numpy as reference
from seqcourse.numpy.contract.shapes import check_max_steps
from seqcourse.torch.contract import validation
from seqcourse.torch.contract.layer import Layer, State


class _Added(Layer):
    """What both share: the place counts on from what was read before."""

    embed_dim: int

    def vectors(self, at: Tensor) -> Tensor:
        """Give the vector of each place.

        Parameters
        ----------
        at
            Places (B, T), counted from 0.

        Returns
        -------
        vectors
            One for each (B, T, D).
        """
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
        y = x + self.vectors(at).to(x.dtype)
        return y.masked_fill(~real[..., None], 0), (seen + real.sum(1),)


class SinusoidalPositionEmbedding(_Added):
    """Add waves, each slower than the one before::

        y[t, 2i]     = x[t, 2i]     + sin(t / base**(2i/D))
        y[t, 2i + 1] = x[t, 2i + 1] + cos(t / base**(2i/D))

    Nothing is learned and no sequence is too long. The state is how many
    steps were read (B,).

    Parameters
    ----------
    embed_dim
        Features D of one step.
    base
        About how much slower the last wave is than the first.

    Raises
    ------
    ValueError
        If D is not a whole number of at least 1, or the base not above 0.

    Examples
    --------
    >>> layer = SinusoidalPositionEmbedding(embed_dim=4)
    >>> y, (seen,) = layer(torch.zeros(1, 2, 4))
    >>> y[0, 0].tolist(), seen.tolist()
    ([0.0, 1.0, 0.0, 1.0], [2])

    References
    ----------
    Vaswani et al. (2017), Attention is all you need, section 3.5.
    """

    def __init__(self, embed_dim: int, base: float = 10000.0) -> None:
        super().__init__(
            reference.SinusoidalPositionEmbedding(embed_dim, base)
        )
        self.embed_dim = embed_dim
        self.base = base

    def vectors(self, at: Tensor) -> Tensor:
        feature = torch.arange(self.embed_dim, device=at.device)
        pair = (feature // 2 * 2).double()
        angle = at[..., None] * self.base ** (-pair / self.embed_dim)
        return torch.where(feature % 2 == 1, angle.cos(), angle.sin())


class LearnedPositionEmbedding(_Added):
    """Add a vector that is learned for each place::

        y[t] = x[t] + weight[t]

    There is no vector for a place beyond the last, and what is learned at one
    place says nothing about another. The state is how many steps were read
    (B,).

    Parameters
    ----------
    max_length
        How many places there are.
    embed_dim
        Features D of one step.
    device
        Where the weights lie.
    dtype
        Floating type of the weights.

    Raises
    ------
    ValueError
        If a size is not a whole number of at least 1; and, when reading, if
        there are more steps than places.

    Examples
    --------
    >>> layer = LearnedPositionEmbedding(max_length=3, embed_dim=4)
    >>> y, _ = layer(torch.zeros(1, 3, 4))
    >>> bool((y[0] == layer.weight).all())
    True

    References
    ----------
    Gehring et al. (2017), Convolutional sequence to sequence learning,
    section 3.1.
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

    def vectors(self, at: Tensor) -> Tensor:
        check_max_steps(int(at.max()) + 1, self.max_length)
        return self.weight[at]
