"""The sentences of some families, written out.

All of it follows from the families alone, so it is worked out once for each
choice of them, when it is first asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.annotations import CheckedArguments, checked
from seqcourse.numpy.contract.layer import Array
from seqcourse.tasks.contract.pattern import expand
from seqcourse.tasks.contract.vocabulary import Vocabulary
from seqcourse.tasks.language.grammar import FAMILIES, SHARES
from seqcourse.tasks.language.prefix_tree import Node, plant, surprise

#: Read before the first word; also what stands beyond a sentence's end.
START = "<start>"


@dataclass(frozen=True)
class Language(metaclass=CheckedArguments):
    """What some families of sentences make together.

    Parameters
    ----------
    families
        Names of families, in their given proportions.

    Raises
    ------
    ValueError
        If there is no family, or one is unknown or comes twice.

    Examples
    --------
    >>> language = Language(("weather",))
    >>> round(language.sentences["it", "is", "raining", "."], 3)
    0.079
    """

    families: tuple[str, ...]

    def __post_init__(self) -> None:
        check_families(self.families)

    @cached_property
    def sentences(self) -> dict[tuple[str, ...], float]:
        """The probability of each sentence."""
        sentences: dict[tuple[str, ...], float] = {}
        share_of_all = sum(SHARES[family] for family in self.families)
        for family in self.families:
            patterns = FAMILIES[family]
            unit = SHARES[family] / share_of_all / sum(patterns.values())
            for pattern, weight in patterns.items():
                for words, p in expand(pattern).items():
                    before = sentences.get(words, 0.0)
                    sentences[words] = before + p * weight * unit
        return sentences

    @cached_property
    def tree(self) -> Node:
        """The sentences by their beginnings."""
        return plant(self.sentences)

    @cached_property
    def table(self) -> tuple[Array, Array, Array]:
        """The sentences as tokens (S, T), their lengths, and sums to draw by.

        The sums are those of the probabilities up to and including each.
        """
        lengths = np.array([len(words) for words in self.sentences])
        tokens = np.zeros((len(lengths), lengths.max()), np.int64)
        for row, words in zip(tokens, self.sentences, strict=True):
            row[: len(words)] = [VOCABULARY.tokens[word] for word in words]
        up_to = np.cumsum(list(self.sentences.values()))
        # Rounding must leave no gap below 1 into which a draw could fall.
        return tokens, lengths, up_to / up_to[-1]

    @checked
    def surprise(self, window: int | None) -> float:
        """Give the entropy per word to whoever reads so far back.

        Parameters
        ----------
        window
            Words of context; None for all of them.

        Returns
        -------
        nats
            Per predicted word: see `prefix_tree.surprise`.
        """
        return _surprise(self, window)


def check_families(families: tuple[str, ...]) -> None:
    """Refuse what is no choice of families.

    Parameters
    ----------
    families
        Their names.

    Raises
    ------
    ValueError
        If there is none, or one is unknown or comes twice.

    Examples
    --------
    >>> check_families(("sea",))
    Traceback (most recent call last):
    ValueError: families: expected one of sky, weather, everyday, agreement,
    country, got 'sea'
    """
    if not families:
        raise ValueError(
            f"families: expected at least one name, got {families!r}"
        )
    for family in families:
        arguments.check_one_of(FAMILIES, families=family)
    if len(set(families)) < len(families):
        raise ValueError(f"families: expected each once, got {families}")


@checked
@lru_cache
def language_of(families: tuple[str, ...]) -> Language:
    """Give the one language of some families.

    Parameters
    ----------
    families
        Their names.

    Returns
    -------
    language
        The same object for the same families.

    Examples
    --------
    >>> language_of(("sky",)) is language_of(("sky",))
    True
    """
    return Language(families)


@lru_cache(maxsize=1024)
def _surprise(language: Language, window: int | None) -> float:
    return surprise(language.tree, window)


#: Every word of every family, so that tokens mean the same in all of them.
VOCABULARY = Vocabulary(
    (
        START,
        *sorted(set().union(*language_of(tuple(FAMILIES)).sentences)),
    )
)
