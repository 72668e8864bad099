"""How answers are scored: right or wrong, nats, mean squared error."""

from __future__ import annotations

import numpy as np

from seqcourse.numpy.contract.layer import Array
from seqcourse.numpy.functional import cross_entropy, squared_error
from seqcourse.tasks.contract.batch import Batch, PairBatch


def right(outputs: Array, batch: Batch | PairBatch) -> Array:
    """Tell which answers are right, those that do not count among them.

    The answer is the class with the largest score; of equal ones, the first.

    Parameters
    ----------
    outputs
        Scores (B, C), or (B, T, C) where each step has an answer.
    batch
        What was asked.

    Returns
    -------
    right
        True or False, in the shape of the targets.

    Raises
    ------
    ValueError
        If the outputs do not fit the batch or are not finite.

    Examples
    --------
    >>> ones = np.ones(2, np.int64)
    >>> batch = Batch(np.zeros((2, 1), np.int64), ones, ones, ones)
    >>> right(np.array([[0.0, 1.0], [1.0, 0.0]]), batch)
    array([ True, False])
    """
    outputs = _checked(outputs, (*batch.targets.shape, None))
    as_asked: Array = outputs.argmax(-1) == batch.targets
    return as_asked


def accuracy(outputs: Array, batch: Batch | PairBatch) -> float:
    """Give the share of right answers among those that count.

    Parameters
    ----------
    outputs
        Scores (B, C), or (B, T, C) where each step has an answer.
    batch
        What was asked.

    Returns
    -------
    share
        From 0 to 1.

    Raises
    ------
    ValueError
        If the outputs do not fit the batch or are not finite.

    Examples
    --------
    >>> ones = np.ones(2, np.int64)
    >>> batch = Batch(np.zeros((2, 1), np.int64), ones, ones, ones)
    >>> accuracy(np.array([[0.0, 1.0], [1.0, 0.0]]), batch)
    0.5
    """
    counting = batch.weights * right(outputs, batch)
    return float(counting.sum() / batch.weights.sum())


def exact(outputs: Array, batch: Batch | PairBatch) -> float:
    """Give the share of sequences whose every answer that counts is right.

    While it writes, a model is given what it wrote itself, not what is right.
    That makes no difference here: as long as all it wrote was right, the two
    are the same. So this is the share that it writes without an error when it
    takes the likeliest token at each step, measured without writing.

    Parameters
    ----------
    outputs
        Scores (B, T, C).
    batch
        What was asked.

    Returns
    -------
    share
        From 0 to 1.

    Raises
    ------
    ValueError
        If the outputs do not fit the batch or are not finite.

    Examples
    --------
    >>> ones = np.ones((2, 2), np.int64)
    >>> batch = Batch(0 * ones, ones, 2 * ones[0], ones)
    >>> yes, no = [0.0, 1.0], [1.0, 0.0]
    >>> exact(np.array([[yes, yes], [yes, no]]), batch)
    0.5
    """
    hits = right(outputs, batch)
    return float((hits | (batch.weights == 0)).all(-1).mean())


def nats(outputs: Array, batch: Batch | PairBatch) -> float:
    """Give the mean surprise at the right answers that count, in nats.

    Parameters
    ----------
    outputs
        Scores (B, C) or (B, T, C); their softmax is the prediction.
    batch
        What was asked.

    Returns
    -------
    surprise
        Nats per answer: 0 is certainty, ``log C`` is a blind guess.

    Raises
    ------
    ValueError
        If the outputs do not fit the batch or are not finite.

    Examples
    --------
    >>> one = np.ones(1, np.int64)
    >>> batch = Batch(np.zeros((1, 1), np.int64), one, one, one)
    >>> round(nats(np.array([[0.0, 0.0]]), batch), 4)  # log 2
    0.6931
    """
    outputs = _checked(outputs, (*batch.targets.shape, None))
    return cross_entropy(outputs, batch.targets, batch.weights)[0]


def mean_squared_error(outputs: Array, batch: Batch) -> float:
    """Give the mean squared distance from the targets that count.

    Parameters
    ----------
    outputs
        Values of the targets' shape.
    batch
        What was asked.

    Returns
    -------
    error
        In the squared unit of the targets.

    Raises
    ------
    ValueError
        If the outputs do not fit the batch or are not finite.

    Examples
    --------
    >>> zeros, one = np.zeros((1, 1, 1)), np.ones(1, np.int64)
    >>> batch = Batch(zeros, zeros, one, np.ones((1, 1)))
    >>> mean_squared_error(np.array([[[3.0]]]), batch)
    9.0
    """
    outputs = _checked(outputs, batch.targets.shape)
    return squared_error(outputs, batch.targets, batch.weights)[0]


def _checked(outputs: Array, expected: tuple[int | None, ...]) -> Array:
    """Check the outputs and widen them: a score is no place for rounding."""
    outputs = np.asarray(outputs)
    fits = outputs.ndim == len(expected) and all(
        want in (None, got)
        for want, got in zip(expected, outputs.shape, strict=True)
    )
    if not fits:
        shape = ", ".join("C" if n is None else str(n) for n in expected)
        raise ValueError(
            f"outputs: expected shape ({shape}), got {outputs.shape}"
        )
    if not np.isfinite(outputs).all():
        raise ValueError("outputs: expected finite numbers, got inf or NaN")
    return outputs.astype(np.float64)
