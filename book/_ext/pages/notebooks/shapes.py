"""How each of the book's own blocks is written in a notebook.

A block that is not here is written as the HTML that it is: its lists as
lists, its titles in bold, all else as paragraphs. Controls are left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes

from pages.blocks.element import element
from pages.notebooks.forms import details, items, paragraph, quote

if TYPE_CHECKING:
    from collections.abc import Callable

    from pages.notebooks.markdown import Markdown


def head(to: Markdown, node: element) -> str:
    """Write a lesson's head as a short list."""
    rows = []
    for row in node.children:
        term, given = row.children
        body = to.flow(given.children)
        gap = "\n" if body.startswith("- ") else " "
        rows.append(f"**{to.words(term)}**:{gap}{body}")
    return items("-", rows)


def ledger(to: Markdown, node: element) -> str:
    """Write each term of an equation beside the code that it is."""
    rows = []
    for row in node.children:
        formula, right = row.children
        words = [n for n in right.children if _tag(n) == "small"]
        code = [n for n in right.children if _tag(n) != "small"]
        term = f"{to.words(formula)}: {_line(to, code)}"
        rows.append(", ".join([term, *map(to.words, words)]))
    return items("-", rows)


def predict(to: Markdown, node: element) -> str:
    """Write the question, what there is to choose, the folded answer."""
    title, question, answer = node.children
    legend, *controls = question.children
    ask = f"**{to.words(title)}.** {to.words(legend)}"
    choices = [to.block(part) for part in controls if _is(part, "choice")]
    others = [part for part in controls if not _is(part, "choice")]
    parts = (ask, items("-", choices), to.flow(others), to.block(answer))
    return "\n\n".join(filter(None, parts))


def quiz(to: Markdown, node: element) -> str:
    """Write the question and its answers, and fold the replies."""
    legend, *choices = node.children
    replies = [_part(choice, "reply") for choice in choices]
    return "\n\n".join(
        (
            f"**{to.words(legend)}**",
            items(1, [to.block(choice) for choice in choices]),
            details(
                "I have chosen. Show the replies.",
                items(1, map(to.words, replies)),
            ),
        )
    )


def choice(to: Markdown, node: element) -> str:
    """Write an answer without its button and its reply."""
    (label,) = (part for part in node.children if _tag(part) == "label")
    return paragraph(to.words(label))


def pitfall(to: Markdown, node: element) -> str:
    """Write the belief in italics, and below it what the cell shows."""
    believed, shown = node.children
    belief = to.words(_part(believed, "belief"))
    label, *found = shown.children
    return (
        f"{to.words(believed[0])}: *{belief}*\n\n"
        f"{to.words(label)}: {to.flow(found)}"
    )


def _quote(to: Markdown, node: element) -> str:
    return quote(to.flow(node.children))


def _bold(to: Markdown, node: element) -> str:
    return f"**{to.words(node)}**"


def _italic(to: Markdown, node: element) -> str:
    return f"*{to.words(node)}*"


def _nothing(to: Markdown, node: element) -> str:
    return ""


def _tag(node: nodes.Node) -> str:
    return str(node["tag"]) if isinstance(node, element) else ""


def _part(node: nodes.Node, name: str) -> element:
    return next(n for n in node.findall(element) if _is(n, name))


def _is(node: nodes.Node, name: str) -> bool:
    return isinstance(node, element) and name in node["classes"]


def _line(to: Markdown, parts: list[nodes.Node]) -> str:
    return "".join(map(to.inline, parts)).strip()


SHAPES: dict[str, Callable[[Markdown, element], str]] = {
    "admonition-title": _bold,
    "choice": choice,
    "hook": _quote,
    "knob": _nothing,
    "ledger": ledger,
    "lesson-head": head,
    "lesson-no": _nothing,  # the first cell says it
    "notebook": _nothing,  # this is the notebook
    "pitfall": pitfall,
    "predict": predict,
    "proofs": _nothing,  # they need the page's own machinery
    "quiz": quiz,
    "sd-tab-label": _bold,
    "sidenote": _quote,
    "twin-badge": _italic,
}
