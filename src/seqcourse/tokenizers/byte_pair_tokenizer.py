"""Byte-pair encoding: tokens that a text's own frequencies have made."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Self

import numpy as np

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.layer import Array
from seqcourse.numpy.storage.atomic_write import write_bytes
from seqcourse.tokenizers import byte_pair_file
from seqcourse.tokenizers.byte_pair_merging import Merges, merge
from seqcourse.tokenizers.byte_pair_training import most_frequent_pairs
from seqcourse.tokenizers.byte_tokenizer import BYTES
from seqcourse.tokenizers.pre_tokenization import pre_tokens, text_and_bytes
from seqcourse.tokenizers.tokenizer import Tokenizer

#: Words of at most so many bytes are remembered, and so many of them.
_LONGEST, _MOST = 64, 1 << 16


@dataclass(frozen=True)
class BytePairTokenizer(Tokenizer):
    """Byte-pair encoding (BPE) at the byte level.

    A text is cut into words (`pre_tokens`), a word is its bytes of UTF-8, and
    neighbouring tokens are merged, the pair that comes first in ``merges``
    before the others. So a frequent word is one token, a rare one several,
    and nothing is unknown.

    Tokens 0 to 255 are the bytes; each merge that makes something new has the
    next number, and the special tokens come last.

    Parameters
    ----------
    merges
        Pairs of tokens; a pair may name the results of earlier pairs.
    special_tokens
        Texts that are one token, such as ``"<|endoftext|>"``, if `encode` is
        told so.

    Raises
    ------
    ValueError
        If a merge names a token that is not made before it, a pair comes
        twice, or a special token is empty or comes twice.

    Examples
    --------
    >>> text = "the cat sat on the mat, the rat sat on the cat"
    >>> tokenizer = BytePairTokenizer.train(text, vocab_size=261)
    >>> tokenizer.vocabulary[256:]
    (b'at', b'he', b'the', b' the', b' c')
    >>> [tokenizer.decode([token]) for token in tokenizer.encode("the rats")]
    ['the', ' ', 'r', 'at', 's']

    References
    ----------
    Sennrich, Haddow and Birch (2016), Neural machine translation of rare
    words with subword units; Radford et al. (2019), Language models are
    unsupervised multitask learners, section 2.2, for bytes.
    """

    merges: tuple[tuple[int, int], ...] = field(repr=False)
    special_tokens: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        seen = set()
        for pair in self.merges:
            if pair in seen:
                raise ValueError(
                    f"merges: expected each pair once, got {pair} again"
                )
            seen.add(pair)
        len(self._made)
        for name in self.special_tokens:
            if not name or self.special_tokens.count(name) > 1:
                raise ValueError(
                    "special_tokens: expected texts that are not empty, each "
                    f"once, got {list(self.special_tokens)}"
                )

    @classmethod
    @checked
    def train(
        cls,
        text: str | bytes,
        vocab_size: int,
        special_tokens: tuple[str, ...] = (),
    ) -> Self:
        """Make tokens of a text's most frequent pairs.

        Parameters
        ----------
        text
            What the pairs are counted in.
        vocab_size
            How many tokens V, with the 256 bytes and the special tokens;
            fewer if the text has no other pair twice.
        special_tokens
            Texts that are one token. The training does not look for them:
            join your documents without them.

        Returns
        -------
        tokenizer
            The same one for the same text.

        Raises
        ------
        ValueError
            If ``vocab_size`` is below that of the bytes and special tokens.
        """
        fixed = len(BYTES) + len(special_tokens)
        arguments.check_at_least(fixed, vocab_size=vocab_size)
        words: Counter[bytes] = Counter()
        for piece, _ in text_and_bytes(text):
            words.update(map(str.encode, pre_tokens(piece)))
        pairs = islice(most_frequent_pairs(words), vocab_size - fixed)
        return cls(tuple(pairs), special_tokens)

    @cached_property
    def _made(self) -> tuple[tuple[bytes, ...], Merges]:
        """The bytes of all tokens but the special ones, and the merges."""
        values, merges = list(BYTES), {}
        numbers = {value: token for token, value in enumerate(BYTES)}
        for rank, (left, right) in enumerate(self.merges):
            if not (0 <= left < len(values) and 0 <= right < len(values)):
                raise ValueError(
                    f"merges[{rank}]: expected two tokens from 0 to "
                    f"{len(values) - 1}, got {(left, right)}"
                )
            value = values[left] + values[right]
            token = numbers.setdefault(value, len(values))
            if token == len(values):
                values.append(value)
            merges[left, right] = rank, token
        return tuple(values), merges

    @cached_property
    def vocabulary(self) -> tuple[bytes, ...]:
        special = tuple(name.encode("utf-8") for name in self.special_tokens)
        return self._made[0] + special

    @cached_property
    def _special(self) -> tuple[re.Pattern[str], dict[str, int]]:
        """What finds special tokens, the longest first, and their numbers."""
        names = sorted(self.special_tokens, key=len, reverse=True)
        found = re.compile(f"({'|'.join(map(re.escape, names))})")
        first = len(self._made[0])
        numbers = {n: first + i for i, n in enumerate(self.special_tokens)}
        return found, numbers

    @cached_property
    def _words(self) -> dict[bytes, tuple[int, ...]]:
        """Words that were encoded before."""
        return {}

    @checked
    def encode(
        self, text: str | bytes, special_tokens: bool = False
    ) -> Array:
        """Turn a text into tokens.

        Parameters
        ----------
        text
            The text, or its bytes. Bytes that are not UTF-8 are never merged.
        special_tokens
            Whether a special token that is written in the text counts as
            one. Leave it off for texts of other people: they could write
            what ends a document.

        Returns
        -------
        tokens
            Whole numbers (T,), int64.

        Raises
        ------
        ValueError
            If a string is not Unicode.
        """
        tokens: list[int] = []
        for piece, rest in text_and_bytes(text):
            if special_tokens and self.special_tokens:
                tokens += self._with_special(piece)
            else:
                tokens += self._plain(piece)
            tokens += rest
        return np.array(tokens, np.int64)

    def _with_special(self, text: str) -> list[int]:
        pattern, numbers = self._special
        tokens = []
        for place, piece in enumerate(pattern.split(text)):
            tokens += [numbers[piece]] if place % 2 else self._plain(piece)
        return tokens

    def _plain(self, text: str) -> list[int]:
        tokens: list[int] = []
        for word in map(str.encode, pre_tokens(text)):
            found = self._words.get(word)
            if found is None:
                found = tuple(merge(word, self._made[1]))
                if len(word) <= _LONGEST and len(self._words) < _MOST:
                    self._words[word] = found
            tokens += found
        return tokens

    @checked
    def to_file(self, path: str | Path) -> None:
        """Write it as Hugging Face's ``tokenizer.json``.

        Parameters
        ----------
        path
            Where; a file already there is replaced once the new one is
            complete.

        Raises
        ------
        OSError
            If no file can be written there; the message names the path.
        """
        data = byte_pair_file.to_json(
            self._made[0], self.merges, self.special_tokens
        )
        write_bytes("path", Path(path), data)

    @classmethod
    @checked
    def from_file(cls, path: str | Path) -> Self:
        """Read what `to_file` has written.

        Parameters
        ----------
        path
            A ``tokenizer.json``.

        Returns
        -------
        tokenizer
            An equal one.

        Raises
        ------
        OSError
            If there is no such file, or it cannot be read.
        ValueError
            If it is another kind of file, or a tokenizer that cuts or numbers
            otherwise, which `HuggingFaceTokenizer` reads; the message begins
            with the path.
        """
        merges, special_tokens = byte_pair_file.read(Path(path))
        return cls(merges, special_tokens)
