"""Every lesson as a notebook that runs as it is, beside its page.

A notebook is made of the page that the reader sees: its words come from the
resolved page, where every term, citation and measured number is already
text, its code from the page's source. The package that it runs with, trained
weights included, lies in the site as a wheel.
"""

from __future__ import annotations

import posixpath
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from docutils import nodes

from assets.runtime import wheels
from assets.web import STATIC
from pages.blocks.element import element, make
from pages.lessons import lessons
from pages.notebooks.write import notebook

if TYPE_CHECKING:
    from sphinx.application import Sphinx

WORDS = "Download this lesson as a notebook"
PACKAGE = "the package it runs with"


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
            page = make("a", WORDS, href=name(docname), download="")
            wheel = f"_static/{package_wheel()}"
            there = posixpath.relpath(wheel, posixpath.dirname(docname))
            package = make("a", PACKAGE, href=there, download="")
            time += make("p", page, ", and ", package, classes=["notebook"])


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
    book = notebook(app, pagename, doctree, package_wheel())
    target = Path(app.outdir, pagename).with_name(name(pagename))
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_suffix(".part")  # nobody finds half a notebook
    aside.write_text(f"{nbformat.writes(book)}\n", encoding="utf-8")
    aside.replace(target)


def offer(app: Sphinx) -> None:
    """Put the whole package into the site."""
    wheel, content = wheels.build()
    for old in STATIC.glob("*.whl"):
        old.unlink()
    (STATIC / wheel).write_bytes(content)


def package_wheel() -> str:
    """Give the name of that wheel."""
    (wheel,) = STATIC.glob("*.whl")
    return wheel.name


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.connect("builder-inited", offer)
    app.connect("doctree-resolved", link)
    app.connect("html-page-context", save)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
