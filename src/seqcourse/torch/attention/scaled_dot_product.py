"""Attention: look at everything, and take most from what fits best.

A query is compared with every key. The softmax of the comparisons says how
much of each value is taken along. Nothing here knows what a sequence is: who
may look where comes in as a mask.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F


def attention_weights(
    q: Tensor,
    k: Tensor,
    mask: Tensor | None = None,
    *,
    scale: float | None = None,
    bias: Tensor | None = None,
    soft_cap: float | None = None,
) -> Tensor:
    """Say how much of each value each query takes along::

        s = q k' / sqrt(K)
        s = cap tanh(s / cap)             where there is a soft cap
        s = s + bias, and -inf where the mask forbids to look
        p = exp(s) / sum(exp(s))

    Parameters
    ----------
    q
        Queries (B, N, S, K).
    k
        Keys (B, N_kv, T, K). Where N_kv < N, the first N / N_kv heads share
        the first head of the keys, the next ones the second, and so on.
    mask
        True where a query may look: booleans that stretch to (B, N, S, T);
        None lets all look everywhere.
    scale
        What the products are multiplied by; None for 1 / sqrt(K).
    bias
        Added to the scores; stretches to (B, N, S, T).
    soft_cap
        What no score exceeds in size; None for no such bound.

    Returns
    -------
    weights
        Probabilities (B, N, S, T); a row sums to 1, or is zeros where the
        query may look nowhere.

    Examples
    --------
    >>> q, k = torch.ones(2, 1, 1, 3, 4)
    >>> mask = torch.ones(3, 3, dtype=torch.bool).tril()
    >>> attention_weights(q, k, mask)[0, 0, 1].tolist()
    [0.5, 0.5, 0.0]
    """
    (B, N, S, K), (_, heads, T, _) = q.shape, k.shape
    scale = K**-0.5 if scale is None else scale
    # Heads that share keys are so many more queries of the same keys.
    by_row = q.reshape(B, heads, N // heads * S, K)
    s = (scale * by_row @ k.transpose(2, 3)).view(B, N, S, T)
    if soft_cap is not None:
        s = soft_cap * torch.tanh(s / soft_cap)
    if bias is not None:
        s = s + bias
    if mask is not None:
        s = s.masked_fill(~mask, -torch.inf)
    top = s.detach().amax(-1, keepdim=True)
    p = torch.exp(s - top.masked_fill(top == -torch.inf, 0))
    total = p.sum(-1, keepdim=True)
    return p / total.masked_fill(total == 0, 1)  # where nobody may look


def attend(
    q: Tensor,
    k: Tensor,
    v: Tensor,
    mask: Tensor | None = None,
    *,
    scale: float | None = None,
    bias: Tensor | None = None,
    soft_cap: float | None = None,
    dropout: float = 0.0,
) -> Tensor:
    """Mix the values by how well each query fits each key::

        context = dropout(p) v

    with the probabilities p that `attention_weights` gives.

    Parameters
    ----------
    q
        Queries (B, N, S, K).
    k
        Keys (B, N_kv, T, K).
    v
        Values (B, N_kv, T, K).
    mask
        True where a query may look; None lets all look everywhere.
    scale
        What the products are multiplied by; None for 1 / sqrt(K).
    bias
        Added to the scores; stretches to (B, N, S, T).
    soft_cap
        What no score exceeds in size; None for no such bound.
    dropout
        How likely each weight is left out.

    Returns
    -------
    context
        What each query took along (B, N, S, K).

    Examples
    --------
    >>> q, k, v = torch.ones(3, 1, 2, 5, 4)
    >>> tuple(attend(q, k, v).shape)
    (1, 2, 5, 4)

    References
    ----------
    Vaswani et al. (2017), Attention is all you need, equation 1; heads that
    share keys: Shazeer (2019) and Ainslie et al. (2023), GQA; the soft cap:
    Gemma Team (2024), Gemma 2.
    """
    p = attention_weights(
        q, k, mask, scale=scale, bias=bias, soft_cap=soft_cap
    )
    p = F.dropout(p, dropout)
    (B, N, S, T), heads = p.shape, v.shape[1]
    context = p.reshape(B, heads, N // heads * S, T) @ v
    return context.view(B, N, S, -1)
