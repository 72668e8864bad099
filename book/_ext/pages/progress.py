"""Where the reader stands, on the front page.

The build says what there is to read and to solve; what has been read and
solved is known to the reader's own browser alone, whose script fills this in.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from pages.blocks.element import element, make
from pages.lessons import lessons

if TYPE_CHECKING:
    from sphinx.application import Sphinx

WHERE = (
    "What you have read, solved and guessed is remembered by your own "
    "browser and sent nowhere. Here you can keep a copy, or erase it."
)


class Progress(SphinxDirective):
    """The reader's progress, and what can be done with it::

    :::{progress}
    :::
    """

    def run(self) -> list[nodes.Node]:
        """Lay out what the script shows, hidden until it does."""
        strip = make("span", classes=["strip"], aria_hidden="true")
        sure = make(
            "p",
            "Erase all of it, and the code that you wrote in the pages? "
            "A copy brings back all but the code. ",
            _button("Erase it", "erase"),
            " ",
            _button("Leave it", "leave"),
            classes=["sure"],
            hidden="",
        )
        file = make(
            "input",
            type="file",
            accept=".json,application/json",
            aria_label="A copy that you saved",
            hidden="",
        )
        buttons = [
            _button("Save a copy", "save"),
            " ",
            _button("Bring one back", "bring"),
            " ",
            _button("Erase", "ask"),
            file,
        ]
        standing = make(
            "div",
            strip,
            make("p", classes=["so-far"]),
            make("p", *buttons, classes=["with-it"]),
            sure,
            make("p", classes=["happened"], role="status"),
            classes=["standing"],
            hidden="",
        )
        where = make("p", WHERE, classes=["where"])
        return [make("div", standing, where, classes=["progress"])]


def _button(words: str, does: str) -> element:
    return make("button", words, type="button", data_does=does)


def totals(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Say what there is to read, and which exercises there are to solve."""
    for block in doctree.findall(element):
        if "progress" not in block["classes"]:
            continue
        course = lessons(app.env)
        titles = [(page, app.env.titles[page].astext()) for page in course]
        exercises = [
            found["named"]["data-exercise"]
            for page in course
            for found in app.env.get_doctree(page).findall(element)
            if "data-exercise" in found["named"]
        ]
        block["named"]["data-lessons"] = json.dumps(titles)
        block["named"]["data-exercises"] = json.dumps(exercises)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.add_directive("progress", Progress)
    app.connect("doctree-resolved", totals)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
