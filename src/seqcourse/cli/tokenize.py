"""``seqcourse tokenize``: a tokenizer trained, or a text cut into tokens."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from seqcourse import store
from seqcourse.cli.files import called, check_places, data_file, read_text
from seqcourse.cli.output import Output, escaped
from seqcourse.cli.text_task import byte_pairs
from seqcourse.numpy.storage.regular_file import open_regular
from seqcourse.tokenizers import BytePairTokenizer, Tokenizer


def prepared(options: argparse.Namespace) -> Callable[[], int]:
    """Make all ready, or refuse it.

    Parameters
    ----------
    options
        What the command line said.

    Returns
    -------
    job
        The rest of the work; a call does it and returns the exit status.

    Raises
    ------
    ValueError
        If two options do not go together, a file is not what it should be,
        or something would be lost.
    OSError
        If a file cannot be read, or none can be written.

    Examples
    --------
    >>> from seqcourse.cli.options import parser
    >>> prepared(parser().parse_args(["tokenize", "--text", "To be"]))
    Traceback (most recent call last):
    ValueError: --text: expected --tokenizer, too, which cuts it
    """
    if options.tokenizer is not None:
        for name in ("vocab_size", "save", "force"):
            if getattr(options, name):
                raise ValueError(
                    f"--{name.replace('_', '-')}: expected no --tokenizer, "
                    "which is trained already"
                )
        if (options.text is None) == (options.data is None):
            raise ValueError(
                "--tokenizer: expected either --text or --data, got "
                + ("both" if options.text is not None else "neither")
            )
        with called("--tokenizer"):
            tokenizer = read_tokenizer(options.tokenizer)
        text = options.text
        if text is None:
            text = read_text(options.data)
        return partial(show, tokenizer, text)
    if options.text is not None:
        raise ValueError("--text: expected --tokenizer, too, which cuts it")
    if options.save is None:
        raise ValueError(
            "--save: expected a path for the new tokenizer, or --tokenizer "
            "and a text to cut, got neither"
        )
    path = data_file(options.data)
    check_places(options, {"--data": path})
    text = read_text(path)
    if not text:
        raise ValueError("text: expected at least one character, got none")
    return partial(train_tokenizer, text, options.vocab_size, options.save)


def read_tokenizer(path: Path) -> Tokenizer:
    """Read a tokenizer of its own file, or of a text model's.

    Parameters
    ----------
    path
        A ``tokenizer.json``, or what ``seqcourse train`` saved.

    Returns
    -------
    tokenizer
        What the file holds.

    Raises
    ------
    ValueError
        If it is damaged, or holds none; the message begins with the path.
    OSError
        If it cannot be read.

    Examples
    --------
    >>> read_tokenizer(Path("none"))
    Traceback (most recent call last):
    FileNotFoundError: none: no such file
    """
    with open_regular(path) as file:
        beginning = file.read(8)
    if b"\0" not in beginning:  # a safetensors file begins with its length
        return BytePairTokenizer.from_file(path)
    tokenizer = store.read(path).tokenizer
    if tokenizer is None:
        raise ValueError(f"{path}: expected a text model, got no tokenizer")
    return tokenizer


def train_tokenizer(text: str, vocab_size: int | None, path: Path) -> int:
    """Train a byte-pair encoding and write it.

    Parameters
    ----------
    text
        What it is trained on.
    vocab_size
        How many tokens; None for the default.
    path
        Where.

    Returns
    -------
    status
        0: what was made is in the file, whether anybody reads the output or
        not.

    Raises
    ------
    ValueError
        If there are fewer tokens than bytes.
    OSError
        If it cannot be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "t.json")
    ...     train_tokenizer("abab " * 9, 260, path)  # doctest: +ELLIPSIS
    259 tokens, 4.50 bytes per token of the text, ... seconds
    saved to ...t.json
    0
    """
    begun = time.perf_counter()
    tokenizer = byte_pairs(text, vocab_size)
    seconds = time.perf_counter() - begun
    tokenizer.to_file(path)
    output = Output()
    each = len(text.encode()) / len(tokenizer.encode(text))
    output.line(
        f"{tokenizer.vocab_size:,} tokens, {each:.2f} bytes per token of "
        f"the text, {seconds:.1f} seconds"
    )
    output.line(f"saved to {path}")
    return 0


def show(tokenizer: Tokenizer, text: str) -> int:
    r"""Print a text with a cut between its tokens, and their numbers.

    Parameters
    ----------
    tokenizer
        What cuts it.
    text
        What is cut.

    Returns
    -------
    status
        0, or 1 where nobody reads it.

    Raises
    ------
    ValueError
        If the text is empty or has something that is no token.

    Examples
    --------
    >>> tokenizer = BytePairTokenizer.train("to be or to be", 260)
    >>> show(tokenizer, "to be or not")
    to| be| |o|r| |n|o|t
    257 258 32 111 114 32 110 111 116
    9 tokens, 12 bytes, 1.33 bytes per token
    0
    """
    tokens = tokenizer.encode(text)
    if not len(tokens):
        raise ValueError("text: expected at least one token, got none")
    output, size = Output(), len(text.encode())
    output.line("|".join(_cut(tokenizer.vocabulary[t]) for t in tokens))
    output.line(" ".join(map(str, tokens)))
    output.line(
        f"{len(tokens):,} tokens, {size:,} bytes, "
        f"{size / len(tokens):.2f} bytes per token"
    )
    return int(output.closed)


def _cut(value: bytes) -> str:
    """Write a token so that no character of it looks like a cut."""
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError:
        return "".join(f"\\x{byte:02x}" for byte in value)
    return escaped(text.replace("\\", r"\\").replace("|", r"\|"))
