"""FlashAttention-style attention: scores in blocks, never the whole matrix.

A softmax can be built piece by piece, from the largest score so far and the
sum so far: both are mended when a larger score turns up. The way back works
each block out again, from the logarithm of the sum. What all this computes is
`attend_reference`, in a few lines; how, `online_softmax_reference`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from seqcourse.numpy.attention.attention_arguments import (
    check_attend,
    check_attend_backward,
)
from seqcourse.numpy.attention.block_mask import BlockMask
from seqcourse.numpy.attention.score_tiles import (
    ScoreTiles,
    by_feature,
    mixed,
    product,
)
from seqcourse.numpy.contract.buffers import Workspace, buffer
from seqcourse.numpy.contract.calls.function import edge
from seqcourse.numpy.contract.layer import Array

__all__ = ["attend_in_blocks", "attend_in_blocks_backward"]

#: Queries, and keys, of a block: the fastest of 32, 64, 96, 128 and 256, at
#: T = 512 and at T = 1024. Its scores stay in a core's own memory.
BLOCK = 128


class BlockedAttentionCache(NamedTuple):
    """What `attend_in_blocks_backward` needs; none of it is S times T.

    Parameters
    ----------
    q
        Queries times the scale (B, N_kv, rows, K): a row for each step and
        each of the heads that share keys.
    logsum
        Logarithm of the sum of exp(s) of each row (B, N_kv, rows, 1).
    context
        What each row took along.
    k
        Keys (B, N_kv, T, K).
    v
        Values (B, N_kv, T, K + 1), the last of which is 1.
    scores
        What works out the scores of a block; one for all sequences, or one
        for each.
    scale
        What the products were multiplied by.
    workspace
        Memory for the way back.

    Examples
    --------
    >>> q, k, v = np.ones((3, 1, 2, 5, 4))
    >>> _, read = attend_in_blocks(q, k, v, BlockMask.of(5))
    >>> read.logsum.shape
    (1, 2, 5, 1)
    """

    q: Array
    logsum: Array
    context: Array
    k: Array
    v: Array
    scores: list[ScoreTiles]
    scale: float
    workspace: Workspace


def online_softmax_reference(
    q: Array, keys: Array, values: Array, block_size: int
) -> Array:
    """Attend from one query, block by block, for reading::

        m'       = max(m, s[1], ..., s[b])
        total'   = exp(m - m') total   + exp(s - m') 1
        context' = exp(m - m') context + exp(s - m') values[block]

    with m the largest score so far and s the scores of the next block. Of
    the scores only one block is ever held. `attend_in_blocks` is the same for
    all queries, with masks.

    Parameters
    ----------
    q
        The query (K,).
    keys, values
        What it attends to (T, K).
    block_size
        Keys in a block; the last may have fewer.

    Returns
    -------
    context
        The attention output (K,): softmax(q keys' / sqrt(K)) values.

    Examples
    --------
    >>> q, keys = np.zeros(2), np.ones((3, 2))
    >>> online_softmax_reference(q, keys, np.eye(3), block_size=2).round(3)
    array([0.333, 0.333, 0.333])
    """
    largest, total, context = -np.inf, 0.0, np.zeros(values.shape[1])
    for start in range(0, len(keys), block_size):
        block = slice(start, start + block_size)
        scores = keys[block] @ q / np.sqrt(len(q))
        larger = max(largest, scores.max())
        rescale = np.exp(largest - larger)
        weights = np.exp(scores - larger)
        total = rescale * total + weights.sum()
        context = rescale * context + weights @ values[block]
        largest = larger
    return context / total


@edge("context", "", check=check_attend)
def attend_in_blocks(
    q: Array,
    k: Array,
    v: Array,
    block_mask: BlockMask,
    *,
    scale: float | None = None,
    soft_cap: float | None = None,
    block_size: int | None = None,
    out: BlockedAttentionCache | None = None,
) -> tuple[Array, BlockedAttentionCache]:
    """Do what `attend_reference` does, without its table of scores.

    Blocks that no query may look into are never worked out: where it is
    causal that is half of them, and with a window all but few.

    Parameters
    ----------
    q
        Queries (B, N, S, K).
    k
        Keys (B, N_kv, T, K), shared as in `attend`.
    v
        Values (B, N_kv, T, K).
    block_mask
        Who may look where, and what is added to the scores.
    scale
        What the products are multiplied by; None for 1 / sqrt(K).
    soft_cap
        What no score exceeds in size; None for no such bound.
    block_size
        Queries, and keys, of a block; the last may have fewer. None for
        `BLOCK`.
    out
        The cache of an earlier call whose buffers may be written again.

    Returns
    -------
    context
        What each query took along (B, N, S, K).
    cache
        What `attend_in_blocks_backward` needs.

    Raises
    ------
    ValueError
        If shapes do not fit, or a number is out of its range.

    Examples
    --------
    >>> from seqcourse.numpy.attention.scaled_dot_product import attend
    >>> rng = np.random.default_rng(0)
    >>> q, k, v = rng.normal(size=(3, 1, 2, 5, 4))
    >>> block_mask = BlockMask.of(5, causal=True)
    >>> context, _ = attend_in_blocks(q, k, v, block_mask, block_size=2)
    >>> plain, _ = attend(q, k, v, np.tri(5, dtype=bool))
    >>> bool(np.allclose(context, plain))
    True

    References
    ----------
    Milakov and Gimelshein (2018), Online normalizer calculation for softmax;
    Rabe and Staats (2021), Self-attention does not need O(n^2) memory; Dao
    et al. (2022), FlashAttention, algorithms 1 and 4.
    """
    block_size = BLOCK if block_size is None else block_size
    (B, N, _, K), heads = q.shape, k.shape[1]
    scale = K**-0.5 if scale is None else scale
    old = out or (None,) * 7 + (Workspace(),)
    dtype = q.dtype
    rows = _rows(q, heads)
    q = np.multiply(rows, scale, out=buffer(old[0], rows.shape, dtype))
    logsum = buffer(old[1], (*q.shape[:3], 1), dtype)
    context = buffer(old[2], (*q.shape[:3], v.shape[3]), dtype)
    k, v = _copied(k, old[3]), _copied(v, old[4], ones=1)
    scores = [
        ScoreTiles(block_mask, row, N, heads, soft_cap, block_size)
        for row in range(block_mask.rows)
    ]
    rooms = scores[0].rooms(q, v)
    for b in range(B):
        read = q[b], k[b], v[b], context[b], logsum[b]
        _forward(scores[b % len(scores)], rooms, *read)
    cache = BlockedAttentionCache(
        q, logsum, context, k, v, scores, scale, old[7]
    )
    return _steps(context, N), cache


def _forward(
    scores: ScoreTiles,
    rooms: tuple[Array, Array],
    q: Array,
    k: Array,
    v: Array,
    context: Array,
    logsum: Array,
) -> None:
    """Read one sequence, block by block.

    Where a larger score turns up, all that was summed before is too large by
    exp(higher - highest), and is shrunk. Mixed as the values are, their last
    feature, which is 1, becomes the sum of exp(s).
    """
    lowest = np.finfo(q.dtype).min
    for i, near in scores.blocks:
        rows = by_feature(q[:, i])
        highest = np.full((*rows.shape[:2], 1), -np.inf, q.dtype)
        taken = np.zeros((*rows.shape[:2], v.shape[2]), q.dtype)
        for j, hidden in near:
            s, _ = scores.of(rows, k[:, j], i, j, hidden, rooms[0])
            higher = s.max(-1, keepdims=True, initial=lowest)
            higher = np.maximum(highest, higher)
            s -= higher
            p = np.exp(s, out=s)
            taken *= np.exp(highest - higher)
            taken += mixed(p, v[:, j], rooms[1])
            highest = higher
        taken, total = np.split(taken, [-1], -1)
        total = np.where(total == 0, 1, total)  # nowhere to look
        context[:, i] = taken / total
        logsum[:, i] = highest + np.log(total)


@edge("dq", "dk", "dv", check=check_attend_backward)
def attend_in_blocks_backward(
    dcontext: Array, cache: BlockedAttentionCache
) -> tuple[Array, Array, Array]:
    """Carry a gradient back through `attend_in_blocks`.

    Parameters
    ----------
    dcontext
        Gradient for what was taken along (B, N, S, K).
    cache
        What `attend_in_blocks` returned. The gradients lie in its memory,
        until it is used again.

    Returns
    -------
    dq
        Gradient for the queries (B, N, S, K).
    dk
        Gradient for the keys (B, N_kv, T, K).
    dv
        Gradient for the values (B, N_kv, T, K).

    Examples
    --------
    >>> q, k, v = np.ones((3, 1, 2, 5, 4))
    >>> context, cache = attend_in_blocks(q, k, v, BlockMask.of(5))
    >>> dq, dk, dv = attend_in_blocks_backward(np.ones_like(q), cache)
    >>> dv[0, 0, :, 0]
    array([1., 1., 1., 1., 1.])
    """
    q, logsum, context, k, v, scores, scale, workspace = cache
    d = _copied(_rows(dcontext, k.shape[1]), workspace.like("d", context))
    parts = {"dq": q, "dk": k, "dv": v[..., :-1]}
    dq, dk, dv = whole = [workspace.like(name, parts[name]) for name in parts]
    for part in whole:
        part[...] = 0
    rooms = scores[0].rooms(q, v)
    for b in range(len(q)):
        of = scores[b % len(scores)]
        read = q[b], k[b], v[b], context[b], logsum[b]
        _backward(of, rooms, *read, d[b], dq[b], dk[b], dv[b])
    dq *= scale
    return _steps(dq, dcontext.shape[1]), dk, dv


def _backward(
    scores: ScoreTiles,
    rooms: tuple[Array, Array],
    q: Array,
    k: Array,
    v: Array,
    context: Array,
    logsum: Array,
    d: Array,
    dq: Array,
    dk: Array,
    dv: Array,
) -> None:
    """Go back through one sequence, block by block.

    The sum of dp p over the keys, which the softmax asks for, is that of
    dcontext context over the features. It is taken away from dp in the same
    product, through the last feature of the values.
    """
    for i, near in scores.blocks:
        given = (d[:, i] * context[:, i]).sum(-1, keepdims=True)
        drows = by_feature(np.concatenate([d[:, i], -given], -1))
        rows = by_feature(q[:, i])
        for j, hidden in near:
            s, slope = scores.of(rows, k[:, j], i, j, hidden, rooms[0])
            s -= logsum[:, i]
            p = np.exp(s, out=s)
            dv[:, j] += mixed(p.mT, d[:, i], rooms[1])
            ds = product(drows, v[:, j], rooms[1])
            ds *= p
            if slope is not None:
                ds *= slope
            dq[:, i] += mixed(ds, k[:, j], rooms[0])
            dk[:, j] += mixed(ds.mT, q[:, i], rooms[0])


def _copied(heads: Array, out: Array | None, ones: int = 0) -> Array:
    """Lay the steps of each head side by side: products are faster so."""
    *axes, K = heads.shape
    copy = buffer(out, (*axes, K + ones), heads.dtype)
    copy[..., :K], copy[..., K:] = heads, 1
    return copy


def _rows(heads: Array, shared: int) -> Array:
    """Lay heads that share keys side by side: (B, N_kv, S * N / N_kv, K)."""
    B, N, S, K = heads.shape
    cut = heads.reshape(B, shared, N // shared, S, K)
    return cut.swapaxes(2, 3).reshape(B, shared, -1, K)


def _steps(rows: Array, heads: int) -> Array:
    """Undo `_rows`: (B, N, S, K)."""
    B, shared, _, K = rows.shape
    cut = rows.reshape(B, shared, -1, heads // shared, K)
    return cut.swapaxes(2, 3).reshape(B, heads, -1, K)
