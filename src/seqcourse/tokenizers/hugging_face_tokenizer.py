"""Hugging Face's tokenizers, in Rust, behind the same interface."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np

from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.layer import Array
from seqcourse.numpy.storage.atomic_write import write_bytes
from seqcourse.numpy.storage.regular_file import open_regular
from seqcourse.tokenizers.byte_pair_file import PRINTABLE, to_bytes
from seqcourse.tokenizers.pre_tokenization import text_and_bytes
from seqcourse.tokenizers.tokenizer import Tokenizer


@dataclass(frozen=True)
class HuggingFaceTokenizer(Tokenizer):
    """A tokenizer of the library ``tokenizers``, for real sizes.

    It reads a byte-level ``tokenizer.json``, such as those of GPT-2 and Llama
    3 or what `BytePairTokenizer.to_file` writes, and gives the same tokens
    for the same merges.

    Parameters
    ----------
    json
        The text of a ``tokenizer.json``.

    Raises
    ------
    ImportError
        If ``tokenizers`` is not installed.
    ValueError
        If it is no such text, or its tokens are not bytes.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from seqcourse.tokenizers import BytePairTokenizer
    >>> ours = BytePairTokenizer.train("the cat and the rat", 260)
    >>> with TemporaryDirectory() as folder:
    ...     ours.to_file(Path(folder, "tokenizer.json"))
    ...     same = HuggingFaceTokenizer.from_file(
    ...         Path(folder, "tokenizer.json")
    ...     )
    >>> ours.encode("the hat").tolist() == same.encode("the hat").tolist()
    True

    References
    ----------
    Hugging Face, https://github.com/huggingface/tokenizers.
    """

    json: str = field(repr=False)

    encodes_parts: ClassVar[bool] = False  # it cuts as its file says

    def __post_init__(self) -> None:
        len(self.vocabulary)

    @cached_property
    def _tokenizer(self) -> Any:
        try:
            import tokenizers
        except ImportError:
            raise ImportError(
                "HuggingFaceTokenizer needs the library tokenizers: "
                'pip install "seqcourse[tokenizers]"'
            ) from None
        try:
            made = tokenizers.Tokenizer.from_str(self.json)
        except Exception as error:  # the library raises no other kind
            raise ValueError(
                f"json: expected a tokenizer.json, got {error}"
            ) from None
        made.no_padding()
        made.no_truncation()
        return made

    @cached_property
    def vocabulary(self) -> tuple[bytes, ...]:
        numbers = self._tokenizer.get_vocab()
        special = {
            token.content
            for token in self._tokenizer.get_added_tokens_decoder().values()
        }
        words = sorted(numbers, key=numbers.__getitem__)
        if [numbers[word] for word in words] != [*range(len(words))]:
            raise ValueError("json: expected tokens numbered from 0")
        values = tuple(
            word.encode() if word in special else to_bytes(word)
            for word in words
        )
        missing = {*map(bytes, ([b] for b in range(256)))} - {*values}
        if missing:
            raise ValueError(
                "json: expected a byte-level tokenizer, with a token for "
                f"each byte, got none for {min(missing)!r}"
            )
        return values

    @classmethod
    @checked
    def from_file(cls, path: str | Path) -> Self:
        """Read a ``tokenizer.json``.

        Parameters
        ----------
        path
            What the library, or `BytePairTokenizer.to_file`, has written.

        Returns
        -------
        tokenizer
            What the file says.

        Raises
        ------
        OSError
            If there is no such file, or it cannot be read.
        ValueError
            If it is another kind of file; the message begins with the path.
        """
        with open_regular(Path(path)) as file:
            data = file.read()
        try:
            return cls(data.decode("utf-8"))
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from None

    @checked
    def to_file(self, path: str | Path) -> None:
        """Write the ``tokenizer.json``.

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
        write_bytes("path", Path(path), self.json.encode("utf-8"))

    @checked
    def encode(
        self, text: str | bytes, special_tokens: bool = False
    ) -> Array:
        """Turn a text into tokens: see `BytePairTokenizer.encode`.

        Parameters
        ----------
        text
            The text, or its bytes.
        special_tokens
            Whether a special token that is written in the text counts as one.

        Returns
        -------
        tokens
            Whole numbers (T,), int64.

        Raises
        ------
        ValueError
            If a string is not Unicode.
        """
        self._tokenizer.encode_special_tokens = not special_tokens
        tokens: list[int] = []
        for piece, rest in text_and_bytes(text):
            found = self._tokenizer.encode(piece, add_special_tokens=False)
            tokens += found.ids
            tokens += map(
                self._tokenizer.token_to_id, map(PRINTABLE.get, rest)
            )
        return np.array(tokens, np.int64)
