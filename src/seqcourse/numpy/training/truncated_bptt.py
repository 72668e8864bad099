"""A batch in pieces of a few steps, for the gradient to be cut between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.chunks import chunks
from seqcourse.numpy.contract.layer import Array, Layer
from seqcourse.numpy.contract.task import ReadsSources
from seqcourse.numpy.functional.answers import in_range
from seqcourse.numpy.training.checked_batch import CheckedBatch


@dataclass(frozen=True)
class Segment:
    """Some steps of a batch, of the sequences that still have any.

    Parameters
    ----------
    inputs
        What is read, (B, T) or (B, T, D).
    targets
        What should be answered.
    lengths
        Real steps (B,).
    weights
        Which answers count.
    share
        How much of the whole batch's weight these answers have.
    kept
        Which of the last piece's sequences go on, or None if all do.

    Examples
    --------
    >>> one = np.ones((2, 3))
    >>> Segment(one, one, np.array([3, 3]), one).share
    1.0
    """

    inputs: Array
    targets: Array
    lengths: Array
    weights: Array
    share: float = 1.0
    kept: Array | None = None


def check_bptt_length(model: Layer, bptt_length: int | None) -> None:
    """Refuse to cut what cannot be read piece by piece.

    Parameters
    ----------
    model
        What shall read.
    bptt_length
        Steps of a piece, or None for no cut.

    Raises
    ------
    ValueError
        If the steps are no whole number of at least 1, or the model sees the
        future or reads a source.

    Examples
    --------
    >>> from seqcourse.numpy import RNN
    >>> check_bptt_length(RNN(3, 4), 0)
    Traceback (most recent call last):
    ValueError: bptt_length: expected a whole number of at least 1, got 0
    """
    if bptt_length is None:
        return
    arguments.check_positive(bptt_length=bptt_length)
    if not model.causal:
        raise ValueError(
            "bptt_length: expected a model that sees no future "
            f"(model.causal), got {type(model).__name__}"
        )
    if isinstance(model, ReadsSources):
        raise ValueError(
            "bptt_length: expected None for a model that reads a source, "
            f"whose gradient would be cut off from it, got {bptt_length}"
        )


def segments(
    batch: CheckedBatch, bptt_length: int | None
) -> Iterator[Segment]:
    """Cut a batch into pieces of some steps.

    Parameters
    ----------
    batch
        What to cut, as `check_batch` gives it; one answer to a sequence
        belongs to its last step.
    bptt_length
        Steps of a piece; None leaves the batch whole.

    Yields
    ------
    piece
        From the first steps to the last.

    Examples
    --------
    >>> from seqcourse.numpy.training.checked_batch import check_batch
    >>> from seqcourse.tasks import DelayedRecall
    >>> task = DelayedRecall(delay=4)
    >>> batch = check_batch(None, task.batch(np.random.default_rng(0), 2))
    >>> [p.inputs.shape[1] for p in segments(batch, 4)]
    [4, 2]
    """
    T = batch.inputs.shape[1]
    if bptt_length is None or bptt_length >= T:
        yield Segment(
            batch.inputs, batch.targets, batch.lengths, batch.weights
        )
        return
    total = float(np.sum(batch.weights))
    before = np.arange(len(batch.inputs))
    for rows, span, left in chunks(batch.lengths, T, bptt_length):
        weights = batch.weights[rows]
        if weights.ndim == 1:  # one answer, where the sequence ends
            ends = batch.lengths[rows] <= span.stop
            weights, targets = np.where(ends, weights, 0), batch.targets[rows]
        else:
            weights, targets = weights[:, span], batch.targets[rows][:, span]
        yield Segment(
            batch.inputs[rows][:, span],
            targets,
            left,
            in_range(weights, float(weights.max()) or 1),
            float(np.sum(weights)) / total,
            None if len(rows) == len(before) else np.isin(before, rows),
        )
        before = rows
