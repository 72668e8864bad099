"""The book's own prose, as a text to learn from."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

#: What the installed package has; its hash lies beside it.
FILE = "book_text.txt"


@lru_cache(maxsize=1)
def book_text() -> str:
    """Give the prose of this book.

    Lessons come in the course's order, then the reference pages that are
    written by hand; `book_prose.collect` says what of a page is prose. The
    installed package carries the text as one file. In the source tree it is
    collected from the pages as they are, so it changes when they do.

    Returns
    -------
    text
        A line for each paragraph, an empty line before each heading.

    Raises
    ------
    ValueError
        If the package's file does not have the hash that lies beside it.
    FileNotFoundError
        If there is neither the file nor the book.

    Examples
    --------
    >>> book_text().splitlines()[0]
    'Why sequences need memory'
    """
    book = Path(__file__).parents[4] / "book"
    return read(resources.files("seqcourse.tasks.language"), book)


def read(package: Traversable, book: Path) -> str:
    """Read the text from the package's file or, without it, the pages.

    Parameters
    ----------
    package
        The folder with the file and its hash.
    book
        The folder with the pages.

    Returns
    -------
    text
        The prose.

    Raises
    ------
    ValueError
        If the file does not have its hash.
    FileNotFoundError
        If there is neither the file nor the book.

    Examples
    --------
    >>> read(Path("no"), Path("nowhere"))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    FileNotFoundError: book_text.txt: not in this installation...
    """
    file = package / FILE
    if file.is_file():
        content = file.read_bytes()
        expected = (package / f"{FILE}.sha256").read_text("ascii").strip()
        if (found := sha256(content).hexdigest()) != expected:
            raise ValueError(
                f"{file}: expected SHA-256 {expected}, got {found}; "
                "install the package again"
            )
        return content.decode("utf-8")
    if not (book / "index.md").is_file():
        raise FileNotFoundError(
            f"{FILE}: not in this installation, and there is no book in "
            f"{book}; install the package again"
        )
    from seqcourse.tasks.language.book_prose import collect

    return collect(book)
