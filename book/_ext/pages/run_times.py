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

from pages.tables import link, table

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
        here = self.env.docname
        rows = [
            (link(self.app, here, page), nodes.Text(f"{time:.1f}"))
            for page, time in seconds.items()
        ]
        total = f"{sum(seconds.values()):.1f}"
        rows.append((nodes.Text("All pages"), nodes.Text(total)))
        return table(("Page", "Seconds"), rows, (50, 50))


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.add_post_transform(RunTimes)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
