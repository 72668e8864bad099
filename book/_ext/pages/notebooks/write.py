"""A lesson's cells, put together: words, code, words, in the page's order."""

from __future__ import annotations

import posixpath
from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes
from nbformat import v4

from pages.blocks.element import element
from pages.notebooks import exercise
from pages.notebooks.code import cells
from pages.notebooks.links import Links
from pages.notebooks.markdown import Markdown
from pages.notebooks.shapes import SHAPES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nbformat import NotebookNode
    from sphinx.application import Sphinx

    from pages.cells import Cell

KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
FIRST = """\
# {title}

{number}This notebook is {page} of {book}, version {version}. What moves or \
sounds on the page stands still here.

To run it, install the package behind the book. The page offers it beside \
this notebook: save `{wheel}`, go to the folder where it is, and run

```console
python3 -m pip install ./{wheel}
```

with the Python that Jupyter uses. It never needs PyTorch.

The text and the figures are under \
[CC BY 4.0](https://creativecommons.org/licenses/by/4.0/), \
the code is under the MIT licence."""


def notebook(
    app: Sphinx, page: str, doctree: nodes.document, wheel: str
) -> NotebookNode:
    """Make a notebook of a lesson, which runs with the package's wheel."""
    link = Links(app, page, doctree)
    home = f"{posixpath.relpath('.', posixpath.dirname(page))}/"
    to = Markdown(link, app.config.mathml_macros, SHAPES)
    made = Notebook(to, cells(Path(app.env.doc2path(page))))
    title = next(doctree.findall(nodes.title))
    made.prose.append(
        FIRST.format(
            title=to.words(title),
            number=_number(doctree),
            page=link("a page", ""),
            book=link(app.config.project, home),
            version=app.config.version,
            wheel=wheel,
        )
    )
    made.part()
    for node in _parts(doctree):
        if node is not title:
            made.add(node)
    return made.finish()


def _number(doctree: nodes.document) -> str:
    for node in doctree.findall(element):
        if "lesson-no" in node["classes"]:
            return f"{node.astext()}. "
    return ""


def _parts(node: nodes.Element) -> Iterator[nodes.Element]:
    """Give what stands in a page's sections, one after the other."""
    for child in node.children:
        inside = list(child.findall(exercise.is_exercise))
        if isinstance(child, nodes.section) or inside not in ([], [child]):
            yield from _parts(child)
        else:
            yield child


class Notebook:
    """A notebook that grows node by node.

    Parameters
    ----------
    to
        What writes its words.
    waiting
        The page's code that has no place yet, in order.
    """

    def __init__(self, to: Markdown, waiting: list[Cell]) -> None:
        self.to = to
        self.waiting = waiting
        self.prose: list[str] = []
        self.cells: list[NotebookNode] = []

    def add(self, node: nodes.Element) -> None:
        """Add a part of the page, and before it the code that comes first."""
        if node.get("nb_element") == "cell_code":
            self._run(lambda cell: cell.index <= node["cell_index"])
            return
        # A hidden cell has no node. Its line in the page says where it was.
        line = node.line or 0
        self._run(lambda cell: cell.is_folded and cell.line < line)
        if isinstance(node, nodes.title):
            self.part()
        if exercise.is_exercise(node):
            self._exercise(node)
        else:
            self.prose.append(self.to.block(node))

    def _run(self, first: Callable[[Cell], bool]) -> None:
        while self.waiting and first(self.waiting[0]):
            cell = self.waiting.pop(0)
            self.code(cell.source, folded=cell.is_folded)

    def _exercise(self, node: element) -> None:
        before, start, after = exercise.parts(self.to, node)
        self.part()
        self.prose.append(before)
        self.code(start)
        self.prose.append(after)
        self.part()

    def part(self) -> None:
        """Close a cell of words."""
        words = "\n\n".join(filter(None, self.prose))
        self.prose.clear()
        if words:
            self.cells.append(v4.new_markdown_cell(words))

    def code(self, source: str, folded: bool = False) -> None:
        """Add a cell of code."""
        self.part()
        shown = {"jupyter": {"source_hidden": True}} if folded else {}
        self.cells.append(v4.new_code_cell(source, metadata=shown))

    def finish(self) -> NotebookNode:
        """Give the notebook; the same page makes the same bytes."""
        self._run(lambda _: True)
        self.part()
        for i, cell in enumerate(self.cells, start=1):
            cell["id"] = f"cell-{i}"
        return v4.new_notebook(
            cells=self.cells,
            metadata={
                "kernelspec": KERNEL,
                "language_info": {"name": "python"},
            },
        )
