"""Words and their numbers."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property

import numpy as np

from seqcourse.numpy.contract.layer import Array

# Commas, full stops and question marks are words of their own.
_WORD = re.compile(r"[,.?]|[^\s,.?]+")


def split(text: str) -> tuple[str, ...]:
    """Cut a text into words.

    Parameters
    ----------
    text
        Words with spaces between them; ``, . ?`` need no space.

    Returns
    -------
    words
        The words, with each punctuation mark as a word.

    Examples
    --------
    >>> split("I grew up in France, and")
    ('I', 'grew', 'up', 'in', 'France', ',', 'and')
    """
    return tuple(_WORD.findall(text))


@dataclass(frozen=True)
class Vocabulary:
    """The words that a task knows; a word's token is its place in the list.

    Parameters
    ----------
    words
        Every word once.

    Raises
    ------
    ValueError
        If there is no word, or one comes twice.

    Examples
    --------
    >>> Vocabulary(("the", "sky", ".")).encode("the sky.")
    array([0, 1, 2])
    """

    words: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.words:
            raise ValueError("words: expected at least one, got none")
        twice = {word for word in self.words if self.words.count(word) > 1}
        if twice:
            raise ValueError(
                f"words: expected each once, got {sorted(twice)} again"
            )

    def __len__(self) -> int:
        return len(self.words)

    @cached_property
    def tokens(self) -> dict[str, int]:
        """The number of each word."""
        return {word: token for token, word in enumerate(self.words)}

    def encode(self, text: str) -> Array:
        """Turn a text into tokens.

        Parameters
        ----------
        text
            Words of this vocabulary with spaces between them.

        Returns
        -------
        tokens
            Their numbers (T,), int64.

        Raises
        ------
        ValueError
            If a word is not in the vocabulary.

        Examples
        --------
        >>> Vocabulary(("the", "sky", ".")).encode("the Sky")
        Traceback (most recent call last):
        ValueError: text: 'Sky' is none of the 3 words of this task;
        did you mean 'sky'?
        """
        words = split(text)
        for word in words:
            if word not in self.tokens:
                near = get_close_matches(word, self.words, 1)
                hint = f"; did you mean {near[0]!r}?" if near else ""
                raise ValueError(
                    f"text: {word!r} is none of the {len(self)} words of "
                    f"this task{hint}"
                )
        return np.array([self.tokens[word] for word in words], np.int64)

    def decode(self, tokens: Iterable[int]) -> str:
        """Turn tokens back into a text.

        Parameters
        ----------
        tokens
            Numbers of words (T,).

        Returns
        -------
        text
            The words with spaces between them.

        Raises
        ------
        ValueError
            If a number is no word's.

        Examples
        --------
        >>> Vocabulary(("the", "sky", ".")).decode([0, 1])
        'the sky'
        """
        numbers = [int(token) for token in tokens]
        for number in numbers:
            if not 0 <= number < len(self):
                raise ValueError(
                    f"tokens: expected 0 to {len(self) - 1}, got {number}"
                )
        return " ".join(self.words[number] for number in numbers)


class WordTask(ABC):
    """What every task of words can do with them.

    Examples
    --------
    >>> from seqcourse.tasks import DelayedRecall
    >>> DelayedRecall(symbols=3).words
    ('0', '1', '2', '?')
    """

    @property
    @abstractmethod
    def vocabulary(self) -> Vocabulary:
        """The task's words and their numbers."""

    @property
    def words(self) -> tuple[str, ...]:
        """The task's words, by token."""
        return self.vocabulary.words

    @property
    def vocab_size(self) -> int:
        """How many words there are."""
        return len(self.vocabulary)

    def encode(self, text: str) -> Array:
        """Turn a text into tokens: see `Vocabulary.encode`.

        Parameters
        ----------
        text
            Words of this task with spaces between them.

        Returns
        -------
        tokens
            Their numbers (T,), int64.
        """
        return self.vocabulary.encode(text)

    def decode(self, tokens: Iterable[int]) -> str:
        """Turn tokens back into a text: see `Vocabulary.decode`.

        Parameters
        ----------
        tokens
            Numbers of words (T,).

        Returns
        -------
        text
            The words with spaces between them.
        """
        return self.vocabulary.decode(tokens)
