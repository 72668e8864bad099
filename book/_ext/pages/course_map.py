"""The course as a whole, on the front page: its map, and how long it is.

Lessons stand in the front page's toctrees, and their titles on their own
pages. The map says in addition what each part is about, and what is to come.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole

from pages.blocks.element import make
from pages.blocks.ledger import split
from pages.lessons import lessons, parts
from seqcourse import figures

if TYPE_CHECKING:
    from sphinx.application import Sphinx

logger = logging.getLogger(__name__)


class course_map(nodes.General, nodes.Element):  # noqa: N801
    """Where the map will stand."""


class lesson_count(nodes.Inline, nodes.TextElement):  # noqa: N801
    """Where the number of lessons will stand."""


class CourseMap(SphinxDirective):
    """The map: for each part its name, what it carries, what is to come::

    :::{course-map}
    - Memory | a summary that fades
    - Gates | a summary with gates | A lesson to come | Another
    :::

    The toctree with the caption "1 Memory" has the lessons of the first.
    """

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Read the parts; their lessons are known when all pages are."""
        body = self.parse_content_to_nodes()
        if len(body) != 1 or not isinstance(body[0], nodes.bullet_list):
            raise self.error("course-map: expected one list of parts")
        told = [
            ["".join(node.astext() for node in column) for column in row]
            for row in (split(item[0]) for item in body[0].children)
        ]
        for row in told:
            if len(row) < 2:
                raise self.error(
                    "course-map: expected name | what it carries, "
                    f"got {row[0]!r}"
                )
        gap = course_map(parts=told)
        self.set_source_info(gap)
        return [gap]


class LessonCount(SphinxRole):
    """The number of lessons: ``{lesson-count}`lessons``` is "12 lessons"."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Leave room until the course is known."""
        return [lesson_count("", f" {self.text}")], []


def fill(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Draw the map, and say how many lessons there are."""
    for gap in list(doctree.findall(lesson_count)):
        count = str(len(lessons(app.env)))
        number = make("span", count, classes=["number"])
        gap.replace_self([number, *gap.children])
    for gap in list(doctree.findall(course_map)):
        written = parts(app.env)
        drawn = []
        for number, (title, carries, *later) in enumerate(gap["parts"], 1):
            there = [
                (
                    app.env.titles[page].astext(),
                    app.builder.get_relative_uri(docname, page),
                )
                for page in written.pop(f"{number} {title}", ())
            ]
            planned = [(name, None) for name in later]
            drawn.append(figures.Part(title, carries, [*there, *planned]))
        if written:
            logger.warning(
                "course-map: expected every part, missing %s",
                ", ".join(written),
                location=gap,
            )
        html = figures.course_map(drawn).html
        gap.replace_self(nodes.raw("", html, format="html"))


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.add_node(course_map)
    app.add_node(lesson_count)
    app.add_directive("course-map", CourseMap)
    app.add_role("lesson-count", LessonCount())
    app.connect("doctree-resolved", fill)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
