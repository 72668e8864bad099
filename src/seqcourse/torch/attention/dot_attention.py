"""Dot-product attention on autograd."""

from __future__ import annotations

from math import sqrt

import torch
from torch import Tensor

from seqcourse import numpy as reference
from seqcourse.torch.attention.attention_mechanism import AttentionMechanism


class DotAttention(AttentionMechanism):
    """`seqcourse.numpy.DotAttention` on autograd.

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
        query_size: int,
        key_size: int,
        score: str = "dot",
        *,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        config = reference.DotAttention(query_size, key_size, score)
        super().__init__(config, device, dtype)
        self.score = score

    def compare(self, query: Tensor, memory: Tensor) -> Tensor:
        if self.score == "general":
            query = query @ self.weight
        if self.score == "scaled_dot":
            query = query / sqrt(memory.shape[2])
        return query @ memory.mT
