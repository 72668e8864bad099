"""Cross-attention: queries from one sequence, keys and values from another.

The weights are those of a `MultiHeadAttention`; what is refused, and why, is
said by the functions' NumPy twins.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from seqcourse.numpy.attention.cross_attention import between_sequences
from seqcourse.numpy.contract import shapes
from seqcourse.torch.attention.multi_head_attention import MultiHeadAttention
from seqcourse.torch.contract.layer import State
from seqcourse.torch.contract.validation import (
    ended,
    features,
    mask_padded_steps,
)

__all__ = ["attend_to"]


def attend_to(
    layer: MultiHeadAttention,
    x: Tensor,
    memory: Tensor,
    memory_lengths: Tensor | None = None,
    *,
    lengths: Tensor | None = None,
) -> Tensor:
    """Look from each step at all steps of another sequence.

    The twin of :func:`seqcourse.numpy.attention.cross_attention.attend_to`,
    without its cache; the layer has its own weights.

    Examples
    --------
    >>> layer = MultiHeadAttention(embed_dim=6, num_heads=2)
    >>> y = attend_to(layer, torch.ones(2, 5, 6), torch.ones(2, 9, 6))
    >>> tuple(y.shape)
    (2, 5, 6)
    """
    between_sequences(layer.config)
    E, W, b = layer.config.embed_dim, layer.in_proj_weight, layer.in_proj_bias
    x = features(x, E, W)
    with shapes.called(x="memory", lengths="memory_lengths"):
        memory = features(memory, E, W)
        gone = ended(memory_lengths, memory)
    shapes.same_batch(tuple(memory.shape), len(x))
    silent = ended(lengths, x)
    x = mask_padded_steps(x, silent)
    memory = mask_padded_steps(memory, gone)

    q = F.linear(x, W[:E], b if b is None else b[:E])
    kv = F.linear(memory, W[E:], b if b is None else b[E:])
    k, v = layer.apart(kv).chunk(2, 1)  # each (B, N_kv, T, K)
    mask = None if gone is None else ~gone[:, None, None, :]
    y = layer.answer(layer.apart(q), k, v, mask)
    return mask_padded_steps(y, silent)


def elsewhere(
    layer: MultiHeadAttention,
    x: Tensor,
    seen: State,
    lengths: Tensor | None = None,
) -> tuple[Tensor, State]:
    """Look at the other sequence; where it has no steps, take along nothing.

    The twin of :func:`seqcourse.numpy.attention.cross_attention.elsewhere`.

    Examples
    --------
    >>> layer = MultiHeadAttention(4, num_heads=2)
    >>> nothing = torch.zeros(1, 0, 4), torch.tensor([0])
    >>> y, _ = elsewhere(layer, torch.ones(1, 2, 4), nothing)
    >>> bool(y.any())
    False
    """
    memory, real = seen
    kept = memory.clone(), real.clone()
    if not memory.shape[1]:
        return torch.zeros_like(x), kept
    whole = None if bool((real == memory.shape[1]).all()) else real
    return attend_to(layer, x, memory, whole, lengths=lengths), kept
