"""Some symbols, a long wait, then the same symbols again."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
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
from seqcourse.tasks.contract.scores import accuracy, nats
from seqcourse.tasks.contract.vocabulary import Vocabulary, WordTask


@dataclass(frozen=True)
class Copying(WordTask):
    """Write some symbols again, after a long wait.

    First come ``items`` symbols, each equally likely, then blanks ``.``; the
    last of ``delay`` steps of waiting is the sign ``?`` to begin, and after
    it stand as many blanks as there were symbols. The right answer is ``.``
    up to and including the sign, and then the symbols in their order: T =
    delay + 2 items steps, and every step counts. The score is in nats a step.

    - ``best`` is 0: nothing is left to chance.
    - ``chance`` is items · ln(symbols) / T. Whoever sees the sign knows when
      to write ``.`` without remembering anything, and is surprised at the
      symbols alone. A model at this score has learned nothing but that.

    Parameters
    ----------
    delay
        Steps between the symbols and their copy, the sign among them; 1 or
        more.
    items
        Symbols to copy.
    symbols
        Size of their alphabet; 2 or more.

    Raises
    ------
    ValueError
        If delay or items is below 1 or symbols below 2.

    Examples
    --------
    >>> task = Copying(delay=4, items=3)
    >>> batch = task.batch(np.random.default_rng(0), 1)
    >>> task.decode(batch.inputs[0])
    '6 5 4 . . . ? . . .'
    >>> task.decode(batch.targets[0])
    '. . . . . . . 6 5 4'
    >>> round(task.chance, 3)  # 3 ln 8 / 10
    0.624

    References
    ----------
    Arjovsky, Shah and Bengio (2016), Unitary evolution recurrent neural
    networks, with 10 symbols of 8 and 10 ln 8 / (delay + 20); after the long
    time lags of Hochreiter and Schmidhuber (1997), Long short-term memory.
    """

    delay: int = 20
    items: int = 10
    symbols: int = 8

    kind: ClassVar[str] = "tag"
    loss: ClassVar[str] = "cross_entropy"
    best: ClassVar[float] = 0.0

    def __post_init__(self) -> None:
        arguments.check_positive(
            delay=self.delay, items=self.items, symbols=self.symbols
        )
        arguments.check_at_most(
            MOST_STEPS, delay=self.delay, items=self.items
        )
        arguments.check_at_most(MOST_WORDS, symbols=self.symbols)
        if self.symbols < 2:
            raise ValueError(
                f"symbols: expected at least 2, got {self.symbols}"
            )

    @property
    def length(self) -> int:
        """Steps in all, T."""
        return self.delay + 2 * self.items

    @property
    def chance(self) -> float:
        """What remembering nothing gets, in nats a step."""
        return self.items * math.log(self.symbols) / self.length

    @property
    def num_classes(self) -> int:
        """One for each symbol, and one for the blank."""
        return self.symbols + 1

    @property
    def answers(self) -> tuple[str, ...]:
        """What each class means."""
        return self.words[: self.num_classes]

    @property
    def vocabulary(self) -> Vocabulary:
        """The symbols, written as numbers, the blank and the sign."""
        return Vocabulary((*map(str, range(self.symbols)), ".", "?"))

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
            Inputs, targets and weights (B, T).

        Raises
        ------
        ValueError
            If rng is not a NumPy generator, or size is not a whole number of
            at least 1.
        """
        check_draw(rng, size, self.length)
        T, blank, sign = self.length, self.symbols, self.symbols + 1
        symbols = rng.integers(self.symbols, size=(size, self.items))
        inputs = np.full((size, T), blank, np.int64)
        targets = inputs.copy()
        inputs[:, : self.items] = symbols
        inputs[:, T - self.items - 1] = sign
        targets[:, T - self.items :] = symbols
        return Batch(
            inputs=inputs,
            targets=targets,
            lengths=np.full(size, T, np.int64),
            weights=np.ones((size, T), np.float32),
        )

    @checked
    def metric(self, outputs: Array, batch: Batch) -> float:
        """Give the nats a step, the steps of waiting among them.

        Parameters
        ----------
        outputs
            Scores (B, T, symbols + 1).
        batch
            What was asked.

        Returns
        -------
        surprise
            Mean over all steps.
        """
        return nats(outputs, batch)

    @checked
    def recalled(self, outputs: Array, batch: Batch) -> float:
        """Give the share of symbols that were copied right.

        Parameters
        ----------
        outputs
            Scores (B, T, symbols + 1).
        batch
            What was asked.

        Returns
        -------
        share
            From 0 to 1.

        Raises
        ------
        ValueError
            If there is no symbol to copy in the batch.
        """
        copied = (batch.targets < self.symbols).astype(np.float32)
        if not copied.any():
            raise ValueError(
                "batch: expected a symbol to copy, got blanks alone"
            )
        return accuracy(outputs, replace(batch, weights=copied))
