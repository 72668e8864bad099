"""Texts to learn from, in the public domain."""

from __future__ import annotations

import re

from seqcourse.tasks.series.downloads import RemoteFile, fetch

SHAKESPEARE = RemoteFile(
    name="tinyshakespeare.txt",
    url="https://raw.githubusercontent.com/karpathy/char-rnn/master/"
    "data/tinyshakespeare/input.txt",
    sha256="86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
)

#: In Gutenberg's file, a chapter's number and name.
_CHAPTER = re.compile(r"\n{5} (?:([IVX]+)\.\n )?(\S.*)\n{3}")


def _novel(ebook: bytes) -> bytes:
    """Take the novel out of Project Gutenberg's file.

    What stands before and after it changes from one year to the next. The
    blank lines of title and chapters are those of the edition with the hash
    below.
    """
    text = ebook.decode("utf-8-sig", "replace").replace("\r\n", "\n")
    text = text.partition("*** START OF")[2].partition("\n")[2]
    text = text.partition("*** END OF")[0].strip() + "\n"
    title, _, chapters = text.partition("\n\n\nCONTENTS\n\n")
    book, _, author = title.replace("\n\n", "\n\n\n", 1).rpartition("\n\n")

    def spaced(chapter: re.Match[str]) -> str:
        number, name = chapter.groups()
        return (
            "\n" * 4
            + (f" {number}\n\n\n" if number else "")
            + (f" {name}\n\n")
        )

    head = f"{book}\n\n\n\n\n{author}\n\n\n\n\nCONTENTS\n\n\n"
    return (head + _CHAPTER.sub(spaced, chapters)).encode()


TIME_MACHINE = RemoteFile(
    name="time_machine_body.txt",
    url="https://www.gutenberg.org/cache/epub/35/pg35.txt",
    sha256="ddc5b7195fb6cd86759bd8b8bc645f9cfdb552254d186a8cebe68da6e7c629ff",
    extract=_novel,
)


def shakespeare() -> str:
    """Give 1.1 million characters of Shakespeare's plays.

    They are the usual small corpus for models of characters: by custom the
    first 90 % is to train on and the last 10 % to validate. The text is in
    the public domain; it is downloaded once (`downloads.fetch`).

    Returns
    -------
    text
        Speakers, lines and line breaks; 65 different characters.

    Raises
    ------
    ValueError
        If the file found is not the right one.
    ConnectionError
        If it must be downloaded and cannot be.

    Examples
    --------
    >>> shakespeare.__module__, SHAKESPEARE.name
    ('seqcourse.tasks.language.text', 'tinyshakespeare.txt')

    References
    ----------
    Karpathy (2015), The unreasonable effectiveness of recurrent neural
    networks.
    """
    return fetch(SHAKESPEARE).read_text(encoding="utf-8")


def time_machine() -> str:
    """Give H. G. Wells's novel *The Time Machine*, 180,000 characters.

    It is eBook 35 of Project Gutenberg, without what Project Gutenberg puts
    before and after it. The text is in the public domain; it is downloaded
    once (`downloads.fetch`).

    Returns
    -------
    text
        Title, contents and 16 chapters with an epilogue, in lines of 72
        characters at most and with an empty line between paragraphs.

    Raises
    ------
    ValueError
        If the file found is not the right one.
    ConnectionError
        If it must be downloaded and cannot be.

    Examples
    --------
    >>> time_machine.__module__, TIME_MACHINE.name
    ('seqcourse.tasks.language.text', 'time_machine_body.txt')

    References
    ----------
    Wells (1895), The Time Machine, https://www.gutenberg.org/ebooks/35.
    """
    return fetch(TIME_MACHINE).read_text(encoding="utf-8")
