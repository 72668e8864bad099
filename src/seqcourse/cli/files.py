"""The files that a command line names: read, or kept from harm."""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from seqcourse.cli.memory import gigabytes, memory
from seqcourse.numpy.storage import safetensors
from seqcourse.numpy.storage.atomic_write import check_writable
from seqcourse.numpy.storage.regular_file import open_regular
from seqcourse.tasks.language.text import SHAKESPEARE
from seqcourse.tasks.series.downloads import fetch

#: Bytes that are decoded in one go.
_CHUNK = 1 << 20


def data_file(data: Path | None) -> Path:
    """Give the file with the text to train on.

    Parameters
    ----------
    data
        What was named; None stands for tiny Shakespeare.

    Returns
    -------
    path
        The file; a download if need be.

    Raises
    ------
    OSError
        If it must be downloaded and cannot be.

    Examples
    --------
    >>> data_file(Path("some.txt")).name
    'some.txt'
    """
    return fetch(SHAKESPEARE) if data is None else data


def check_places(
    options: argparse.Namespace, inputs: Mapping[str, Path]
) -> None:
    """Refuse to write where something would be lost, or nothing can be.

    Parameters
    ----------
    options
        What the command line said.
    inputs
        The files that are read, by what the command line calls them.

    Raises
    ------
    ValueError
        If what is to be written is read, too, or written twice, or is there
        already without ``--force``. A log is there by right where its
        checkpoint is.
    OSError
        If no file can be written there.

    Examples
    --------
    >>> from seqcourse.cli.options import parser
    >>> here = parser().parse_args(["train", "--save", "some.txt"])
    >>> check_places(here, {"--data": Path("./some.txt")})
    Traceback (most recent call last):
    ValueError: --save: expected another file than --data, got 'some.txt'
    """
    named = dict(inputs)
    outputs = {
        name: getattr(options, name[2:])
        for name in ("--checkpoint", "--log", "--save")
        if getattr(options, name[2:], None) is not None
    }
    for name, path in outputs.items():
        for other, taken in named.items():
            if _same_file(path, taken):
                raise ValueError(
                    f"{name}: expected another file than {other}, "
                    f"got {str(path)!r}"
                )
        check_writable(name, path)
        named[name] = path
    goes_on = "--checkpoint" in outputs and outputs["--checkpoint"].exists()
    for name in {*outputs} - {"--checkpoint", *["--log"] * goes_on}:
        if outputs[name].exists() and not options.force:
            raise ValueError(
                f"{name}: expected a new file, or --force to replace it, "
                f"got {str(outputs[name])!r}"
            )


def _same_file(one: Path, other: Path) -> bool:
    if "\0" in f"{one}{other}":  # which no file has in its name
        return False
    try:
        return one.samefile(other)
    except OSError:  # one of them is not there yet
        return os.path.realpath(one) == os.path.realpath(other)


@contextmanager
def called(name: str) -> Iterator[None]:
    """Say in an error about a file what the command line calls the file.

    Parameters
    ----------
    name
        An option, or what its help calls it.

    Yields
    ------
    None
        While the file is read.

    Raises
    ------
    OSError
        What was raised, with the name.
    ValueError
        What was raised, with the name.

    Examples
    --------
    >>> with called("MODEL"):
    ...     open_regular(Path("none"))
    Traceback (most recent call last):
    FileNotFoundError: MODEL: none: no such file
    """
    try:
        yield
    except OSError as error:
        raise type(error)(f"{name}: {error}") from None
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


def read_text(path: Path, name: str = "--data") -> str:
    """Read a text in UTF-8, without the byte-order mark that it may have.

    Parameters
    ----------
    path
        The file.
    name
        What the command line calls it.

    Returns
    -------
    text
        All of it.

    Raises
    ------
    OSError
        If it cannot be read.
    ValueError
        If it is not a text in UTF-8, or does not fit into memory.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     data = Path(folder, "text")
    ...     _ = data.write_text("the clouds are in the sky")
    ...     read_text(data)
    'the clouds are in the sky'
    """
    try:
        with open_regular(path) as file:
            size = os.fstat(file.fileno()).st_size
            if 2 * size > memory():  # the text, and a byte for each token
                raise ValueError(
                    f"{name}: expected a text that fits into memory, "
                    f"{gigabytes(memory())}, got {gigabytes(size)}"
                )
            text = io.TextIOWrapper(file, "utf-8-sig")
            return "".join(iter(lambda: text.read(_CHUNK), ""))
    except UnicodeDecodeError:
        raise ValueError(
            f"{name}: expected a text in UTF-8, got {str(path)!r}"
        ) from None
    except OSError as error:
        raise type(error)(f"{name}: {error}") from None


def fingerprint(path: Path) -> dict[str, Any]:
    """Say which file it was, so that another one is told from it.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    facts
        Its name, its SHA-256 and its length in bytes.

    Raises
    ------
    OSError
        If it cannot be read.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     data = Path(folder, "text")
    ...     _ = data.write_text("abc")
    ...     facts = fingerprint(data)
    >>> facts["name"], facts["sha256"][:8], facts["bytes"]
    ('text', 'ba7816bf', 3)
    """
    with open_regular(path) as file:
        return {
            "name": path.name,
            "sha256": hashlib.file_digest(file, "sha256").hexdigest(),
            "bytes": file.tell(),
        }


def steps_done(checkpoint: Path | None) -> int:
    """Read how many steps a run has made.

    Parameters
    ----------
    checkpoint
        Its file, which need not be there.

    Returns
    -------
    steps
        0 where there is no run; ``fit`` says what is wrong with a file.

    Examples
    --------
    >>> steps_done(Path("nothing"))
    0
    """
    if checkpoint is None:
        return 0
    try:
        _, metadata = safetensors.read(checkpoint)
        return int(json.loads(metadata["training"])["done"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return 0
