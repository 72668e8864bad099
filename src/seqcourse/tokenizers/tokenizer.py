"""What every tokenizer can do: a text to numbers, and back."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from functools import cached_property
from typing import ClassVar

from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.configurable import Configurable
from seqcourse.numpy.contract.layer import Array
from seqcourse.tokenizers.token_numbers import numbers_of


class Tokenizer(Configurable):
    """Turns a text into tokens, whole numbers from 0, and back.

    A tokenizer is a frozen dataclass and part of a model's file: its
    ``to_config`` says all of it in JSON's types. A subclass has `vocabulary`
    and `encode`; the rest follows. If its tokens may cross the ends of
    `pre_tokens`, ``encodes_parts`` is False.

    Examples
    --------
    >>> from seqcourse.tokenizers import ByteTokenizer
    >>> tokenizer = ByteTokenizer()
    >>> tokenizer.encode("Sätze")
    array([ 83, 195, 164, 116, 122, 101])
    >>> tokenizer.decode(tokenizer.encode("Sätze"))
    'Sätze'
    """

    #: Whether a long text may be encoded part by part.
    encodes_parts: ClassVar[bool] = True

    @property
    @abstractmethod
    def vocabulary(self) -> tuple[bytes, ...]:
        """The bytes that each token stands for, by token."""

    @cached_property
    def vocab_size(self) -> int:
        """How many tokens there are, V."""
        return len(self.vocabulary)

    @abstractmethod
    def encode(self, text: str | bytes) -> Array:
        """Turn a text into tokens.

        Parameters
        ----------
        text
            The text, or its bytes.

        Returns
        -------
        tokens
            Whole numbers (T,), int64, from 0 to ``vocab_size - 1``.

        Raises
        ------
        ValueError
            If some of it has no token, or a string is not Unicode.
        """

    @checked
    def decode(self, tokens: Iterable[int]) -> str:
        """Turn tokens back into a text.

        Parameters
        ----------
        tokens
            Whole numbers (T,).

        Returns
        -------
        text
            What they stand for. Bytes that are not UTF-8, such as half of a
            character, become the replacement character ``�``; `decode_bytes`
            gives them as they are.

        Raises
        ------
        ValueError
            If one is no token.
        """
        return self.decode_bytes(tokens).decode("utf-8", "replace")

    @checked
    def decode_bytes(self, tokens: Iterable[int]) -> bytes:
        """Turn tokens back into bytes.

        Parameters
        ----------
        tokens
            Whole numbers (T,).

        Returns
        -------
        data
            The bytes that they stand for, one token after the other.

        Raises
        ------
        ValueError
            If one is no token.
        """
        numbers = numbers_of(tokens, self.vocab_size)
        return b"".join(self.vocabulary[number] for number in numbers)
