"""Cross-attention: queries from one sequence, keys and values from another.

The weights are those of a `MultiHeadAttention` without a direction, a window
or a position, which mean nothing between two sequences. A decoder that reads
step by step keeps the other sequence in its state, as (memory, lengths).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from seqcourse.numpy.attention.block_mask import BlockMask
from seqcourse.numpy.attention.dispatch import dispatch, dispatch_backward
from seqcourse.numpy.attention.heads import merge_heads
from seqcourse.numpy.attention.key_value_cache import CachePositions
from seqcourse.numpy.attention.multi_head_attention import MultiHeadAttention
from seqcourse.numpy.contract import shapes, validation
from seqcourse.numpy.contract.buffers import Workspace
from seqcourse.numpy.contract.calls import kept_cache
from seqcourse.numpy.contract.calls.function import edge
from seqcourse.numpy.contract.calls.gradients import check_output_gradient
from seqcourse.numpy.contract.layer import (
    Array,
    Cache,
    Params,
    State,
    StateGradient,
)
from seqcourse.numpy.contract.parameters import check_params
from seqcourse.numpy.contract.validation import (
    mask_padded_steps,
    state_name,
)

__all__ = ["attend_to", "attend_to_backward"]

#: What a layer must have none of, to look at another sequence.
NOTHING = {"causal": False, "window": None, "position": None}


def check_cross_attention(layer: MultiHeadAttention) -> None:
    """Refuse what means something within one sequence alone.

    Parameters
    ----------
    layer
        The attention.

    Raises
    ------
    ValueError
        If the layer has a window, a position or a direction.

    Examples
    --------
    >>> check_cross_attention(MultiHeadAttention(6, num_heads=2, causal=True))
    Traceback (most recent call last):
    ValueError: attend_to: expected causal=False between two sequences,
    got True
    """
    for name, none in NOTHING.items():
        if getattr(layer, name) != none:
            raise ValueError(
                f"attend_to: expected {name}={none} between two "
                f"sequences, got {getattr(layer, name)!r}"
            )


def check_attend_to(
    layer: MultiHeadAttention,
    params: Params,
    x: Array,
    memory: Array,
    memory_lengths: Array | None,
    lengths: Array | None,
    out: Any,
    **others: Any,
) -> dict[str, Any]:
    """Check what `attend_to` is given.

    Parameters
    ----------
    layer, params, x, memory, memory_lengths, lengths, out
        As it takes them.
    **others
        Arguments whose annotation says all.

    Returns
    -------
    replaced
        Input and memory in the weights' type.

    Raises
    ------
    ValueError
        If an argument has the wrong shape, type or values, or the layer
        has a window, a position or a direction.

    Examples
    --------
    >>> layer = MultiHeadAttention(embed_dim=6, num_heads=2)
    >>> params = layer.init(np.random.default_rng(0))
    >>> x, memory = np.ones((2, 5, 6)), np.ones((3, 9, 6))
    >>> check_attend_to(layer, params, x, memory, None, None, None)
    Traceback (most recent call last):
    ValueError: memory: expected 2 sequences on axis 0 (B), as x has,
    got shape (3, 9, 6)
    """
    del others
    check_cross_attention(layer)
    E, dtype = layer.embed_dim, check_params(params, layer)
    x = validation.features(x, E, dtype)
    validation.padding_mask(lengths, *x.shape[:2])
    with shapes.called(x="memory", lengths="memory_lengths"):
        memory = validation.features(memory, E, dtype)
        validation.padding_mask(memory_lengths, *memory.shape[:2])
    check_same_batch(memory.shape, len(x))
    out = out and kept_cache.usable_cache(layer, out)
    return {"x": x, "memory": memory, "out": out}


def check_attend_to_backward(
    layer: MultiHeadAttention, params: Params, dy: Array, cache: Any
) -> dict[str, Any]:
    """Check what `attend_to_backward` is given.

    Parameters
    ----------
    layer, params, dy, cache
        As it takes them.

    Returns
    -------
    replaced
        The gradient in the output's type.

    Raises
    ------
    ValueError
        If an argument has the wrong shape, type or values.

    Examples
    --------
    >>> layer = MultiHeadAttention(embed_dim=6, num_heads=2)
    >>> params = layer.init(np.random.default_rng(0))
    >>> check_attend_to_backward(layer, params, np.ones((2, 5, 6)), None)
    Traceback (most recent call last):
    ValueError: cache: expected the tuple that forward returned, got None
    """
    check_params(params, layer)
    kept_cache.check_cache(layer, cache)
    return {"dy": check_output_gradient(dy, cache)}


@edge("y", "", check=check_attend_to)
def attend_to(
    layer: MultiHeadAttention,
    params: Params,
    x: Array,
    memory: Array,
    memory_lengths: Array | None = None,
    rng: np.random.Generator | None = None,
    *,
    lengths: Array | None = None,
    out: Cache | None = None,
) -> tuple[Array, Cache]:
    """Look from each step at all steps of another sequence::

        q[n]       = W_in[n] x + b_in[n]
        k[n], v[n] = W_in[n] memory + b_in[n]
        y          = W_out (attend(q, k, v) of all n) + b_out

    Parameters
    ----------
    layer
        The attention.
    params
        Its weights.
    x
        What asks (B, S, E).
    memory
        What is looked at (B, T, E).
    memory_lengths
        Real steps of each sequence of the memory (B,); None for all T.
    rng
        Switches dropout on.
    lengths
        Real steps of each sequence of x (B,); None for all S.
    out
        The cache of an earlier call whose buffers may be written again.

    Returns
    -------
    y
        Output (B, S, E), zeros beyond each length.
    cache
        What `attend_to_backward` needs; `attention_weights` takes
        ``cache[0]``.

    Raises
    ------
    ValueError
        If an argument has the wrong shape, type or values, or the layer
        has a window, a position or a direction.

    Examples
    --------
    >>> layer = MultiHeadAttention(embed_dim=6, num_heads=2)
    >>> params = layer.init(np.random.default_rng(0))
    >>> x, memory = np.ones((2, 5, 6)), np.ones((2, 9, 6))
    >>> y, cache = attend_to(layer, params, x, memory)
    >>> y.shape
    (2, 5, 6)

    References
    ----------
    Vaswani et al. (2017), Attention is all you need, section 3.2.3.
    """
    heads, E, W = layer.heads, layer.embed_dim, params["in_proj_weight"]
    (B, S, _), T = x.shape, memory.shape[1]
    padding_mask = validation.padding_mask(lengths, B, S)
    memory_padding_mask = validation.padding_mask(memory_lengths, B, T)
    x = mask_padded_steps(x, padding_mask).reshape(B * S, E)  # (B S, E)
    memory = mask_padded_steps(memory, memory_padding_mask)
    memory = memory.reshape(B * T, E)  # (B T, E)

    q, kv = x @ W[:E].T, memory @ W[E:].T
    if layer.bias:
        q += params["in_proj_bias"][:E]
        kv += params["in_proj_bias"][E:]
    q = heads.split_heads(q, B)  # (B, N, S, K)
    k, v = np.split(heads.split_heads(kv, B), 2, 1)  # each (B, N_kv, T, K)
    here, there = np.arange(S)[None], np.arange(T)[None]
    real = None if memory_padding_mask is None else ~memory_padding_mask
    block_mask = BlockMask(CachePositions(here, there, real))
    old = out and out[0]
    context, read = dispatch(
        q, k, v, block_mask, rng, old, **layer.dispatch_options
    )
    context = merge_heads(context)  # (B S, E)
    y = heads.project_out(params, context, padding_mask, B)
    workspace = out[-1] if out else Workspace()
    cache = read, B, x, memory, context, padding_mask, workspace
    return y, kept_cache.kept(layer, y, (), cache)


@edge("dx", "dmemory", "grads", check=check_attend_to_backward)
def attend_to_backward(
    layer: MultiHeadAttention, params: Params, dy: Array, cache: Cache
) -> tuple[Array, Array, Params]:
    """Carry gradients back through one call of `attend_to`.

    Parameters
    ----------
    layer
        The attention.
    params
        The weights that `attend_to` was given.
    dy
        Gradient of the loss for y (B, S, E).
    cache
        What `attend_to` returned.

    Returns
    -------
    dx
        Gradient for what asks (B, S, E).
    dmemory
        Gradient for what was looked at (B, T, E).
    grads
        Gradient for every weight, under the weight's name.

    Raises
    ------
    ValueError
        If the gradient has another shape than the output.

    Examples
    --------
    >>> layer = MultiHeadAttention(embed_dim=6, num_heads=2)
    >>> params = layer.init(np.random.default_rng(0))
    >>> x, memory = np.ones((2, 5, 6)), np.ones((2, 9, 6))
    >>> y, cache = attend_to(layer, params, x, memory)
    >>> dx, dmemory, _ = attend_to_backward(layer, params, y, cache)
    >>> dx.shape, dmemory.shape
    ((2, 5, 6), (2, 9, 6))
    """
    read, B, x, memory, context, padding_mask, workspace = cache
    E, W = layer.embed_dim, params["in_proj_weight"]
    S = len(x) // B
    dcontext, grads = layer.heads.project_out_backward(
        params, dy, context, padding_mask, workspace
    )
    dq, dk, dv = dispatch_backward(dcontext, read)
    dq = merge_heads(dq)  # (B S, E)
    dkv = merge_heads(dk, dv)  # (B T, 2 N_kv K)
    slopes = dq.T @ x, dkv.T @ memory
    grads["in_proj_weight"] = np.concatenate(slopes)
    if layer.bias:
        grads["in_proj_bias"] = np.concatenate([dq.sum(0), dkv.sum(0)])
    dx = (dq @ W[:E]).reshape(B, S, E)
    return dx, (dkv @ W[E:]).reshape(B, -1, E), grads


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


def memory_state(
    memory: Array, memory_lengths: Array | None, E: int
) -> State:
    """Make a state of something to look at.

    Parameters
    ----------
    memory
        What another model has made of another sequence (B, S, E).
    memory_lengths
        Real steps of each (B,); None for all S.
    E
        Features of one step.

    Returns
    -------
    memory
        The same.
    lengths
        How many of its steps are real (B,).

    Raises
    ------
    ValueError
        If an argument has the wrong shape, type or values.

    Examples
    --------
    >>> memory_state(np.ones((2, 5, 3)), None, 3)[1]
    array([5, 5])
    """
    memory = np.asarray(memory)
    with shapes.called(x="memory", lengths="memory_lengths"):
        validation.features(memory, E, memory.dtype)
        B, S, _ = memory.shape
        validation.padding_mask(memory_lengths, B, S)
    counts = np.full(B, S) if memory_lengths is None else memory_lengths
    return memory, np.asarray(counts, np.int64)


def check_memory(first: int, *seen: Array) -> None:
    """Refuse a memory whose lengths are not those of its steps.

    Parameters
    ----------
    first
        Where the memory stands in the whole state.
    *seen
        The memory (B, S, E) and its lengths (B,); nothing where there is no
        other sequence to look at.

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
    lengths: Array | None = None,
    rng: np.random.Generator | None = None,
    out: Cache | None = None,
) -> tuple[Array, State, Cache]:
    """Attend to the other sequence; the output is zero where it is empty.

    The arguments and results are those of `Layer.forward`, of a layer whose
    state is the other sequence.

    Parameters
    ----------
    layer
        The attention.
    params
        Its weights.
    x
        What asks (B, T, E).
    seen
        The memory (B, S, E) and its lengths (B,).
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
    seen
        The same memory and lengths, for the next call.
    cache
        What `cross_attend_backward` needs.

    Examples
    --------
    >>> layer = MultiHeadAttention(4, num_heads=2)
    >>> params = layer.init(np.random.default_rng(0))
    >>> x, seen = np.ones((1, 2, 4)), empty_memory(1, 4, np.float32)
    >>> cross_attend(layer, params, x, seen)[0].any()
    np.False_
    """
    memory, real = seen
    kept = memory.copy(), real.copy()
    if not memory.shape[1]:
        return np.zeros_like(x), kept, (x.shape, memory)
    whole = None if (real == memory.shape[1]).all() else real
    out = out if out and len(out) > 2 else None
    y, cache = attend_to(
        layer, params, x, memory, whole, rng, lengths=lengths, out=out
    )
    return y, kept, cache


def cross_attend_backward(
    layer: MultiHeadAttention,
    params: Params,
    dy: Array,
    dseen: StateGradient | None,
    cache: Cache,
) -> tuple[Array, StateGradient, Params]:
    """Carry gradients back through `cross_attend`.

    Parameters
    ----------
    layer
        The attention.
    params
        Its weights.
    dy
        Gradient for what was taken along (B, T, E).
    dseen
        Gradient for the memory that was handed on, and None for its lengths;
        None for zeros.
    cache
        What `cross_attend` returned.

    Returns
    -------
    dx
        Gradient for what asks.
    dseen
        Gradient for the memory that was given, and None for its lengths.
    grads
        Gradient for every weight.

    Examples
    --------
    >>> layer = MultiHeadAttention(4, num_heads=2)
    >>> params = layer.init(np.random.default_rng(0))
    >>> x, seen = np.ones((1, 2, 4)), empty_memory(1, 4, np.float32)
    >>> y, _, cache = cross_attend(layer, params, x, seen)
    >>> _, (dmemory, _), _ = cross_attend_backward(
    ...     layer, params, y, None, cache
    ... )
    >>> dmemory.shape
    (1, 0, 4)
    """
    if len(cache) > 2:
        dx, dmemory, grads = attend_to_backward(layer, params, dy, cache)
    else:
        shape, memory = cache
        grads = {name: np.zeros_like(w) for name, w in params.items()}
        dx, dmemory = np.zeros(shape, dy.dtype), np.zeros_like(memory)
    if dseen and dseen[0] is not None:
        dmemory += dseen[0]
    return dx, (dmemory, None), grads


def check_same_batch(shape: tuple[int, ...], B: int) -> None:
    """Refuse a memory of another number of sequences than ask it.

    Parameters
    ----------
    shape
        The shape of memory.
    B
        Sequences of x.

    Raises
    ------
    ValueError
        If it has more or fewer.

    Examples
    --------
    >>> check_same_batch((3, 9, 6), 2)
    Traceback (most recent call last):
    ValueError: memory: expected 2 sequences on axis 0 (B), as x has,
    got shape (3, 9, 6)
    """
    if shape[0] != B:
        raise ValueError(
            f"memory: expected {B} sequences on axis 0 (B), as x has, "
            f"got shape {shape}"
        )
