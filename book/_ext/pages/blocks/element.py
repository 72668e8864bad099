"""HTML elements that docutils has no nodes for.

A block's content stays ordinary nodes, so that glue, links, terms and the
search find it; only the frame around it is one of these elements.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from docutils import nodes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

ALONE = {"input"}
LINES = {"dd", "details", "div", "dl", "fieldset", "li", "ul"}  # of their own


class element(nodes.General, nodes.Inline, nodes.TextElement):  # noqa: N801
    """One element: its tag, its attributes, and any nodes inside."""


def make(
    tag: str,
    *children: nodes.Node | str,
    classes: Iterable[str] = (),
    **attributes: str | float,
) -> element:
    """Make an element; ``for_="x"`` and ``aria_label="x"`` as in Python."""
    named = {
        name.rstrip("_").replace("_", "-"): str(value)
        for name, value in attributes.items()
    }
    node = element("", classes=list(classes), tag=tag, named=named)
    node["ids"] = [named.pop("id")] if "id" in named else []
    for child in children:
        node += nodes.Text(child) if isinstance(child, str) else child
    return node


def named_after(kind: str, words: str) -> str:
    """Make an id from words.

    What a reader's browser keeps under it then belongs to these words,
    wherever on the page they stand.
    """
    digest = hashlib.sha256(" ".join(words.split()).encode()).hexdigest()
    return f"{kind}-{digest[:6]}"


def visit(writer: HTML5Translator, node: element) -> None:
    """Write the opening tag."""
    tag = node["tag"]
    suffix = "\n" if tag in LINES else ""
    start = writer.starttag(
        node, tag, suffix, empty=tag in ALONE, **node["named"]
    )
    writer.body.append(start)


def depart(writer: HTML5Translator, node: element) -> None:
    """Write the closing tag, if there is one."""
    tag = node["tag"]
    if tag not in ALONE:
        writer.body.append(f"</{tag}>\n" if tag in LINES else f"</{tag}>")


def _pass(writer: Any, node: element) -> None:
    """Leave the frame out where there is no HTML."""


def register(app: Sphinx) -> None:
    """Make Sphinx's writers know the element."""
    elsewhere = (_pass, _pass)
    app.add_node(
        element,
        html=(visit, depart),
        latex=elsewhere,
        text=elsewhere,
        man=elsewhere,
        texinfo=elsewhere,
    )
