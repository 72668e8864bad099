"""Where training gets its examples: what `fit` asks of a task."""

from __future__ import annotations

from typing import Any, Protocol, runtime_checkable

import numpy as np

from seqcourse.numpy.contract.layer import Array


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
