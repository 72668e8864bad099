"""Scaled dot-product attention on autograd, by its equations."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from seqcourse.numpy.attention.attention_arguments import (
    check_attend,
    check_attend_reference,
)
from seqcourse.torch.contract.edge import edge


def _check_attention_weights(
    q: Any,
    k: Any,
    mask: Any,
    scale: float | None,
    bias: Any,
    soft_cap: float | None,
) -> dict[str, Any]:
    return check_attend(
        q, k, k, mask, scale=scale, bias=bias, soft_cap=soft_cap
    )


@edge("context", check=check_attend_reference)
def attend_reference(
    q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None
) -> Tensor:
    """`seqcourse.numpy.attention.scaled_dot_product.attend_reference`.

    Parameters
    ----------
    q, k, v, mask
        As there.

    Examples
    --------
    >>> q, k, v = torch.ones(3, 1, 2, 5, 4)
    >>> torch.allclose(attend_reference(q, k, v), attend(q, k, v))
    True
    """
    scores = q @ k.mT / q.shape[-1] ** 0.5  # (B, N, T, S)
    if mask is not None:
        scores = scores.masked_fill(~mask, -torch.inf)
    weights = torch.softmax(scores, -1)  # each row sums to 1
    return weights @ v  # (B, N, T, K)


@edge("weights", check=_check_attention_weights)
def attention_weights(
    q: Tensor,
    k: Tensor,
    mask: Tensor | None = None,
    *,
    scale: float | None = None,
    bias: Tensor | None = None,
    soft_cap: float | None = None,
) -> Tensor:
    """`seqcourse.numpy.attention.scaled_dot_product.attention_weights`.

    Here there is no cache, so they are computed from queries and keys.

    Parameters
    ----------
    q, k, mask, scale, bias, soft_cap
        As in `attend`.

    Examples
    --------
    >>> q, k = torch.ones(2, 1, 1, 3, 4)
    >>> mask = torch.ones(3, 3, dtype=torch.bool).tril()
    >>> attention_weights(q, k, mask)[0, 0, 1].tolist()
    [0.5, 0.5, 0.0]
    """
    (B, N, T, K), (_, heads, S, _) = q.shape, k.shape
    scale = K**-0.5 if scale is None else scale
    # Query heads that share keys are more queries of the same keys.
    by_row = q.reshape(B, heads, N // heads * T, K)
    s = (scale * by_row @ k.transpose(2, 3)).view(B, N, T, S)
    if soft_cap is not None:
        s = soft_cap * torch.tanh(s / soft_cap)
    if bias is not None:
        s = s + bias
    if mask is not None:
        s = s.masked_fill(~mask, -torch.inf)
    top = s.detach().amax(-1, keepdim=True)
    p = torch.exp(s - top.masked_fill(top == -torch.inf, 0))
    total = p.sum(-1, keepdim=True)
    return p / total.masked_fill(total == 0, 1)  # where there is no key


@edge("context", check=check_attend)
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
    """`seqcourse.numpy.attention.scaled_dot_product.attend` on autograd.

    This is the reference engine. The fused one is
    ``torch.nn.functional.scaled_dot_product_attention``.

    Parameters
    ----------
    dropout
        The probability of leaving a weight out, by torch's generator.

    Returns
    -------
    context
        One weighted average of the values for each query (B, N, T, K).

    Examples
    --------
    >>> q, k, v = torch.ones(3, 1, 2, 5, 4, requires_grad=True)
    >>> attend(q, k, v).sum().backward()
    """
    p = attention_weights(
        q, k, mask, scale=scale, bias=bias, soft_cap=soft_cap
    )
    p = F.dropout(p, dropout)
    (B, N, T, S), heads = p.shape, v.shape[1]
    context = p.reshape(B, heads, N // heads * T, S) @ v
    return context.view(B, N, T, -1)
