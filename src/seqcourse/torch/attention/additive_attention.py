"""Additive attention on autograd."""

from __future__ import annotations

import torch
from torch import Tensor

from seqcourse import numpy as reference
from seqcourse.torch.attention.attention_mechanism import AttentionMechanism


class AdditiveAttention(AttentionMechanism):
    """`seqcourse.numpy.AdditiveAttention` on autograd.

    Parameters
    ----------
    device
        Where the weights lie.
    dtype
        Floating type of the weights.
    """

    weight_query: Tensor
    weight_key: Tensor
    weight_score: Tensor

    def __init__(
        self,
        query_size: int,
        key_size: int,
        hidden_size: int,
        *,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        config = reference.AdditiveAttention(
            query_size, key_size, hidden_size
        )
        super().__init__(config, device, dtype)

    def compare(self, query: Tensor, memory: Tensor) -> Tensor:
        q = query @ self.weight_query.T
        k = memory @ self.weight_key.T
        return torch.tanh(q[:, :, None] + k[:, None]) @ self.weight_score
