"""What was the symbol some steps ago? Asked at every step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.layer import Array
from seqcourse.tasks.contract.batch import (
    MOST_STEPS,
    MOST_WORDS,
    Batch,
    check_draw,
)
from seqcourse.tasks.contract.scores import accuracy
from seqcourse.tasks.contract.vocabulary import Vocabulary, WordTask


@dataclass(frozen=True)
class Echo(WordTask):
    """Repeat at each step the symbol from ``lag`` steps before.

    All symbols are drawn independently, each equally likely. The first
    ``lag`` steps have nothing to repeat, and don't count.

    - ``best`` is 1: the last ``lag`` symbols can be kept.
    - ``chance`` is 1/symbols: no other symbol says anything about it.

    Parameters
    ----------
    lag
        Steps from a symbol to its echo; 1 or more.
    length
        Steps in all, T; more than ``lag``.
    symbols
        Size of the alphabet; 2 or more.

    Raises
    ------
    ValueError
        If one is too small.

    Examples
    --------
    >>> task = Echo(lag=2, length=6, symbols=4)
    >>> batch = task.batch(np.random.default_rng(0), 1)
    >>> task.decode(batch.inputs[0])
    '3 2 2 1 1 0'
    >>> [task.answers[c] for c in batch.targets[0, 2:]]
    ['3', '2', '2', '1']

    References
    ----------
    The delayed copy of Jaeger (2001), Short term memory in echo state
    networks, with symbols instead of numbers.
    """

    lag: int = 4
    length: int = 16
    symbols: int = 4

    kind: ClassVar[str] = "tag"
    loss: ClassVar[str] = "cross_entropy"
    best: ClassVar[float] = 1.0

    def __post_init__(self) -> None:
        arguments.check_positive(
            lag=self.lag, length=self.length, symbols=self.symbols
        )
        arguments.check_at_most(MOST_STEPS, length=self.length)
        arguments.check_at_most(MOST_WORDS, symbols=self.symbols)
        if self.length <= self.lag:
            raise ValueError(
                f"length: expected more than the lag, {self.lag}, "
                f"got {self.length}"
            )
        if self.symbols < 2:
            raise ValueError(
                f"symbols: expected at least 2, got {self.symbols}"
            )

    @property
    def chance(self) -> float:
        """What guessing gets."""
        return 1 / self.symbols

    @property
    def num_classes(self) -> int:
        """One for each symbol."""
        return self.symbols

    @property
    def answers(self) -> tuple[str, ...]:
        """What each class means."""
        return self.words

    @property
    def vocabulary(self) -> Vocabulary:
        """The symbols, written as numbers."""
        return Vocabulary(tuple(map(str, range(self.symbols))))

    @checked
    def batch(self, rng: np.random.Generator, size: int) -> Batch:
        """Draw sequences.

        Parameters
        ----------
        rng
            Where the randomness comes from.
        size
            How many.

        Returns
        -------
        batch
            Inputs, targets and weights (B, length).

        Raises
        ------
        ValueError
            If rng is not a NumPy generator, or size is not a whole number of
            at least 1.
        """
        check_draw(rng, size, self.length)
        T = self.length
        inputs = rng.integers(self.symbols, size=(size, T))
        targets = np.zeros_like(inputs)
        targets[:, self.lag :] = inputs[:, : T - self.lag]
        weights = np.zeros((size, T), np.float32)
        weights[:, self.lag :] = 1
        return Batch(
            inputs=inputs,
            targets=targets,
            lengths=np.full(size, T, np.int64),
            weights=weights,
        )

    @checked
    def metric(self, outputs: Array, batch: Batch) -> float:
        """Give the share of right answers.

        Parameters
        ----------
        outputs
            Scores (B, length, symbols).
        batch
            What was asked.

        Returns
        -------
        share
            From 0 to 1.
        """
        return accuracy(outputs, batch)
