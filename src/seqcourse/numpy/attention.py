"""Attention: look at everything, and take most from what fits best.

A query is compared with every key. The softmax of the comparisons says how
much of each value is taken along. Nothing here knows what a sequence is: who
may look where comes in as a mask.
"""

from __future__ import annotations

import numpy as np

from seqcourse.numpy import arguments
from seqcourse.numpy.buffers import buffer
from seqcourse.numpy.dropout import dropout as thinned
from seqcourse.numpy.layer import Array, Cache


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
    out: Cache | None = None,
) -> tuple[Array, Cache]:
    """Mix the values by how well each query fits each key::

        s       = q k' / sqrt(K)
        s       = cap tanh(s / cap)             where there is a soft cap
        s       = s + bias, and -inf where the mask forbids to look
        p       = exp(s) / sum(exp(s))
        context = dropout(p) v

    A query that may look nowhere gets zeros. The whole table of scores is
    held, once.

    Parameters
    ----------
    q
        Queries (B, N, S, K).
    k
        Keys (B, N_kv, T, K). Where N_kv < N, the first N / N_kv heads share
        the first head of the keys, the next ones the second, and so on.
    v
        Values (B, N_kv, T, K).
    mask
        True where a query may look: booleans that stretch to (B, N, S, T);
        None lets all look everywhere.
    scale
        What the products are multiplied by; None for 1 / sqrt(K).
    bias
        Added to the scores; stretches to (B, N, S, T).
    soft_cap
        What no score exceeds in size; None for no such bound.
    dropout
        How likely each weight is left out, where `rng` is given.
    rng
        Switches dropout on.
    out
        The cache of an earlier call whose buffers may be written again.

    Returns
    -------
    context
        What each query took along (B, N, S, K).
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
    Vaswani et al. (2017), Attention is all you need, equation 1; heads that
    share keys: Shazeer (2019) and Ainslie et al. (2023), GQA; the soft cap:
    Gemma Team (2024), Gemma 2.
    """
    fit_together(q, k, v, mask)
    arguments.below_one(dropout=dropout)
    (B, N, S, K), (_, heads, T, _) = q.shape, k.shape
    scale = K**-0.5 if scale is None else scale
    old_q, old_p, old_capped = out[:3] if out else (None,) * 3

    # Heads that share keys are so many more queries of the same keys.
    rows = N // heads * S
    q = np.multiply(q, scale, out=buffer(old_q, q.shape, q.dtype))
    q = q.reshape(B, heads, rows, K)
    p = buffer(old_p, (B, heads, rows, T), q.dtype)
    total = np.empty((B, heads, rows, 1), p.dtype)
    context = np.empty((B, heads, rows, v.shape[3]), p.dtype)
    capped = kept = None
    if soft_cap is not None:
        arguments.above_zero(soft_cap=soft_cap)
        capped = buffer(old_capped, p.shape, p.dtype)
    if rng is not None and dropout:
        kept = np.empty_like(p)
    by_head = (B, heads, N // heads, S, T)
    if bias is not None:
        bias = bias.astype(p.dtype, copy=False)
        bias = np.broadcast_to(bias, (B, N, S, T)).reshape(by_head)
    if mask is not None:
        hide = np.broadcast_to(~mask, (B, N, S, T)).reshape(by_head)
    lowest = np.finfo(p.dtype).min

    for at in np.ndindex(B, heads):  # a table at a time: it stays near by
        s = np.matmul(q[at], k[at].T, out=p[at])
        if capped is not None and soft_cap is not None:
            s /= soft_cap
            np.tanh(s, out=capped[at])
            np.multiply(capped[at], soft_cap, out=s)
        each = s.reshape(by_head[2:])
        if bias is not None:
            each += bias[at]
        if mask is not None:
            np.copyto(each, -np.inf, where=hide[at])
        # The softmax but for its last step: dividing the context is cheaper.
        s -= s.max(1, keepdims=True, initial=lowest)
        np.exp(s, out=s)
        s.sum(1, keepdims=True, out=total[at])
        if kept is not None:
            s, kept[at] = thinned(s, dropout, rng)
        np.matmul(s, v[at], out=context[at])
    total[total == 0] = 1  # nowhere to look
    context /= total
    context = context.reshape(B, N, S, -1)
    return context, (q, p, capped, k, v, total, kept, context.copy(), scale)


def attend_backward(
    dcontext: Array, cache: Cache
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
        Gradient for what was taken along (B, N, S, K).
    cache
        What `attend` returned.

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
    >>> context, cache = attend(q, k, v)
    >>> dq, dk, dv = attend_backward(np.ones_like(context), cache)
    >>> dv[0, 0, :, 0]
    array([1., 1., 1., 1., 1.])
    """
    q, p, capped, k, v, total, kept, context, scale = cache
    B, heads, _, K = q.shape
    d = dcontext.reshape(total.shape[:3] + v.shape[3:]) / total
    given = (d * context.reshape(d.shape)).sum(-1, keepdims=True)
    dq, dk, dv = (np.empty(part.shape, p.dtype) for part in (q, k, v))
    ds = np.empty_like(p[0, 0])
    for at in np.ndindex(B, heads):
        taken = p[at] if kept is None else p[at] * kept[at]
        np.matmul(taken.T, d[at], out=dv[at])
        np.matmul(d[at], v[at].T, out=ds)
        if kept is not None:
            ds *= kept[at]
        ds -= given[at]
        ds *= p[at]
        if capped is not None:
            ds *= 1 - capped[at] * capped[at]
        np.matmul(ds, k[at], out=dq[at])
        np.matmul(ds.T, q[at], out=dk[at])
    dq *= scale
    return dq.reshape(*context.shape[:3], K), dk, dv


def attention_weights(cache: Cache) -> Array:
    """Tell how much of each value each query took along.

    Parameters
    ----------
    cache
        What `attend` returned.

    Returns
    -------
    weights
        Probabilities (B, N, S, T) before dropout; a row sums to 1, or is
        zeros where the query may look nowhere.

    Examples
    --------
    >>> q, k, v = np.ones((3, 1, 1, 3, 4))
    >>> _, cache = attend(q, k, v, mask=np.tri(3, dtype=bool))
    >>> attention_weights(cache)[0, 0, 1]
    array([0.5, 0.5, 0. ])
    """
    _, p, _, _, _, total, _, context, _ = cache
    weights: Array = p / total
    return weights.reshape(*context.shape[:3], -1)


def fit_together(
    q: Array, k: Array, v: Array, mask: Array | None = None
) -> None:
    """Refuse queries, keys and values that do not belong together.

    Parameters
    ----------
    q
        Queries (B, N, S, K).
    k
        Keys (B, N_kv, T, K).
    v
        Values (B, N_kv, T, K).
    mask
        Who may look where, or None.

    Raises
    ------
    ValueError
        If shapes do not fit, or the mask is not boolean.

    Examples
    --------
    >>> q, k, v = np.ones((3, 1, 2, 5, 4))
    >>> fit_together(q, k, v)
    """
    for name, part in {"q": q, "k": k, "v": v}.items():
        if part.ndim != 4:
            raise ValueError(
                f"{name}: expected 4 axes (B, heads, steps, K), "
                f"got shape {part.shape}"
            )
    (B, N, _, K), (_, heads, T, _) = q.shape, k.shape
    if k.shape != (B, heads, T, K):
        raise ValueError(
            f"k: expected {B} sequences of {K} features, got shape {k.shape}"
        )
    if v.shape[:3] != k.shape[:3]:
        raise ValueError(
            f"v: expected {k.shape[:3]} on axes 0 to 2, as the keys have, "
            f"got shape {v.shape}"
        )
    if N % heads:
        raise ValueError(
            f"k: expected heads that divide {N} on axis 1, got {heads}"
        )
    if mask is not None and mask.dtype != bool:
        raise ValueError(f"mask: expected booleans, got {mask.dtype}")
