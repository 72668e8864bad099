"""Arrays by name in a safetensors file, with a checksum over all of it."""

from __future__ import annotations

import json
import os
import zlib
from io import BufferedReader
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from seqcourse.numpy.contract.layer import Params
from seqcourse.numpy.storage.atomic_write import write_bytes
from seqcourse.numpy.storage.regular_file import open_regular, reason

_TYPES = {
    "F16": "<f2", "F32": "<f4", "F64": "<f8", "BF16": "<u2", "BOOL": "?",
    "I8": "<i1", "I16": "<i2", "I32": "<i4", "I64": "<i8",
    "U8": "<u1", "U16": "<u2", "U32": "<u4", "U64": "<u8",
}  # fmt: skip
#: Those that NumPy has, in the order in which they are written.
_WRITTEN = (
    *("U64", "I64", "F64", "F32", "U32", "I32"),
    *("F16", "U16", "I16", "I8", "U8", "BOOL"),
)
_METADATA, _CHECKSUM = "__metadata__", "crc32"
_LONGEST_HEADER = 100_000_000  # as the format has it


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
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "some.safetensors")
    ...     write(path, {"h": np.zeros(2)}, {"said": "so"})
    ...     read(path)
    ({'h': array([0., 0.])}, {'said': 'so'})
    """
    header, parts = _laid_out(arrays)
    crc = zlib.crc32(_sorted(header, metadata))
    for part in parts:
        crc = zlib.crc32(part, crc)
    text = _sorted(header, {**metadata, _CHECKSUM: f"{crc:08x}"})
    text += b" " * (-len(text) % 8)
    write_bytes(name, path, len(text).to_bytes(8, "little"), text, *parts)


def _laid_out(arrays: Params) -> tuple[dict[str, Any], list[bytes]]:
    """Lay arrays out one after the other, the widest types first.

    The format leaves the order open; this is the one of its own library, so
    that each array begins at a multiple of its type's width.
    """
    kinds = {}
    for name, array in arrays.items():
        little = array.dtype.newbyteorder("<")
        found = [
            kind for kind in _WRITTEN if np.dtype(_TYPES[kind]) == little
        ]
        if not found:
            raise ValueError(f"{name!r} has the type {array.dtype}")
        kinds[name] = found[0]
    header: dict[str, Any] = {}
    parts, end = [], 0
    for name in sorted(arrays, key=lambda n: (_WRITTEN.index(kinds[n]), n)):
        part = arrays[name].astype(_TYPES[kinds[name]]).tobytes()
        first, end = end, end + len(part)
        header[name] = {
            "dtype": kinds[name],
            "shape": [*arrays[name].shape],
            "data_offsets": [first, end],
        }
        parts.append(part)
    return header, parts


def read(path: Path) -> tuple[Params, dict[str, str]]:
    """Read arrays from a safetensors file.

    Parameters
    ----------
    path
        What `write` wrote, or any other file of that format.

    Returns
    -------
    arrays
        By name; bfloat16, which NumPy does not have, as float32.
    metadata
        What the header says beside the arrays' names.

    Raises
    ------
    OSError
        If there is no such file, or it cannot be read.
    ValueError
        If it is damaged, cut short, or another kind of file; the message
        begins with the path.

    Examples
    --------
    >>> read(Path("nothing.safetensors"))
    Traceback (most recent call last):
    FileNotFoundError: nothing.safetensors: no such file
    """
    with open_regular(path) as file:
        size = os.fstat(file.fileno()).st_size
        try:
            return _read(file, size)
        except (ValueError, OverflowError, RecursionError) as error:
            raise ValueError(
                f"{path}: damaged or not a safetensors file ({error})"
            ) from error
        except MemoryError:
            raise ValueError(
                f"{path}: expected a file that fits into memory, "
                f"got {size:,} bytes"
            ) from None
        except OSError as error:
            raise type(error)(f"{path}: {reason(error)}") from None


def _read(file: BufferedReader, size: int) -> tuple[Params, dict[str, str]]:
    begin = 8 + int.from_bytes(file.read(8), "little")
    if not 10 <= begin <= min(size, _LONGEST_HEADER):
        raise ValueError("it has no header")
    text = file.read(begin - 8).decode("utf-8")
    header = json.loads(text, object_pairs_hook=_each_once)
    metadata = _metadata(header)
    told = metadata.pop(_CHECKSUM, None)
    crc = zlib.crc32(_sorted(header, metadata))
    arrays, end = {}, 0
    for name, (kind, shape, first, last) in sorted(
        ((name, _entry(name, entry)) for name, entry in header.items()),
        key=lambda item: item[1][2:],
    ):
        if first != end:
            raise ValueError(f"{name!r} begins at byte {first}, not {end}")
        array, end = np.empty(shape, _TYPES[kind]), last
        content = array.reshape(-1).view(np.uint8).data
        if begin + end > size or file.readinto(content) < len(content):
            raise ValueError(f"it ends within {name!r}")
        crc = zlib.crc32(content, crc)
        if kind == "BF16":  # the upper half of a float32
            array = (array.astype(np.uint32) << 16).view(np.float32)
        arrays[name] = array
    if begin + end != size:
        raise ValueError(f"expected {begin + end} bytes, got {size}")
    if told not in (None, f"{crc:08x}"):
        raise ValueError(f"expected the checksum {told}, got {crc:08x}")
    return dict(sorted(arrays.items())), metadata


def _metadata(header: Any) -> dict[str, str]:
    """Take what is no array out of a header."""
    if not isinstance(header, dict):
        raise ValueError("its header is no dictionary")
    metadata = header.pop(_METADATA, {})
    if not isinstance(metadata, dict) or not all(
        isinstance(value, str) for value in metadata.values()
    ):
        raise ValueError(f"{_METADATA} is no dictionary of strings")
    return metadata


def _entry(name: str, entry: Any) -> tuple[str, tuple[int, ...], int, int]:
    """Read what a header says of an array: type, shape, first, last byte."""
    try:
        kind, shape = entry["dtype"], tuple(entry["shape"])
        first, last = entry["data_offsets"]
    except (KeyError, TypeError, ValueError):
        raise ValueError(
            f"{name!r} has no dtype, shape and data_offsets"
        ) from None
    if not isinstance(kind, str) or kind not in _TYPES:
        raise ValueError(
            f"{name!r} has the type {kind!r}, not one of {', '.join(_TYPES)}"
        )
    if not all(type(n) is int and n >= 0 for n in (*shape, first, last)):
        raise ValueError(f"{name!r} has a shape or offsets that are none")
    if last - first != prod(shape) * np.dtype(_TYPES[kind]).itemsize:
        raise ValueError(f"{name!r} has offsets of another shape")
    return kind, shape, first, last


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("its header names something twice")
    return found


def _sorted(header: dict[str, Any], metadata: dict[str, str]) -> bytes:
    """Write a header so that the same one has the same bytes."""
    return json.dumps(
        {**header, _METADATA: metadata}, sort_keys=True, separators=(",", ":")
    ).encode()
