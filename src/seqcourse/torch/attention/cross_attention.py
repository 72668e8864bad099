"""Cross-attention on autograd."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from seqcourse.numpy.attention.cross_attention import (
    check_attend_to,
    check_cross_attention,
    check_same_batch,
)
from seqcourse.numpy.contract import shapes
from seqcourse.torch.attention.multi_head_attention import MultiHeadAttention
from seqcourse.torch.contract import validation
from seqcourse.torch.contract.edge import edge
from seqcourse.torch.contract.layer import State
from seqcourse.torch.contract.validation import mask_padded_steps

__all__ = ["attend_to"]


@edge("y", check=check_attend_to)
def attend_to(
    layer: MultiHeadAttention,
    x: Tensor,
    memory: Tensor,
    memory_lengths: Tensor | None = None,
    *,
    lengths: Tensor | None = None,
) -> Tensor:
    """`seqcourse.numpy.attention.cross_attention.attend_to` on autograd.

    It returns the output alone, without a cache.
    """
    check_cross_attention(layer.config)
    E, W, b = layer.config.embed_dim, layer.in_proj_weight, layer.in_proj_bias
    x = validation.features(x, E, W)
    with shapes.called(x="memory", lengths="memory_lengths"):
        memory = validation.features(memory, E, W)
        memory_padding_mask = validation.padding_mask(memory_lengths, memory)
    check_same_batch(tuple(memory.shape), len(x))
    padding_mask = validation.padding_mask(lengths, x)
    x = mask_padded_steps(x, padding_mask)
    memory = mask_padded_steps(memory, memory_padding_mask)

    q = F.linear(x, W[:E], b if b is None else b[:E])
    kv = F.linear(memory, W[E:], b if b is None else b[E:])
    k, v = layer.split_heads(kv).chunk(2, 1)  # each (B, N_kv, T, K)
    mask = (
        None
        if memory_padding_mask is None
        else ~memory_padding_mask[:, None, None, :]
    )
    y = layer.project_out(layer.split_heads(q), k, v, mask)
    return mask_padded_steps(y, padding_mask)


def cross_attend(
    layer: MultiHeadAttention,
    x: Tensor,
    seen: State,
    lengths: Tensor | None = None,
) -> tuple[Tensor, State]:
    """`seqcourse.numpy.attention.cross_attention.cross_attend` on autograd.

    It returns no cache.
    """
    memory, real = seen
    kept = memory.clone(), real.clone()
    if not memory.shape[1]:
        return torch.zeros_like(x), kept
    whole = None if bool((real == memory.shape[1]).all()) else real
    return attend_to(layer, x, memory, whole, lengths=lengths), kept
