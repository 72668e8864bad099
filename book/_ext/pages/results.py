"""What the lessons measured and tried, in tables of the experiment log.

A lesson asks its reader for a guess and folds the measurement below it. One
table has each of these questions with its answer, from the page that
measured it, so that none is written twice. Another has the controls of all
lessons.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective

from pages.blocks.controls import rows as controls
from pages.blocks.element import element
from pages.lessons import lessons
from pages.tables import link, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx


class results(nodes.General, nodes.Element):  # noqa: N801
    """Where a table will stand; its name says which."""


class Results(SphinxDirective):
    """The table of what was asked and measured, and that of the controls::

    :::{results}
    :::

    :::{controls-tried}
    :::
    """

    def run(self) -> list[nodes.Node]:
        """Leave room until every lesson has been read."""
        return [results(name=self.name)]


def asked(doctree: nodes.document) -> Iterator[list[list[nodes.Node]]]:
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
        measured = nodes.Text(words.removeprefix("Measured: "))
        yield [question.children, [measured]]


def unlinked(content: list[nodes.Node]) -> nodes.inline:
    """Copy what stands in a line; its links lead from another page."""
    copy = nodes.inline("", "", *(node.deepcopy() for node in content))
    for kind in (addnodes.pending_xref, nodes.reference):
        for reference in list(copy.findall(kind)):
            reference.replace_self(reference.children)
    return copy


#: What each table has of a lesson, and how it is laid out.
TABLES = {
    "results": (
        asked,
        ("Lesson", "What was asked", "Measured"),
        (25, 45, 30),
    ),
    "controls-tried": (
        controls,
        ("Lesson", "Claim", "Control", "Outcome"),
        (16, 28, 28, 28),
    ),
}


def fill(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put the tables where they belong."""
    for place in list(doctree.findall(results)):
        find, heads, widths = TABLES[place["name"]]
        rows = [
            (link(app, docname, page), *map(unlinked, row))
            for page in lessons(app.env)
            for row in find(app.env.get_doctree(page))
        ]
        made = table(heads, rows, widths)
        made["classes"].append(place["name"])
        place.replace_self(made if rows else NONE.deepcopy())


NONE = nodes.paragraph("", "None is recorded yet.")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.add_node(results)
    for name in TABLES:
        app.add_directive(name, Results)
    app.connect("doctree-resolved", fill)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
