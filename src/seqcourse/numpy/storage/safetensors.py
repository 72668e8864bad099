"""Arrays by name in a safetensors file."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

from seqcourse.numpy.contract.layer import Params
from seqcourse.numpy.storage.atomic_write import write_bytes

_IN_BROWSER = sys.platform == "emscripten"
_TYPES = {"F16": np.float16, "F32": np.float32, "F64": np.float64}


def write(
    path: Path,
    arrays: Params,
    metadata: dict[str, str],
    name: str = "path",
) -> None:
    """Write arrays to a safetensors file.

    Parameters
    ----------
    path
        Where; a file already there is replaced once the new one is complete.
    arrays
        By name.
    metadata
        What the header says beside the arrays' names.
    name
        What the caller calls the path.

    Raises
    ------
    OSError
        If it cannot be written; see `atomic_write.write_bytes`.

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

    write_bytes(name, path, to_bytes(arrays, metadata=metadata))


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
