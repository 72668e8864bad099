"""What could have made a lesson's claims false, and was tried."""

from __future__ import annotations

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from pages.blocks.element import element, make
from pages.blocks.ledger import split

SUMMARY = "What we tried to make this false"


class Controls(SphinxDirective):
    """A row for each control: the claim, the control, its outcome::

        :::{controls}
        - More truncation loses more. |
          The network was trained on the truncated inputs, too. |
          It was right {glue:text}`on_five:.0f` % of the time on five rows.
        :::

    The rows are folded, and the experiment log has those of all lessons.
    """

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Fold the rows."""
        body = self.parse_content_to_nodes()
        if len(body) != 1 or not isinstance(body[0], nodes.bullet_list):
            raise self.error("controls: expected one list")
        rows = [self._row(item) for item in body[0].children]
        summary = make("summary", SUMMARY)
        return [
            make("details", summary, make("ul", *rows), classes=["controls"])
        ]

    def _row(self, item: nodes.Node) -> element:
        columns = split(item[0])
        if len(item) != 1 or len(columns) != 3 or not all(columns):
            raise self.error(
                "controls: expected claim | control | outcome, "
                f"got {item.astext()!r}"
            )
        claim, control, outcome = columns
        return make(
            "li",
            make("p", *claim, classes=["claim"]),
            make("p", _label("Control"), *control),
            make("p", _label("Outcome"), *outcome),
        )


def _label(word: str) -> element:
    return make("span", f"{word}: ", classes=["label"])


def rows(doctree: nodes.document) -> list[list[list[nodes.Node]]]:
    """Give a page's rows; of each the claim, the control and the outcome."""
    return [
        [
            [node for node in part.children if not _is_label(node)]
            for part in row.children
        ]
        for block in doctree.findall(element)
        if "controls" in block["classes"]
        for row in block[1].children
    ]


def _is_label(node: nodes.Node) -> bool:
    return isinstance(node, element) and "label" in node["classes"]


DIRECTIVES = {"controls": Controls}
