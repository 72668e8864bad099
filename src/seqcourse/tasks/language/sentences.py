"""The next word, in a small English whose every probability is known."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from seqcourse.numpy.contract import arguments, shapes
from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.layer import Array
from seqcourse.tasks.contract.batch import Batch, check_draw
from seqcourse.tasks.contract.scores import nats
from seqcourse.tasks.contract.vocabulary import Vocabulary, WordTask, split
from seqcourse.tasks.language.grammar import FAMILIES
from seqcourse.tasks.language.language import (
    VOCABULARY,
    Language,
    check_families,
    language_of,
)


@dataclass(frozen=True)
class Sentences(WordTask):
    """Say the next word, at every word of a sentence.

    The sentences are those of a small weighted grammar, in
    ``seqcourse.tasks.language.grammar``. There are finitely many, each with a
    known probability, so what may come next and how likely it is are known
    exactly. Five families:

    - ``"sky"``: where things are: ``the clouds are in the sky .``
    - ``"weather"``: ``it is raining .``
    - ``"everyday"``: one does, many do: ``the dogs sleep in the garden .``
    - ``"agreement"``: ``the keys on the chair are mine .``
    - ``"country"``: ``I grew up in France , and although I have lived abroad
      for years , I still speak fluent French .`` The language follows from
      the country and from nothing else, 4 to 23 words back.

    A model reads ``<start>`` and a sentence without its last word; the
    targets are the sentence. The score is in nats per predicted word, the
    full stop among them, over all words of the batch alike.

    - ``best`` is the entropy of a sentence over its expected length: no
      prediction is less surprised, on average, than the true probabilities,
      and those are surprised by the entropy. (On one batch luck can have it
      lower; over many it does not.)
    - ``best_within(n)`` is the best for whoever sees the last n words alone.
    - ``chance`` is ``best_within(0)``, the entropy of the words' frequencies.

    Parameters
    ----------
    families
        Which families to draw from, in their given proportions. The words
        and their tokens are the same for all choices, so a model trained on
        some can be asked about others.

    Raises
    ------
    ValueError
        If there is no family, or one is unknown or comes twice.

    Examples
    --------
    >>> task = Sentences()
    >>> for word, p in task.next_words("the clouds are in the").items():
    ...     print(word, round(p, 3))
    sky 0.8
    mountains 0.133
    picture 0.067
    >>> round(task.best, 3), round(task.best_within(1), 3)
    (0.652, 1.239)
    >>> task.decode(task.encode("<start> the clouds"))
    '<start> the clouds'
    """

    families: tuple[str, ...] = tuple(FAMILIES)

    kind: ClassVar[str] = "language"
    loss: ClassVar[str] = "cross_entropy"

    def __post_init__(self) -> None:
        check_families(self.families)

    @property
    def vocabulary(self) -> Vocabulary:
        """``<start>``, the punctuation, and every word of every family."""
        return VOCABULARY

    @property
    def num_classes(self) -> int:
        """One for each word."""
        return self.vocab_size

    @property
    def best(self) -> float:
        """The entropy in nats per predicted word."""
        return self._language.surprise(None)

    @property
    def chance(self) -> float:
        """What the words' frequencies alone get, in nats per word."""
        return self.best_within(0)

    @property
    def _language(self) -> Language:
        return language_of(self.families)

    @checked
    def best_within(self, window: int) -> float:
        """Give the best score for whoever sees the last few words alone.

        Parameters
        ----------
        window
            How many words of the inputs are seen, ``<start>`` among them.

        Returns
        -------
        nats
            Per predicted word, exact.

        Raises
        ------
        ValueError
            If the window is below 0.
        """
        arguments.check_at_least(0, window=window)
        return self._language.surprise(window)

    def sentences(self) -> dict[str, float]:
        """Give every sentence there is.

        Returns
        -------
        probabilities
            The probability of each, the likeliest first; they add to 1.
        """
        every = self._language.sentences.items()
        likeliest = sorted(every, key=lambda item: -item[1])
        return {" ".join(words): p for words, p in likeliest}

    @checked
    def next_words(self, prefix: str) -> dict[str, float]:
        """Say exactly how likely each word is to come next.

        Parameters
        ----------
        prefix
            The words so far, without ``<start>``; may be empty.

        Returns
        -------
        probabilities
            Of every word that can come, the likeliest first; they add to 1.

        Raises
        ------
        ValueError
            If no sentence begins so, or it is already complete.
        """
        with shapes.called(text="prefix"):
            self.encode(prefix)
        node = self._language.tree.find(split(prefix))
        if node is None or not node.following:
            raise ValueError(
                f"prefix: expected the beginning of a sentence of {self}, "
                f"got {prefix!r}"
            )
        return node.next_words()

    @checked
    def entropy(self, prefix: str) -> float:
        """Say how uncertain the next word is, in nats.

        Parameters
        ----------
        prefix
            The words so far, without ``<start>``; may be empty.

        Returns
        -------
        nats
            The entropy of `next_words`: 0 where only one word can come.

        Raises
        ------
        ValueError
            If no sentence begins so, or it is already complete.
        """
        chances = self.next_words(prefix).values()
        return 0 - math.fsum(p * math.log(p) for p in chances)

    @checked
    def probability(self, sentence: str) -> float:
        """Say how likely a sentence is, or a beginning of sentences.

        Parameters
        ----------
        sentence
            A sentence with its full stop; or the first words of one, which
            are as likely as all sentences that begin so together.

        Returns
        -------
        probability
            Exact; 0 for words in an order that the grammar does not have.

        Raises
        ------
        ValueError
            If a word is not in the vocabulary.
        """
        with shapes.called(text="sentence"):
            self.encode(sentence)
        node = self._language.tree.find(split(sentence))
        return 0.0 if node is None else node.probability

    @checked
    def sample(self, rng: np.random.Generator) -> str:
        """Draw a sentence.

        Parameters
        ----------
        rng
            Where the randomness comes from.

        Returns
        -------
        sentence
            Its words with spaces between them.
        """
        batch = self.batch(rng, 1)
        return self.decode(batch.targets[0, : batch.lengths[0]])

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
            Inputs, targets and weights (B, T), with T the length of the
            longest sentence of these families.

        Raises
        ------
        ValueError
            If rng is not a NumPy generator, or size is not a whole number of
            at least 1.
        """
        targets, lengths, up_to = self._language.table
        check_draw(rng, size, targets.shape[1])
        drawn = np.searchsorted(up_to, rng.random(size), side="right")
        targets, lengths = targets[drawn], lengths[drawn]
        weights = np.arange(targets.shape[1]) < lengths[:, None]
        inputs = np.zeros_like(targets)
        inputs[:, 1:] = np.where(weights[:, 1:], targets[:, :-1], 0)
        return Batch(inputs, targets, lengths, weights.astype(np.float32))

    @checked
    def metric(self, outputs: Array, batch: Batch) -> float:
        """Give the nats per predicted word.

        Parameters
        ----------
        outputs
            Scores (B, T, V).
        batch
            What was asked.

        Returns
        -------
        surprise
            Mean over the words of the batch.
        """
        return nats(outputs, batch)
