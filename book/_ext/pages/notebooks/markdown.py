"""A page's nodes as Markdown, in the dialect that notebooks read.

Sphinx's builders for Markdown would write the pages a second time and know
neither our blocks nor a notebook's cells; what a lesson is made of is little.
A block of ours is written in its own shape, or else as the HTML that it is.
A node that nobody knows is a warning, and its words are not lost.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx import addnodes
from sphinx.locale import admonitionlabels
from sphinx.util import logging

from pages.blocks.element import element
from pages.notebooks.forms import (
    code,
    details,
    fence,
    items,
    paragraph,
    quote,
    table,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

log = logging.getLogger(__name__)

#: Elements that stand in a line of text.
IN_LINE = {"a", "code", "label", "legend", "output", "small", "span"}
MARKS = {"b": "**", "strong": "**", "em": "*", "i": "*"}
SILENT = {"input", "button", "textarea", "svg"}
_SPECIAL = re.compile(r"[\\`*_\[\]<>$~]|&(?=#?\w+;)")


class Markdown:
    """Write the nodes of one page.

    Parameters
    ----------
    link
        Write a link of these words to an address of the page.
    macros
        The book's own TeX macros; a notebook knows none of them.
    shapes
        How blocks of a class are written.
    """

    def __init__(
        self,
        link: Callable[[str, str], str],
        macros: Mapping[str, str],
        shapes: Mapping[str, Callable[[Markdown, element], str]],
    ) -> None:
        self.link = link
        self.macros = macros
        self.shapes = shapes

    # --- blocks

    def flow(self, children: Iterable[nodes.Node]) -> str:
        """Write blocks, and what stands between them as paragraphs."""
        blocks: list[str] = []
        line: list[str] = []
        for child in children:
            if self._in_line(child):
                line.append(self.inline(child))
                continue
            blocks += [paragraph("".join(line)), self.block(child)]
            line.clear()
        blocks.append(paragraph("".join(line)))
        return "\n\n".join(block for block in blocks if block)

    def block(self, node: nodes.Node) -> str:
        """Write one block."""
        match node:
            case element():
                return self._element(node)
            case nodes.title():
                level = "#" * depth(node)
                return f"{level} {self.words(node)}"
            case nodes.paragraph() | nodes.attribution():
                return paragraph(self.words(node))
            case nodes.rubric() | nodes.caption():
                return f"**{self.words(node)}**"
            case nodes.literal_block() | nodes.doctest_block():
                return fence(node.astext(), node.get("language", ""))
            case nodes.math_block():
                return self._formula(node)
            case nodes.bullet_list():
                return items("-", map(self._flow_of, node.children))
            case nodes.enumerated_list():
                first = node.get("start", 1)
                return items(first, map(self._flow_of, node.children))
            case nodes.definition_list():
                return items("-", map(self._definition, node.children))
            case nodes.block_quote():
                return quote(self._flow_of(node))
            case nodes.table():
                return self._table(node)
            case nodes.transition():
                return "---"
            case nodes.Admonition():
                label = admonitionlabels.get(node.tagname, "")
                body = self._flow_of(node)
                return quote(f"**{label}**\n\n{body}" if label else body)
            case nodes.container() | nodes.section() | nodes.compound():
                return self._flow_of(node)
            case nodes.Invisible() | addnodes.index():
                return ""
        return self._unknown(node)

    def _flow_of(self, node: nodes.Node) -> str:
        return self.flow(node.children)

    def _element(self, node: element) -> str:
        if unseen(node):
            return ""
        for name in node["classes"]:
            if name in self.shapes:
                return self.shapes[name](self, node)
        match node["tag"]:
            case "p":
                return paragraph(self.words(node))
            case "h3" | "h4":
                return f"**{self.words(node)}**"
            case "ul":
                return items("-", map(self.block, node.children))
            case "ol":
                return items(1, map(self.block, node.children))
            case "table":
                rows = [tr for tr in node.children if not unseen(tr)]
                return table([map(self.words, tr.children) for tr in rows])
            case "details":
                first, *rest = node.children
                return details(first.astext(), self.flow(rest))
        return self._flow_of(node)

    def _formula(self, node: nodes.math_block) -> str:
        tex = self.tex(node)
        if r"\\" in tex and r"\begin{" not in tex:
            tex = rf"\begin{{aligned}}{tex}\end{{aligned}}"
        tag = rf" \tag{{{node['number']}}}" if node.get("number") else ""
        return f"$$\n{tex}{tag}\n$$"

    def _definition(self, node: nodes.Node) -> str:
        terms = [n for n in node.children if isinstance(n, nodes.term)]
        rest = [n for n in node.children if not isinstance(n, nodes.term)]
        named = ", ".join(self.words(term) for term in terms)
        body = "\n\n".join(map(self._flow_of, rest))
        return f"**{named}**\n\n{body}"

    def _table(self, node: nodes.table) -> str:
        rows = [map(self._flow_of, row) for row in node.findall(nodes.row)]
        return table(rows)

    # --- lines

    def words(self, node: nodes.Node) -> str:
        """Write what stands in a line, in one line."""
        text = "".join(self.inline(child) for child in node.children)
        return " ".join(text.split())

    def inline(self, node: nodes.Node) -> str:
        """Write one piece of a line."""
        match node:
            case nodes.Text():
                return _SPECIAL.sub(r"\\\g<0>", str(node))
            case element():
                return self._element_in_line(node)
            case nodes.literal():
                return code(node.astext())
            case nodes.math():
                return f"${' '.join(self.tex(node).split())}$"
            case nodes.emphasis() | nodes.title_reference():
                return self._marked("*", node)
            case nodes.strong():
                return self._marked("**", node)
            case nodes.subscript():
                return f"<sub>{self.words(node)}</sub>"
            case nodes.superscript():
                return f"<sup>{self.words(node)}</sup>"
            case nodes.reference():
                uri = node.get("refuri", f"#{node.get('refid', '')}")
                return self.link(self.words(node), uri)
            case nodes.raw() | nodes.Invisible():
                return ""
            case nodes.inline() | nodes.abbreviation():
                return "".join(map(self.inline, node.children))
        return self._unknown(node)

    def _element_in_line(self, node: element) -> str:
        if unseen(node):
            return ""
        match node["tag"]:
            case "a":
                return self.link(self.words(node), node["named"]["href"])
            case "code":
                return code(node.astext())
            case tag if tag in MARKS:
                return self._marked(MARKS[tag], node)
        return "".join(map(self.inline, node.children))

    def _marked(self, mark: str, node: nodes.Node) -> str:
        words = self.words(node)
        return f"{mark}{words}{mark}" if words else ""

    def tex(self, node: nodes.Node) -> str:
        """Give a formula's TeX, the book's own macros written out."""
        tex = node.astext().strip()
        for macro, meaning in self.macros.items():
            name = rf"{re.escape(macro)}(?![A-Za-z])"
            tex = meaning.join(re.split(name, tex))
        return tex

    def _in_line(self, node: nodes.Node) -> bool:
        if isinstance(node, element):
            shaped = any(name in self.shapes for name in node["classes"])
            return not shaped and (
                node["tag"] in IN_LINE or node["tag"] in MARKS
            )
        return isinstance(node, (nodes.Text, nodes.Inline))

    def _unknown(self, node: nodes.Node) -> str:
        words = "notebook: no Markdown for <%s>"
        log.warning(words, node.tagname, location=node)
        return node.astext()


def unseen(node: element) -> bool:
    """Tell whether a reader of the page meets no words of an element."""
    named = node["named"]
    hidden = "hidden" in named or named.get("aria-hidden") == "true"
    return hidden or node["tag"] in SILENT


def depth(title: nodes.Node) -> int:
    """Count the sections that a title is in."""
    level = 0
    while title.parent is not None:
        title = title.parent
        level += isinstance(title, nodes.section)
    return level
