"""The code cells of a page, as its source has them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from myst_nb.core.read import read_myst_markdown_notebook
from myst_parser.config.main import MdParserConfig

if TYPE_CHECKING:
    from pathlib import Path

FOLDED = {"hide-cell", "hide-input", "remove-cell", "remove-input"}


@dataclass(frozen=True)
class Cell:
    """One code cell: its number among all cells, its line, what it runs."""

    index: int
    line: int
    source: str
    tags: frozenset[str]

    @property
    def needs_torch(self) -> bool:
        """Whether it can run only where the book is built."""
        return "torch" in self.tags

    @property
    def is_hidden(self) -> bool:
        """Whether the page shows neither it nor what it gives."""
        return "remove-cell" in self.tags

    @property
    def is_folded(self) -> bool:
        """Whether its code is not there to be read at once."""
        return bool(self.tags & FOLDED)


def code_cells(page: Path) -> list[Cell]:
    """Read the code cells of a page."""
    read = read_myst_markdown_notebook(
        page.read_text(encoding="utf-8"),
        MdParserConfig(enable_extensions={"colon_fence"}),
        add_source_map=True,
        path=page,
    )
    lines = read.metadata["source_map"]
    return [
        Cell(
            index, line, cell.source, frozenset(cell.metadata.get("tags", ()))
        )
        for index, (cell, line) in enumerate(
            zip(read.cells, lines, strict=True)
        )
        if cell.cell_type == "code"
    ]
