"""Attention: look into a memory, everywhere at once, a little at each place.

A query is held against every place of a memory. The scores become weights
that sum to 1, and what is seen is the weighted sum. How a query is scored
against a place is all that `AdditiveAttention` and `DotAttention` differ in.
"""

from __future__ import annotations

import torch
from torch import Tensor

from seqcourse.numpy.attention.attention_mechanism import (
    check_query_and_memory,
    memory_padding_mask,
)
from seqcourse.torch.contract.module import Module


class AttentionMechanism(Module):
    """Look into a memory with a query::

        weights[s, t] = softmax over t of score(query[s], memory[t])
        context[s]    = sum over t of weights[s, t] memory[t]

    Parameters
    ----------
    config
        The NumPy attention.
    device
        Where the weights lie.
    dtype
        Floating type of the weights; None takes torch's default.

    Examples
    --------
    >>> from seqcourse.torch import DotAttention
    >>> memory = torch.tensor([[[1.0, 0.0], [0.0, 1.0], [9.0, 9.0]]])
    >>> context, weights = DotAttention(2, 2)(
    ...     torch.zeros(1, 1, 2), memory, lengths=torch.tensor([2])
    ... )
    >>> weights.tolist()
    [[[0.5, 0.5, 0.0]]]

    References
    ----------
    Bahdanau, Cho and Bengio (2015), Neural machine translation by jointly
    learning to align and translate.
    """

    def compare(self, query: Tensor, memory: Tensor) -> Tensor:
        """Hold every query against every place of the memory.

        Parameters
        ----------
        query
            What looks (B, S, Dq).
        memory
            What is looked into (B, T, Dk).

        Returns
        -------
        scores
            Before the softmax (B, S, T).

        Raises
        ------
        NotImplementedError
            Where an attention does not say how it scores.
        """
        raise NotImplementedError

    def forward(
        self, query: Tensor, memory: Tensor, lengths: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """Look into a memory with every query.

        Parameters
        ----------
        query
            What looks (B, S, Dq).
        memory
            What is looked into (B, T, Dk).
        lengths
            Real places of each memory (B,), 0 to T; None means all T. What
            lies beyond is not seen, whatever it holds; a memory without any
            place gives zeros.

        Returns
        -------
        context
            What was seen (B, S, Dk).
        weights
            How much of each place (B, S, T), exactly 0 beyond the lengths.

        Raises
        ------
        ValueError
            If an argument has the wrong shape, type or values; the message
            names the argument.
        """
        check_query_and_memory(
            tuple(query.shape), tuple(memory.shape), self.config
        )
        B, T, _ = memory.shape
        steps = None if lengths is None else torch.as_tensor(lengths).cpu()
        mask = memory_padding_mask(
            None if steps is None else steps.numpy(), B, T
        )
        hidden = torch.from_numpy(mask).to(memory.device)
        memory = memory.masked_fill(hidden[..., None], 0)
        scores = self.compare(query, memory)
        # Where all is hidden, a softmax over nothing would be 0 / 0.
        nothing = hidden.all(-1)[:, None, None]
        unseen = hidden[:, None] & ~nothing
        weights = scores.masked_fill(unseen, -torch.inf).softmax(-1)
        weights = weights.masked_fill(nothing, 0)
        return weights @ memory, weights
