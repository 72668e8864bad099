"""Tables that the build fills from other pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx import addnodes

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def table(
    heads: Sequence[str],
    rows: Iterable[Sequence[nodes.Node]],
    widths: Sequence[int],
) -> nodes.table:
    """Lay out rows of cells under their heads."""
    group = nodes.tgroup("", cols=len(heads))
    group += [nodes.colspec(colwidth=width) for width in widths]
    group += nodes.thead("", _row(nodes.Text(head) for head in heads))
    group += nodes.tbody("", *map(_row, rows))
    return nodes.table("", group, classes=["colwidths-auto"])


def link(app: Sphinx, source: str, page: str) -> nodes.reference:
    """Link from one page to another by its title."""
    title = app.env.titles[page].deepcopy().children
    uri = app.builder.get_relative_uri(source, page)
    return nodes.reference("", "", *title, refuri=uri, internal=True)


def _row(cells: Iterable[nodes.Node]) -> nodes.row:
    entries = [nodes.entry("", nodes.paragraph("", "", c)) for c in cells]
    return nodes.row("", *entries)


def unlinked(node: nodes.Element) -> nodes.Element:
    """Copy a node without its links, which lead from its own page."""
    copy = node.deepcopy()
    for kind in (addnodes.pending_xref, nodes.reference):
        for reference in list(copy.findall(kind)):
            reference.replace_self(reference.children)
    return copy
