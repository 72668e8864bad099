"""The twin of the pre-norm block without options."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from seqcourse.torch.transformer.transformer_block import TransformerBlock


def pre_norm_block(block: TransformerBlock, x: Tensor) -> Tensor:
    """`seqcourse.numpy.transformer.pre_norm_block.pre_norm_block`.

    Parameters
    ----------
    block
        A block without cross-attention, which has its parameters.
    x
        Input (B, T, E).

    Returns
    -------
    z
        Output (B, T, E).

    Examples
    --------
    >>> import torch
    >>> from seqcourse.torch import FeedForward, MultiHeadAttention
    >>> block = TransformerBlock(MultiHeadAttention(4, 2), FeedForward(4, 8))
    >>> tuple(pre_norm_block(block, torch.ones(2, 5, 4)).shape)
    (2, 5, 4)
    """

    def run(part: Any, x: Tensor) -> Tensor:
        output: Tensor = part(x)[0]
        return output

    y = x + run(block.self_attn, run(block.norm1, x))
    return y + run(block.feed_forward, run(block.norm2, y))
