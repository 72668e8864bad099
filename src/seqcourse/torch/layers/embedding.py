"""Embeddings on autograd."""

from __future__ import annotations

import torch
from torch import Tensor

from seqcourse import numpy as reference
from seqcourse.torch.contract import validation
from seqcourse.torch.contract.layer import Layer, State


class Embedding(Layer):
    """`seqcourse.numpy.Embedding` on autograd.

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
        validation.state(state, ())
        y = self.weight[x.long()]  # of uint8, torch would make a mask
        padding_mask = validation.padding_mask(lengths, x)
        return (
            y
            if padding_mask is None
            else y.masked_fill(padding_mask[..., None], 0)
        ), ()
