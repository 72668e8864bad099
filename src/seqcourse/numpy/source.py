"""Where training gets its examples: what `fit` asks of a task."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from seqcourse.numpy.layer import Array


class Examples(Protocol):
    """A batch as `fit` needs it; `seqcourse.tasks.Batch` is one.

    Examples
    --------
    >>> from seqcourse.tasks import DelayedRecall
    >>> batch: Examples = DelayedRecall().batch(np.random.default_rng(0), 2)
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
    def lengths(self) -> Array:
        """Real steps (B,)."""
        ...

    @property
    def weights(self) -> Array:
        """Which answers count."""
        ...


class Source(Protocol):
    """A task as `fit` needs it; every task of `seqcourse.tasks` is one.

    Examples
    --------
    >>> from seqcourse.tasks import DelayedRecall
    >>> source: Source = DelayedRecall()
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
