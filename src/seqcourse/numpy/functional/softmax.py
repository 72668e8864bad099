"""From scores to probabilities and losses, each beside its way back."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from seqcourse.numpy.contract.layer import Array

LossCache: TypeAlias = tuple[Array, Array, Array]


def softmax(x: Array, hidden: Array | None = None) -> Array:
    """Turn scores on the last axis into probabilities.

    What is hidden is left out before the exponential, so that it gets exactly
    nothing and sends nothing back. Where all is hidden, all is 0.

    Parameters
    ----------
    x
        Scores (..., C).
    hidden
        True at scores that take no part; stretched to the scores' shape.

    Returns
    -------
    y
        Probabilities (..., C), each row summing to 1.

    Examples
    --------
    >>> softmax(np.array([0.0, 0.0]))
    array([0.5, 0.5])
    >>> softmax(np.array([0.0, 0.0, 9.0]), np.array([False, False, True]))
    array([0.5, 0.5, 0. ])
    """
    if hidden is not None:
        x = np.where(hidden, np.array(-np.inf, x.dtype), x)
        nothing = np.all(hidden, -1, keepdims=True)
        x = np.where(nothing, 0, x)
    e = np.exp(x - x.max(-1, keepdims=True, initial=-np.inf))
    y: Array = e / e.sum(-1, keepdims=True)
    return y if hidden is None else np.where(nothing, 0, y)


def softmax_backward(dy: Array, y: Array) -> Array:
    """Carry a gradient back through `softmax`: ``dx = y (dy - sum(dy y))``.

    Parameters
    ----------
    dy
        Gradient for the probabilities (..., C).
    y
        The probabilities.

    Returns
    -------
    dx
        Gradient for the scores.

    Examples
    --------
    >>> softmax_backward(np.array([1.0, 0.0]), np.array([0.5, 0.5]))
    array([ 0.25, -0.25])
    """
    dx: Array = y * (dy - (dy * y).sum(-1, keepdims=True))
    return dx


def log_softmax(x: Array) -> Array:
    """Give the logarithm of `softmax`, safe for scores of any size.

    Parameters
    ----------
    x
        Scores (..., C).

    Returns
    -------
    y
        Log-probabilities (..., C), in nats.

    Examples
    --------
    >>> log_softmax(np.array([0.0, -1000.0]))
    array([    0., -1000.])
    """
    shifted = x - x.max(-1, keepdims=True)
    y: Array = shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))
    return y


def log_softmax_backward(dy: Array, y: Array) -> Array:
    """Carry a gradient back through `log_softmax`.

    It is ``dx = dy - exp(y) sum(dy)``.

    Parameters
    ----------
    dy
        Gradient for the log-probabilities (..., C).
    y
        The log-probabilities.

    Returns
    -------
    dx
        Gradient for the scores.

    Examples
    --------
    >>> log_softmax_backward(np.array([1.0, 0.0]), np.log([0.5, 0.5]))
    array([ 0.5, -0.5])
    """
    dx: Array = dy - np.exp(y) * dy.sum(-1, keepdims=True)
    return dx
