"""The one check of a batch, before either backend works out its loss."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from seqcourse.numpy.contract import shapes, validation
from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.layer import Array
from seqcourse.numpy.contract.task import BatchProtocol, check_sources
from seqcourse.numpy.functional.answers import (
    are_arrays,
    checked_targets,
    plain,
)


@dataclass(frozen=True, eq=False)
class CheckedBatch:
    """A batch as `check_batch` gives it: all is there, integers are int64.

    Parameters
    ----------
    inputs
        What is read: tokens (B, T) or numbers (B, T, D).
    targets
        What should be answered.
    lengths
        Real steps (B,).
    weights
        How much each answer counts.

    Examples
    --------
    >>> one = np.ones(1, np.int64)
    >>> CheckedBatch(np.zeros((1, 1), np.int64), one, one, one).targets
    array([1])
    """

    inputs: Array
    targets: Array
    lengths: Array
    weights: Array


@dataclass(frozen=True, eq=False)
class CheckedPairBatch(CheckedBatch):
    """The same with something to read first.

    Parameters
    ----------
    inputs, targets, lengths, weights
        As there.
    sources
        What is read first: tokens (B, S) or numbers (B, S, D).
    source_lengths
        Real steps of each source (B,).

    Examples
    --------
    >>> one = np.ones(1, np.int64)
    >>> token = np.zeros((1, 1), np.int64)
    >>> batch = CheckedPairBatch(token, one, one, one, token, one)
    >>> batch.source_lengths
    array([1])
    """

    sources: Array
    source_lengths: Array


@checked
def check_batch(
    model: object, batch: BatchProtocol, kind: str | None = None
) -> CheckedBatch:
    """Refuse a batch that a model of either backend could not learn from.

    Its arrays are NumPy's, or nested lists, in both backends. Where a weight
    is 0, the target may be anything, such as -100 or NaN.

    Parameters
    ----------
    model
        What shall read the batch.
    batch
        What is read, and what should be answered.
    kind
        ``"cross_entropy"`` or ``"squared_error"``; None looks only at what
        is read.

    Returns
    -------
    batch
        The same numbers.

    Raises
    ------
    ValueError
        If something is missing or has the wrong type, shape or values; the
        message says what.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> batch = SimpleNamespace(
    ...     inputs=[[0, 1]], targets=[0.5], lengths=None, weights=None
    ... )
    >>> check_batch(None, batch).lengths
    array([2])
    >>> check_batch(None, batch, "cross_entropy")
    Traceback (most recent call last):
    ValueError: targets: expected integers, got float64
    """
    read: Any = batch
    inputs, lengths = checked_steps(read.inputs, read.lengths)
    targets, weights = read.targets, read.weights
    if kind is not None:
        targets, weights = checked_targets(
            kind, lengths, inputs.shape[1], targets, weights
        )
    if not check_sources(model, batch):
        return CheckedBatch(inputs, targets, lengths, weights)
    with shapes.called(inputs="sources", lengths="source_lengths"):
        first = checked_steps(read.sources, read.source_lengths)
    if len(first[0]) != len(inputs):
        raise ValueError(
            f"sources: expected {len(inputs)} on axis 0 (B), one for each of "
            f"the inputs, got {len(first[0])}"
        )
    return CheckedPairBatch(inputs, targets, lengths, weights, *first)


def checked_steps(
    inputs: Array, lengths: Array | None = None
) -> tuple[Array, Array]:
    """Check the inputs, and how many of their steps are real.

    Whether the numbers are tokens that it knows, or finite, a model checks.

    Parameters
    ----------
    inputs
        Tokens (B, T) or numbers (B, T, D).
    lengths
        Real steps (B,); None means that each sequence has all T.

    Returns
    -------
    inputs, lengths
        The same numbers; integers of any type as int64.

    Raises
    ------
    ValueError
        If inputs are neither, an axis is empty, or lengths are not B whole
        numbers from 1 to T.

    Examples
    --------
    >>> checked_steps([[3, 1, 0]], [4])
    Traceback (most recent call last):
    ValueError: lengths: expected 1 to 3 (axis 1 of inputs, T), got 4 to 4
    """
    if not are_arrays(inputs, lengths):
        inputs, lengths = _steps(inputs, lengths)
    shape, kind = inputs.shape, inputs.dtype.kind
    if (len(shape), kind) not in ((2, "i"), (2, "u"), (3, "f")):
        raise ValueError(
            "inputs: expected integer tokens (B, T) or floating-point "
            f"numbers (B, T, D), got {inputs.dtype} of shape {shape}"
        )
    if 0 in shape:
        raise ValueError(f"inputs: expected no empty axis, got shape {shape}")
    B, T = shape[:2]
    if lengths is None:
        return plain(inputs), np.full(B, T, np.int64)
    fits = lengths.shape == (B,) and lengths.dtype.kind in "iu"
    if not fits or lengths.min() < 1 or lengths.max() > T:
        with shapes.called(x="inputs"):
            validation.padding_mask(lengths, B, T)
    return plain(inputs), plain(lengths)


@checked
def _steps(
    inputs: Array, lengths: Array | None
) -> tuple[Array, Array | None]:
    return inputs, lengths
