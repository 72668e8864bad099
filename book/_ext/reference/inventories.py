"""Other projects' names, without a network: small inventories kept as text.

book/_inventories/<project>.txt has the project's address in its first line,
and a line for each name that the book refers to, as Sphinx writes them.
"""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config

TEXTS = Path(__file__).resolve().parents[2] / "_inventories"
HEAD = (
    "# Sphinx inventory version 2\n# Project: {name}\n# Version: \n"
    "# The remainder of this file is compressed using zlib.\n"
)


def prepare(app: Sphinx, config: Config) -> None:
    """Hand the inventories to intersphinx in the form that it reads."""
    folder = Path(app.confdir, "_build", "inventories")
    folder.mkdir(parents=True, exist_ok=True)
    for text in sorted(TEXTS.glob("*.txt")):
        home, _, lines = text.read_text(encoding="utf-8").partition("\n")
        path = folder / f"{text.stem}.inv"
        head = HEAD.format(name=text.stem).encode()
        path.write_bytes(head + zlib.compress(lines.encode()))
        config.intersphinx_mapping[text.stem] = (
            home.removeprefix("# "),
            str(path),
        )


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.connect("config-inited", prepare, priority=100)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
