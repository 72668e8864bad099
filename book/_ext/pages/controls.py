"""The controls of all lessons, gathered in the experiment log.

Each stands on the lesson whose claim it tests, and is written there alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from pages.blocks.controls import rows
from pages.blocks.element import make
from pages.lessons import lessons
from pages.tables import link, unlinked

if TYPE_CHECKING:
    from sphinx.application import Sphinx


class gathered(nodes.General, nodes.Element):  # noqa: N801
    """Where the controls will stand."""


class AllControls(SphinxDirective):
    """The controls of all lessons, below the lesson's name::

    :::{all-controls}
    :::
    """

    def run(self) -> list[nodes.Node]:
        """Leave room until every lesson has been read."""
        return [gathered()]


def fill(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put the controls where they belong."""
    for place in list(doctree.findall(gathered)):
        found = {
            page: [unlinked(row) for row in rows(app.env.get_doctree(page))]
            for page in lessons(app.env)
        }
        blocks = [
            make(
                "div",
                make("p", link(app, docname, page)),
                make("ul", *of_page),
                classes=["controls"],
            )
            for page, of_page in found.items()
            if of_page
        ]
        none = nodes.paragraph("", "None is recorded yet.")
        place.replace_self(blocks or none)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.add_node(gathered)
    app.add_directive("all-controls", AllControls)
    app.connect("doctree-resolved", fill)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
