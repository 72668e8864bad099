"""The files that a command line names: read, or kept from harm."""

from __future__ import annotations

import argparse
import io
import os
from pathlib import Path

from seqcourse.cli.memory import gigabytes, memory
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


def check_places(options: argparse.Namespace, data: Path) -> None:
    """Refuse to write where something would be lost, or nothing can be.

    Parameters
    ----------
    options
        What the command line said.
    data
        The file with the text.

    Raises
    ------
    ValueError
        If what is to be written is the text, the other file that is to be
        written, or a model that is there already, without ``--force``.
    OSError
        If no file can be written there.

    Examples
    --------
    >>> from seqcourse.cli.options import parser
    >>> here = parser().parse_args(["train", "--save", "some.txt"])
    >>> check_places(here, Path("./some.txt"))
    Traceback (most recent call last):
    ValueError: --save: expected another file than --data, got 'some.txt'
    """
    named = {"--data": data}
    for name, path in (
        ("--checkpoint", options.checkpoint),
        ("--save", options.save),
    ):
        if path is None:
            continue
        for other, taken in named.items():
            if _same_file(path, taken):
                raise ValueError(
                    f"{name}: expected another file than {other}, "
                    f"got {str(path)!r}"
                )
        check_writable(name, path)
        named[name] = path
    if options.save and options.save.exists() and not options.force:
        raise ValueError(
            "--save: expected a new file, or --force to replace it, "
            f"got {str(options.save)!r}"
        )


def _same_file(one: Path, other: Path) -> bool:
    if "\0" in f"{one}{other}":  # which no file has in its name
        return False
    try:
        return one.samefile(other)
    except OSError:  # one of them is not there yet
        return os.path.realpath(one) == os.path.realpath(other)


def read_text(path: Path) -> str:
    """Read a text in UTF-8, without the byte-order mark that it may have.

    Parameters
    ----------
    path
        The file.

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
                    f"--data: expected a text that fits into memory, "
                    f"{gigabytes(memory())}, got {gigabytes(size)}"
                )
            text = io.TextIOWrapper(file, "utf-8-sig")
            return "".join(iter(lambda: text.read(_CHUNK), ""))
    except UnicodeDecodeError:
        raise ValueError(
            f"--data: expected a text in UTF-8, got {str(path)!r}"
        ) from None
    except OSError as error:
        raise type(error)(f"--data: {error}") from None
