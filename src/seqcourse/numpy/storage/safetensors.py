"""Arrays in a file: whole or not at all.

A file is written beside its place and renamed when complete, so that a crash
leaves the old file or the new one, never half of one.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
from pathlib import Path

import numpy as np

from seqcourse.numpy.contract.layer import Params

_IN_BROWSER = sys.platform == "emscripten"
_TYPES = {"F16": np.float16, "F32": np.float32, "F64": np.float64}


def write(path: Path, arrays: Params, metadata: dict[str, str]) -> None:
    """Write arrays to a safetensors file.

    Parameters
    ----------
    path
        Where; a file already there is replaced once the new one is complete.
    arrays
        By name.
    metadata
        What the header says beside the arrays' names.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> import numpy as np
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "some.safetensors")
    ...     write(path, {"h": np.zeros(2)}, {"said": "so"})
    ...     read(path)
    ({'h': array([0., 0.])}, {'said': 'so'})
    """
    from safetensors.numpy import save as to_bytes

    data = to_bytes(arrays, metadata=metadata)
    part = _beside(path)
    try:
        with part.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def check_writable(name: str, path: Path) -> None:
    """Refuse a path that nothing can be written to, before work is begun.

    An empty file is made beside the place and taken away again: no rule
    about folders and rights knows as much as the attempt.

    Parameters
    ----------
    name
        What the caller calls the path.
    path
        Where a file shall be.

    Raises
    ------
    OSError
        If the folder is missing or lets nothing be written, or if something
        other than a file stands there.

    Examples
    --------
    >>> check_writable("checkpoint", Path("no", "such", "run"))
    Traceback (most recent call last):
    FileNotFoundError: checkpoint: expected a folder that exists,
    got 'no/such'
    """
    try:
        if path.is_dir():
            raise IsADirectoryError(
                f"{name}: expected a file, got {str(path)!r}, which is a "
                "folder"
            )
        if path.exists() and not path.is_file():
            raise OSError(
                f"{name}: expected a file, got {str(path)!r}, which is none"
            )
        if not path.parent.is_dir():
            raise FileNotFoundError(
                f"{name}: expected a folder that exists, "
                f"got {str(path.parent)!r}"
            )
        part = _beside(path)
        part.open("xb").close()
        part.unlink()
    except (OSError, ValueError) as error:  # ValueError: a null character
        if str(error).startswith(f"{name}: "):
            raise
        reason = getattr(error, "strerror", None) or str(error)
        kind = type(error) if isinstance(error, OSError) else OSError
        refusal = kind(
            f"{name}: expected a place to write to, got {str(path)!r} "
            f"({reason})"
        )
        raise refusal from None


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{secrets.token_hex(4)}")


def read(path: Path) -> tuple[Params, dict[str, str]]:
    """Read arrays from a safetensors file.

    Parameters
    ----------
    path
        What `write` wrote.

    Returns
    -------
    arrays
        By name.
    metadata
        What the header says beside the arrays' names.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is damaged, cut short, or another kind of file.

    Examples
    --------
    >>> read(Path("nothing.safetensors"))
    Traceback (most recent call last):
    FileNotFoundError: nothing.safetensors: no such file
    """
    if not path.is_file():
        raise FileNotFoundError(f"{path}: no such file")
    if _IN_BROWSER:
        return _read_plainly(path)
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as file:
            metadata = file.metadata() or {}
            names = sorted(file.keys())
            return {name: file.get_tensor(name) for name in names}, metadata
    except (SafetensorError, TypeError) as error:
        raise ValueError(
            f"{path}: damaged or not a safetensors file ({error})"
        ) from error


def _read_plainly(path: Path) -> tuple[Params, dict[str, str]]:
    """Read a file of the book's own where safetensors is not to be had."""
    data = path.read_bytes()
    begin = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:begin])
    metadata = header.pop("__metadata__", {})
    arrays = {}
    for name, entry in sorted(header.items()):
        first, last = entry["data_offsets"]
        flat = np.frombuffer(
            data[begin + first : begin + last], _TYPES[entry["dtype"]]
        )
        arrays[name] = flat.reshape(entry["shape"])
    return arrays, metadata
