"""What furo and Sphinx leave out for those who use a keyboard or a reader.

Templates in book/_templates mend what stands around the text; this mends the
text's own markup and the list of pages. It also keeps out of the pages the
sheets that ours replaces.
"""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING, Any

from bs4 import BeautifulSoup
from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.writers.html5 import HTML5Translator

from pages.blocks.element import make

if TYPE_CHECKING:
    from sphinx.application import Sphinx

RAISED = str.maketrans("-0123456789", "\N{SUPERSCRIPT MINUS}⁰¹²³⁴⁵⁶⁷⁸⁹")
SPACE = "\N{NO-BREAK SPACE}"  # a number stays on its line
REPLACED = ("mystnb.", "pygments.", "sphinx-design.", "furo-extensions.")


def typeset(number: str) -> str:
    """Write a number as print does: with a minus, and powers of ten.

    ``-0.5`` becomes −0.5, and ``9e-06`` 9 · 10⁻⁶.
    """
    signed = re.sub(r"^-(?=[\d.])", "\N{MINUS SIGN}", number)
    return re.sub(
        r"(?<=\d)e([+-]\d+)$",
        lambda power: (
            f"{SPACE}\N{DOT OPERATOR}{SPACE}10"
            f"{str(int(power[1])).translate(RAISED)}"
        ),
        signed,
    )


class Translator(HTML5Translator):
    """Sphinx's own, with a few tags changed."""

    def visit_literal_block(self, node: nodes.Element) -> None:
        """Let the keyboard reach a block that may scroll."""
        try:
            super().visit_literal_block(node)
        except nodes.SkipNode:
            self.body[-1] = self.body[-1].replace(
                "<pre>", '<pre tabindex="0">', 1
            )
            raise

    def visit_inline(self, node: nodes.Element) -> None:
        """Mark glued numbers: they come from a run."""
        if "pasted-text" in node["classes"]:
            text = node.astext()
            measured = any(map(str.isdigit, text))
            node["classes"] = ["number"] if measured else []
            if measured:
                node.children = [nodes.Text(typeset(text))]
        super().visit_inline(node)

    def visit_citation(self, node: nodes.Element) -> None:
        """Make an entry of the bibliography an item of its list."""
        super().visit_citation(node)
        self._replace("doc-biblioentry", "listitem")

    def _replace(self, old: str, new: str) -> None:
        for i, part in enumerate(self.body):
            self.body[i] = part.replace(f'role="{old}"', f'role="{new}"')


class Percents(SphinxPostTransform):
    """Keep a per cent sign on the line of its number."""

    default_priority = 600
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Replace the space before it."""
        for text in list(self.document.findall(nodes.Text)):
            kept = re.sub(r"(^|(?<=\d)) (?=%)", SPACE, text)
            if kept != text and not isinstance(
                text.parent, (nodes.literal, nodes.FixedTextElement)
            ):
                text.parent.replace(text, nodes.Text(kept))


class Wrappers(SphinxPostTransform):
    """What furo puts around tables and formulas.

    A wrapper has the id of what is inside, which is then there twice. A
    table's can scroll, so the keyboard must reach it; a formula needs none.
    """

    default_priority = 600  # after furo
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Replace them."""
        for node in list(self.document.findall(nodes.container)):
            if "math-wrapper" in node["classes"]:
                node.replace_self(node.children)
            elif "table-wrapper" in node["classes"]:
                classes = ["table-wrapper", "container"]
                wrapper = make("div", *node, classes=classes, tabindex=0)
                node.replace_self(wrapper)


def visit_fold(writer: Translator, node: nodes.Element) -> None:
    """Write the fold of a cell, whose own words are its name."""
    prompt = writer.encode(node["prompt_show"])
    classes = " ".join(["hide", *node["classes"]])
    writer.body.append(
        f'<details class="{classes}"><summary>{prompt}</summary>\n'
    )


def depart_fold(writer: Translator, node: nodes.Element) -> None:
    """Close it."""
    writer.body.append("</details>\n")


def navigation(tree: str) -> str:
    """Give the list of pages its levels and say which page is shown."""
    soup = BeautifulSoup(tree, "html.parser")
    for caption in soup.find_all(attrs={"role": "heading"}):
        caption["aria-level"] = "2"
    for item in soup.find_all("li"):
        link = item.find("a")
        text = soup.new_tag("span")
        text.extend(list(link.contents))
        link.append(text)
        if "current-page" in item.get("class", ()):
            link["aria-current"] = "page"
    return str(soup)


def mend(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Mend one page."""
    if pagename == app.config.root_doc:
        context["furo_hide_toc"] = True  # the front page has its own map
    tree = context.get("furo_navigation_tree")
    if tree:
        context["furo_navigation_tree"] = navigation(tree)
    for paragraph in doctree.findall(nodes.paragraph) if doctree else ():
        if isinstance(paragraph.parent, nodes.section):
            context["description"] = " ".join(paragraph.astext().split())
            break
    context["css_files"] = [
        sheet
        for sheet in context["css_files"]
        if not any(name in str(sheet.filename) for name in REPLACED)
    ]


def forget(app: Sphinx) -> None:
    """Remove the reports of an earlier build that failed."""
    shutil.rmtree(app.outdir / "reports", ignore_errors=True)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.set_translator("html", Translator, override=True)
    app.add_post_transform(Percents)
    app.add_post_transform(Wrappers)
    app.connect("builder-inited", forget)
    app.add_node(
        HideCodeCellNode, override=True, html=(visit_fold, depart_fold)
    )
    app.connect("html-page-context", mend, priority=900)  # after furo
    return {"parallel_read_safe": True, "parallel_write_safe": True}
