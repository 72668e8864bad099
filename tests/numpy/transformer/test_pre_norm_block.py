"""The block without options is the block of the layer."""

import numpy as np

from seqcourse.numpy import (
    FeedForward,
    MultiHeadAttention,
    RotaryPositionEmbedding,
    TransformerBlock,
)
from seqcourse.numpy.transformer import pre_norm_block

CLASSIC = TransformerBlock(
    MultiHeadAttention(8, 2, causal=True), FeedForward(8, 32)
)
MODERN = TransformerBlock(
    MultiHeadAttention(
        8,
        4,
        causal=True,
        bias=False,
        num_kv_heads=2,
        position=RotaryPositionEmbedding(),
    ),
    FeedForward(8, 21, "swiglu", bias=False),
    norm="rms",
)


def test_the_block_without_options_is_the_layer():
    for block in (CLASSIC, MODERN):
        rng = np.random.default_rng(0)
        params = {
            name: w + 0.1 * rng.normal(size=w.shape)  # each norm with its own
            for name, w in block.init(rng, np.float64).items()
        }
        x = rng.normal(size=(2, 5, 8))
        z = pre_norm_block.pre_norm_block(block, params, x)
        y, _, _ = block.forward(params, x)
        np.testing.assert_allclose(z, y, rtol=1e-12)
