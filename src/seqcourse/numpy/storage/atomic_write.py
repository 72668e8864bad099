"""Files that are replaced as a whole or not at all.

What is new is written beside its place and renamed when complete, so that a
crash leaves the old file or the new one, never half of one.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

from seqcourse.numpy.storage.regular_file import other_kind, reason

try:
    fcntl: Any = import_module("fcntl")
except ImportError:  # Windows
    fcntl = None

#: Without locks, an unfinished file of this age has no writer any more.
_ABANDONED_AFTER = 24 * 60 * 60.0


def check_writable(name: str, path: str | Path) -> None:
    """Refuse a path that no file can be saved at, before the work is done.

    A file is created beside the path and removed again.

    Parameters
    ----------
    name
        What the caller calls the path.
    path
        Where a file is to be saved; what a link points to counts.

    Raises
    ------
    OSError
        If its folder is missing or cannot be written to, or something other
        than a regular file is there, or a write-protected one.
    ValueError
        If it cannot be a path.

    Examples
    --------
    >>> check_writable("checkpoint", "no/such/run")
    Traceback (most recent call last):
    FileNotFoundError: checkpoint: expected a file in a folder that exists,
    got 'no/such/run'
    """
    target, mode = _target(name, path)
    try:
        with unfinished(target, mode):
            pass
    except OSError as error:
        raise _refusal(error, name, path) from error


def write_bytes(
    name: str, path: str | Path, *parts: bytes | memoryview
) -> None:
    """Replace a file, or make it.

    A link stays, and what it points to is replaced; so do the file's
    permissions. Unfinished files that a killed process left there are
    removed.

    Parameters
    ----------
    name
        What the caller calls the path.
    path
        Where; see `check_writable`.
    *parts
        All of its content, one part after the other.

    Raises
    ------
    OSError
        If it cannot be written, as on a full disk; the old file is kept.
    ValueError
        If it cannot be a path.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write_bytes("path", Path(folder, "some"), b"more")
    ...     Path(folder, "some").read_bytes()
    b'more'
    """
    target, mode = _target(name, path)
    try:
        remove_abandoned(target)
        with unfinished(target, mode) as (part, file):
            file.writelines(parts)
            rename(part, file, target)
    except OSError as error:
        raise _refusal(error, name, path) from error


def _target(name: str, path: str | Path) -> tuple[Path, int | None]:
    """Follow links; give what is to be replaced, and its permissions."""
    try:
        target = Path(os.path.realpath(path))
        found = target.stat()
    except FileNotFoundError as error:
        if target.parent.is_dir():
            return target, None
        expected = "a file in a folder that exists"
        raise _refusal(error, name, path, expected) from None
    except OSError as error:
        raise _refusal(error, name, path) from None
    except ValueError:  # a null character
        raise ValueError(
            f"{name}: expected a path, got {str(path)!r}"
        ) from None
    kind = other_kind(found.st_mode)
    if kind is not None:
        raise (IsADirectoryError if kind == "a folder" else OSError)(
            f"{name}: expected a regular file or none yet, "
            f"got {str(path)!r}, {kind}"
        )
    if not os.access(target, os.W_OK):
        protected = PermissionError(errno.EACCES, "write-protected")
        raise _refusal(protected, name, path)
    return target, stat.S_IMODE(found.st_mode)


def _refusal(
    error: OSError, name: str, path: str | Path, expected: str = ""
) -> OSError:
    """Say in a sentence, of the path that was given, what went wrong."""
    sentence = f"{name}: expected {expected}, got {str(path)!r}"
    if not expected:
        sentence = (
            f"{name}: expected a file that can be written, "
            f"got {str(path)!r} ({reason(error)})"
        )
    refusal = type(error)(sentence)
    refusal.errno = error.errno
    return refusal


@contextmanager
def unfinished(
    target: Path, mode: int | None
) -> Iterator[tuple[Path, BinaryIO]]:
    """Make a file beside another; it goes unless it is renamed.

    Parameters
    ----------
    target
        What it is to replace, with links followed.
    mode
        Its permissions; None for a new file's.

    Yields
    ------
    part
        Its path, under a name of its own.
    file
        The file, open for writing, and locked where there are locks.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     with unfinished(Path(folder, "some"), None) as (part, file):
    ...         there = part.exists()
    ...     there, part.exists()
    (True, False)
    """

    def private(path: str, flags: int) -> int:
        return os.open(path, flags, 0o666 if mode is None else mode)

    ours = False
    while not ours:
        part = target.with_name(f"{_beginning(target)}{secrets.token_hex(8)}")
        try:
            with open(part, "xb", opener=private) as file:
                ours = _locked(file) and part.exists()
                if ours:
                    if mode is not None:  # the umask may have taken some
                        part.chmod(mode)
                    yield part, file
        finally:
            with suppress(OSError):
                part.unlink()


def rename(part: Path, file: BinaryIO, target: Path) -> None:
    """Give a file that is complete its name.

    Parameters
    ----------
    part, file
        What `unfinished` gave.
    target
        What is replaced.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     target = Path(folder, "some")
    ...     with unfinished(target, None) as (part, file):
    ...         rename(part, file, target)
    ...     target.exists()
    True
    """
    file.flush()
    os.fsync(file.fileno())
    if fcntl is None:  # what is open cannot be renamed
        file.close()
    part.replace(target)  # still locked, so that nobody removes it


def _beginning(target: Path) -> str:
    """Begin the names of a file's unfinished successors, within 255 bytes."""
    name = os.fsencode(target.name)
    short = target.name if len(name) <= 200 else sha256(name).hexdigest()
    return f".{short}.seqcourse-"


def _locked(file: BinaryIO) -> bool:
    """Hold a file until it is closed; not if another process does."""
    try:
        if fcntl is not None:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        pass
    return True


def remove_abandoned(target: Path) -> None:
    """Remove unfinished files whose writers were killed.

    Parameters
    ----------
    target
        What they were to replace.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     left = Path(folder, f".some.seqcourse-{'0' * 16}")
    ...     left.touch()
    ...     remove_abandoned(Path(folder, "some"))
    ...     left.exists()
    False
    """
    token = re.compile(rf"{re.escape(_beginning(target))}[0-9a-f]{{16}}")
    with suppress(OSError):
        for path in target.parent.iterdir():
            if token.fullmatch(path.name):
                _remove_unless_held(path)


def _remove_unless_held(part: Path) -> None:
    with suppress(OSError), part.open("rb+") as file:
        if fcntl is None:
            held = time.time() - part.stat().st_mtime < _ABANDONED_AFTER
            file.close()  # what is open cannot be removed
        else:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
            held = False
        if not held:
            part.unlink()
