"""Additive attention: a small network scores a place against a query."""

from __future__ import annotations

import torch
from torch import Tensor

from seqcourse import numpy as reference
from seqcourse.torch.attention.attention_mechanism import AttentionMechanism


class AdditiveAttention(AttentionMechanism):
    """Score a query against a place with a network of one hidden layer::

        a[s, t]     = tanh(W query[s] + U memory[t])
        score[s, t] = v' a[s, t]

    Weights and context are those of `AttentionMechanism`.

    Parameters
    ----------
    query_size
        Features Dq of a query.
    key_size
        Features Dk of a place of the memory.
    hidden_size
        Width of the network.
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
    >>> attention = AdditiveAttention(query_size=3, key_size=4, hidden_size=5)
    >>> context, weights = attention(torch.ones(2, 1, 3), torch.ones(2, 6, 4))
    >>> tuple(context.shape), tuple(weights.shape)
    ((2, 1, 4), (2, 1, 6))

    References
    ----------
    Bahdanau, Cho and Bengio (2015), Neural machine translation by jointly
    learning to align and translate, appendix A.1.2; without biases, as there.
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
