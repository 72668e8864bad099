"""The dog bites the man: who does it?"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import ClassVar

import numpy as np

from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.layer import Array
from seqcourse.tasks.contract.batch import Batch, check_draw
from seqcourse.tasks.contract.scores import accuracy
from seqcourse.tasks.contract.vocabulary import Vocabulary, WordTask

_NOUNS = ("dog", "man", "cat", "child", "horse", "bird", "woman", "fox")
_VERBS = ("bites", "chases", "sees", "hears", "follows", "calls")
_VOCABULARY = Vocabulary(("the", *_NOUNS, *_VERBS))


@dataclass(frozen=True)
class WhoDidWhat(WordTask):
    """Say who does it, in sentences whose words allow either answer.

    A sentence is ``the dog bites the man``: two different nouns and a verb,
    all equally likely. The answer is the noun that does it. Every sentence is
    as likely as its swap, ``the man bites the dog``, which has the same words
    and the other answer. So:

    - ``best`` is 1: the answer is the second word, whoever knows the order
      knows it.
    - ``order_blind`` is 1/2: whoever sees only which words there are gives
      one answer to a sentence and its swap, and is right on exactly one of
      the two.
    - ``chance`` is 1/8: without reading, each of the eight nouns is as likely
      as any other.

    Examples
    --------
    >>> task = WhoDidWhat()
    >>> batch = task.pairs()
    >>> for row in 0, 1:
    ...     print(
    ...         task.decode(batch.inputs[row]),
    ...         "→",
    ...         task.answers[batch.targets[row]],
    ...     )
    the dog bites the man → dog
    the man bites the dog → man
    """

    kind: ClassVar[str] = "classify"
    loss: ClassVar[str] = "cross_entropy"
    best: ClassVar[float] = 1.0
    order_blind: ClassVar[float] = 0.5
    chance: ClassVar[float] = 1 / len(_NOUNS)
    num_classes: ClassVar[int] = len(_NOUNS)
    #: What each class means.
    answers: ClassVar[tuple[str, ...]] = _NOUNS

    @property
    def vocabulary(self) -> Vocabulary:
        """The article, the nouns, the verbs."""
        return _VOCABULARY

    @checked
    def batch(self, rng: np.random.Generator, size: int) -> Batch:
        """Draw sentences.

        Parameters
        ----------
        rng
            Where the randomness comes from.
        size
            How many.

        Returns
        -------
        batch
            Inputs (B, 5), targets (B,).

        Raises
        ------
        ValueError
            If rng is not a NumPy generator, or size is not a whole number of
            at least 1.
        """
        check_draw(rng, size)
        agent = rng.integers(len(_NOUNS), size=size)
        # One to seven steps around the circle of nouns lead to another noun.
        step = rng.integers(1, len(_NOUNS), size=size)
        verb = rng.integers(len(_VERBS), size=size)
        return _sentences(agent, verb, (agent + step) % len(_NOUNS))

    def pairs(self) -> Batch:
        """Give every sentence there is, each beside its swap.

        Rows 2k and 2k + 1 are a sentence and its swap, so an accuracy
        measured here is exact.

        Returns
        -------
        batch
            Inputs (336, 5), targets (336,).
        """
        agent, verb, patient = np.array(
            [
                (*order[:1], verb, *order[1:])
                for a, b in combinations(range(len(_NOUNS)), 2)
                for verb in range(len(_VERBS))
                for order in ((a, b), (b, a))
            ]
        ).T
        return _sentences(agent, verb, patient)

    @checked
    def metric(self, outputs: Array, batch: Batch) -> float:
        """Give the share of right answers.

        Parameters
        ----------
        outputs
            Scores (B, 8).
        batch
            What was asked.

        Returns
        -------
        share
            From 0 to 1.
        """
        return accuracy(outputs, batch)


def _sentences(agent: Array, verb: Array, patient: Array) -> Batch:
    """Write ``the agent verb the patient`` for arrays of each."""
    noun_at, verb_at = 1, 1 + len(_NOUNS)
    the = np.zeros_like(agent)
    words = (the, noun_at + agent, verb_at + verb, the, noun_at + patient)
    size = len(agent)
    return Batch(
        inputs=np.stack(words, axis=1).astype(np.int64),
        targets=agent.astype(np.int64),
        lengths=np.full(size, len(words), np.int64),
        weights=np.ones(size, np.float32),
    )
