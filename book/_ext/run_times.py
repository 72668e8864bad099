"""How long the pages took: myst-nb's table, with what a reader wants of it.

`nb-exec-table` shows file names, dates and a mark for success. Here are the
pages' titles and their seconds; a page that fails has no row, since then
there is no book.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils import nodes
from myst_nb.ext.execution_tables import (
    ExecutionStatsNode,
    ExecutionStatsPostTransform,
)
from myst_nb.sphinx_ import NbMetadataCollector
from sphinx.transforms.post_transforms import SphinxPostTransform

if TYPE_CHECKING:
    from sphinx.application import Sphinx


class RunTimes(SphinxPostTransform):
    """Replace the place of a table by ours, before myst-nb does."""

    default_priority = ExecutionStatsPostTransform.default_priority - 1

    def run(self, **kwargs: Any) -> None:
        """Find the places."""
        for node in list(self.document.findall(ExecutionStatsNode)):
            node.replace_self(self._table())

    def _table(self) -> nodes.table:
        pages = NbMetadataCollector.get_doc_data(self.env)
        seconds = {
            page: data["exec_data"]["runtime"] or 0.0
            for page, data in sorted(pages.items())
            if data.get("exec_data")
        }
        rows = [
            _row(self._link(page), nodes.Text(f"{time:.1f}"))
            for page, time in seconds.items()
        ]
        total = nodes.Text(f"{sum(seconds.values()):.1f}")
        rows.append(_row(nodes.Text("All pages"), total))
        head = _row(nodes.Text("Page"), nodes.Text("Seconds"))
        group = nodes.tgroup("", cols=2)
        group += [nodes.colspec(colwidth=50), nodes.colspec(colwidth=50)]
        group += [nodes.thead("", head), nodes.tbody("", *rows)]
        return nodes.table("", group, classes=["colwidths-auto"])

    def _link(self, page: str) -> nodes.reference:
        title = self.env.titles[page].deepcopy().children
        uri = self.app.builder.get_relative_uri(self.env.docname, page)
        return nodes.reference("", "", *title, refuri=uri, internal=True)


def _row(*cells: nodes.Node) -> nodes.row:
    entries = [nodes.entry("", nodes.paragraph("", "", c)) for c in cells]
    return nodes.row("", *entries)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.add_post_transform(RunTimes)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
