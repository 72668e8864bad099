"""Characters and their numbers, with marks that are none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from seqcourse.numpy.contract.annotations import CheckedArguments, checked
from seqcourse.numpy.contract.layer import Array
from seqcourse.tokenizers.token_numbers import numbers_of

PAD, START, EOS = range(3)
MARKS = ("<pad>", "<start>", "<eos>")


@dataclass(frozen=True)
class Alphabet(metaclass=CheckedArguments):
    """The marks ``<pad>``, ``<start>`` and ``<eos>``, then characters.

    Parameters
    ----------
    characters
        Each once.

    Raises
    ------
    ValueError
        If there is none, or one comes twice.

    Examples
    --------
    >>> abc = Alphabet("abc")
    >>> abc.encode("cab")
    array([5, 3, 4])
    >>> abc.text([1, 5, 3, 4, 2, 0])
    'cab'
    """

    characters: str

    def __post_init__(self) -> None:
        found = set(self.characters)
        if not found or len(found) < len(self.characters):
            raise ValueError(
                "characters: expected at least one, each once, "
                f"got {self.characters!r}"
            )

    def __len__(self) -> int:
        return len(self.words)

    @property
    def words(self) -> tuple[str, ...]:
        """The marks and the characters, by token."""
        return (*MARKS, *self.characters)

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {c: len(MARKS) + n for n, c in enumerate(self.characters)}

    @checked
    def encode(self, text: str) -> Array:
        """Turn a text into tokens.

        Parameters
        ----------
        text
            Characters of this alphabet.

        Returns
        -------
        tokens
            Their numbers (T,), int64.

        Raises
        ------
        ValueError
            If a character is not in the alphabet.
        """
        unknown = next((c for c in text if c not in self._numbers), None)
        if unknown is not None:
            raise ValueError(
                f"text: {unknown!r} is none of the {len(self.characters)} "
                "characters of this task"
            )
        return np.array([self._numbers[c] for c in text], np.int64)

    @checked
    def text(self, tokens: Iterable[int]) -> str:
        """Turn tokens back into a text, without the marks.

        Parameters
        ----------
        tokens
            Numbers of characters and marks (T,).

        Returns
        -------
        text
            The characters up to the first ``<eos>``.

        Raises
        ------
        ValueError
            If a number is no character's and no mark's.
        """
        written = []
        for token in numbers_of(tokens, len(self)):
            if token == EOS:
                break
            if token >= len(MARKS):
                written.append(self.words[token])
        return "".join(written)
