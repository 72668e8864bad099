"""Files that are whole whenever they are there."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def write(path: Path, content: bytes) -> None:
    """Write aside and rename: what is there is whole."""
    part = path.with_suffix(".part")
    part.write_bytes(content)
    part.replace(path)
