"""Dot-product attention: a place answers a query as far as they agree."""

from __future__ import annotations

from math import sqrt

import torch
from torch import Tensor

from seqcourse import numpy as reference
from seqcourse.torch.attention.attention_mechanism import AttentionMechanism


class DotAttention(AttentionMechanism):
    """Score a query against a place with a product::

        dot          score[s, t] = query[s]' memory[t]
        general      score[s, t] = query[s]' W memory[t]
        scaled_dot   score[s, t] = query[s]' memory[t] / sqrt(Dk)

    Weights and context are those of `AttentionMechanism`.

    Parameters
    ----------
    query_size
        Features Dq of a query.
    key_size
        Features Dk of a place of the memory.
    score
        ``"dot"``, ``"general"`` or ``"scaled_dot"``; only ``"general"`` has a
        weight, and only it takes sizes that differ.
    device
        Where the weights lie.
    dtype
        Floating type of the weights.

    Raises
    ------
    ValueError
        If a size is not a whole number of at least 1, the score is unknown,
        or the sizes differ where there is no W between them.

    Examples
    --------
    >>> attention = DotAttention(query_size=3, key_size=4, score="general")
    >>> context, weights = attention(torch.ones(2, 1, 3), torch.ones(2, 6, 4))
    >>> tuple(context.shape), tuple(weights.shape)
    ((2, 1, 4), (2, 1, 6))

    References
    ----------
    Luong, Pham and Manning (2015), Effective approaches to attention-based
    neural machine translation, section 3.1; the scale is that of Vaswani et
    al. (2017), Attention is all you need, section 3.2.1.
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
