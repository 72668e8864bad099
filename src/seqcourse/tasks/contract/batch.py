"""What a task hands to a model, and what every task has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np

from seqcourse.numpy.contract import arguments, shapes
from seqcourse.numpy.contract.annotations import CheckedArguments, checked
from seqcourse.numpy.contract.layer import Array
from seqcourse.numpy.functional.answers import checked_targets
from seqcourse.numpy.training.checked_batch import checked_steps

#: Numbers in one array of a batch: half a GiB.
MOST_NUMBERS = 2**26
#: Steps of a sequence, words of a vocabulary.
MOST_STEPS = MOST_WORDS = 1_000_000


@dataclass(frozen=True, eq=False)
class Batch(metaclass=CheckedArguments):
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
        If the four do not belong together: see `check_batch`. A target of
        weight 0 may be anything, such as -100 or ``NaN``.

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
        checked_steps(self.inputs, self.lengths)
        check_read(inputs=self.inputs)
        _check_answers(self)


@dataclass(frozen=True, eq=False)
class PairBatch(metaclass=CheckedArguments):
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
        checked_steps(self.inputs, self.lengths)
        with shapes.called(inputs="sources", lengths="source_lengths"):
            checked_steps(self.sources, self.source_lengths)
        B, T = self.inputs.shape
        expected = {
            "sources": (B, self.sources.shape[1]),
            "targets": (B, T),
            "weights": (B, T),
        }
        for name, shape in expected.items():
            if getattr(self, name).shape != shape:
                raise ValueError(
                    f"{name}: expected shape {shape} beside inputs of shape "
                    f"{(B, T)}, got {getattr(self, name).shape}"
                )
        check_read(sources=self.sources, inputs=self.inputs)
        _check_answers(self)


def check_read(**arrays: Array) -> None:
    """Refuse tokens below 0, and numbers that are not finite.

    Parameters
    ----------
    **arrays
        Each argument by its name.

    Raises
    ------
    ValueError
        If there is one.

    Examples
    --------
    >>> check_read(inputs=np.array([[0, -1]]))
    Traceback (most recent call last):
    ValueError: inputs: expected tokens of at least 0, got -1 at [0, 1]
    """
    for name, array in arrays.items():
        arguments.check_finite_array(**{name: array})
        if array.dtype.kind == "i" and array.min() < 0:
            raise ValueError(
                f"{name}: expected tokens of at least 0, "
                f"got {arguments.first_of(array, array < 0)}"
            )


def _check_answers(batch: Batch | PairBatch) -> None:
    targets, weights = batch.targets, batch.weights
    classes = targets.dtype.kind != "f" and targets.ndim <= weights.ndim
    kind = "cross_entropy" if classes else "squared_error"
    steps = batch.inputs.shape[1]
    checked_targets(kind, batch.lengths, steps, targets, weights)


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


@checked
def check_draw(
    rng: np.random.Generator,  # noqa: ARG001  its annotation checks it
    size: int,
    numbers: int = 1,
) -> None:
    """Refuse what a batch cannot be drawn from.

    Parameters
    ----------
    rng
        Must be a NumPy random generator.
    size
        Must be a whole number of at least 1.
    numbers
        How many numbers one sequence takes; all together must fit in memory.

    Raises
    ------
    ValueError
        If one of them is not.

    Examples
    --------
    >>> check_draw(np.random.default_rng(0), 0)
    Traceback (most recent call last):
    ValueError: size: expected a whole number of at least 1, got 0
    >>> check_draw(np.random.default_rng(0), 10**9, 20)
    Traceback (most recent call last):
    ValueError: size: expected at most 3,355,443, got 1000000000
    """
    arguments.check_positive(size=size)
    arguments.check_at_most(max(MOST_NUMBERS // numbers, 1), size=size)
