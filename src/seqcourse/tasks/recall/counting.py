"""As many b as there were a: what can only be said by whoever counts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.layer import Array
from seqcourse.tasks.contract.batch import MOST_STEPS, Batch, check_draw
from seqcourse.tasks.contract.scores import nats, right
from seqcourse.tasks.contract.vocabulary import Vocabulary, WordTask
from seqcourse.tasks.language.language import START

#: What follows the last letter.
END = "<end>"


@dataclass(frozen=True)
class Counting(WordTask):
    """Say the next letter of ``a a a b b b``: as many b as there were a.

    A sequence is n times ``a``, then n times ``b`` (and n times ``c``, where
    there are three letters), then ``<end>``; every n from ``shortest`` to
    ``longest`` is equally likely. Nobody can know when the last ``a`` has
    come. From the first ``b`` on, all that comes is certain for whoever has
    counted. Train with small n, then ask for larger ones,
    ``dataclasses.replace(task, shortest=20, longest=20)``: a table of the
    lengths that were seen says nothing about them.

    A model reads ``<start>`` and the letters; the targets are the letters and
    ``<end>``. The score is in nats per predicted symbol:

    - ``best`` is ``log N / L``, where N values of n are equally likely and
      ``L = symbols * (shortest + longest) / 2 + 1`` is the expected number of
      predictions. A sequence is as uncertain as its n, and no more.
    - ``chance`` is the entropy of the symbols' frequencies: each letter has
      ``(shortest + longest) / 2`` of the L predictions, ``<end>`` has one.

    `counted` says which sequences were right wherever one can be.

    Parameters
    ----------
    symbols
        How many letters, 2 or 3.
    shortest, longest
        The least and the largest n, 1 or more.

    Raises
    ------
    ValueError
        If there are not two or three letters, n is below 1, or the longest
        is below the shortest.

    Examples
    --------
    >>> task = Counting(shortest=3, longest=3)
    >>> batch = task.batch(np.random.default_rng(0), 1)
    >>> task.decode(batch.inputs[0]), task.decode(batch.targets[0])
    ('<start> a a a b b b', 'a a a b b b <end>')
    >>> round(Counting().best, 3)  # ten lengths, twelve predictions
    0.192

    References
    ----------
    Gers and Schmidhuber (2001), LSTM recurrent networks learn simple
    context-free and context-sensitive languages; Weiss, Goldberg and Yahav
    (2018), On the practical computational power of finite precision RNNs for
    language recognition.
    """

    symbols: int = 2
    shortest: int = 1
    longest: int = 10

    kind: ClassVar[str] = "language"
    loss: ClassVar[str] = "cross_entropy"

    def __post_init__(self) -> None:
        if self.symbols not in (2, 3):
            raise ValueError(f"symbols: expected 2 or 3, got {self.symbols}")
        arguments.check_positive(shortest=self.shortest, longest=self.longest)
        arguments.check_at_most(
            MOST_STEPS, shortest=self.shortest, longest=self.longest
        )
        if self.longest < self.shortest:
            raise ValueError(
                f"longest: expected at least the shortest, {self.shortest}, "
                f"got {self.longest}"
            )

    @property
    def vocabulary(self) -> Vocabulary:
        """``<start>``, the letters, ``<end>``."""
        return Vocabulary((START, *"abc"[: self.symbols], END))

    @property
    def num_classes(self) -> int:
        """One for each symbol."""
        return self.vocab_size

    @property
    def best(self) -> float:
        """The entropy of n, spread over the predictions."""
        lengths = self.longest - self.shortest + 1
        return math.log(lengths) / (self.symbols * self._mean + 1)

    @property
    def chance(self) -> float:
        """What the symbols' frequencies alone get, in nats per symbol."""
        total = self.symbols * self._mean + 1
        letters = self._mean * math.log(total / self._mean)
        return (self.symbols * letters + math.log(total)) / total

    @property
    def _mean(self) -> float:
        return (self.shortest + self.longest) / 2

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
            Inputs, targets and weights (B, T), with T one step more than the
            letters of the longest.

        Raises
        ------
        ValueError
            If rng is not a NumPy generator, or size is not a whole number of
            at least 1.
        """
        check_draw(rng, size, self.symbols * self.longest + 1)
        n = rng.integers(self.shortest, self.longest + 1, size)[:, None]
        lengths = self.symbols * n + 1
        step = np.arange(self.symbols * self.longest + 1)
        # Step t is in block t // n: the a have 0, the b 1, <end> the last.
        within = step < lengths
        targets = np.where(within, 1 + step // n, 0)
        inputs = np.zeros_like(targets)
        inputs[:, 1:] = np.where(within[:, 1:], targets[:, :-1], 0)
        return Batch(
            inputs, targets, lengths[:, 0], within.astype(np.float32)
        )

    @checked
    def metric(self, outputs: Array, batch: Batch) -> float:
        """Give the nats per predicted symbol.

        Parameters
        ----------
        outputs
            Scores (B, T, V).
        batch
            What was asked.

        Returns
        -------
        surprise
            Mean over the symbols of the batch.
        """
        return nats(outputs, batch)

    @checked
    def counted(self, outputs: Array, batch: Batch) -> Array:
        """Tell which sequences were right wherever the next is certain.

        That is at every step that reads a ``b`` or a ``c``, the last of which
        asks for ``<end>``: neither too early nor too late.

        Parameters
        ----------
        outputs
            Scores (B, T, V).
        batch
            What was asked.

        Returns
        -------
        right
            True or False for each sequence (B,).
        """
        uncertain = batch.inputs <= 1
        settled = np.logical_or(uncertain, right(outputs, batch))
        return np.asarray(settled.all(1))
