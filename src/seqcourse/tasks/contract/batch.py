"""What a task hands to a model, and what every task has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.layer import Array


@dataclass(frozen=True, eq=False)
class Batch:
    """Some sequences, the right answers, and which answers count.

    Parameters
    ----------
    inputs
        What is read: tokens (B, T) int64, or numbers (B, T, D) float32.
    targets
        The right answers: one a sequence (B,) or one a step (B, T), int64;
        or numbers at each step (B, T, C), float32.
    lengths
        Real steps of each sequence (B,), 1 to T, int64.
    weights
        1 where an answer counts and 0 beyond the lengths, float32: (B,) for
        one answer a sequence, (B, T) for one a step.

    Raises
    ------
    ValueError
        If the four do not belong together.

    Examples
    --------
    >>> one = np.ones(1, np.int64)
    >>> Batch(np.zeros((1, 3), np.int64), one, 3 * one, one).inputs.shape
    (1, 3)
    """

    inputs: Array
    targets: Array
    lengths: Array
    weights: Array

    def __post_init__(self) -> None:
        if self.inputs.ndim not in (2, 3):
            raise ValueError(
                "inputs: expected (B, T) or (B, T, D), "
                f"got shape {self.inputs.shape}"
            )
        B, T = self.inputs.shape[:2]
        if self.lengths.shape != (B,):
            raise ValueError(
                f"lengths: expected shape ({B},) for axis 0 (B), "
                f"got {self.lengths.shape}"
            )
        if self.weights.shape not in ((B,), (B, T)):
            raise ValueError(
                f"weights: expected shape ({B},) or ({B}, {T}), "
                f"got {self.weights.shape}"
            )
        answers = self.targets.shape[: self.weights.ndim]
        if answers != self.weights.shape:
            raise ValueError(
                f"targets: expected one for each of the {self.weights.shape} "
                f"weights, got shape {self.targets.shape}"
            )


@dataclass(frozen=True, eq=False)
class PairBatch:
    """Some sequences to read, and one to write for each.

    What a model with an encoder and a decoder is asked. The encoder reads the
    sources. The decoder reads at each step what it should have written the
    step before (teacher forcing), so ``inputs`` begin with ``<start>`` and
    are one step behind ``targets``, which end with ``<eos>``. Beyond the
    lengths stands token 0.

    Parameters
    ----------
    sources
        What is read: tokens (B, S), int64.
    inputs
        What the decoder is given at each step (B, T), int64.
    targets
        What it should write at each step (B, T), int64.
    source_lengths
        Real steps of each source (B,), 1 to S, int64.
    lengths
        Real steps of each target (B,), 1 to T, int64.
    weights
        1 where an answer counts and 0 beyond the lengths (B, T), float32.

    Raises
    ------
    ValueError
        If the six do not belong together.

    Examples
    --------
    >>> source, written = np.array([[5, 6, 7]]), np.array([[7, 6, 5, 2]])
    >>> batch = PairBatch(
    ...     sources=source,
    ...     inputs=np.array([[1, 7, 6, 5]]),
    ...     targets=written,
    ...     source_lengths=np.array([3]),
    ...     lengths=np.array([4]),
    ...     weights=np.ones((1, 4), np.float32),
    ... )
    >>> batch.targets.shape
    (1, 4)
    """

    sources: Array
    inputs: Array
    targets: Array
    source_lengths: Array
    lengths: Array
    weights: Array

    def __post_init__(self) -> None:
        for name in ("sources", "inputs"):
            if getattr(self, name).ndim != 2:
                raise ValueError(
                    f"{name}: expected tokens of two axes, "
                    f"got shape {getattr(self, name).shape}"
                )
        B, T = self.inputs.shape
        expected = {
            "sources": (B, self.sources.shape[1]),
            "targets": (B, T),
            "source_lengths": (B,),
            "lengths": (B,),
            "weights": (B, T),
        }
        for name, shape in expected.items():
            if getattr(self, name).shape != shape:
                raise ValueError(
                    f"{name}: expected shape {shape} beside inputs of shape "
                    f"{(B, T)}, got {getattr(self, name).shape}"
                )


@runtime_checkable
class Task(Protocol):
    """What every task has, so that any model can be measured on any task.

    A task is a source of sequences whose best possible score is known. So a
    page can say how far a model is from the best, not merely that it learned.

    Examples
    --------
    >>> from seqcourse.tasks import DelayedRecall
    >>> isinstance(DelayedRecall(), Task)
    True
    """

    @property
    def kind(self) -> str:
        """``"classify"``, ``"tag"`` or ``"language"``.

        One answer a sequence, an answer at every step, or the next token at
        every step.
        """
        ...

    @property
    def loss(self) -> str:
        """What to train on: ``"cross_entropy"`` or ``"squared_error"``."""
        ...

    @property
    def best(self) -> float:
        """The score that no model can beat."""
        ...

    @property
    def chance(self) -> float:
        """What guessing gets: a score without looking at the inputs."""
        ...

    def batch(self, rng: np.random.Generator, size: int) -> Batch:
        """Draw sequences.

        Parameters
        ----------
        rng
            Where the randomness comes from: the same seed, the same batch.
        size
            How many.

        Returns
        -------
        batch
            Inputs, targets, lengths and weights.
        """
        ...

    def metric(self, outputs: Array, batch: Batch) -> float:
        """Score a model's answers.

        Parameters
        ----------
        outputs
            The model's raw outputs: scores of classes, or values.
        batch
            What was asked.

        Returns
        -------
        score
            On the scale of `best` and `chance`.
        """
        ...


def check_draw(rng: np.random.Generator, size: int) -> None:
    """Refuse what a batch cannot be drawn from.

    Parameters
    ----------
    rng
        Must be a NumPy random generator.
    size
        Must be a whole number of at least 1.

    Raises
    ------
    ValueError
        If one of them is not.

    Examples
    --------
    >>> check_draw(np.random.default_rng(0), 0)
    Traceback (most recent call last):
    ValueError: size: expected a whole number of at least 1, got 0
    """
    if not isinstance(rng, np.random.Generator):
        raise ValueError(
            "rng: expected a generator as np.random.default_rng(0) makes it, "
            f"got {rng!r}"
        )
    arguments.check_positive(size=size)
