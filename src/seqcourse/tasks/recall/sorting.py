"""Read some numbers, then write them in order."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.layer import Array
from seqcourse.tasks.contract.batch import (
    MOST_NUMBERS,
    MOST_STEPS,
    MOST_WORDS,
    Batch,
    check_draw,
)
from seqcourse.tasks.contract.scores import accuracy, exact
from seqcourse.tasks.contract.vocabulary import Vocabulary, WordTask

_ORDERS = ("ascending", "reversed", "same")


@dataclass(frozen=True)
class Numbers(WordTask):
    """Numbers and their order: what both forms of the task ask about.

    Parameters
    ----------
    length
        How many numbers.
    symbols
        They are drawn from 0 to ``symbols - 1``; 2 or more.
    order
        ``"ascending"``, ``"reversed"`` or ``"same"``.

    Raises
    ------
    ValueError
        If length is below 1, symbols below 2, or the order unknown.

    Examples
    --------
    >>> from seqcourse.tasks import Sorting
    >>> numbers, ordered = Sorting(length=3).draw(np.random.default_rng(0), 1)
    >>> numbers, ordered
    (array([[13, 10,  8]]), array([[ 8, 10, 13]]))
    """

    length: int = 8
    symbols: int = 16
    order: str = "ascending"

    loss: ClassVar[str] = "cross_entropy"
    best: ClassVar[float] = 1.0

    def __post_init__(self) -> None:
        arguments.check_positive(length=self.length, symbols=self.symbols)
        arguments.check_at_most(MOST_STEPS, length=self.length)
        arguments.check_at_most(MOST_WORDS, symbols=self.symbols)
        arguments.check_one_of(_ORDERS, order=self.order)
        if self.symbols < 2:
            raise ValueError(
                f"symbols: expected at least 2, got {self.symbols}"
            )

    @checked
    def draw(
        self, rng: np.random.Generator, size: int
    ) -> tuple[Array, Array]:
        """Draw numbers and put them in order.

        Parameters
        ----------
        rng
            Where the randomness comes from.
        size
            How many rows.

        Returns
        -------
        numbers, ordered
            (B, length) each.

        Raises
        ------
        ValueError
            If rng is not a NumPy generator, or size is not a whole number of
            at least 1.
        """
        check_draw(rng, size, 2 * self.length)
        numbers = rng.integers(self.symbols, size=(size, self.length))
        if self.order == "ascending":
            return numbers, np.sort(numbers, axis=1)
        if self.order == "reversed":
            return numbers, numbers[:, ::-1].copy()
        return numbers, numbers.copy()


def check_countable(length: int, symbols: int) -> None:
    """Refuse to count the orders of more numbers than floats can count.

    Parameters
    ----------
    length
        How many numbers.
    symbols
        How many different ones there are.

    Raises
    ------
    ValueError
        If they are more than 1,000 numbers, or too many of too many kinds.

    Examples
    --------
    >>> check_countable(2000, 16)
    Traceback (most recent call last):
    ValueError: length: expected at most 1,000, got 2000
    """
    arguments.check_at_most(1000, length=length)
    arguments.check_at_most(MOST_NUMBERS // (length + 1), symbols=symbols)


@dataclass(frozen=True)
class Sorting(Numbers):
    """Sort numbers, in one stream: first read all, then write all.

    A sequence is ``length`` numbers, drawn independently and all equally
    likely, then ``=``; from there on, the answers are due, the smallest
    number first: ``5 2 5 = 2 5``, answers ``2 5 5``. At each step the right
    answer of the step before is read, so that a language model can write it;
    with ``shown=False`` the sign ``=`` stands there instead, so that each
    answer comes from the numbers alone. Only the answers count.
    `SortingPairs` asks the same of a model with an encoder and a decoder.

    - ``best`` is 1: all numbers were read before the first answer is due.
    - ``chance`` is what fits best without reading: at answer i the likeliest
      i-th smallest of ``length`` numbers, which is v with the probability
      that at least i of them are at most v, less that for v − 1; or
      1/symbols, where the order is another.

    Parameters
    ----------
    length
        How many numbers.
    symbols
        They are drawn from 0 to ``symbols - 1``; 2 or more.
    order
        ``"ascending"``; or, for what is to be learned beside the sorting,
        ``"reversed"`` (the last number first) or ``"same"`` (as read).
    shown
        Whether the right answers so far are read.

    Raises
    ------
    ValueError
        If length is below 1, symbols below 2, or the order unknown.

    Examples
    --------
    >>> task = Sorting(length=4, symbols=10)
    >>> batch = task.batch(np.random.default_rng(0), 1)
    >>> task.decode(batch.inputs[0])
    '8 6 5 2 = 2 5 6'
    >>> [task.answers[c] for c in batch.targets[0, 4:]]
    ['2', '5', '6', '8']
    """

    shown: bool = True

    kind: ClassVar[str] = "tag"

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.shown, bool):
            raise ValueError(
                f"shown: expected True or False, got {self.shown!r}"
            )

    @property
    def chance(self) -> float:
        """What guessing gets.

        Raises
        ------
        ValueError
            If the numbers are too many for `check_countable`.
        """
        if self.order != "ascending":
            return 1 / self.symbols
        n, share = self.length, np.arange(self.symbols + 1) / self.symbols
        counts = np.arange(n + 1)
        check_countable(n, self.symbols)
        ways = np.array([math.comb(n, k) for k in counts], np.float64)
        # Column v: how likely k of the numbers are below v; then k or more.
        exactly = (
            ways[:, None]
            * share ** counts[:, None]
            * (1 - share) ** (n - counts[:, None])
        )
        at_least = np.cumsum(exactly[::-1], axis=0)[::-1]
        return float(np.diff(at_least[1:], axis=1).max(axis=1).mean())

    @property
    def num_classes(self) -> int:
        """One for each number."""
        return self.symbols

    @property
    def answers(self) -> tuple[str, ...]:
        """What each class means."""
        return self.words[: self.symbols]

    @property
    def vocabulary(self) -> Vocabulary:
        """The numbers and the sign that ends them."""
        return Vocabulary((*map(str, range(self.symbols)), "="))

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
            Inputs, targets and weights (B, 2 · length).
        """
        numbers, ordered = self.draw(rng, size)
        n = self.length
        inputs = np.full((size, 2 * n), self.symbols, np.int64)
        inputs[:, :n] = numbers
        if self.shown:
            inputs[:, n + 1 :] = ordered[:, :-1]
        targets = np.zeros_like(inputs)
        targets[:, n:] = ordered
        weights = np.zeros(inputs.shape, np.float32)
        weights[:, n:] = 1
        return Batch(
            inputs=inputs,
            targets=targets,
            lengths=np.full(size, 2 * n, np.int64),
            weights=weights,
        )

    @checked
    def metric(self, outputs: Array, batch: Batch) -> float:
        """Give the share of right answers.

        Parameters
        ----------
        outputs
            Scores (B, 2 · length, symbols).
        batch
            What was asked.

        Returns
        -------
        share
            From 0 to 1.
        """
        return accuracy(outputs, batch)

    @checked
    def exact(self, outputs: Array, batch: Batch) -> float:
        """Give the share of sequences sorted without an error.

        Parameters
        ----------
        outputs
            Scores (B, 2 · length, symbols).
        batch
            What was asked.

        Returns
        -------
        share
            From 0 to 1: see `scores.exact`.
        """
        return exact(outputs, batch)
