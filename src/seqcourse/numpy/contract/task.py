"""Where training gets its examples: what `fit` asks of a task."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np

from seqcourse.numpy.contract import arguments, shapes, validation
from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.layer import Array

#: By the name that a task gives its loss: whether targets are classes.
CLASSES = {"cross_entropy": True, "squared_error": False}


class BatchProtocol(Protocol):
    """A batch as `fit` needs it; `seqcourse.tasks.Batch` is one.

    Examples
    --------
    >>> from seqcourse.tasks import DelayedRecall
    >>> rng = np.random.default_rng(0)
    >>> batch: BatchProtocol = DelayedRecall().batch(rng, 2)
    >>> batch.inputs.shape[0]
    2
    """

    @property
    def inputs(self) -> Array:
        """What is read, (B, T) or (B, T, D)."""
        ...

    @property
    def targets(self) -> Array:
        """What should be answered."""
        ...

    @property
    def lengths(self) -> Array | None:
        """Real steps (B,); None where each sequence has all T."""
        ...

    @property
    def weights(self) -> Array | None:
        """How much each answer counts; None where all count alike."""
        ...


@runtime_checkable
class PairBatchProtocol(BatchProtocol, Protocol):
    """A batch with something to read first; ``tasks.PairBatch`` is one.

    Examples
    --------
    >>> from seqcourse.tasks import DelayedRecall
    >>> batch = DelayedRecall().batch(np.random.default_rng(0), 2)
    >>> isinstance(batch, PairBatchProtocol)
    False
    """

    @property
    def sources(self) -> Array:
        """What is read first, (B, S) or (B, S, D)."""
        ...

    @property
    def source_lengths(self) -> Array | None:
        """Real steps of each source (B,); None where each has all S."""
        ...


@runtime_checkable
class ReadsSources(Protocol):
    """A model, of either backend, that reads a source before it writes.

    Examples
    --------
    >>> from seqcourse.numpy import RNN, Embedding, EncoderDecoder
    >>> model = EncoderDecoder(None, RNN(3, 6), Embedding(9, 4), RNN(4, 6))
    >>> isinstance(model, ReadsSources), isinstance(RNN(3, 6), ReadsSources)
    (True, False)
    """

    def encode(self, *args: Any, **kwargs: Any) -> Any:
        """Read sources; give the state to write from."""
        ...


def check_sources(model: object, batch: Any) -> bool:
    """Tell whether a source is to be read, or refuse a batch without one.

    Parameters
    ----------
    model
        Of either backend.
    batch
        What it shall answer.

    Returns
    -------
    reads
        Whether the model reads a source first.

    Raises
    ------
    ValueError
        If it does, and the batch has none.

    Examples
    --------
    >>> from seqcourse.numpy import RNN, Embedding, EncoderDecoder
    >>> model = EncoderDecoder(None, RNN(3, 6), Embedding(9, 4), RNN(4, 6))
    >>> check_sources(model, "some batch")
    Traceback (most recent call last):
    ValueError: batch: expected sources and source_lengths for an
    EncoderDecoder, as in tasks.PairBatch, got str
    """
    # What isinstance asks of a protocol, in a tenth of the time.
    if not hasattr(model, "encode"):
        return False
    if not (hasattr(batch, "sources") and hasattr(batch, "source_lengths")):
        raise ValueError(
            "batch: expected sources and source_lengths for an "
            f"{type(model).__name__}, as in tasks.PairBatch, "
            f"got {type(batch).__name__}"
        )
    return True


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
    >>> isinstance(batch, PairBatchProtocol)
    True
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
        arguments.check_one_of(CLASSES, kind=kind)
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


@checked
def checked_steps(
    inputs: Array, lengths: Array | None = None
) -> tuple[Array, Array]:
    """Check what is read, and how many steps of it are real.

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
        If inputs are neither, an axis is empty, a number is not finite, a
        token is negative, or lengths are not B whole numbers from 1 to T.

    Examples
    --------
    >>> checked_steps([[3, 1, 0]], [4])
    Traceback (most recent call last):
    ValueError: lengths: expected 1 to 3 (axis 1 of inputs, T), got 4 to 4
    """
    shape, kind = inputs.shape, inputs.dtype.kind
    if (len(shape), kind) not in ((2, "i"), (2, "u"), (3, "f")):
        raise ValueError(
            "inputs: expected integer tokens (B, T) or floating-point "
            f"numbers (B, T, D), got {inputs.dtype} of shape {shape}"
        )
    if 0 in shape:
        raise ValueError(f"inputs: expected no empty axis, got shape {shape}")
    arguments.check_finite_array(inputs=inputs)
    if kind == "i" and inputs.min() < 0:
        raise ValueError(
            "inputs: expected tokens of at least 0, "
            f"got {arguments.first_of(inputs, inputs < 0)}"
        )
    B, T = shape[:2]
    if lengths is None:
        lengths = np.full(B, T, np.int64)
    with shapes.called(x="inputs"):
        validation.padding_mask(lengths, B, T)
    return _plain(inputs), _plain(lengths)


@checked
def checked_targets(
    kind: str,
    lengths: Array,
    T: int,
    targets: Array,
    weights: Array | None = None,
) -> tuple[Array, Array]:
    """Check one answer for each sequence, or one for each step.

    Parameters
    ----------
    kind
        ``"cross_entropy"`` or ``"squared_error"``.
    lengths
        Real steps of each sequence (B,).
    T
        Steps.
    targets
        Classes (B,) or (B, T), or numbers (B, C) or (B, T, C).
    weights
        How much each answer counts, (B,) or (B, T), 0 beyond the lengths;
        None counts all others alike.

    Returns
    -------
    targets, weights
        As `checked_answers` gives them.

    Raises
    ------
    ValueError
        If the shapes do not fit, an answer beyond the lengths counts, or
        `checked_answers` refuses them.

    Examples
    --------
    >>> targets, lengths = [[3, 0], [3, 4]], np.array([1, 2])
    >>> checked_targets("cross_entropy", lengths, 2, targets)[1]
    array([[1., 0.],
           [1., 1.]])
    """
    B, inner = len(lengths), () if CLASSES[kind] else ("C",)
    if weights is not None and weights.shape not in ((B,), (B, T)):
        raise ValueError(
            f"weights: expected shape ({B},) or ({B}, {T}), "
            f"got {weights.shape}"
        )
    answers = targets.shape[: targets.ndim - len(inner)]
    expected = ((B,), (B, T)) if weights is None else (weights.shape,)
    if answers not in expected or targets.ndim < len(inner):
        either = " or ".join(
            str((*one, *inner)).replace("'", "") for one in expected
        )
        raise ValueError(
            f"targets: expected shape {either}, got {targets.shape}"
        )
    beyond = np.arange(T) >= lengths[:, None]
    if len(answers) == 2 and weights is None:
        weights = (~beyond).astype(np.float64)
    targets, weights = checked_answers(kind, targets, weights)
    if len(answers) == 2 and weights[beyond].any():
        raise ValueError(
            "weights: expected 0 beyond the lengths, "
            f"got {arguments.first_of(weights, beyond & (weights > 0))}"
        )
    return targets, weights


@checked
def checked_answers(
    kind: str,
    targets: Array,
    weights: Array | None = None,
    outputs: tuple[int, ...] | None = None,
) -> tuple[Array, Array]:
    """Check what should be answered, and how much each answer counts.

    Parameters
    ----------
    kind
        ``"cross_entropy"``: classes (...); ``"squared_error"``: numbers
        (..., C).
    targets
        What should be answered.
    weights
        How much each answer counts (...); None counts all alike.
    outputs
        The shape (..., C) of a model's outputs, where it is known.

    Returns
    -------
    targets
        Integers of any type as int64; what does not count and could not be
        answered is 0.
    weights
        The same; divided by the largest where that is out of the range of
        float32.

    Raises
    ------
    ValueError
        If types or shapes do not fit, a target that counts is not finite or
        no class, a weight is negative or not finite, or none is above 0.

    Examples
    --------
    >>> checked_answers("cross_entropy", [1, -100], [1, 0], (2, 3))
    (array([1, 0]), array([1., 0.]))
    >>> checked_answers("cross_entropy", [1, -100], [1, 1], (2, 3))
    Traceback (most recent call last):
    ValueError: targets: expected classes from 0 to 2, got -100 at [1]
    """
    classes = CLASSES[kind]
    if classes:
        arguments.check_integers(targets=targets)
    elif targets.dtype.kind == "b":
        raise ValueError(f"targets: expected numbers, got {targets.dtype}")
    if outputs is not None:
        expected = outputs[:-1] if classes else outputs
        arguments.check_array_shape(expected, targets=targets)
    targets = _plain(targets)
    shape = targets.shape if classes else targets.shape[:-1]
    weights = _checked_weights(shape, weights)
    unread = weights == 0
    if not classes:
        unread = unread[..., None]
        wrong = ~np.isfinite(targets)
        expected_targets = "finite numbers"
    elif outputs is not None:
        wrong = (targets < 0) | (targets >= outputs[-1])
        expected_targets = f"classes from 0 to {outputs[-1] - 1}"
    else:
        return targets, weights
    if wrong.any():
        if (wrong & ~unread).any():
            raise ValueError(
                f"targets: expected {expected_targets}, "
                f"got {arguments.first_of(targets, wrong & ~unread)}"
            )
        targets = np.where(wrong, targets.dtype.type(0), targets)
    return targets, weights


def _checked_weights(shape: tuple[int, ...], weights: Array | None) -> Array:
    if weights is None:
        return np.ones(shape)
    arguments.check_array_shape(shape, weights=weights)
    if weights.dtype.kind != "f":
        weights = weights.astype(np.float64)
    possible = (weights >= 0) & (weights < np.inf)
    if not possible.all():
        raise ValueError(
            "weights: expected finite numbers of at least 0, "
            f"got {arguments.first_of(weights, ~possible)}"
        )
    largest = float(weights.max(initial=0))
    if not largest > 0:
        raise ValueError(
            "weights: expected at least one answer that counts, got 0 alone"
        )
    if not 1e-30 < largest < 1e30:
        weights = weights.astype(np.float64) / largest
    return _plain(weights)


def _plain(array: Array) -> Array:
    """Give an array in a type that both backends have."""
    if array.dtype == np.uint64:  # beyond int64 none is a class or a token
        array = np.minimum(array, np.uint64(2**63 - 1))
    if array.dtype.kind in "iu":
        return array.astype(np.int64, copy=False)
    if array.dtype in (np.float32, np.float64):
        return array.astype(array.dtype.newbyteorder("="), copy=False)
    return array.astype(np.float64)


class TaskProtocol(Protocol):
    """A task as `fit` needs it; every task of `seqcourse.tasks` is one.

    Examples
    --------
    >>> from seqcourse.tasks import DelayedRecall
    >>> source: TaskProtocol = DelayedRecall()
    >>> source.loss
    'cross_entropy'
    """

    @property
    def loss(self) -> str:
        """``"cross_entropy"`` or ``"squared_error"``."""
        ...

    def batch(self, rng: np.random.Generator, size: int) -> Any:
        """Draw a batch."""
        ...

    def metric(self, outputs: Array, batch: Any) -> float:
        """Score a model's outputs."""
        ...
