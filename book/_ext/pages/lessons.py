"""The course's order: a lesson's number, its head, and what comes next.

A page in a folder with a number, such as ``1-memory/``, is a lesson. The
folder says the part, the order of the toctree the lesson: neither is typed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective

from pages.blocks.element import element, make
from pages.tables import link
from seqcourse.exercises import EXERCISES

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

_PART = re.compile(r"(\d+)-[^/]+/")


class LessonHead(SphinxDirective):
    """What a lesson takes and gives, right below its title::

    :::{lesson-head}
    :time: 15 minutes to read, 20 more with the exercises
    :needs: A weighted sum, a Python loop

    - say what a hidden state is
    - write the step of a recurrent network
    :::
    """

    has_content = True
    option_spec: ClassVar = {
        "time": directives.unchanged_required,
        "needs": directives.unchanged_required,
    }

    def run(self) -> list[nodes.Node]:
        """Make a list of three terms."""
        for name in ("time", "needs"):
            if name not in self.options:
                raise self.error(f"lesson-head: expected :{name}:")
        goals = self.parse_content_to_nodes()
        if len(goals) != 1 or not isinstance(goals[0], nodes.bullet_list):
            raise self.error("lesson-head: expected one list of goals")
        columns = (
            ("Time", self._words("time")),
            ("What you need first", self._words("needs")),
            ("Afterwards you can", goals[0]),
        )
        entries = [
            make("div", make("dt", term), make("dd", given))
            for term, given in columns
        ]
        return [make("dl", *entries, classes=["lesson-head", "simple"])]

    def _words(self, option: str) -> element:
        words, _ = self.parse_inline(self.options[option], lineno=self.lineno)
        return make("p", *words)


class upcoming(nodes.General, nodes.Element):  # noqa: N801
    """Where the link to the next lesson will stand."""


class Next(SphinxDirective):
    """The end of a lesson: a word about the next one, and the link to it::

        :::{next}
        It fades. How fast, and why?
        :::

    After the last lesson there is the word and no link.
    """

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Leave room for the link."""
        body = self.parse_content_to_nodes() if self.content else []
        return [make("div", *body, upcoming(), classes=["next"])]


def lessons(env: BuildEnvironment) -> list[str]:
    """List the course's lessons in the order of the front page's toctrees."""
    pages = env.toctree_includes.get(env.config.root_doc, [])
    return [page for page in pages if _PART.match(page)]


def parts(env: BuildEnvironment) -> dict[str, list[str]]:
    """List the lessons of each part, by the caption of its toctree."""
    front = env.get_doctree(env.config.root_doc)
    course = {
        tree["caption"]: [p for p in tree["includefiles"] if _PART.match(p)]
        for tree in front.findall(addnodes.toctree)
    }
    return {caption: pages for caption, pages in course.items() if pages}


def number(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Write a lesson's number above its title, and link to the next."""
    course = lessons(app.env)
    place = course.index(docname) if docname in course else None
    for gap in list(doctree.findall(upcoming)):
        if place is None or docname == course[-1]:
            box = gap.parent
            box.remove(gap)
            if not box.children:
                box.parent.remove(box)
        else:
            onward = link(app, docname, course[place + 1])
            gap.replace_self(make("p", "Next: ", onward))
    _add_minutes(doctree)
    part = _PART.match(docname)
    title = next(doctree.findall(nodes.title), None)
    if place is not None and part is not None and title is not None:
        text = f"Part {part[1]}, lesson {place + 1}"
        above = make("p", text, classes=["lesson-no"])
        title.parent.insert(title.parent.index(title), above)


def _add_minutes(doctree: nodes.document) -> None:
    """Say in a lesson's head how much longer its exercises take."""
    named = [block["named"] for block in doctree.findall(element)]
    minutes = sum(
        EXERCISES[names["data-exercise"]].minutes
        for names in named
        if "data-exercise" in names
    )
    for head in doctree.findall(element):
        if "lesson-head" in head["classes"] and minutes:
            time = next(p for p in head.findall(element) if p["tag"] == "p")
            time += nodes.Text(f", {minutes} more with the exercises")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.add_node(upcoming)
    app.add_directive("lesson-head", LessonHead)
    app.add_directive("next", Next)
    app.connect("doctree-resolved", number)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
