"""Paths and files, and what a hostile caller makes of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from hypothesis import strategies as st

from tests.hostile.change import EITHER, REFUSED, Change, Part
from tests.hostile.folder import FOLDER, damaged

PLACES = {
    "a folder": FOLDER,
    "in a missing folder": FOLDER / "no" / "such",
    "no name": "",
    "a name too long": FOLDER / ("a" * 300),
    "a name with NUL": f"{FOLDER}/a\0b",
    "below a file": FOLDER / "weights" / "below",
}


def of_a_path(part: Part) -> Iterator[Change]:
    for kind, path in PLACES.items():
        either = st.sampled_from([str(path), Path(path)])
        yield part.drawn(kind, REFUSED, either)
    path = Path(part.value)
    if path.is_file():
        yield from _of_a_file(part, path.read_bytes())


def _of_a_file(part: Part, content: bytes) -> Iterator[Change]:
    ends = st.integers(0, len(content) - 1)
    shorter = ends.map(lambda n: damaged(content[:n]))
    yield part.drawn("a truncated file", REFUSED, shorter)
    longer = st.binary(min_size=1, max_size=9)
    more = longer.map(lambda end: damaged(content + end))
    yield part.drawn("a file with more at the end", REFUSED, more)
    other = st.binary(max_size=99).map(damaged)
    yield part.drawn("another file", REFUSED, other)
    header = min(8 + int.from_bytes(content[:8], "little"), len(content))
    for kind, most in (
        ("a file with a flipped bit", len(content)),
        ("a file with a flipped bit in its header", header),
    ):
        bits = st.integers(0, 8 * most - 1)
        flipped = bits.map(lambda n: damaged(_flipped(content, n)))
        yield part.drawn(kind, EITHER, flipped)


def _flipped(content: bytes, bit: int) -> bytes:
    changed = bytearray(content)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)
