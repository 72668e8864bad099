"""From a token's number to a vector that can be learned."""

from __future__ import annotations

import torch
from torch import Tensor

from seqcourse import numpy as reference
from seqcourse.numpy.contract.validation import tokens
from seqcourse.torch.contract import validation
from seqcourse.torch.contract.layer import Layer, State


class Embedding(Layer):
    """Look up a vector for each token::

        y[t] = weight[x[t]]

    Parameters
    ----------
    num_embeddings
        Tokens V in the vocabulary.
    embedding_dim
        Features of a token's vector.
    device
        Where the weights lie.
    dtype
        Floating type of the weights.

    Raises
    ------
    ValueError
        If a size is not a whole number of at least 1.

    Examples
    --------
    >>> layer = Embedding(num_embeddings=10, embedding_dim=4)
    >>> y, _ = layer(torch.tensor([[1, 5, 1]]))
    >>> tuple(y.shape), bool((y[0, 0] == y[0, 2]).all())
    ((1, 3, 4), True)

    References
    ----------
    Names, shapes and first weights (standard normal) are those of
    ``torch.nn.Embedding``.
    """

    weight: Tensor

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        *,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        config = reference.Embedding(num_embeddings, embedding_dim)
        super().__init__(config, device, dtype)
        self.num_embeddings = num_embeddings

    def forward(
        self,
        x: Tensor,
        state: State | None = None,
        lengths: Tensor | None = None,
    ) -> tuple[Tensor, State]:
        tokens(x.detach().cpu().numpy(), self.num_embeddings)
        validation.state(state, ())
        y = self.weight[x]
        padding_mask = validation.padding_mask(lengths, x)
        return (
            y
            if padding_mask is None
            else y.masked_fill(padding_mask[..., None], 0)
        ), ()
