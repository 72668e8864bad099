"""Tokens that are bytes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.layer import Array
from seqcourse.tokenizers.pre_tokenization import text_and_bytes
from seqcourse.tokenizers.tokenizer import Tokenizer

#: Each byte, as a token's bytes.
BYTES = tuple(bytes([value]) for value in range(256))


@dataclass(frozen=True)
class ByteTokenizer(Tokenizer):
    """Each byte of UTF-8 is a token: 256 of them, and none is unknown.

    A letter of English is one token; most letters of other scripts are two
    or three, and an emoji is four.

    Examples
    --------
    >>> ByteTokenizer().encode("né")
    array([110, 195, 169])
    >>> ByteTokenizer().decode([110, 195])
    'n�'

    References
    ----------
    Xue et al. (2022), ByT5: Towards a token-free future with pre-trained
    byte-to-byte models.
    """

    @property
    def vocabulary(self) -> tuple[bytes, ...]:
        return BYTES

    @checked
    def encode(self, text: str | bytes) -> Array:
        data = b"".join(
            piece.encode("utf-8") + rest
            for piece, rest in text_and_bytes(text)
        )
        return np.frombuffer(data, np.uint8).astype(np.int64)
