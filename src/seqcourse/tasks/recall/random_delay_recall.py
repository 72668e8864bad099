"""What was the first symbol? Asked nobody knows when."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.annotations import checked
from seqcourse.tasks.contract.batch import Batch, check_draw
from seqcourse.tasks.recall.delayed_recall import DelayedRecall


@dataclass(frozen=True)
class RandomDelayRecall(DelayedRecall):
    """Recall the first symbol after a random number of others.

    As `DelayedRecall`, but each sequence has its own delay, from ``shortest``
    to ``delay``, all equally likely. In `DelayedRecall` the answer is always
    as far back as it was in training, so a model may react to the symbol at
    that distance. Here it must hold the symbol until the question comes.

    - ``best`` and ``chance`` are those of `DelayedRecall`.

    Parameters
    ----------
    delay
        The longest delay: symbols between the first one and the question.
    symbols
        Size of the alphabet; 2 or more.
    shortest
        The shortest delay; 0 or more, and at most ``delay``.

    Raises
    ------
    ValueError
        If shortest is below 0 or above delay, or symbols below 2.

    Examples
    --------
    >>> task = RandomDelayRecall(delay=5, shortest=1)
    >>> batch = task.batch(np.random.default_rng(0), 3)
    >>> for tokens, length in zip(batch.inputs, batch.lengths):
    ...     print(task.decode(tokens[:length]))
    2 2 0 0 0 1 ?
    5 7 4 4 7 ?
    4 4 7 2 ?
    """

    shortest: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        arguments.check_at_least(0, shortest=self.shortest)
        if self.delay < self.shortest:
            raise ValueError(
                f"delay: expected at least the shortest, {self.shortest}, "
                f"got {self.delay}"
            )

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
            Inputs (B, T), with T the steps of the longest; targets (B,).

        Raises
        ------
        ValueError
            If rng is not a NumPy generator, or size is not a whole number of
            at least 1.
        """
        check_draw(rng, size, self.delay + 2)
        lengths = rng.integers(self.shortest, self.delay + 1, size) + 2
        T = int(lengths.max())
        inputs = rng.integers(self.symbols, size=(size, T))
        asked = lengths[:, None] - 1
        inputs[np.arange(T) == asked] = self.symbols
        inputs[np.arange(T) > asked] = 0
        return Batch(
            inputs=inputs,
            targets=inputs[:, 0].copy(),
            lengths=lengths,
            weights=np.ones(size, np.float32),
        )
