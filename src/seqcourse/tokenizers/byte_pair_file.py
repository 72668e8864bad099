"""Hugging Face's tokenizer.json, for a byte-pair encoding that cuts as ours.

A file in this format holds every step from the text to the tokens. We write
ours and read it again; one that cuts or numbers otherwise is refused.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from seqcourse.numpy.contract.annotations import described
from seqcourse.numpy.storage.regular_file import open_regular
from seqcourse.tokenizers.byte_tokenizer import BYTES
from seqcourse.tokenizers.pre_tokenization import PATTERN

_PLAIN = [*range(33, 127), *range(161, 173), *range(174, 256)]
_OTHERS = sorted({*range(256)} - {*_PLAIN})
#: A printable character for each byte: itself, or one from 256 on.
PRINTABLE = {byte: chr(byte) for byte in _PLAIN} | {
    byte: chr(256 + place) for place, byte in enumerate(_OTHERS)
}
_BYTE = {character: bytes([byte]) for byte, character in PRINTABLE.items()}
_OTHERWISE = (
    "expected a tokenizer as BytePairTokenizer.to_file writes it, got other "
)


def printable(value: bytes) -> str:
    """Spell bytes in printable characters, as GPT-2's files do.

    Parameters
    ----------
    value
        Any bytes.

    Returns
    -------
    text
        One character for each byte.

    Examples
    --------
    >>> printable(" né".encode())
    'ĠnÃ©'
    """
    return "".join(PRINTABLE[byte] for byte in value)


def to_bytes(word: str) -> bytes:
    """Give the bytes that `printable` has spelled.

    Parameters
    ----------
    word
        Printable characters, one for each byte.

    Returns
    -------
    value
        The bytes.

    Raises
    ------
    ValueError
        If a character stands for no byte.

    Examples
    --------
    >>> to_bytes("ĠnÃ©").decode()
    ' né'
    """
    try:
        return b"".join(_BYTE[character] for character in word)
    except KeyError as error:
        raise ValueError(
            f"expected characters that stand for bytes, got {word!r} with "
            f"{error.args[0]!r}"
        ) from None


def _frame(special: Sequence[str], first: int) -> dict[str, Any]:
    """Everything in the file but the model."""
    byte_level = {
        "type": "ByteLevel",
        "add_prefix_space": False,
        "trim_offsets": True,
        "use_regex": False,
    }
    split = {
        "type": "Split",
        "pattern": {"Regex": PATTERN},
        "behavior": "Isolated",
        "invert": False,
    }
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            {
                "id": first + place,
                "content": name,
                "single_word": False,
                "lstrip": False,
                "rstrip": False,
                "normalized": False,
                "special": True,
            }
            for place, name in enumerate(special)
        ],
        "normalizer": None,
        "pre_tokenizer": {
            "type": "Sequence",
            "pretokenizers": [split, byte_level],
        },
        "post_processor": None,
        "decoder": byte_level,
    }


def to_json(
    values: Sequence[bytes],
    merges: Sequence[tuple[int, int]],
    special_tokens: Sequence[str],
) -> bytes:
    """Write a byte-pair encoding in the file's format.

    Parameters
    ----------
    values
        The bytes of each token, without the special ones.
    merges
        Pairs of tokens.
    special_tokens
        Their texts.

    Returns
    -------
    data
        The file.

    Examples
    --------
    >>> data = to_json([*BYTES, b"ab"], [(97, 98)], ["<end>"])
    >>> json.loads(data)["model"]["merges"]
    [['a', 'b']]
    """
    spelled = [printable(value) for value in values]
    told = _frame(special_tokens, len(values))
    told["model"] = {
        "type": "BPE",
        "dropout": None,
        "unk_token": None,
        "continuing_subword_prefix": None,
        "end_of_word_suffix": None,
        "fuse_unk": False,
        "byte_fallback": False,
        "ignore_merges": False,
        "vocab": {word: token for token, word in enumerate(spelled)},
        "merges": [[spelled[left], spelled[right]] for left, right in merges],
    }
    text = json.dumps(told, ensure_ascii=False, indent=1)
    return f"{text}\n".encode()


def read(path: Path) -> tuple[tuple[tuple[int, int], ...], tuple[str, ...]]:
    """Read the file's merges and special tokens.

    Parameters
    ----------
    path
        A ``tokenizer.json``.

    Returns
    -------
    merges
        Pairs of tokens, in order.
    special_tokens
        Their texts.

    Raises
    ------
    OSError
        If there is no such file, or it cannot be read.
    ValueError
        If it is not what `to_json` writes; the message begins with the path.

    Examples
    --------
    >>> read(Path("nothing.json"))
    Traceback (most recent call last):
    FileNotFoundError: nothing.json: no such file
    """
    with open_regular(path) as file:
        data = file.read()
    try:
        told = json.loads(data.decode("utf-8"))
        return _parts(told)
    except RecursionError:
        raise ValueError(f"{path}: it is nested too deeply") from None
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: not UTF-8 ({error.reason})") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"{path}: not JSON ({error})") from None
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def _parts(
    told: Any,
) -> tuple[tuple[tuple[int, int], ...], tuple[str, ...]]:
    added, model = _entry(told, "added_tokens"), _entry(told, "model")
    vocabulary, pairs = _entry(model, "vocab"), _entry(model, "merges")
    if not isinstance(added, list) or not isinstance(pairs, list):
        raise ValueError(f"{_OTHERWISE}lists")
    special = tuple(str(_entry(one, "content")) for one in added)
    if not isinstance(vocabulary, dict):
        raise ValueError(f"{_OTHERWISE}parts")
    merges = tuple(_pair(pair, vocabulary) for pair in pairs)
    values: list[Any] = [None] * len(vocabulary)
    for word, token in vocabulary.items():
        if token not in range(len(values)):
            raise ValueError(
                f"{_OTHERWISE}tokens: {described(word)} is {described(token)}"
            )
        values[token] = to_bytes(word)
    if tuple(values[: len(BYTES)]) != BYTES:
        raise ValueError(f"{_OTHERWISE}numbers for the bytes")
    if told != json.loads(to_json(values, merges, special)):
        raise ValueError(
            f"{_OTHERWISE}steps or settings; HuggingFaceTokenizer reads it"
        )
    return merges, special


def _entry(told: Any, name: str) -> Any:
    if not isinstance(told, dict) or name not in told:
        raise ValueError(f"{_OTHERWISE}parts: no {name!r}")
    return told[name]


def _pair(pair: Any, numbers: dict[str, Any]) -> tuple[int, int]:
    if isinstance(pair, str):  # as older files write it
        pair = pair.split(" ")
    if (
        not isinstance(pair, list)
        or len(pair) != 2
        or not all(isinstance(half, str) and half in numbers for half in pair)
    ):
        raise ValueError(f"{_OTHERWISE}merges: {described(pair)}")
    left, right = (numbers[half] for half in pair)
    return left, right
