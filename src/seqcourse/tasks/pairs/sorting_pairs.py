"""Sorting, for a model that reads with one part and writes with another."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.layer import Array
from seqcourse.tasks.contract.batch import PairBatch
from seqcourse.tasks.contract.scores import exact
from seqcourse.tasks.contract.vocabulary import Vocabulary
from seqcourse.tasks.language.alphabet import EOS, MARKS, START
from seqcourse.tasks.recall.sorting import Numbers, check_countable


@dataclass(frozen=True)
class SortingPairs(Numbers):
    """Sort numbers: the encoder reads them, the decoder writes them.

    The task of `Sorting`, for a model with an encoder and a decoder. The
    score is the share of sequences written without an error.

    - ``best`` is 1.
    - ``chance`` is the share of the likeliest sequence: 1/symbols^length, or
      in ascending order n!/(c₁! c₂! …)/symbols^n, for those n = length
      numbers of which as many as can are different, each v standing cᵥ times.

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
    >>> task = SortingPairs(length=3, symbols=10)
    >>> batch = task.batch(np.random.default_rng(0), 1)
    >>> task.decode(batch.sources[0])
    '8 6 5'
    >>> task.decode(batch.inputs[0])
    '<start> 5 6 8'
    >>> task.decode(batch.targets[0])
    '5 6 8 <eos>'
    """

    kind: ClassVar[str] = "pairs"

    @property
    def chance(self) -> float:
        """What guessing gets.

        Raises
        ------
        ValueError
            If the numbers are too many for `check_countable`.
        """
        n, S = self.length, self.symbols
        if self.order != "ascending":
            return float(S) ** -n
        check_countable(n, S)
        each, more = divmod(n, S)
        same = math.factorial(each) ** (S - more)
        same *= math.factorial(each + 1) ** more
        return float(math.factorial(n) / (same * S**n))

    @property
    def num_classes(self) -> int:
        """One for each word."""
        return self.vocab_size

    @property
    def vocabulary(self) -> Vocabulary:
        """``<pad>``, ``<start>``, ``<eos>`` and the numbers."""
        return Vocabulary((*MARKS, *map(str, range(self.symbols))))

    @checked
    def batch(self, rng: np.random.Generator, size: int) -> PairBatch:
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
            Sources (B, length), inputs and targets (B, length + 1).
        """
        numbers, ordered = self.draw(rng, size)
        ordered += len(MARKS)
        return PairBatch(
            sources=numbers + len(MARKS),
            inputs=np.pad(ordered, ((0, 0), (1, 0)), constant_values=START),
            targets=np.pad(ordered, ((0, 0), (0, 1)), constant_values=EOS),
            source_lengths=np.full(size, self.length, np.int64),
            lengths=np.full(size, self.length + 1, np.int64),
            weights=np.ones((size, self.length + 1), np.float32),
        )

    @checked
    def metric(self, outputs: Array, batch: PairBatch) -> float:
        """Give the share of sequences sorted without an error.

        Parameters
        ----------
        outputs
            Scores (B, length + 1, V).
        batch
            What was asked.

        Returns
        -------
        share
            From 0 to 1: see `scores.exact`.
        """
        return exact(outputs, batch)
