"""Windows of a text as token numbers, each with the tokens that follow."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import ClassVar

import numpy as np

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.annotations import CheckedArguments, checked
from seqcourse.numpy.contract.layer import Array
from seqcourse.tasks.contract.batch import Batch, check_draw
from seqcourse.tasks.contract.scores import nats

SPLITS = ("train", "validation")


class TextWindows(metaclass=CheckedArguments):
    """What the tasks of predicting a text's next token have in common.

    A subclass has a ``window`` and the split's ``tokens`` (T,).

    Examples
    --------
    >>> from seqcourse.tasks import Characters
    >>> issubclass(Characters, TextWindows)
    True
    """

    window: int

    kind: ClassVar[str] = "language"
    loss: ClassVar[str] = "cross_entropy"

    @property
    @abstractmethod
    def tokens(self) -> Array:
        """The split's tokens (T,)."""

    @checked
    def batch(self, rng: np.random.Generator, size: int) -> Batch:
        """Draw windows; each place of the split is equally likely.

        Parameters
        ----------
        rng
            Where the randomness comes from.
        size
            How many.

        Returns
        -------
        batch
            Inputs, targets and weights (B, window).

        Raises
        ------
        ValueError
            If rng is not a NumPy generator, or size is not a whole number of
            at least 1.
        """
        check_draw(rng, size, self.window + 1)
        starts = rng.integers(len(self.tokens) - self.window, size=size)
        return self._at(starts)

    @checked
    def in_order(self, size: int) -> Iterator[Batch]:
        """Read the split from end to end, as so many streams side by side.

        Each batch goes on where the one before it stopped, so that a model's
        state can be handed on. Of the split, the last tokens that fill no
        window in every stream are left out.

        Parameters
        ----------
        size
            Streams B.

        Returns
        -------
        batches
            Inputs, targets and weights (B, window) of each.

        Raises
        ------
        ValueError
            If the split is too short for one window in each stream.
        """
        arguments.check_positive(size=size)
        windows = (len(self.tokens) - 1) // size // self.window
        if windows < 1:
            raise ValueError(
                f"size: expected at most "
                f"{(len(self.tokens) - 1) // self.window} streams (axis 0, "
                f"B) of one window each, got {size}"
            )
        first = np.arange(size) * windows * self.window
        return (self._at(first + n * self.window) for n in range(windows))

    def _at(self, starts: Array) -> Batch:
        seen = self.tokens[starts[:, None] + np.arange(self.window + 1)]
        B, T = len(starts), self.window
        return Batch(
            inputs=seen[:, :-1].astype(np.int64),
            targets=seen[:, 1:].astype(np.int64),
            lengths=np.full(B, T, np.int64),
            weights=np.ones((B, T), np.float32),
        )

    @checked
    def metric(self, outputs: Array, batch: Batch) -> float:
        """Give the nats per token.

        Parameters
        ----------
        outputs
            Scores (B, T, V).
        batch
            What was asked.

        Returns
        -------
        cross_entropy
            Mean over the tokens of the batch.
        """
        return nats(outputs, batch)
