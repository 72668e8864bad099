"""Every lesson as a notebook that runs as it is, beside its page.

A notebook is made of the page that the reader sees: its words come from the
resolved page, where every term, citation and measured number is already
text, its code from the page's source.
"""

from __future__ import annotations

import posixpath
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from docutils import nodes

from pages.blocks.element import element, make
from pages.lessons import lessons
from pages.notebooks.write import notebook

if TYPE_CHECKING:
    from sphinx.application import Sphinx

WORDS = "Download this lesson as a notebook"


def name(page: str) -> str:
    """Name the notebook of a lesson."""
    return f"{posixpath.basename(page)}.ipynb"


def link(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Offer the notebook in the lesson's head, below the time it takes."""
    if app.builder.name != "html" or docname not in lessons(app.env):
        return
    for head in doctree.findall(element):
        if "lesson-head" in head["classes"]:
            time = next(part for part in head.findall(_is_given))
            anchor = make("a", WORDS, href=name(docname), download="")
            time += make("p", anchor, classes=["notebook"])


def _is_given(node: nodes.Node) -> bool:
    return isinstance(node, element) and node["tag"] == "dd"


def save(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Write the notebook of a lesson when its page is written."""
    if (
        doctree is None
        or app.builder.name != "html"
        or pagename not in lessons(app.env)
    ):
        return
    text = nbformat.writes(notebook(app, pagename, doctree))
    target = Path(app.outdir, pagename).with_name(name(pagename))
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_suffix(".part")  # nobody finds half a notebook
    aside.write_text(text + "\n", encoding="utf-8")
    aside.replace(target)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.connect("doctree-resolved", link)
    app.connect("html-page-context", save)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
