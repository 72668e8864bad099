"""From scores to probabilities and losses, each beside its way back."""

from __future__ import annotations

import numpy as np

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.layer import Array
from seqcourse.numpy.functional.checking import between, checking, floating


@checked
def _scores(x: Array) -> tuple[Array]:
    (x,) = floating(x=x)
    arguments.check_array_shape(("...", "C"), x=x)
    impossible = np.isneginf(x)
    arguments.check_finite_array(x=np.where(impossible, 0, x))
    if impossible.all(-1).any():
        raise ValueError(
            "x: expected a score above -inf in each row, got -inf alone"
        )
    return (x,)


@checked
def _scores_and_hidden(
    x: Array, hidden: Array | None = None
) -> tuple[Array, Array | None]:
    if hidden is None:
        return *_scores(x), None
    if hidden.dtype.kind != "b":
        raise ValueError(
            f"hidden: expected True or False, got {hidden.dtype}"
        )
    if not 1 <= hidden.ndim <= x.ndim or any(
        size not in (1, axis)
        for size, axis in zip(hidden.shape[::-1], x.shape[::-1], strict=False)
    ):
        raise ValueError(
            f"hidden: expected a shape that {x.shape}, that of x, can be "
            f"covered with, got {hidden.shape}"
        )
    (x,) = floating(x=x)
    nothing = hidden.all(-1, keepdims=True)
    _scores(np.where(nothing, 0, np.where(hidden, -np.inf, x)))
    return x, hidden


@checking(_scores_and_hidden)
def softmax(x: Array, hidden: Array | None = None) -> Array:
    """Turn scores on the last axis into probabilities.

    What is hidden is left out before the exponential, so that it gets exactly
    nothing and sends nothing back. Where all is hidden, all is 0.

    Parameters
    ----------
    x
        Scores (..., C); ``-inf`` is the score of what cannot be.
    hidden
        True at scores that take no part; stretched to the scores' shape.

    Returns
    -------
    y
        Probabilities (..., C), each row summing to 1.

    Raises
    ------
    ValueError
        If x has no score or, where it is not hidden, a ``NaN``, ``inf``, or a
        row of ``-inf`` alone; or if hidden is not boolean or has too many
        rows.

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


@checking(between(0, 1), "dx")
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

    Raises
    ------
    ValueError
        If the two have different shapes, dy is not finite, or y is not from
        0 to 1.

    Examples
    --------
    >>> softmax_backward(np.array([1.0, 0.0]), np.array([0.5, 0.5]))
    array([ 0.25, -0.25])
    """
    dx: Array = y * (dy - (dy * y).sum(-1, keepdims=True))
    return dx


@checking(_scores)
def log_softmax(x: Array) -> Array:
    """Give the logarithm of `softmax`, safe for scores of any size.

    Parameters
    ----------
    x
        Scores (..., C); ``-inf`` is the score of what cannot be.

    Returns
    -------
    y
        Log-probabilities (..., C), in nats.

    Raises
    ------
    ValueError
        If x has no score, a ``NaN``, ``inf``, or a row of ``-inf`` alone.

    Examples
    --------
    >>> log_softmax(np.array([0.0, -1000.0]))
    array([    0., -1000.])
    """
    shifted = x - x.max(-1, keepdims=True)
    y: Array = shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))
    return y


@checking(between(-np.inf, 0), "dx")
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

    Raises
    ------
    ValueError
        If the two have different shapes, dy is not finite, or y is above 0.

    Examples
    --------
    >>> log_softmax_backward(np.array([1.0, 0.0]), np.log([0.5, 0.5]))
    array([ 0.5, -0.5])
    """
    dx: Array = dy - np.exp(y) * dy.sum(-1, keepdims=True)
    return dx
