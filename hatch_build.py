"""What a build puts into the wheel that no file of the tree holds.

That is the book's own prose, which `seqcourse.tasks.book_text` reads, and its
SHA-256.
"""

from __future__ import annotations

import runpy
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FOLDER = "seqcourse/tasks/language"
FILE = "book_text.txt"


class BookText(BuildHookInterface):
    """Collect the prose of the pages and give it to the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the file and its hash, and say where they go."""
        if version == "editable":  # which reads the pages
            return
        root = Path(self.root)
        # By its path: the package's needs are not installed here.
        collector = root / "src" / FOLDER / "book_prose.py"
        text = runpy.run_path(str(collector))["collect"](root / "book")
        content = text.encode()
        self.folder = tempfile.TemporaryDirectory()
        digest = f"{sha256(content).hexdigest()}\n".encode("ascii")
        for name, held in ((FILE, content), (f"{FILE}.sha256", digest)):
            path = Path(self.folder.name) / name
            path.write_bytes(held)
            build_data["force_include"][str(path)] = f"{FOLDER}/{name}"

    def finalize(
        self, version: str, build_data: dict[str, Any], artifact_path: str
    ) -> None:
        """Remove them again."""
        if version != "editable":
            self.folder.cleanup()
