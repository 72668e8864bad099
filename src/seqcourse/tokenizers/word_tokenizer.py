"""Tokens that are words, and one for all the words that are unknown."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.layer import Array
from seqcourse.tokenizers.pre_tokenization import pre_tokens, text_and_bytes
from seqcourse.tokenizers.tokenizer import Tokenizer


@dataclass(frozen=True)
class WordTokenizer(Tokenizer):
    """Each frequent word of a text is a token; token 0 is every other word.

    What counts as a word is what `pre_tokens` gives: a word takes the space
    before it along, so that decoding puts the spaces back.

    Parameters
    ----------
    words
        Each word once; a token is a position here, plus 1.
    unknown
        What token 0 is decoded to.

    Raises
    ------
    ValueError
        If a word comes twice, or is not one word.

    Examples
    --------
    >>> tokenizer = WordTokenizer.train("the cat and the dog", 4)
    >>> tokenizer.words
    (' and', ' cat', ' dog')
    >>> tokenizer.decode(tokenizer.encode("the cat and the dog"))
    '<unk> cat and<unk> dog'
    """

    words: tuple[str, ...]
    unknown: str = "<unk>"

    def __post_init__(self) -> None:
        known: set[str] = set()
        for word in self.words:
            if [word] != [
                w for t, _ in text_and_bytes(word) for w in pre_tokens(t)
            ]:
                raise ValueError(
                    f"words: expected one word in each, got {word!r}"
                )
            if word in known:
                raise ValueError(
                    f"words: expected each once, got {word!r} again"
                )
            known.add(word)

    @classmethod
    @checked
    def train(
        cls, text: str | bytes, vocab_size: int, unknown: str = "<unk>"
    ) -> Self:
        """Take the most frequent words of a text.

        Parameters
        ----------
        text
            Where they come from.
        vocab_size
            How many tokens V, with the one for unknown words; fewer if the
            text has fewer words.
        unknown
            What unknown words are decoded to.

        Returns
        -------
        tokenizer
            Its words by frequency; of equally frequent words, the one that
            sorts first.

        Raises
        ------
        ValueError
            If ``vocab_size`` is below 1.
        """
        arguments.check_positive(vocab_size=vocab_size)
        counts: Counter[str] = Counter()
        for piece, _ in text_and_bytes(text):
            counts.update(pre_tokens(piece))
        ranked = sorted(counts, key=lambda word: (-counts[word], word))
        return cls(tuple(ranked[: vocab_size - 1]), unknown)

    @cached_property
    def vocabulary(self) -> tuple[bytes, ...]:
        return tuple(w.encode("utf-8") for w in (self.unknown, *self.words))

    @cached_property
    def _tokens(self) -> dict[str, int]:
        return {word: token for token, word in enumerate(self.words, 1)}

    @checked
    def encode(self, text: str | bytes) -> Array:
        tokens: list[int] = []
        for piece, rest in text_and_bytes(text):
            tokens += [self._tokens.get(w, 0) for w in pre_tokens(piece)]
            tokens += [0] * bool(rest)
        return np.array(tokens, np.int64)
