"""What the attention functions ask of their arguments, at the edge."""

from __future__ import annotations

from typing import Any

import numpy as np

from seqcourse.numpy.attention.heads import check_heads
from seqcourse.numpy.contract import arguments, shapes
from seqcourse.numpy.contract.layer import Array


def check_attend(
    q: Array,
    k: Array,
    v: Array,
    mask: Array | None = None,
    *,
    scale: float | None = None,
    bias: Array | None = None,
    soft_cap: float | None = None,
    dropout: float = 0.0,
    block_mask: Any = None,
    block_size: int | None = None,
    **others: Any,
) -> dict[str, Any]:
    """Refuse what cannot be attended to.

    Parameters
    ----------
    q, k, v, mask, scale, bias, soft_cap, dropout
        As `attend` takes them.
    block_mask, block_size
        As `attend_in_blocks` takes them.
    **others
        Arguments whose annotation says all.

    Returns
    -------
    replaced
        Nothing.

    Raises
    ------
    ValueError
        If shapes or types do not fit together, a number is not finite, or
        one is out of its range.

    Examples
    --------
    >>> q, k, v = np.ones((3, 1, 2, 5, 4))
    >>> check_attend(q, k, v, np.ones((3, 5), bool))
    Traceback (most recent call last):
    ValueError: mask: expected a shape that stretches to (1, 2, 5, 5),
    got (3, 5)
    """
    del others
    check_heads(q.shape, k.shape, v.shape)
    arguments.check_floating(q=q)
    for name, part in {"k": k, "v": v}.items():
        if part.dtype != q.dtype:
            raise ValueError(
                f"{name}: expected {q.dtype}, as q is, got {part.dtype}"
            )
    arguments.check_finite_array(q=q, k=k, v=v)
    table = *q.shape[:3], k.shape[2]
    if mask is not None:
        if mask.dtype != bool:
            raise ValueError(f"mask: expected booleans, got {mask.dtype}")
        _check_stretches("mask", mask, table)
    if bias is not None:
        arguments.check_floating(bias=bias)
        arguments.check_finite_array(  # -inf hides a key, as a mask does
            bias=np.where(bias == -np.inf, 0, bias)
        )
        _check_stretches("bias", bias, table)
    if scale is not None:
        arguments.check_finite(scale=scale)
    if soft_cap is not None:
        arguments.check_above_zero(soft_cap=soft_cap)
    arguments.check_below_one(dropout=dropout)
    if block_size is not None:
        arguments.check_positive(block_size=block_size)
    if block_mask is not None:
        _check_block_mask(block_mask.at, *table)
    return {}


def check_attend_reference(
    q: Array, k: Array, v: Array, mask: Array | None = None
) -> dict[str, Any]:
    """Refuse what the equation alone cannot attend to.

    Parameters
    ----------
    q, k, v, mask
        As `attend_reference` takes them.

    Returns
    -------
    replaced
        Nothing.

    Raises
    ------
    ValueError
        If `check_attend` refuses, heads of queries share one of keys, or
        every key is hidden from a query.

    Examples
    --------
    >>> q, k, v = np.ones((3, 1, 2, 5, 4))
    >>> check_attend_reference(q, k, v, np.zeros((5, 5), bool))
    Traceback (most recent call last):
    ValueError: mask: expected at least one key for each query, got a query
    without any
    """
    check_attend(q, k, v, mask)
    if k.shape[1] != q.shape[1]:
        raise ValueError(
            f"k: expected {q.shape[1]} heads, as q has, got {k.shape[1]}"
        )
    if mask is not None and not np.all(mask.any(-1)):
        raise ValueError(
            "mask: expected at least one key for each query, got a query "
            "without any"
        )
    return {}


def _check_stretches(name: str, part: Array, table: tuple[int, ...]) -> None:
    sizes = zip(part.shape[::-1], table[::-1], strict=False)
    if part.ndim > 4 or not all(n in (1, size) for n, size in sizes):
        raise ValueError(
            f"{name}: expected a shape that stretches to {table}, "
            f"got {part.shape}"
        )


def _check_block_mask(at: Any, B: int, N: int, S: int, T: int) -> None:
    del N
    for name, steps in {"queries": S, "keys": T, "real": T}.items():
        part = getattr(at, name)
        if part is not None and part.shape not in ((B, steps), (1, steps)):
            raise ValueError(
                f"block_mask.at.{name}: expected shape ({B}, {steps}) or "
                f"(1, {steps}), got {part.shape}"
            )


def check_attend_backward(dcontext: Array, cache: Any) -> dict[str, Any]:
    """Refuse a gradient that is not of the context's shape.

    Parameters
    ----------
    dcontext
        Gradient for what was taken along.
    cache
        Of either algorithm.

    Returns
    -------
    replaced
        The gradient in the context's type.

    Raises
    ------
    ValueError
        If it has another shape, is not floating or not finite.

    Examples
    --------
    >>> from seqcourse.numpy.attention.scaled_dot_product import attend
    >>> q, k, v = np.ones((3, 1, 2, 5, 4))
    >>> _, cache = attend(q, k, v)
    >>> check_attend_backward(np.ones((1, 2, 1, 4)), cache)
    Traceback (most recent call last):
    ValueError: dcontext: expected shape (1, 2, 5, 4), got (1, 2, 1, 4)
    """
    shape = cache.context.shape
    if hasattr(cache, "scores"):  # whose heads lie side by side
        (B, shared, rows, K), N = shape, cache.scores[0].heads
        shape = B, N, shared * rows // N, K
    with shapes.called(dy="dcontext"):
        shapes.check_gradient_shape(dcontext.shape, shape)
    arguments.check_floating(dcontext=dcontext)
    arguments.check_finite_array(dcontext=dcontext)
    return {"dcontext": dcontext.astype(cache.context.dtype, copy=False)}


def nothing_more(**given: Any) -> dict[str, Any]:
    """Let pass what the annotations let pass.

    Parameters
    ----------
    **given
        The arguments.

    Returns
    -------
    replaced
        Nothing.

    Examples
    --------
    >>> nothing_more(cache=None)
    {}
    """
    del given
    return {}
