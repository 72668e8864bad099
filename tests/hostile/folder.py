"""The folder where hostile calls may write, the same before each call."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from pathlib import Path

FOLDER = Path(tempfile.mkdtemp(prefix="hostile-"))
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
#: Where a case puts a file that it has damaged.
DAMAGED = FOLDER / "damaged"
_kept: dict[str, bytes] = {}


def keep() -> None:
    """Let what is there now be there before every call."""
    _kept.update({path.name: path.read_bytes() for path in FOLDER.iterdir()})


def tidy() -> None:
    """Remove what a call has written, and bring back what it has changed."""
    for path in FOLDER.iterdir():
        if path.name in _kept and path.is_file():
            if path.read_bytes() != _kept[path.name]:
                path.write_bytes(_kept[path.name])
        elif path != DAMAGED:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def damaged(content: bytes) -> Path:
    """Write a damaged file."""
    DAMAGED.write_bytes(content)
    return DAMAGED
