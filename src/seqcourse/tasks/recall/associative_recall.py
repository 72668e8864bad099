"""What goes with this key? Several were read, in pairs."""

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
from seqcourse.tasks.contract.draws import distinct, letters
from seqcourse.tasks.contract.scores import accuracy
from seqcourse.tasks.contract.vocabulary import Vocabulary, WordTask


@dataclass(frozen=True)
class AssociativeRecall(WordTask):
    """Say which value stood behind a key.

    A sequence begins with pairs, a key and its value each: ``C 7 A 3``. Keys
    are letters and values are numbers; within a sequence no key and no value
    comes twice, and which go together is drawn anew for each sequence. Then
    keys are asked, each of the pairs' keys equally likely each time: at
    ``A`` the answer is 3. The answers are not shown. By default every step
    after the pairs asks; with fewer queries they stand at random places and
    ``.`` stands at the others. Only the queries count. With ``max_before``,
    the pairs too may stand later, behind a run of ``.``.

    - ``best`` is 1: the pairs were there to be read.
    - ``unbound`` is 1/pairs: whoever knows which values were read, but not
      which belongs to which key, has that many equally likely ones.
    - ``chance`` is 1/values: without reading, any value may be right.

    Parameters
    ----------
    pairs
        Keys and values to remember; 1 or more.
    length
        Steps in all, T; the pairs take two steps each.
    keys
        Letters to draw the keys from, at least one a pair.
    values
        Numbers to draw the values from, at least one a pair, and 2 or more.
    queries
        How many of the steps after the pairs ask; None for all of them.
    max_before
        The most full stops before the pairs; for each sequence their number
        is drawn evenly from 0 to this.

    Raises
    ------
    ValueError
        If one is below 1 (``max_before``: below 0), or the pairs, the queries
        and the full stops before them do not fit.

    Examples
    --------
    >>> task = AssociativeRecall(pairs=3, length=9, keys=4, values=10)
    >>> batch = task.batch(np.random.default_rng(2), 1)
    >>> task.decode(batch.inputs[0])
    'D 3 A 7 B 2 B A D'
    >>> [task.answers[c] for c in batch.targets[0, 6:]]
    ['2', '7', '3']

    References
    ----------
    Ba, Hinton, Mnih, Leibo and Ionescu (2016), Using fast weights to attend
    to the recent past, where one key is asked at the end (that is
    ``length=2 * pairs + 1``); Arora et al. (2024), Zoology: measuring and
    improving recall in efficient language models, for many queries.
    """

    pairs: int = 4
    length: int = 32
    keys: int = 32
    values: int = 32
    queries: int | None = None
    max_before: int = 0

    kind: ClassVar[str] = "tag"
    loss: ClassVar[str] = "cross_entropy"
    best: ClassVar[float] = 1.0

    def __post_init__(self) -> None:
        arguments.check_positive(
            pairs=self.pairs,
            length=self.length,
            keys=self.keys,
            values=self.values,
        )
        arguments.check_at_most(MOST_STEPS, length=self.length)
        arguments.check_at_most(
            MOST_WORDS, keys=self.keys, values=self.values
        )
        if self.keys < self.pairs:
            raise ValueError(
                f"keys: expected at least {self.pairs}, one a pair, "
                f"got {self.keys}"
            )
        if self.values < max(self.pairs, 2):
            raise ValueError(
                f"values: expected at least {max(self.pairs, 2)}, one a pair "
                f"and 2 at least, got {self.values}"
            )
        arguments.check_at_least(0, max_before=self.max_before)
        if self.length <= 2 * self.pairs:
            raise ValueError(
                f"length: expected more than {2 * self.pairs} steps, which "
                f"{self.pairs} pairs take, got {self.length}"
            )
        room = self.length - 2 * self.pairs
        if self.queries is not None:
            arguments.check_positive(queries=self.queries)
            if self.queries > room:
                raise ValueError(
                    f"queries: expected at most {room}, the steps after the "
                    f"pairs, got {self.queries}"
                )
        room -= self.queries or 1
        if self.max_before > room:
            raise ValueError(
                f"max_before: expected at most {room}, the steps that pairs "
                f"and queries leave free, got {self.max_before}"
            )

    @property
    def unbound(self) -> float:
        """What knowing the values, but not whose they are, gets."""
        return 1 / self.pairs

    @property
    def chance(self) -> float:
        """What guessing gets."""
        return 1 / self.values

    @property
    def num_classes(self) -> int:
        """One for each value."""
        return self.values

    @property
    def answers(self) -> tuple[str, ...]:
        """What each class means."""
        return self.words[: self.values]

    @property
    def vocabulary(self) -> Vocabulary:
        """The values, then the keys, then the full stop."""
        values = map(str, range(self.values))
        return Vocabulary((*values, *letters(self.keys), "."))

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
        check_draw(rng, size, max(self.length, self.keys, self.values))
        start, T = 2 * self.pairs, self.length
        room = T - start
        keys = self.values + distinct(rng, size, self.pairs, self.keys)
        values = distinct(rng, size, self.pairs, self.values)
        asked = rng.integers(self.pairs, size=(size, room))
        inputs = np.empty((size, T), np.int64)
        inputs[:, 0:start:2] = keys
        inputs[:, 1:start:2] = values
        inputs[:, start:] = np.take_along_axis(keys, asked, 1)
        targets = np.zeros((size, T), np.int64)
        targets[:, start:] = np.take_along_axis(values, asked, 1)
        weights = np.zeros((size, T), np.float32)
        if self.queries is None:
            weights[:, start:] = 1
        elif not self.max_before:
            at = start + distinct(rng, size, self.queries, room)
            np.put_along_axis(weights, at, np.float32(1), 1)
        if self.max_before:
            before = rng.integers(self.max_before + 1, size=(size, 1))
            weights[:, start:] = self._asking(rng, before, room)
        inputs[:, start:][weights[:, start:] == 0] = self.values + self.keys
        targets[weights == 0] = 0
        if self.max_before:  # the full stops at the end go to the front
            order = (np.arange(T) - before) % T
            inputs = np.take_along_axis(inputs, order, 1)
            targets = np.take_along_axis(targets, order, 1)
            weights = np.take_along_axis(weights, order, 1)
        return Batch(
            inputs=inputs,
            targets=targets,
            lengths=np.full(size, T, np.int64),
            weights=weights,
        )

    def _asking(
        self, rng: np.random.Generator, before: Array, room: int
    ) -> Array:
        """Choose which steps ask (B, room): none of the last ``before``."""
        free = np.arange(room) < room - before
        if self.queries is None:
            return free
        drawn = np.where(free, rng.random(free.shape), 1)
        last = np.partition(drawn, self.queries - 1)[:, self.queries - 1]
        chosen: Array = drawn <= last[:, None]
        return chosen

    @checked
    def metric(self, outputs: Array, batch: Batch) -> float:
        """Give the share of queries answered right.

        Parameters
        ----------
        outputs
            Scores (B, length, values).
        batch
            What was asked.

        Returns
        -------
        share
            From 0 to 1.
        """
        return accuracy(outputs, batch)
