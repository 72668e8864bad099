"""An equation taken apart: each term beside the code that it is."""

from __future__ import annotations

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from pages.blocks.element import element, make


class Ledger(SphinxDirective):
    r"""A row for each term: formula, code and, if you like, words::

    :::{ledger}
    - $x_t W_\mathrm{ih}^\top$ | `x_t @ weight_ih.T` | what the word says
    - $\tanh(\cdots)$ | `np.tanh(...)` | keep it between −1 and 1
    :::
    """

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Lay out the rows."""
        body = self.parse_content_to_nodes()
        if len(body) != 1 or not isinstance(body[0], nodes.bullet_list):
            raise self.error("ledger: expected one list")
        rows = [self._row(item) for item in body[0].children]
        return [make("div", *rows, classes=["ledger"])]

    def _row(self, item: nodes.Node) -> element:
        columns = split(item[0])
        if len(columns) not in (2, 3):
            raise self.error(
                "ledger: expected formula | code | words, "
                f"got {item.astext()!r}"
            )
        formula, code, *words = columns
        notes = [make("small", *column) for column in words]
        return make(
            "div", make("span", *formula), make("span", *code, *notes)
        )


def split(paragraph: nodes.Element) -> list[list[nodes.Node]]:
    """Split a paragraph at its bars; those in formulas and code are none."""
    columns: list[list[nodes.Node]] = [[]]
    for node in paragraph.children:
        if not isinstance(node, nodes.Text):
            columns[-1].append(node)
            continue
        first, *others = str(node).split("|")
        # Beside code or a formula spaces count, a line break alone as well.
        if first.strip() or (columns[-1] and not others):
            bare = first.rstrip() if others else first
            columns[-1].append(nodes.Text(bare))
        for text in others:
            columns.append([])
            if text.strip():
                columns[-1].append(nodes.Text(text.lstrip()))
    return columns


DIRECTIVES = {"ledger": Ledger}
