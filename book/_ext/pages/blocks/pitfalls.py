"""Wrong beliefs, each beside what a cell of the page shows."""

from __future__ import annotations

from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

from pages.blocks.element import element, make


class Pitfalls(SphinxDirective):
    """A list of pitfalls, and nothing but pitfalls::

        ::::{pitfalls}
        :::{pitfall} A plain network only needs more neurons.
        :cell: wider

        Ten times as many, and still {glue:text}`wider:.0f` %.
        :::
        ::::

    ``:cell:`` links to the cell that has ``(wider)=`` on the line above it.
    """

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Make a list of them."""
        body = self.parse_content_to_nodes()
        if not all("pitfall" in node.get("classes", ()) for node in body):
            raise self.error("pitfalls: expected {pitfall} blocks alone")
        return [make("ul", *body, classes=["pitfalls"])]


class Pitfall(SphinxDirective):
    """One of the `Pitfalls`: the belief, and what the cell shows instead."""

    has_content = True
    required_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar = {"cell": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        """Put belief and finding side by side."""
        belief, _ = self.parse_inline(self.arguments[0], lineno=self.lineno)
        shown = self.parse_content_to_nodes()
        if not shown:
            raise self.error("pitfall: expected what the cell shows")
        if "cell" in self.options:
            link = f"[See the cell](#{self.options['cell']}){{.see}}"
            see, _ = self.parse_inline(link, lineno=self.lineno)
            shown[-1] += [nodes.Text(" "), *see]
        left = make(
            "div",
            _label("You may think"),
            make("p", *belief, classes=["belief"]),
        )
        right = make("div", _label("What the cell shows"), *shown)
        return [make("li", left, right, classes=["pitfall"])]


def _label(text: str) -> element:
    return make("span", text, classes=["label"])


DIRECTIVES = {"pitfalls": Pitfalls, "pitfall": Pitfall}
