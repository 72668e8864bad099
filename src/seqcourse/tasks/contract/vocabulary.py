"""Words and their numbers."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property

import numpy as np

from seqcourse.numpy.contract.annotations import (
    CheckedArguments,
    checked,
)
from seqcourse.numpy.contract.layer import Array
from seqcourse.tokenizers.token_numbers import numbers_of

# Commas, full stops and question marks are words of their own.
_WORD = re.compile(r"[,.?]|[^\s,.?]+")


@checked
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
class Vocabulary(metaclass=CheckedArguments):
    """The words that a task knows; a word's token is its place in the list.

    Parameters
    ----------
    words
        Every word once.

    Raises
    ------
    ValueError
        If there is no word, one comes twice, or one is not what `split` calls
        a word.

    Examples
    --------
    >>> Vocabulary(("the", "sky", ".")).encode("the sky.")
    array([0, 1, 2])
    """

    words: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.words:
            raise ValueError("words: expected at least one, got none")
        for word in self.words:
            if not _WORD.fullmatch(word):
                raise ValueError(
                    "words: expected words without spaces, and punctuation "
                    f"as words of its own, got {word!r}"
                )
        counts = Counter(self.words)
        twice = {word for word, count in counts.items() if count > 1}
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

    @checked
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

    @checked
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
        return " ".join(self.words[n] for n in numbers_of(tokens, len(self)))


class WordTask(metaclass=CheckedArguments):
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

    @checked
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

    @checked
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
