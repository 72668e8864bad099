"""What was the first word? Asked a long time later."""

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
class DelayedRecall(WordTask):
    """Recall the first symbol after a number of others like it.

    A sequence is one symbol, then ``delay`` more from the same alphabet,
    then the question ``?``; the answer is the first symbol. All are drawn
    independently, each symbol equally likely, so the distractors say nothing
    about the answer and cannot be told from it but by their place.

    - ``best`` is 1: the first symbol can be kept, however long the wait.
    - ``chance`` is 1/symbols: whoever has lost the first symbol has nothing
      to go by.

    Parameters
    ----------
    delay
        Symbols between the first one and the question; 0 or more.
    symbols
        Size of the alphabet; 2 or more.

    Raises
    ------
    ValueError
        If delay is below 0 or symbols below 2.

    Examples
    --------
    >>> task = DelayedRecall(delay=4, symbols=8)
    >>> batch = task.batch(np.random.default_rng(0), 1)
    >>> task.decode(batch.inputs[0])
    '6 5 4 2 2 ?'
    >>> task.answers[batch.targets[0]]
    '6'

    References
    ----------
    The long time lags of Hochreiter & Schmidhuber (1997), Long short-term
    memory, experiment 2, reduced to their kernel.
    """

    delay: int = 20
    symbols: int = 8

    kind: ClassVar[str] = "classify"
    loss: ClassVar[str] = "cross_entropy"
    best: ClassVar[float] = 1.0

    def __post_init__(self) -> None:
        arguments.check_positive(symbols=self.symbols)
        arguments.check_at_most(MOST_WORDS, symbols=self.symbols)
        if self.symbols < 2:
            raise ValueError(
                f"symbols: expected at least 2, got {self.symbols}"
            )
        arguments.check_at_least(0, delay=self.delay)
        arguments.check_at_most(MOST_STEPS, delay=self.delay)

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
        return self.words[: self.symbols]

    @property
    def vocabulary(self) -> Vocabulary:
        """The symbols, written as numbers, and the question mark."""
        return Vocabulary((*map(str, range(self.symbols)), "?"))

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
            Inputs (B, delay + 2), targets (B,).

        Raises
        ------
        ValueError
            If rng is not a NumPy generator, or size is not a whole number of
            at least 1.
        """
        check_draw(rng, size, self.delay + 2)
        T = self.delay + 2
        inputs = np.full((size, T), self.symbols, np.int64)
        inputs[:, :-1] = rng.integers(self.symbols, size=(size, T - 1))
        return Batch(
            inputs=inputs,
            targets=inputs[:, 0].copy(),
            lengths=np.full(size, T, np.int64),
            weights=np.ones(size, np.float32),
        )

    @checked
    def metric(self, outputs: Array, batch: Batch) -> float:
        """Give the share of right answers.

        Parameters
        ----------
        outputs
            Scores (B, symbols).
        batch
            What was asked.

        Returns
        -------
        share
            From 0 to 1.
        """
        return accuracy(outputs, batch)
