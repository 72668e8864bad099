"""Losses, each with its backward pass."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.layer import Array
from seqcourse.numpy.functional.answers import checked_answers
from seqcourse.numpy.functional.checking import (
    checking,
    floating,
    unchecked,
)
from seqcourse.numpy.functional.softmax import log_softmax

LossCache: TypeAlias = tuple[Array, Array, Array]


@checked
def _logits(
    logits: Array, targets: Array, weights: Array | None = None
) -> tuple[Array, Array, Array]:
    (logits,) = floating(logits=logits)
    arguments.check_finite_array(logits=logits)
    return logits, *_answers("cross_entropy", logits, targets, weights)


@checked
def _outputs(
    outputs: Array, targets: Array, weights: Array | None = None
) -> tuple[Array, Array, Array]:
    (outputs,) = floating(outputs=outputs)
    arguments.check_finite_array(outputs=outputs)
    return outputs, *_answers("squared_error", outputs, targets, weights)


def _answers(
    kind: str, outputs: Array, targets: Array, weights: Array | None
) -> tuple[Array, Array]:
    name = "logits" if kind == "cross_entropy" else "outputs"
    arguments.check_array_shape(("...", "C"), **{name: outputs})
    return checked_answers(kind, targets, weights, outputs.shape)


@checking(_logits, "loss")
def cross_entropy(
    logits: Array, targets: Array, weights: Array | None = None
) -> tuple[float, LossCache]:
    """Give the mean surprise, in nats, at the right answers.

    The loss is ``-sum(w log p[target]) / sum(w)``.

    Parameters
    ----------
    logits
        Scores (..., C).
    targets
        The right classes (...), integers from 0 to C - 1; where the weight
        is 0, anything.
    weights
        How much each answer counts (...); None counts all alike.

    Returns
    -------
    loss
        Nats per answer that counts.
    cache
        What `cross_entropy_backward` needs.

    Raises
    ------
    ValueError
        If the shapes do not fit, a logit is not finite, a target that counts
        is no class, a weight is negative or not finite, or no answer counts.
    DivergenceError
        If the loss is beyond what its type can hold.

    Examples
    --------
    >>> loss, _ = cross_entropy(np.zeros((1, 4)), np.array([2]))
    >>> round(loss, 4)  # log 4
    1.3863
    """
    if weights is None:
        weights = np.ones(targets.shape)
    log_p = unchecked(log_softmax)(logits)
    picked = np.take_along_axis(log_p, targets[..., None], -1)[..., 0]
    weights = weights.astype(logits.dtype)
    share = weights / weights.sum()
    # 0 minus it: the loss of sure answers is 0.0, not -0.0.
    return float(0 - (share * picked).sum()), (log_p, targets, share)


@checked
def _cross_entropy_cache(cache: LossCache) -> tuple[LossCache]:
    log_p, targets, share = cache
    fits = (
        log_p.shape[:-1] == targets.shape == share.shape
        and log_p.ndim >= 1
        and log_p.dtype.kind == share.dtype.kind == "f"
        and targets.dtype.kind == "i"
        and np.all((targets >= 0) & (targets < log_p.shape[-1]))
    )
    return _cache("cross_entropy", cache, bool(fits))


@checked
def _squared_error_cache(cache: LossCache) -> tuple[LossCache]:
    error, targets, share = cache
    fits = (
        error.shape == targets.shape
        and error.ndim >= 1
        and error.shape[:-1] == share.shape
        and error.dtype.kind == share.dtype.kind == "f"
    )
    return _cache("squared_error", cache, fits)


def _cache(function: str, cache: LossCache, fits: bool) -> tuple[LossCache]:
    if not fits or not cache[0].size:
        shapes = ", ".join(str(array.shape) for array in cache)
        raise ValueError(
            f"cache: expected what {function} returned, got arrays of "
            f"shapes {shapes}"
        )
    return (cache,)


@checking(_cross_entropy_cache, "dlogits")
def cross_entropy_backward(cache: LossCache) -> Array:
    """Give the gradient of `cross_entropy` for the scores.

    It is ``(p - 1[target]) w / sum(w)``.

    Parameters
    ----------
    cache
        What `cross_entropy` returned.

    Returns
    -------
    dlogits
        Gradient (..., C).

    Raises
    ------
    ValueError
        If it returned something else.

    Examples
    --------
    >>> _, cache = cross_entropy(np.zeros((1, 2)), np.array([1]))
    >>> cross_entropy_backward(cache)
    array([[ 0.5, -0.5]])
    """
    log_p, targets, share = cache
    d: Array = np.exp(log_p)
    at = targets[..., None]
    np.put_along_axis(d, at, np.take_along_axis(d, at, -1) - 1, -1)
    d *= share[..., None]
    return d


@checking(_outputs, "loss")
def squared_error(
    outputs: Array, targets: Array, weights: Array | None = None
) -> tuple[float, LossCache]:
    """Give the mean squared distance between answers and targets.

    The loss is ``sum(w mean((output - target)**2)) / sum(w)``, the inner mean
    over the last axis.

    Parameters
    ----------
    outputs
        Answers (..., C).
    targets
        Targets (..., C); where the weight is 0, anything.
    weights
        How much each answer counts (...); None counts all alike.

    Returns
    -------
    loss
        Mean square, in the squared unit of the targets.
    cache
        What `squared_error_backward` needs.

    Raises
    ------
    ValueError
        If the shapes do not fit, an output or a target that counts is not
        finite, a weight is negative or not finite, or no answer counts.
    DivergenceError
        If the loss is beyond what its type can hold.

    Examples
    --------
    >>> squared_error(np.array([[3.0]]), np.array([[1.0]]))[0]
    4.0
    """
    if weights is None:
        weights = np.ones(targets.shape[:-1])
    error = outputs - targets.astype(outputs.dtype)
    weights = weights.astype(outputs.dtype)
    share = weights / weights.sum()
    loss = (share * (error * error).mean(-1)).sum()
    return float(loss), (error, targets, share)


@checking(_squared_error_cache, "doutputs")
def squared_error_backward(cache: LossCache) -> Array:
    """Give the gradient of `squared_error` for the answers.

    Parameters
    ----------
    cache
        What `squared_error` returned.

    Returns
    -------
    doutputs
        Gradient (..., C).

    Raises
    ------
    ValueError
        If it returned something else.

    Examples
    --------
    >>> _, cache = squared_error(np.array([[3.0]]), np.array([[1.0]]))
    >>> squared_error_backward(cache)
    array([[4.]])
    """
    error, _, share = cache
    doutputs: Array = 2 * error * share[..., None] / error.shape[-1]
    return doutputs
