"""An exercise in a notebook: what to do, where to do it, how it is checked.

The words are the page's, since they are already resolved there; the code is
that of `seqcourse.exercises`, which has each exercise once.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from docutils import nodes

from pages.blocks.element import element

if TYPE_CHECKING:
    from pages.notebooks.markdown import Markdown

#: What the page alone needs: its own head, the editor and what it says.
OF_THE_PAGE = {
    "cell-bar",
    "check-reply",
    "editor",
    "exercise-head",
    "folds",
}
START = """\
{starter}


from seqcourse.exercises import check

check("{id}", {function})"""


def is_exercise(node: nodes.Node) -> bool:
    """Tell an exercise from anything else on a page."""
    return isinstance(node, element) and "data-exercise" in node["named"]


def parts(to: Markdown, node: element) -> tuple[str, str, str]:
    """Give the words before, the code to begin with, and what is folded."""
    exercises = import_module("seqcourse.exercises")
    found = exercises.find(node["named"]["data-exercise"])
    prompt = [child for child in node.children if _is_prompt(child)]
    before = (
        f"### {to.inline(nodes.Text(found.title))}",
        f"*About {found.minutes} minutes.*",
        to.flow(prompt),
    )
    start = START.format(
        starter=found.starter.strip("\n"),
        id=found.id,
        function=found.function,
    )
    folds = [part for part in node.findall(element) if _is_fold(part)]
    return "\n\n".join(before), start, "\n\n".join(map(to.block, folds))


def _is_prompt(node: nodes.Node) -> bool:
    if not isinstance(node, element):
        return True
    return not (OF_THE_PAGE & set(node["classes"]) or _is_fold(node))


def _is_fold(node: element) -> bool:
    return bool(node["tag"] == "details")
