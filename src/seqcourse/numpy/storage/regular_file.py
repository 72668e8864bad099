"""Files that can be read to an end, told from folders, pipes and devices."""

from __future__ import annotations

import stat
from io import BufferedReader
from pathlib import Path

_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def other_kind(mode: int) -> str | None:
    """Name what something is that is no regular file.

    Parameters
    ----------
    mode
        The ``st_mode`` of what ``os.stat`` gave.

    Returns
    -------
    kind
        With an article; None for a regular file.

    Examples
    --------
    >>> other_kind(Path(".").stat().st_mode)
    'a folder'
    """
    if stat.S_ISREG(mode):
        return None
    return _KINDS.get(stat.S_IFMT(mode), "no regular file")


def open_regular(path: Path) -> BufferedReader:
    """Open a file to read its bytes; anything else might never end.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    file
        Open, at its beginning.

    Raises
    ------
    OSError
        If it is missing, may not be read or is no regular file. The message
        begins with the path.

    Examples
    --------
    >>> open_regular(Path("nothing.txt"))
    Traceback (most recent call last):
    FileNotFoundError: nothing.txt: no such file
    """
    try:
        kind = other_kind(path.stat().st_mode)
        if kind is None:
            return path.open("rb")
    except (FileNotFoundError, NotADirectoryError):
        raise FileNotFoundError(f"{path}: no such file") from None
    except OSError as error:
        raise type(error)(f"{path}: {reason(error)}") from None
    except ValueError:  # a null character
        raise FileNotFoundError(f"{str(path)!r}: no such file") from None
    raise (IsADirectoryError if kind == "a folder" else OSError)(
        f"{path}: expected a regular file, got {kind}"
    )


def reason(error: OSError) -> str:
    """Say what the system said, without the name of a file.

    Parameters
    ----------
    error
        What was raised.

    Returns
    -------
    reason
        For the middle of a sentence.

    Examples
    --------
    >>> reason(PermissionError(13, "Permission denied", ".part-1234"))
    'permission denied'
    """
    said = error.strerror or str(error)
    return said[:1].lower() + said[1:]
