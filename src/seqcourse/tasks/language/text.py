"""Text to model letter by letter."""

from __future__ import annotations

from seqcourse.tasks.series.downloads import RemoteFile, fetch

SHAKESPEARE = RemoteFile(
    name="tinyshakespeare.txt",
    url="https://raw.githubusercontent.com/karpathy/char-rnn/master/"
    "data/tinyshakespeare/input.txt",
    sha256="86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
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
