"""Two ways to one answer: with the whole table of scores, or in blocks."""

from __future__ import annotations

import numpy as np

from seqcourse.numpy.attention.block_mask import BlockMask
from seqcourse.numpy.attention.blocked_attention import (
    BlockedAttentionCache,
    attend_in_blocks,
    attend_in_blocks_backward,
)
from seqcourse.numpy.attention.scaled_dot_product import (
    AttentionCache,
    attend,
    attend_backward,
)
from seqcourse.numpy.contract.layer import Array, Cache

ALGORITHMS = ("auto", "plain", "blocked")
#: From how many queries on ``"auto"`` takes the blocks: two blocks, of which
#: a causal reader leaves out a quarter. With one block both ways are as fast.
BLOCKS_FROM = 256
#: Why blocks leave no weight out.
NO_DROPOUT = (
    "dropout: expected 0 with algorithm='blocked', which has no whole row of "
    "weights to leave some out of, got {}; algorithm='auto' takes 'plain' "
    "while it trains"
)


def dispatch(
    q: Array,
    k: Array,
    v: Array,
    block_mask: BlockMask,
    rng: np.random.Generator | None = None,
    out: Cache | None = None,
    *,
    algorithm: str = "auto",
    scale: float | None = None,
    soft_cap: float | None = None,
    dropout: float = 0.0,
) -> tuple[Array, Cache]:
    """Attend in one of the two ways.

    Parameters
    ----------
    q
        Queries (B, N, S, K).
    k
        Keys (B, N_kv, T, K).
    v
        Values (B, N_kv, T, K).
    block_mask
        Who may look where, and what is added to the scores.
    rng
        Switches dropout on.
    out
        The cache of an earlier call whose buffers may be written again.
    algorithm
        ``"plain"`` or ``"blocked"``; ``"auto"`` takes blocks from
        `BLOCKS_FROM` queries on, unless weights are to be left out.
    scale
        The factor of the products; None for 1 / sqrt(K).
    soft_cap
        What no score exceeds in size; None for no such bound.
    dropout
        How likely each weight is left out, where `rng` is given.

    Returns
    -------
    context
        What each query took along (B, N, S, K).
    cache
        What `dispatch_backward` needs.

    Examples
    --------
    >>> q, k, v = np.ones((3, 1, 2, 5, 4))
    >>> context, cache = dispatch(q, k, v, BlockMask.of(5, causal=True))
    >>> dq, dk, dv = dispatch_backward(np.ones_like(context), cache)
    >>> dv.shape
    (1, 2, 5, 4)
    """
    _, N, S, _ = q.shape
    if algorithm == "auto":
        drops = dropout and rng is not None
        algorithm = "plain" if S < BLOCKS_FROM or drops else "blocked"
    if algorithm == "blocked":
        old = out if isinstance(out, BlockedAttentionCache) else None
        return attend_in_blocks(
            q, k, v, block_mask, scale=scale, soft_cap=soft_cap, out=old
        )
    mask, bias = block_mask.whole(N)
    return attend(
        q,
        k,
        v,
        mask,
        bias=bias,
        scale=scale,
        soft_cap=soft_cap,
        dropout=dropout,
        rng=rng,
        out=out if isinstance(out, AttentionCache) else None,
    )


def dispatch_backward(
    dcontext: Array, cache: Cache
) -> tuple[Array, Array, Array]:
    """Carry a gradient back through `dispatch`.

    Parameters
    ----------
    dcontext
        Gradient for what was taken along (B, N, S, K).
    cache
        What `dispatch` returned.

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
    >>> mask = BlockMask.of(5)
    >>> context, cache = dispatch(q, k, v, mask, algorithm="blocked")
    >>> dispatch_backward(np.ones_like(context), cache)[2][0, 0, :, 0]
    array([1., 1., 1., 1., 1.])
    """
    if isinstance(cache, BlockedAttentionCache):
        return attend_in_blocks_backward(dcontext, cache)
    assert isinstance(cache, AttentionCache)
    return attend_backward(dcontext, cache)
