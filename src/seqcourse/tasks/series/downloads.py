"""Real data: found in a folder, or downloaded once, and always verified."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.storage.atomic_write import (
    remove_abandoned,
    rename,
    unfinished,
)
from seqcourse.numpy.storage.regular_file import reason

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
    extract
        What takes the content out of that which the address sends; None
        where it sends nothing else.

    Examples
    --------
    >>> RemoteFile("a.txt", "https://example.org/a.txt", "00ff").name
    'a.txt'
    """

    name: str
    url: str
    sha256: str
    extract: Callable[[bytes], bytes] | None = None


@checked
def fetch(file: RemoteFile, cache: Path | None = None) -> Path:
    """Give a file's place on this machine, after a download if need be.

    The folder that the environment variable ``SEQCOURSE_DATA`` names is
    looked in first, then the cache. What is in neither is downloaded into the
    cache; a download that is cut off goes on from there at the next call.
    Processes that download at once do not disturb each other.

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
    path, left = cache / file.name, cache / f"{file.name}.part"
    try:
        if _is_right(path, file):
            return path
        cache.mkdir(parents=True, exist_ok=True)
        again = left.exists()
        try:
            _download(file, path, left)
        except (OSError, ValueError) as problem:
            answered = getattr(problem, "response", None) is not None
            if not again or not (answered or isinstance(problem, ValueError)):
                raise
            # What was left cannot be gone on from: the home refuses to, or
            # has changed, or sent the beginning once more. So from there.
            left.unlink(missing_ok=True)
            _download(file, path, left)
    except (OSError, ValueError) as problem:
        if not _is_right(path, file):  # which another process brought
            raise _explained(problem, file, cache) from problem
    return path


def _is_right(path: Path, file: RemoteFile) -> bool:
    import pooch

    right: bool = path.is_file() and (
        pooch.file_hash(str(path), alg="sha256") == file.sha256
    )
    return right


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
    try:
        found = pooch.file_hash(str(path), alg="sha256")
    except OSError as error:
        raise type(error)(f"{path}: {reason(error)}") from None
    if found != file.sha256:
        raise ValueError(
            f"{path}: expected SHA-256 {file.sha256}, got {found}; "
            f"{FOLDER_VARIABLE} names a folder with another or a damaged "
            f"file of that name"
        )
    return path


def _download(file: RemoteFile, path: Path, left: Path) -> None:
    """Bring a file under a name of this process's own, then rename it."""
    import pooch

    remove_abandoned(path)
    with unfinished(path, None) as (part, kept):
        if left.exists():
            with left.open("rb") as before:
                shutil.copyfileobj(before, kept)
        # A compressed answer has other bytes to count from.
        headers = {"Accept-Encoding": "identity"}
        if kept.tell():
            headers["Range"] = f"bytes={kept.tell()}-"
        try:
            pooch.HTTPDownloader(headers=headers)(file.url, kept, None)
        except BaseException:
            begun = left.stat().st_size if left.exists() else 0
            if kept.tell() > begun:
                rename(part, kept, left)
            raise
        kept.flush()
        if file.extract is not None:
            content = file.extract(part.read_bytes())
            kept.seek(0)
            kept.truncate()
            kept.write(content)
            kept.flush()
        found = pooch.file_hash(str(part), alg="sha256")
        if found != file.sha256:
            left.unlink(missing_ok=True)
            raise ValueError(f"got {found}")
        rename(part, kept, path)
    left.unlink(missing_ok=True)


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
