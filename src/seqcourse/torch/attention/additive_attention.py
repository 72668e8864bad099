"""Additive attention on autograd."""

from __future__ import annotations

from collections.abc import Mapping

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


def additive_reference(
    params: Mapping[str, Tensor], s: Tensor, h: Tensor
) -> tuple[Tensor, Tensor]:
    """`seqcourse.numpy.attention.additive_attention.additive_reference`.

    The parameters are the ``state_dict()`` of `AdditiveAttention`.
    """
    W, U = params["weight_query"], params["weight_key"]
    v = params["weight_score"]
    query = (s @ W.T)[:, None]  # (B, 1, H)
    keys = h @ U.T  # (B, S, H)
    e = torch.tanh(query + keys) @ v  # (B, S)
    alpha = e.softmax(dim=-1)
    c = (alpha[..., None] * h).sum(dim=1)
    return c, alpha
