"""Real data: found in a folder, or downloaded once, and always verified."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: Names a folder that data are looked for in first.
FOLDER_VARIABLE = "SEQCOURSE_DATA"


@dataclass(frozen=True)
class RemoteFile:
    """A file in its public home.

    Parameters
    ----------
    name
        What it is called here.
    url
        Where it comes from.
    sha256
        What its content must hash to.

    Examples
    --------
    >>> RemoteFile("a.txt", "https://example.org/a.txt", "00ff").name
    'a.txt'
    """

    name: str
    url: str
    sha256: str


def fetch(file: RemoteFile, cache: Path | None = None) -> Path:
    """Give a file's place on this machine, after a download if need be.

    The folder that the environment variable ``SEQCOURSE_DATA`` names is
    looked in first, then the cache. What is in neither is downloaded into the
    cache; a download that is cut off goes on from there at the next call.

    Parameters
    ----------
    file
        What is wanted.
    cache
        The folder to keep downloads in; None for the system's own.

    Returns
    -------
    path
        A file with the right SHA-256.

    Raises
    ------
    ValueError
        If ``SEQCOURSE_DATA`` names no folder, or the file there or what the
        address sent is not the file that it should be.
    ConnectionError
        If the file must be downloaded and cannot be.

    Examples
    --------
    >>> nowhere = RemoteFile("a.txt", "http://127.0.0.1:9/a.txt", "00ff")
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as cache:
    ...     fetch(nowhere, Path(cache))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ConnectionError: a.txt: could not be downloaded from http://127.0.0.1:9...
    """
    import pooch

    given = _given(file)
    if given is not None:
        return given
    cache = Path(pooch.os_cache("seqcourse")) if cache is None else cache
    part = cache / f"{file.name}.part"
    again = part.exists()
    try:
        return _retrieve(file, cache, part)
    except (OSError, ValueError) as problem:
        answered = getattr(problem, "response", None) is not None
        if not again or not (answered or isinstance(problem, ValueError)):
            raise _explained(problem, file, cache) from problem
    # What was kept cannot be gone on from: the home refuses to, or has
    # changed, or sent the beginning once more. So from the beginning.
    part.unlink(missing_ok=True)
    try:
        return _retrieve(file, cache, part)
    except (OSError, ValueError) as problem:
        raise _explained(problem, file, cache) from problem


def _given(file: RemoteFile) -> Path | None:
    """Look in the reader's own folder."""
    import pooch

    named = os.environ.get(FOLDER_VARIABLE)
    if not named:
        return None
    folder = Path(named)
    if not folder.is_dir():
        raise ValueError(
            f"{FOLDER_VARIABLE}: expected a folder, got {named!r}"
        )
    path = folder / file.name
    if not path.is_file():
        return None
    found = pooch.file_hash(str(path), alg="sha256")
    if found != file.sha256:
        raise ValueError(
            f"{path}: expected SHA-256 {file.sha256}, got {found}; "
            f"{FOLDER_VARIABLE} names a folder with another or a damaged "
            f"file of that name"
        )
    return path


def _retrieve(file: RemoteFile, cache: Path, part: Path) -> Path:
    """Let pooch verify and cache; the download itself goes on from a part."""
    import pooch

    def download(url: str, output_file: str, _: Any) -> None:
        begun = part.stat().st_size if part.exists() else 0
        # A compressed answer has other bytes to count from.
        headers = {"Accept-Encoding": "identity"}
        if begun:
            headers["Range"] = f"bytes={begun}-"
        with part.open("ab") as kept:
            pooch.HTTPDownloader(headers=headers)(url, kept, None)
        part.replace(output_file)

    path = pooch.retrieve(
        file.url, file.sha256, file.name, cache, downloader=download
    )
    return Path(path)


def _explained(
    problem: OSError | ValueError, file: RemoteFile, cache: Path
) -> ConnectionError | ValueError:
    """Say what the reader can do about it."""
    if isinstance(problem, ValueError):
        return ValueError(
            f"{file.name}: {file.url} sent something else or damaged it; "
            f"expected SHA-256 {file.sha256} ({problem})"
        )
    return ConnectionError(
        f"{file.name}: could not be downloaded from {file.url} ({problem}). "
        f"Try again with a network: what has come is kept in {cache}. Or put "
        f"the file into a folder and name that folder in {FOLDER_VARIABLE}."
    )
