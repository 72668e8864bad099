"""Some symbols among blanks, then the symbols alone, in their order."""

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
from seqcourse.tasks.contract.draws import distinct
from seqcourse.tasks.contract.scores import accuracy
from seqcourse.tasks.contract.vocabulary import Vocabulary, WordTask


@dataclass(frozen=True)
class SelectiveCopying(WordTask):
    """Copy symbols that stand at random places among blanks.

    In the first ``span`` steps stand ``items`` symbols, each equally likely,
    at random places; at the others stands the blank ``.``. Then comes ``?``,
    ``items`` times: at the first the answer is the first symbol, at the
    second the second, and so on. Only these steps count. In `Copying` each
    answer is as far from its symbol as any other, so a fixed distance
    answers; here the distances differ from sequence to sequence, and what to
    keep shows only in what is read.

    - ``best`` is 1: the symbols and their order were there to be read.
    - ``chance`` is 1/symbols: the places say nothing about the symbols.

    Parameters
    ----------
    span
        Steps among which the symbols stand, at least ``items``.
    items
        Symbols to copy.
    symbols
        Size of their alphabet; 2 or more.

    Raises
    ------
    ValueError
        If one is below 1, symbols below 2, or there are more items than
        steps.

    Examples
    --------
    >>> task = SelectiveCopying(span=7, items=3, symbols=8)
    >>> batch = task.batch(np.random.default_rng(1), 1)
    >>> task.decode(batch.inputs[0])
    '3 . 4 . . 6 . ? ? ?'
    >>> [task.answers[c] for c in batch.targets[0, 7:]]
    ['3', '4', '6']

    References
    ----------
    Gu and Dao (2023), Mamba: linear-time sequence modeling with selective
    state spaces, where 16 symbols stand among 4,096 steps.
    """

    span: int = 24
    items: int = 8
    symbols: int = 8

    kind: ClassVar[str] = "tag"
    loss: ClassVar[str] = "cross_entropy"
    best: ClassVar[float] = 1.0

    def __post_init__(self) -> None:
        arguments.check_positive(
            span=self.span, items=self.items, symbols=self.symbols
        )
        arguments.check_at_most(MOST_STEPS, span=self.span)
        arguments.check_at_most(MOST_WORDS, symbols=self.symbols)
        if self.symbols < 2:
            raise ValueError(
                f"symbols: expected at least 2, got {self.symbols}"
            )
        if self.span < self.items:
            raise ValueError(
                f"span: expected at least {self.items} steps, one for each "
                f"of the items, got {self.span}"
            )

    @property
    def length(self) -> int:
        """Steps in all, T."""
        return self.span + self.items

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
        """The symbols, written as numbers, the blank and the question."""
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
        symbols = rng.integers(self.symbols, size=(size, self.items))
        places = np.sort(distinct(rng, size, self.items, self.span), axis=1)
        inputs = np.full((size, self.length), self.symbols, np.int64)
        np.put_along_axis(inputs, places, symbols, 1)
        inputs[:, self.span :] = self.symbols + 1
        targets = np.zeros_like(inputs)
        targets[:, self.span :] = symbols
        weights = np.zeros(inputs.shape, np.float32)
        weights[:, self.span :] = 1
        return Batch(
            inputs=inputs,
            targets=targets,
            lengths=np.full(size, self.length, np.int64),
            weights=weights,
        )

    @checked
    def metric(self, outputs: Array, batch: Batch) -> float:
        """Give the share of symbols that were copied right.

        Parameters
        ----------
        outputs
            Scores (B, T, symbols).
        batch
            What was asked.

        Returns
        -------
        share
            From 0 to 1.
        """
        return accuracy(outputs, batch)
