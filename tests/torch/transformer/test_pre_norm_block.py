"""The block without options, in PyTorch."""

import pytest

pytestmark = pytest.mark.torch


def test_the_block_without_options_is_the_layer():
    import torch

    from seqcourse.torch import (
        FeedForward,
        MultiHeadAttention,
        TransformerBlock,
    )
    from seqcourse.torch.transformer.pre_norm_block import pre_norm_block

    torch.manual_seed(0)
    block = TransformerBlock(
        MultiHeadAttention(8, 2, causal=True, dtype=torch.float64),
        FeedForward(8, 32, dtype=torch.float64),
    )
    with torch.no_grad():
        for w in block.parameters():  # each norm with its own
            w.add_(0.1 * torch.randn_like(w))
    x = torch.randn(2, 5, 8, dtype=torch.float64)
    y, _ = block(x)
    torch.testing.assert_close(pre_norm_block(block, x), y)
