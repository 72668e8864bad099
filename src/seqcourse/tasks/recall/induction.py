"""A was followed by B; now A again: what follows?"""

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
class Induction(WordTask):
    """Say what followed a symbol when it stood here before.

    A sequence is a row of different symbols in a random order. Its last
    ``repeated`` steps repeat a stretch of that row, which begins anywhere:
    ``D A F C B A F``. At each step of the repetition the answer is the symbol
    that comes next in the row: after ``A``, ``F``; after ``F``, ``C``. Only
    these steps count. How far back the stretch lies differs from sequence to
    sequence, so no fixed distance answers: the symbol must be found again,
    and the step after it read.

    With ``trigger=True`` it is the one marked symbol ``!`` that comes back,
    once, at the end; the others are drawn independently, with repetitions:
    ``D A ! C A A D !``, answer ``C``.

    - ``best`` is 1: what follows was there to be read.
    - ``chance`` is 1/symbols: without reading, any symbol may follow.

    Parameters
    ----------
    length
        Steps in all, T; 3 or more.
    symbols
        Size of the alphabet: 2 or more, and without a trigger at least
        ``length - repeated``.
    repeated
        Steps of the repetition, less than half of all; 1 with a trigger.
    trigger
        Whether a marked symbol among repeating ones is asked.

    Raises
    ------
    ValueError
        If one is too small, or the repetition does not fit.

    Examples
    --------
    >>> task = Induction(length=8, symbols=6, repeated=2)
    >>> batch = task.batch(np.random.default_rng(0), 1)
    >>> task.decode(batch.inputs[0])
    'C B A F D E F D'
    >>> [task.answers[c] for c in batch.targets[0, 6:]]
    ['D', 'E']

    References
    ----------
    Olsson et al. (2022), In-context learning and induction heads, for the
    repeated row; Fu et al. (2023), Hungry hungry hippos: towards language
    modeling with state space models, and Gu and Dao (2023), Mamba:
    linear-time sequence modeling with selective state spaces, for the
    trigger.
    """

    length: int = 32
    symbols: int = 32
    repeated: int = 1
    trigger: bool = False

    kind: ClassVar[str] = "tag"
    loss: ClassVar[str] = "cross_entropy"
    best: ClassVar[float] = 1.0

    def __post_init__(self) -> None:
        arguments.check_positive(
            length=self.length, symbols=self.symbols, repeated=self.repeated
        )
        arguments.check_at_most(MOST_STEPS, length=self.length)
        arguments.check_at_most(MOST_WORDS, symbols=self.symbols)
        if not isinstance(self.trigger, bool):
            raise ValueError(
                f"trigger: expected True or False, got {self.trigger!r}"
            )
        if self.length < 3:
            raise ValueError(
                f"length: expected at least 3, got {self.length}"
            )
        if self.symbols < 2:
            raise ValueError(
                f"symbols: expected at least 2, got {self.symbols}"
            )
        if self.trigger and self.repeated != 1:
            raise ValueError(
                "repeated: expected 1 with a trigger, which comes back once, "
                f"got {self.repeated}"
            )
        if 2 * self.repeated >= self.length:
            raise ValueError(
                f"repeated: expected less than half of {self.length} steps, "
                f"got {self.repeated}"
            )
        if not self.trigger and self.symbols < self.length - self.repeated:
            raise ValueError(
                f"symbols: expected at least {self.length - self.repeated}, "
                "for the row has as many different ones, "
                f"got {self.symbols}"
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
        return self.words[: self.symbols]

    @property
    def vocabulary(self) -> Vocabulary:
        """The symbols, written as letters, and the trigger."""
        return Vocabulary((*letters(self.symbols), "!"))

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
        check_draw(rng, size, max(self.length, self.symbols))
        row = self.length - self.repeated
        # The last symbol of the row has none after it that could be asked.
        begins = rng.integers(row - self.repeated, size=(size, 1))
        stretch = begins + np.arange(self.repeated)
        inputs = np.empty((size, self.length), np.int64)
        if self.trigger:
            inputs[:, :row] = rng.integers(self.symbols, size=(size, row))
            np.put_along_axis(inputs, begins, np.int64(self.symbols), 1)
        else:
            inputs[:, :row] = distinct(rng, size, row, self.symbols)
        inputs[:, row:] = np.take_along_axis(inputs, stretch, 1)
        targets = np.zeros_like(inputs)
        targets[:, row:] = np.take_along_axis(inputs, stretch + 1, 1)
        weights = np.zeros(inputs.shape, np.float32)
        weights[:, row:] = 1
        return Batch(
            inputs=inputs,
            targets=targets,
            lengths=np.full(size, self.length, np.int64),
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
