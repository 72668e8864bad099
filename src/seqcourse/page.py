"""What stands around a cell in a page of the book: fields, a bar, files.

A cell reads what the reader wrote, reports how far it has come, and hands
over a file. Where there is no page, as in a notebook or while the book is
built, `written` gives what was there to begin with and the rest does nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.training.progress_reports import heard, report
from seqcourse.tokenizers.pre_tokenization import pre_tokens

__all__ = ["InputError", "folder", "offer", "report", "within", "written"]


class InputError(ValueError):
    """What the reader wrote cannot be used; the message says why.

    Examples
    --------
    >>> raise InputError("your text: expected one")
    Traceback (most recent call last):
    seqcourse.page.InputError: your text: expected one
    """


@dataclass(frozen=True)
class _Around:
    """What the page gives, and what takes a file's name and its bytes."""

    fields: Mapping[str, str]
    receive: Callable[[str, bytes], object]


_around: list[_Around] = []


@contextmanager
def within(
    fields: Mapping[str, str],
    listener: Callable[[float, float, str], object],
    receive: Callable[[str, bytes], object],
) -> Iterator[None]:
    """Run code as within a page.

    Parameters
    ----------
    fields
        What the reader has written, by the names of the fields.
    listener
        What hears each report.
    receive
        What gets the name and the bytes of each file that is offered.

    Yields
    ------
    None
        The page is there until the end of the ``with`` block.

    Examples
    --------
    >>> with within({"word": "sea"}, print, print):
    ...     print(written("word", otherwise="land"))
    ...     report(1, 2, "half of it")
    sea
    1 2 half of it
    """
    _around.append(_Around(fields, receive))
    try:
        with heard(listener):
            yield
    finally:
        _around.pop()


@checked
def written(
    name: str,
    otherwise: str,
    *,
    at_least: int = 1,
    at_most: int | None = None,
    longest_word: int | None = None,
) -> str:
    """Give what the reader has written into a field of the page.

    Parameters
    ----------
    name
        The field's name.
    otherwise
        What to give where there is no such field.
    at_least
        The fewest characters, without space at either end.
    at_most
        The most characters; None allows any number.
    longest_word
        The most characters between two spaces or marks, and of spaces one
        after the other: for byte-pair encoding, which takes much longer for
        a text that is not cut into words. None allows any number.

    Returns
    -------
    text
        All of it.

    Raises
    ------
    InputError
        If there are fewer than ``at_least`` or more than ``at_most``, or a
        word is too long.

    Examples
    --------
    >>> written("my-text", otherwise="to be or not to be")
    'to be or not to be'
    >>> written("my-text", otherwise=" so ", at_least=3)
    Traceback (most recent call last):
    seqcourse.page.InputError: my-text: expected at least 3 characters, got 2
    """
    given = _around[-1].fields if _around else {}
    text = given.get(name, otherwise)
    # Half of a pair of UTF-16 stands for no character.
    text = text.encode("utf-8", "replace").decode("utf-8")
    count = len(text.strip())
    if count < at_least:
        raise InputError(
            f"{name}: expected at least {at_least:,} "
            f"character{'s' * (at_least > 1)}, got {count:,}"
        )
    if at_most is not None and len(text) > at_most:
        raise InputError(
            f"{name}: expected at most {at_most:,} characters, "
            f"got {len(text):,}"
        )
    longest = 0 if longest_word is None else max(map(len, pre_tokens(text)))
    if longest_word is not None and longest > longest_word:
        raise InputError(
            f"{name}: expected words and spaces of at most {longest_word:,} "
            f"characters, got {longest:,} without a break"
        )
    return text


@cache
def _temporary() -> TemporaryDirectory[str]:
    """Make a folder that goes when Python does."""
    return TemporaryDirectory(prefix="seqcourse-")


def folder() -> Path:
    """Give a folder for the files of this page, the same at each call.

    Returns
    -------
    folder
        It is empty at first, and gone when Python ends.

    Examples
    --------
    >>> folder().is_dir(), folder() == folder()
    (True, True)
    """
    return Path(_temporary().name)


@checked
def offer(path: str | Path) -> None:
    """Hand a file to the reader: the page shows a link that downloads it.

    It may be offered again while a cell runs; the last one counts, and stays
    where the cell is stopped.

    Parameters
    ----------
    path
        The file.

    Raises
    ------
    OSError
        If it cannot be read.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder, within({}, print, print):
    ...     path = Path(folder, "word.txt")
    ...     size = path.write_text("sea")
    ...     offer(path)
    word.txt b'sea'
    """
    path = Path(path)
    if _around:
        _around[-1].receive(path.name, path.read_bytes())
