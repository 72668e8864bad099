"""How answers are scored: right or wrong, nats, mean squared error."""

from __future__ import annotations

import numpy as np

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.layer import Array
from seqcourse.numpy.contract.task import BatchProtocol
from seqcourse.numpy.functional import cross_entropy, squared_error
from seqcourse.numpy.functional.answers import (
    checked_answers,
    checked_targets,
)
from seqcourse.numpy.training.checked_batch import checked_steps


@checked
def right(outputs: Array, batch: BatchProtocol) -> Array:
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
        If the outputs do not fit the batch or are not finite, or the batch
        has no answers to score.

    Examples
    --------
    >>> from seqcourse.tasks import Batch
    >>> ones = np.ones(2, np.int64)
    >>> batch = Batch(np.zeros((2, 1), np.int64), ones, ones, ones)
    >>> right(np.array([[0.0, 1.0], [1.0, 0.0]]), batch)
    array([ True, False])
    """
    outputs, targets, _ = _asked("cross_entropy", outputs, batch)
    as_asked: Array = outputs.argmax(-1) == targets
    return as_asked


@checked
def accuracy(outputs: Array, batch: BatchProtocol) -> float:
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
        If the outputs do not fit the batch or are not finite, or the batch
        has no answers to score.

    Examples
    --------
    >>> from seqcourse.tasks import Batch
    >>> ones = np.ones(2, np.int64)
    >>> batch = Batch(np.zeros((2, 1), np.int64), ones, ones, ones)
    >>> accuracy(np.array([[0.0, 1.0], [1.0, 0.0]]), batch)
    0.5
    """
    outputs, targets, weights = _asked("cross_entropy", outputs, batch)
    counting = weights * (outputs.argmax(-1) == targets)
    return float(counting.sum() / weights.sum())


@checked
def exact(outputs: Array, batch: BatchProtocol) -> float:
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
        If the outputs do not fit the batch or are not finite, or the batch
        has no answers to score.

    Examples
    --------
    >>> from seqcourse.tasks import Batch
    >>> ones = np.ones((2, 2), np.int64)
    >>> batch = Batch(0 * ones, ones, 2 * ones[0], ones)
    >>> yes, no = [0.0, 1.0], [1.0, 0.0]
    >>> exact(np.array([[yes, yes], [yes, no]]), batch)
    0.5
    """
    outputs, targets, weights = _asked("cross_entropy", outputs, batch)
    if weights.ndim < 2:
        raise ValueError(
            "batch: expected an answer at every step, weights (B, T), "
            f"got {weights.shape}"
        )
    hits = outputs.argmax(-1) == targets
    return float((hits | (weights == 0)).all(-1).mean())


@checked
def nats(outputs: Array, batch: BatchProtocol) -> float:
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
        If the outputs do not fit the batch or are not finite, or the batch
        has no answers to score.

    Examples
    --------
    >>> from seqcourse.tasks import Batch
    >>> one = np.ones(1, np.int64)
    >>> batch = Batch(np.zeros((1, 1), np.int64), one, one, one)
    >>> round(nats(np.array([[0.0, 0.0]]), batch), 4)  # log 2
    0.6931
    """
    return cross_entropy(*_asked("cross_entropy", outputs, batch))[0]


@checked
def mean_squared_error(outputs: Array, batch: BatchProtocol) -> float:
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
        If the outputs do not fit the batch or are not finite, or the batch
        has no answers to score.

    Examples
    --------
    >>> from seqcourse.tasks import Batch
    >>> zeros, one = np.zeros((1, 1, 1)), np.ones(1, np.int64)
    >>> batch = Batch(zeros, zeros, one, np.ones((1, 1)))
    >>> mean_squared_error(np.array([[[3.0]]]), batch)
    9.0
    """
    return squared_error(*_asked("squared_error", outputs, batch))[0]


def _asked(
    kind: str, outputs: Array, batch: BatchProtocol
) -> tuple[Array, Array, Array]:
    """Check outputs and answers; a score is no place for rounding."""
    inputs, lengths = checked_steps(batch.inputs, batch.lengths)
    targets, weights = checked_targets(
        kind, lengths, inputs.shape[1], batch.targets, batch.weights
    )
    inner = ("C",) if kind == "cross_entropy" else ()
    arguments.check_array_shape((*targets.shape, *inner), outputs=outputs)
    arguments.check_finite_array(outputs=outputs)
    checked_answers(kind, targets, weights, outputs.shape)
    if outputs.dtype.kind == "b":
        raise ValueError(f"outputs: expected numbers, got {outputs.dtype}")
    return outputs.astype(np.float64), targets, weights
