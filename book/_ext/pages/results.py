"""What the lessons measured, in one table of the experiment log.

A lesson asks its reader for a guess and folds the measurement below it. The
table has each of these questions with its answer, from the page that
measured it, so that none is written twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from pages.blocks.element import element
from pages.lessons import lessons
from pages.tables import link, table, unlinked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx


class results(nodes.General, nodes.Element):  # noqa: N801
    """Where the table will stand."""


class Results(SphinxDirective):
    """The table of what was asked and measured::

    :::{results}
    :::
    """

    def run(self) -> list[nodes.Node]:
        """Leave room until every lesson has been read."""
        return [results()]


def asked(
    doctree: nodes.document,
) -> Iterator[tuple[list[nodes.Node], str]]:
    """Give a lesson's questions, each with what was measured."""
    for box in doctree.findall(element):
        if "predict" not in box["classes"]:
            continue
        parts = list(box.findall(element))
        question = next(part for part in parts if part["tag"] == "legend")
        told = next(part for part in parts if "verdict" in part["classes"])
        words = "".join(
            child.astext()
            for child in told.children
            if "said"
            not in getattr(child, "attributes", {}).get("classes", ())
        )
        yield unlinked(question).children, words.removeprefix("Measured: ")


def fill(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put the table where it belongs."""
    for place in list(doctree.findall(results)):
        rows = [
            (
                link(app, docname, page),
                nodes.inline("", "", *question),
                nodes.Text(measured),
            )
            for page in lessons(app.env)
            for question, measured in asked(app.env.get_doctree(page))
        ]
        heads = ("Lesson", "What was asked", "Measured")
        place.replace_self(table(heads, rows, (25, 45, 30)))


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.add_node(results)
    app.add_directive("results", Results)
    app.connect("doctree-resolved", fill)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
