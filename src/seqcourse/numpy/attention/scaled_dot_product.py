"""Scaled dot-product attention: a weighted average of values per query.

A query is compared with every key. The softmax of these scores gives the
weights of the values. Nothing here knows what a sequence is: which query may
attend to which key comes in as a mask.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import DTypeLike

from seqcourse.numpy.attention.attention_arguments import (
    check_attend,
    check_attend_backward,
    check_attend_reference,
    nothing_more,
)
from seqcourse.numpy.contract.buffers import Workspace, buffer
from seqcourse.numpy.contract.calls.function import edge
from seqcourse.numpy.contract.layer import Array
from seqcourse.numpy.functional.unchecked import dropout as thinned
from seqcourse.numpy.functional.unchecked import softmax

__all__ = [
    "attend",
    "attend_backward",
    "attend_reference",
    "attention_weights",
]

#: How many scores stay in a core's own memory.
NEAR = 2**17


class AttentionCache(NamedTuple):
    """What `attend_backward` and `attention_weights` need.

    Parameters
    ----------
    q
        Queries times the scale (B, N_kv, K, rows): a row for each step and
        each of the query heads that share a head of keys.
    p
        Exponentials of the scores (B, N_kv, S, rows).
    capped
        Scores over the soft cap, after tanh; None without a cap.
    k
        Keys (B, N_kv, S, K).
    v
        Values (B, N_kv, S, K).
    total
        The sum of the exponentials of each row (B, N_kv, 1, rows).
    kept
        What dropout left of each weight; None without dropout.
    context
        The attention output of each query (B, N, T, K).
    scale
        What the products were multiplied by.
    workspace
        Memory for the backward pass.

    Examples
    --------
    >>> q, k, v = np.ones((3, 1, 2, 5, 4))
    >>> _, cache = attend(q, k, v)
    >>> cache.p.shape
    (1, 2, 5, 5)
    """

    q: Array
    p: Array
    capped: Array | None
    k: Array
    v: Array
    total: Array
    kept: Array | None
    context: Array
    scale: float
    workspace: Workspace


@edge("context", check=check_attend_reference)
def attend_reference(
    q: Array, k: Array, v: Array, mask: Array | None = None
) -> Array:
    """Attend as the equation says, for reading and not for speed::

        context = softmax(q k' / sqrt(K)) v

    `attend` and `attend_in_blocks` compute the same, with options, a backward
    pass and less memory.

    Parameters
    ----------
    q
        Queries (B, N, T, K).
    k
        Keys (B, N, S, K).
    v
        Values (B, N, S, K).
    mask
        True where a query may attend to a key, for each query at least once;
        stretches to (B, N, T, S). None lets all attend to all.

    Returns
    -------
    context
        The attention output of each query (B, N, T, K).

    Raises
    ------
    ValueError
        If shapes do not fit, or the mask is not boolean or hides all keys
        from a query.

    Examples
    --------
    >>> q, k, v = np.random.default_rng(0).normal(size=(3, 1, 2, 5, 4))
    >>> context = attend_reference(q, k, v, np.tri(5, dtype=bool))
    >>> bool(np.allclose(context, attend(q, k, v, np.tri(5, dtype=bool))[0]))
    True

    References
    ----------
    Vaswani et al. (2017), Attention is all you need, equation 1.
    """
    scores = q @ k.mT / np.sqrt(q.shape[-1])  # (B, N, T, S)
    if mask is not None:
        scores = np.where(mask, scores, -np.inf)
    weights = softmax(scores)  # each row sums to 1
    return weights @ v  # (B, N, T, K)


@edge("context", "", check=check_attend)
def attend(
    q: Array,
    k: Array,
    v: Array,
    mask: Array | None = None,
    *,
    scale: float | None = None,
    bias: Array | None = None,
    soft_cap: float | None = None,
    dropout: float = 0.0,
    rng: np.random.Generator | None = None,
    out: AttentionCache | None = None,
) -> tuple[Array, AttentionCache]:
    """Average the values, weighted by how each key matches the query::

        s       = q k' / sqrt(K)
        s       = cap tanh(s / cap)             where there is a soft cap
        s       = s + bias, and -inf where the mask is False
        p       = exp(s) / sum(exp(s))
        context = dropout(p) v

    A query without any key gets zeros. The matrix of scores is held whole,
    once.

    Parameters
    ----------
    q
        Queries (B, N, T, K).
    k
        Keys (B, N_kv, S, K). Where N_kv < N, the first N / N_kv heads share
        the first head of the keys, the next ones the second, and so on.
    v
        Values (B, N_kv, S, K).
    mask
        True where a query may attend to a key: booleans that stretch to
        (B, N, T, S); None lets all attend to all.
    scale
        What the products are multiplied by; None for 1 / sqrt(K).
    bias
        Added to the scores; stretches to (B, N, T, S).
    soft_cap
        A bound on the absolute value of the scores; None for no bound.
    dropout
        The probability of leaving a weight out, where `rng` is given.
    rng
        Switches dropout on.
    out
        The cache of an earlier call whose buffers may be written again.

    Returns
    -------
    context
        The attention output of each query (B, N, T, K).
    cache
        What `attend_backward` and `attention_weights` need.

    Raises
    ------
    ValueError
        If shapes do not fit, the mask is not boolean, or a number is out of
        its range.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> q, k, v = rng.normal(size=(3, 1, 2, 5, 4))
    >>> context, cache = attend(q, k, v, mask=np.tri(5, dtype=bool))
    >>> context.shape, bool(np.allclose(context[:, :, 0], v[:, :, 0]))
    ((1, 2, 5, 4), True)

    References
    ----------
    Vaswani et al. (2017), Attention is all you need, equation 1; grouped
    queries: Shazeer (2019) and Ainslie et al. (2023), GQA; the soft cap:
    Gemma Team (2024), Gemma 2.
    """
    (B, N, T, K), (_, heads, S, _) = q.shape, k.shape
    scale = K**-0.5 if scale is None else scale
    old_q, old_p, old_capped = out[:3] if out else (None,) * 3
    workspace = out.workspace if out else Workspace()

    # Query heads that share keys are more queries of the same keys.
    group = N // heads
    q = q.reshape(B, heads, group * T, K).mT
    q = np.multiply(q, scale, out=buffer(old_q, q.shape, q.dtype))
    p = buffer(old_p, (B, heads, S, group * T), q.dtype)
    total = np.empty((B, heads, 1, group * T), p.dtype)
    context = np.empty((B, heads, group * T, v.shape[3]), p.dtype)
    capped = kept = None
    if soft_cap is not None:
        capped = buffer(old_capped, p.shape, p.dtype)
    if rng is not None and dropout:
        kept = np.empty_like(p)
    added = _added(mask, bias, p.dtype)
    if added is not None:
        added = np.broadcast_to(added, (B, N, T, S))
        added = added.reshape(B, heads, group, T, S).transpose(0, 1, 4, 2, 3)
    lowest, ones = np.finfo(p.dtype).min, np.ones((1, S), p.dtype)

    for at in _pieces(p):
        s = np.matmul(k[at], q[at], out=p[at])
        if capped is not None and soft_cap is not None:
            s /= soft_cap
            np.tanh(s, out=capped[at])
            np.multiply(capped[at], soft_cap, out=s)
        if added is not None:
            each = s.reshape(*s.shape[:3], group, T)
            each += added[at]
        # The softmax but for its last step: dividing the context is cheaper.
        s -= s.max(2, keepdims=True, initial=lowest)
        np.exp(s, out=s)
        np.matmul(ones, s, out=total[at])
        if kept is not None:
            s, kept[at] = thinned(s, dropout, rng)
        np.matmul(s.mT, v[at], out=context[at])
    total[total == 0] = 1  # no key to attend to
    context /= total.mT
    context = context.reshape(B, N, T, -1)
    mine = context.copy()
    return context, AttentionCache(
        q, p, capped, k, v, total, kept, mine, scale, workspace
    )


def _added(
    mask: Array | None, bias: Array | None, dtype: DTypeLike
) -> Array | None:
    """Give mask and bias as one sum."""
    if bias is not None:
        bias = bias.astype(dtype, copy=False)
    if mask is None:
        return bias
    wall: Array = np.where(mask, 0, -np.inf).astype(dtype)
    return wall if bias is None else wall + bias


def _pieces(p: Array) -> Iterator[tuple[slice, slice]]:
    """Split the scores by sequences or heads, so that a part fits a core."""
    B, heads, *scores = p.shape
    some = max(1, NEAR // math.prod(scores))
    whole = max(1, some // heads)
    for b in range(0, B, whole):
        for n in range(0, heads, some):
            yield slice(b, b + whole), slice(n, n + some)


@edge("dq", "dk", "dv", check=check_attend_backward)
def attend_backward(
    dcontext: Array, cache: AttentionCache
) -> tuple[Array, Array, Array]:
    """Carry a gradient back through `attend`::

        dv  = dropout(p)' dcontext
        dp  = dropout(dcontext v')
        ds  = p (dp - sum(dcontext context))
        ds  = ds (1 - tanh(s / cap)**2)         where there is a soft cap
        dq  = ds k / sqrt(K)
        dk  = ds' q / sqrt(K)

    The sum of ``dp p`` over the keys, which the softmax asks for, is that of
    ``dcontext context`` over the features.

    Parameters
    ----------
    dcontext
        Gradient for the attention output (B, N, T, K).
    cache
        What `attend` returned. The gradients lie in its memory, until it is
        used again.

    Returns
    -------
    dq
        Gradient for the queries (B, N, T, K).
    dk
        Gradient for the keys (B, N_kv, S, K).
    dv
        Gradient for the values (B, N_kv, S, K).

    Examples
    --------
    >>> q, k, v = np.ones((3, 1, 2, 5, 4))
    >>> context, cache = attend(q, k, v)
    >>> dq, dk, dv = attend_backward(np.ones_like(context), cache)
    >>> dv[0, 0, :, 0]
    array([1., 1., 1., 1., 1.])
    """
    q, p, capped, k, v, total, kept, context, scale, workspace = cache
    B, N, T, _ = context.shape
    d = dcontext.reshape(*q.shape[:2], q.shape[3], -1) / total.mT
    given = (d * context.reshape(d.shape)).sum(-1)[:, :, None]
    by_row, by_feature = np.ascontiguousarray(q.mT), d.mT.copy()
    parts = {"dq": by_row, "dk": k, "dv": v}
    dq, dk, dv = (workspace.like(name, parts[name]) for name in parts)
    for at in _pieces(p):
        taken = p[at] if kept is None else p[at] * kept[at]
        np.matmul(taken, d[at], out=dv[at])
        ds = np.matmul(v[at], by_feature[at])
        if kept is not None:
            ds *= kept[at]
        ds -= given[at]
        ds *= p[at]
        if capped is not None:
            ds *= 1 - capped[at] * capped[at]
        np.matmul(ds.mT, k[at], out=dq[at])
        np.matmul(ds, by_row[at], out=dk[at])
    dq *= scale
    return dq.reshape(B, N, T, -1), dk, dv


@edge("weights", check=nothing_more)
def attention_weights(cache: AttentionCache) -> Array:
    """Give the weight of each value for each query.

    Parameters
    ----------
    cache
        What `attend` returned.

    Returns
    -------
    weights
        Probabilities (B, N, T, S) before dropout; a row sums to 1, or is
        zeros where the query has no key.

    Examples
    --------
    >>> q, k, v = np.ones((3, 1, 1, 3, 4))
    >>> _, cache = attend(q, k, v, mask=np.tri(3, dtype=bool))
    >>> attention_weights(cache)[0, 0, 1]
    array([0.5, 0.5, 0. ])
    """
    _, p, _, _, _, total, _, context, _, _ = cache
    weights: Array = (p / total).mT
    return weights.reshape(*context.shape[:3], -1)
