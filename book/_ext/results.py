"""What the lessons measured, in one table of the experiment log.

A lesson asks its reader for a guess and folds the measurement below it. The
table has each of these questions with its answer, from the page that
measured it, so that none is written twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from blocks.element import element
from lessons import lessons

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
        yield question.deepcopy().children, words.removeprefix("Measured: ")


def fill(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put the table where it belongs."""
    for place in list(doctree.findall(results)):
        rows = []
        for page in lessons(app.env):
            title = app.env.titles[page].deepcopy().children
            uri = app.builder.get_relative_uri(docname, page)
            for question, measured in asked(app.env.get_doctree(page)):
                link = nodes.reference(
                    "", "", *title, refuri=uri, internal=True
                )
                rows.append(
                    _row(
                        link.deepcopy(),
                        nodes.inline("", "", *question),
                        nodes.Text(measured),
                    )
                )
        names = ("Lesson", "What was asked", "Measured")
        group = nodes.tgroup("", cols=3)
        group += [nodes.colspec(colwidth=width) for width in (25, 45, 30)]
        group += nodes.thead("", _row(*map(nodes.Text, names)))
        group += nodes.tbody("", *rows)
        place.replace_self(nodes.table("", group, classes=["colwidths-auto"]))


def _row(*cells: nodes.Node) -> nodes.row:
    entries = [nodes.entry("", nodes.paragraph("", "", c)) for c in cells]
    return nodes.row("", *entries)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.add_node(results)
    app.add_directive("results", Results)
    app.connect("doctree-resolved", fill)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
