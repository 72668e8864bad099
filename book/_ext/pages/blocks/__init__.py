"""The book's own blocks: what a lesson has besides prose and cells.

Each is written as a colon fence in a page, and its directive's docstring
shows how. They make plain HTML that works with the keyboard and without
JavaScript; their shapes are in book/_web.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pages.blocks import (
    controls,
    element,
    exercise,
    field,
    ledger,
    pitfalls,
    predict,
    proofs,
    prose,
    quiz,
)

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the blocks."""
    element.register(app)
    for module in (
        controls,
        exercise,
        field,
        ledger,
        pitfalls,
        predict,
        proofs,
        prose,
        quiz,
    ):
        for name, directive in module.DIRECTIVES.items():
            app.add_directive(name, directive)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
