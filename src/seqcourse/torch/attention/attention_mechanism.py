"""The base class of attention mechanisms on autograd."""

from __future__ import annotations

import torch
from torch import Tensor

from seqcourse.numpy.attention.attention_mechanism import (
    check_forward,
    check_query_and_memory,
)
from seqcourse.numpy.contract import shapes
from seqcourse.numpy.contract.arrays import Array
from seqcourse.torch.contract.edge import edge, same_type
from seqcourse.torch.contract.module import Module


class AttentionMechanism(Module):
    """`seqcourse.numpy.AttentionMechanism` as a ``torch.nn.Module``.

    Parameters
    ----------
    config
        The NumPy attention.
    device
        Where the weights lie.
    dtype
        Floating type of the weights; None for torch's default.

    Examples
    --------
    >>> from seqcourse.torch import DotAttention
    >>> memory = torch.eye(2)[None].requires_grad_()
    >>> context, _ = DotAttention(2, 2)(torch.zeros(1, 1, 2), memory)
    >>> context[0, 0, 0].backward()
    >>> memory.grad.tolist()
    [[[0.5, 0.0], [0.5, 0.0]]]
    """

    def compare(self, query: Tensor, memory: Tensor) -> Tensor:
        """`seqcourse.numpy.AttentionMechanism.compare` on autograd.

        Returns
        -------
        scores
            Before the softmax (B, T, S), and nothing else.

        Raises
        ------
        NotImplementedError
            In a subclass that does not say how it scores.
        """
        raise NotImplementedError

    @edge("context", "weights", check=check_forward)
    def forward(
        self,
        query: Tensor,
        memory: Tensor,
        lengths: Tensor | Array | None = None,
    ) -> tuple[Tensor, Tensor]:
        """`seqcourse.numpy.AttentionMechanism.forward`, without a cache."""
        check_query_and_memory(
            tuple(query.shape), tuple(memory.shape), self.config
        )
        query, memory = same_type(self, query, memory)
        B, S, _ = memory.shape
        steps = torch.full((B,), S) if lengths is None else lengths
        steps = torch.as_tensor(steps, device=memory.device)
        shapes.check_lengths_shape(tuple(steps.shape), B)
        hidden = torch.arange(S, device=memory.device) >= steps[:, None]
        memory = memory.masked_fill(hidden[..., None], 0)
        scores = self.compare(query, memory)
        # Where all is hidden, a softmax over nothing would be 0 / 0.
        nothing = hidden.all(-1)[:, None, None]
        unseen = hidden[:, None] & ~nothing
        weights = scores.masked_fill(unseen, -torch.inf).softmax(-1)
        weights = weights.masked_fill(nothing, 0)
        return weights @ memory, weights
