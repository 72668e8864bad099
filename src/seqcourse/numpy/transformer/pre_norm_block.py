"""A pre-norm block as its two equations say it, without options."""

from __future__ import annotations

from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.layer import Array, Params
from seqcourse.numpy.contract.parameters import child
from seqcourse.numpy.transformer.transformer_block import TransformerBlock


@checked
def pre_norm_block(
    block: TransformerBlock, params: Params, x: Array
) -> Array:
    """Compute what a block outputs, from its parts.

    `TransformerBlock.forward` gives the same, and has post-norm, dropout,
    padding, a state and cross-attention as well.

    Parameters
    ----------
    block
        A block without cross-attention.
    params
        Its parameters.
    x
        Input (B, T, E).

    Returns
    -------
    z
        Output (B, T, E).

    Examples
    --------
    >>> import numpy as np
    >>> from seqcourse.numpy import FeedForward, MultiHeadAttention
    >>> attention = MultiHeadAttention(6, num_heads=2, causal=True)
    >>> block = TransformerBlock(attention, FeedForward(6, 24))
    >>> params = block.init(np.random.default_rng(0))
    >>> pre_norm_block(block, params, np.ones((2, 5, 6))).shape
    (2, 5, 6)
    """
    parts = block.children()

    def run(name: str, x: Array) -> Array:
        return parts[name].forward(child(params, name), x)[0]

    y = x + run("self_attn", run("norm1", x))
    return y + run("feed_forward", run("norm2", y))
