"""Say which page has run, how many there are, and how long each took.

A first build runs every page, which takes minutes; Sphinx alone would be
silent for all of them. Pages are read side by side in processes of their own,
whose messages Sphinx keeps until a process ends: so each says it at once, and
all of them count together.
"""

from __future__ import annotations

import time
from multiprocessing import Value
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pages.cells import code_cells

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment


class Progress:
    """Counts the pages that run, across processes."""

    def __init__(self) -> None:
        self.done = Value("i", 0)
        self.pages: set[str] = set()
        self.began = 0.0

    def plan(
        self, app: Sphinx, env: BuildEnvironment, docnames: list[str]
    ) -> None:
        """Find the pages that have cells."""
        self.pages = {
            page for page in docnames if code_cells(Path(env.doc2path(page)))
        }
        if self.pages:
            print(f"Pages to run: {len(self.pages)}", flush=True)  # noqa: T201

    def begin(self, app: Sphinx, docname: str, content: list[str]) -> None:
        """Note when a page begins."""
        self.began = time.monotonic()

    def end(self, app: Sphinx, doctree: nodes.document) -> None:
        """Say that a page is done."""
        page = app.env.docname
        if page not in self.pages:
            return
        seconds = time.monotonic() - self.began
        with self.done.get_lock():
            self.done.value += 1
            count = f"{self.done.value:3} of {len(self.pages)}"
            line = f"{count}  {seconds:5.1f} s  {page}"
            print(line, flush=True)  # noqa: T201


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    progress = Progress()
    app.connect("env-before-read-docs", progress.plan)
    app.connect("source-read", progress.begin)
    app.connect("doctree-read", progress.end)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
