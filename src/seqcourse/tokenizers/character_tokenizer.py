"""Tokens that are characters."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np

from seqcourse.numpy.contract.annotations import checked, described
from seqcourse.numpy.contract.layer import Array
from seqcourse.tokenizers.pre_tokenization import text_and_bytes
from seqcourse.tokenizers.tokenizer import Tokenizer


@dataclass(frozen=True)
class CharacterTokenizer(Tokenizer):
    """Each character of a text is a token, and no others exist.

    Parameters
    ----------
    characters
        Each character once; a token is a position here.

    Raises
    ------
    ValueError
        If there is none, one comes twice, or one is half of a surrogate pair.

    Examples
    --------
    >>> tokenizer = CharacterTokenizer.train("to be or not to be")
    >>> tokenizer.characters
    ' benort'
    >>> tokenizer.encode("not")
    array([3, 4, 6])
    >>> tokenizer.encode("now")
    Traceback (most recent call last):
    ValueError: text: expected the 7 characters of this tokenizer, got 'w'
    """

    characters: str

    def __post_init__(self) -> None:
        if not self.characters:
            raise ValueError("characters: expected at least one, got none")
        for _ in text_and_bytes(self.characters):
            pass
        seen: set[str] = set()
        for character in self.characters:
            if character in seen:
                raise ValueError(
                    f"characters: expected each once, got {character!r} again"
                )
            seen.add(character)

    @classmethod
    @checked
    def train(cls, text: str) -> Self:
        """Take the characters of a text, in Unicode's order.

        Parameters
        ----------
        text
            Where they come from.

        Returns
        -------
        tokenizer
            It knows these characters alone.

        Raises
        ------
        ValueError
            If the text is empty, or not Unicode.
        """
        if not text:
            raise ValueError("text: expected a character, got none")
        for _ in text_and_bytes(text):
            pass
        return cls("".join(sorted(set(text))))

    @cached_property
    def vocabulary(self) -> tuple[bytes, ...]:
        return tuple(c.encode("utf-8") for c in self.characters)

    @cached_property
    def _tokens(self) -> dict[str, int]:
        return {c: token for token, c in enumerate(self.characters)}

    @checked
    def encode(self, text: str | bytes) -> Array:
        known = self._tokens
        told = "".join(_text(*part) for part in text_and_bytes(text))
        tokens = map(known.__getitem__, told)
        try:
            return np.fromiter(tokens, np.int64, len(told))
        except KeyError as unknown:
            (character,) = unknown.args
        raise ValueError(
            f"text: expected the {len(known)} characters of this tokenizer, "
            f"got {character!r}"
        )


def _text(text: str, rest: bytes) -> str:
    if rest:
        raise ValueError(
            f"text: expected UTF-8, got the bytes {described(rest)}"
        )
    return text
