"""Bring the inventories up to date with what the projects publish.

`nox -s inventories` runs this; it needs a network. A new name is a line with
nothing but the name: the rest of the line is filled in.
"""

from __future__ import annotations

import sys
import urllib.request
import zlib
from pathlib import Path


def refreshed(text: str, published: bytes) -> str:
    """Give every name of a text the line that its project publishes."""
    head, *kept = text.splitlines()
    *_, packed = published.split(b"\n", 4)
    found: dict[str, list[str]] = {}
    for line in zlib.decompress(packed).decode().splitlines():
        found.setdefault(line.split(" ", 1)[0], []).append(line)
    names = sorted({line.split(" ", 1)[0] for line in kept if line})
    missing = [name for name in names if name not in found]
    if missing:
        raise SystemExit(f"{head}: nothing there on {', '.join(missing)}")
    lines = [
        line
        for name in names
        for line in found[name]
        # A label may have an object's name; the book means the object.
        if len(found[name]) == 1 or line.split(" ")[1].startswith("py:")
    ]
    return "\n".join([head, *lines]) + "\n"


def main() -> None:
    """Refresh every text beside this file."""
    for path in sorted(Path(__file__).parent.glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        home = text.split("\n", 1)[0].removeprefix("# ")
        with urllib.request.urlopen(
            f"{home}objects.inv", timeout=60
        ) as reply:
            published = reply.read()
        path.write_text(refreshed(text, published), encoding="utf-8")
        sys.stdout.write(f"{path.name} is up to date\n")


if __name__ == "__main__":
    main()
