"""A block that also looks at another sequence: what it sees, and what not."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from seqcourse.numpy.attention.multi_head_attention import MultiHeadAttention
from seqcourse.numpy.contract.layer import Array, Cache, Params, State
from seqcourse.numpy.contract.validation import state_name
from seqcourse.numpy.transformer.feed_forward import FeedForward


def check_block_parts(
    self_attn: Any, feed_forward: Any, cross_attn: Any
) -> None:
    """Refuse parts of a block that are of another kind or another width.

    Parameters
    ----------
    self_attn
        Attention within the sequence.
    feed_forward
        What works on each step.
    cross_attn
        Attention to another sequence, or None.

    Raises
    ------
    ValueError
        If one is not what it should be.

    Examples
    --------
    >>> check_block_parts(
    ...     MultiHeadAttention(4, num_heads=2), FeedForward(6, 8), None
    ... )
    Traceback (most recent call last):
    ValueError: feed_forward: expected embed_dim 4, the attention's, got 6
    """
    kinds = {
        "self_attn": (self_attn, MultiHeadAttention),
        "feed_forward": (feed_forward, FeedForward),
        "cross_attn": (cross_attn, MultiHeadAttention),
    }
    if cross_attn is None:
        del kinds["cross_attn"]
    for name, (part, kind) in kinds.items():
        # By name, so that a reader's own copy of the class will do.
        if kind.__name__ not in {cls.__name__ for cls in type(part).__mro__}:
            raise ValueError(
                f"{name}: expected a {kind.__name__}, got {part!r}"
            )
        if part.embed_dim != self_attn.embed_dim:
            raise ValueError(
                f"{name}: expected embed_dim {self_attn.embed_dim}, the "
                f"attention's, got {part.embed_dim}"
            )
    if cross_attn is not None:
        cross_attn.check_cross_attention()


def empty_memory(B: int, E: int, dtype: DTypeLike) -> State:
    """Give a memory of no steps, and its lengths.

    Parameters
    ----------
    B
        Sequences.
    E
        Features of one step.
    dtype
        Floating type of the memory.

    Returns
    -------
    memory
        No steps (B, 0, E).
    lengths
        Zeros (B,).

    Examples
    --------
    >>> empty_memory(2, 3, np.float32)[1]
    array([0, 0])
    """
    return np.zeros((B, 0, E), dtype), np.zeros(B, np.int64)


def check_memory(first: int, *seen: Array) -> None:
    """Refuse a memory whose lengths are not those of its steps.

    Parameters
    ----------
    first
        Where the memory stands in the block's state.
    *seen
        The memory (B, S, E) and its lengths (B,); nothing where the block has
        no other sequence to look at.

    Raises
    ------
    ValueError
        If a length is above S, or 0 where there are steps.

    Examples
    --------
    >>> check_memory(3, np.zeros((1, 2, 3)), np.array([4]))
    Traceback (most recent call last):
    ValueError: state[4]: expected 1 to 2 real steps, as state[3] has 2 on
    axis 1 (S), got 4
    """
    if not seen:
        return
    memory, lengths = seen
    S = memory.shape[1]
    low = min(S, 1)
    if lengths.min() < low or lengths.max() > S:
        wrong = lengths[(lengths < low) | (lengths > S)][0]
        raise ValueError(
            f"{state_name(first + 1)}: expected {low} to {S} real steps, as "
            f"{state_name(first)} has {S} on axis 1 (S), got {wrong}"
        )


def cross_attend(
    layer: MultiHeadAttention,
    params: Params,
    x: Array,
    seen: State,
    lengths: Array | None,
    rng: np.random.Generator | None,
    out: Cache | None,
) -> tuple[Array, Cache]:
    """Look at the other sequence; where it has no steps, take along nothing.

    Parameters
    ----------
    layer
        The attention.
    params
        Its weights.
    x
        What asks (B, T, E).
    seen
        The memory and its lengths.
    lengths
        Real steps of each sequence of x (B,), or None.
    rng
        Switches dropout on.
    out
        The cache of an earlier call.

    Returns
    -------
    y
        What was taken along (B, T, E).
    cache
        What `cross_attend_backward` needs.

    Examples
    --------
    >>> layer = MultiHeadAttention(4, num_heads=2)
    >>> params = layer.init(np.random.default_rng(0))
    >>> x, seen = np.ones((1, 2, 4)), empty_memory(1, 4, np.float32)
    >>> cross_attend(layer, params, x, seen, None, None, None)[0].any()
    np.False_
    """
    memory, real = seen
    if not memory.shape[1]:
        return np.zeros_like(x), (x.shape, memory)
    whole = None if (real == memory.shape[1]).all() else real
    out = out if out and len(out) > 2 else None
    return layer.attend_to(
        params, x, memory, whole, rng, lengths=lengths, out=out
    )


def cross_attend_backward(
    layer: MultiHeadAttention, params: Params, dy: Array, cache: Cache
) -> tuple[Array, Array, Params]:
    """Carry a gradient back through `cross_attend`.

    Parameters
    ----------
    layer
        The attention.
    params
        Its weights.
    dy
        Gradient for what was taken along (B, T, E).
    cache
        What `cross_attend` returned.

    Returns
    -------
    dx
        Gradient for what asks.
    dmemory
        Gradient for the memory.
    grads
        Gradient for every weight.

    Examples
    --------
    >>> layer = MultiHeadAttention(4, num_heads=2)
    >>> params = layer.init(np.random.default_rng(0))
    >>> x, seen = np.ones((1, 2, 4)), empty_memory(1, 4, np.float32)
    >>> y, cache = cross_attend(layer, params, x, seen, None, None, None)
    >>> cross_attend_backward(layer, params, y, cache)[1].shape
    (1, 0, 4)
    """
    if len(cache) > 2:
        return layer.attend_to_backward(params, dy, cache)
    shape, memory = cache
    grads = {name: np.zeros_like(w) for name, w in params.items()}
    return np.zeros(shape, dy.dtype), np.zeros_like(memory), grads
