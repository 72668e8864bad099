"""Losses, each with its backward pass."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from seqcourse.numpy.contract.layer import Array
from seqcourse.numpy.functional.softmax import log_softmax

LossCache: TypeAlias = tuple[Array, Array, Array]


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
        The right classes (...), integers from 0 to C - 1.
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
        If the shapes do not fit, a target is no class, or no answer counts.

    Examples
    --------
    >>> loss, _ = cross_entropy(np.zeros((1, 4)), np.array([2]))
    >>> round(loss, 4)  # log 4
    1.3863
    """
    weights = _weights(logits.shape[:-1], targets.shape, weights)
    classes = logits.shape[-1]
    if targets.min() < 0 or targets.max() >= classes:
        raise ValueError(
            f"targets: expected classes from 0 to {classes - 1}, "
            f"got {targets.min()} to {targets.max()}"
        )
    log_p = log_softmax(logits)
    picked = np.take_along_axis(log_p, targets[..., None], -1)[..., 0]
    weights = weights.astype(logits.dtype)
    share = weights / weights.sum()
    return float(-(share * picked).sum()), (log_p, targets, share)


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
        Targets (..., C).
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
        If the shapes do not fit, or no answer counts.

    Examples
    --------
    >>> squared_error(np.array([[3.0]]), np.array([[1.0]]))[0]
    4.0
    """
    weights = _weights(outputs.shape, targets.shape, weights, inner=1)
    error = outputs - targets.astype(outputs.dtype)
    weights = weights.astype(outputs.dtype)
    share = weights / weights.sum()
    loss = (share * (error * error).mean(-1)).sum()
    return float(loss), (error, targets, share)


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

    Examples
    --------
    >>> _, cache = squared_error(np.array([[3.0]]), np.array([[1.0]]))
    >>> squared_error_backward(cache)
    array([[4.]])
    """
    error, _, share = cache
    doutputs: Array = 2 * error * share[..., None] / error.shape[-1]
    return doutputs


def _weights(
    outputs: tuple[int, ...],
    targets: tuple[int, ...],
    weights: Array | None,
    inner: int = 0,
) -> Array:
    """Check what a loss was given; weights default to ones."""
    if outputs != targets:
        raise ValueError(f"targets: expected shape {outputs}, got {targets}")
    answers = targets[: len(targets) - inner]
    if weights is None:
        return np.ones(answers)
    if weights.shape != answers:
        raise ValueError(
            f"weights: expected shape {answers}, got {weights.shape}"
        )
    if not weights.sum() > 0:
        raise ValueError("weights: expected at least one answer that counts")
    return weights
