"""What the page's script must know to run its cells again.

The visible cells are in the page; those that only check its claims, and
those whose figure alone is shown, are not. All of them travel with the page,
in one block of data that nothing executes.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.errors import ExtensionError

from pages.cells import code_cells
from pages.lessons import lessons

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def tell(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Hand the cells of a lesson to its template."""
    if doctree is None or pagename not in lessons(app.env):
        return
    if "python_start_bytes" not in context:
        return  # without Python there is nothing to run
    cells = code_cells(Path(app.env.doc2path(pagename)))
    shown = [
        node
        for node in doctree.findall(nodes.container)
        if node.get("nb_element") == "cell_code"
    ]
    expected = sum(not cell.is_hidden for cell in cells)
    if len(shown) != expected:
        raise ExtensionError(
            f"{pagename}: expected {expected} cells in the page, "
            f"got {len(shown)}"
        )
    known = {
        "start": context["python_start_bytes"],
        "drawing": context["python_drawing_bytes"],
        "cells": [
            {
                "source": cell.source,
                "hidden": cell.is_hidden,
                "figure": "remove-input" in cell.tags,
            }
            for cell in cells
            if not cell.needs_torch
        ],
    }
    # What could end the block is written otherwise.
    context["live"] = json.dumps(known).replace("<", "\\u003c")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.connect("html-page-context", tell)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
