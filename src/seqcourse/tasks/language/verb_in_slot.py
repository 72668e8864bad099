"""A verb is a verb wherever it stands."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.layer import Array
from seqcourse.tasks.contract.batch import MOST_STEPS, Batch, check_draw
from seqcourse.tasks.contract.scores import accuracy
from seqcourse.tasks.contract.vocabulary import Vocabulary, WordTask

_VERBS = (
    "runs",
    "sings",
    "sleeps",
    "jumps",
    "reads",
    "waits",
    "eats",
    "swims",
)
_FILLERS = (
    "the",
    "a",
    "old",
    "small",
    "red",
    "quiet",
    "dog",
    "tree",
    "house",
    "river",
    "and",
    "very",
)
_VOCABULARY = Vocabulary((*_VERBS, *_FILLERS))


@dataclass(frozen=True)
class VerbInSlot(WordTask):
    """Say of each word which verb it is, or that it is none.

    Of ``length`` words one is a verb; every other word is drawn from twelve
    that are none, all equally likely. The first ``settled`` verbs stand in
    slot ``slot`` and nowhere else, the other verbs anywhere. Train with the
    settled verbs in one slot and ask for them in another,
    ``dataclasses.replace(task, slot=9)``: what was learned about a word
    should not depend on where it stood.

    The metric asks for the settled verbs alone:

    - ``best`` is 1, in whichever slot: the verb is there to be read.
    - ``chance`` is 1/9, that of drawing one of the nine answers blindly.

    Parameters
    ----------
    length
        Words in a sequence.
    slot
        Where the settled verbs stand, from 1 to ``length``.
    settled
        How many of the eight verbs are settled, from 1 to 8.

    Raises
    ------
    ValueError
        If length is below 1, the slot lies outside the sequence, or there
        are not that many verbs.

    Examples
    --------
    >>> task = VerbInSlot(length=5, slot=2)
    >>> batch = task.batch(np.random.default_rng(1), 1)
    >>> print(task.decode(batch.inputs[0]))
    river jumps the a river
    >>> [task.answers[c] for c in batch.targets[0]]
    ['none', 'jumps', 'none', 'none', 'none']
    """

    length: int = 10
    slot: int = 2
    settled: int = 4

    kind: ClassVar[str] = "tag"
    loss: ClassVar[str] = "cross_entropy"
    best: ClassVar[float] = 1.0
    chance: ClassVar[float] = 1 / (1 + len(_VERBS))
    num_classes: ClassVar[int] = 1 + len(_VERBS)
    #: What each class means.
    answers: ClassVar[tuple[str, ...]] = ("none", *_VERBS)

    def __post_init__(self) -> None:
        arguments.check_positive(
            length=self.length, slot=self.slot, settled=self.settled
        )
        arguments.check_at_most(MOST_STEPS, length=self.length)
        if self.slot > self.length:
            raise ValueError(
                f"slot: expected 1 to {self.length}, the length, "
                f"got {self.slot}"
            )
        if self.settled > len(_VERBS):
            raise ValueError(
                f"settled: expected 1 to {len(_VERBS)} verbs, "
                f"got {self.settled}"
            )

    @property
    def vocabulary(self) -> Vocabulary:
        """The verbs, then the other words."""
        return _VOCABULARY

    @checked
    def batch(self, rng: np.random.Generator, size: int) -> Batch:
        """Draw sequences, the settled and the other verbs alike.

        Parameters
        ----------
        rng
            Where the randomness comes from.
        size
            How many.

        Returns
        -------
        batch
            Inputs and targets (B, length).

        Raises
        ------
        ValueError
            If rng is not a NumPy generator, or size is not a whole number of
            at least 1.
        """
        check_draw(rng, size, self.length)
        verbs = rng.integers(len(_VERBS), size=size)
        anywhere = rng.integers(self.length, size=size)
        slots = np.where(verbs < self.settled, self.slot - 1, anywhere)
        inputs = rng.integers(
            len(_VERBS), len(_VOCABULARY), size=(size, self.length)
        )
        at = np.arange(size), slots
        inputs[at] = verbs
        targets = np.zeros_like(inputs)
        targets[at] = 1 + verbs
        return Batch(
            inputs=inputs,
            targets=targets,
            lengths=np.full(size, self.length, np.int64),
            weights=np.ones(inputs.shape, np.float32),
        )

    @checked
    def metric(self, outputs: Array, batch: Batch) -> float:
        """Give the share of the settled verbs that were named.

        Parameters
        ----------
        outputs
            Scores (B, length, 9).
        batch
            What was asked; one settled verb in it at least.

        Returns
        -------
        share
            From 0 to 1.

        Raises
        ------
        ValueError
            If the batch has no settled verb.
        """
        settled = (batch.targets > 0) & (batch.targets <= self.settled)
        asked = batch.weights * settled
        if not asked.any():
            raise ValueError("batch: expected at least one settled verb")
        return accuracy(outputs, replace(batch, weights=asked))
