"""A page's cells as a notebook's: all that runs, and nothing of the book's.

A hidden cell glues numbers into the prose and asserts what the page claims.
In a notebook the prose has its numbers, so the claims alone are left.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from pages.cells import code_cells

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pages.cells import Cell


def cells(page: Path) -> list[Cell]:
    """Read the cells of a page that a notebook keeps, as it keeps them."""
    kept = (
        replace(cell, source=without_glue(cell.source))
        for cell in code_cells(page)
        if not cell.needs_torch
    )
    return [cell for cell in kept if cell.source]


def without_glue(source: str) -> str:
    """Take out what glues numbers, and leave all else as it is written."""
    lines: list[str | None] = list(source.splitlines())
    for block in _blocks(ast.parse(source)):
        glued = [statement for statement in block if _is_glue(statement)]
        for statement in glued:
            first, last = statement.lineno - 1, statement.end_lineno
            alone = glued == block and statement is glued[-1]
            left = " " * statement.col_offset + "pass"
            # An indented block must keep a statement; a cell need not.
            keep = left if alone and statement.col_offset else None
            lines[first:last] = [keep, *[None] * (last - first - 1)]
    kept = "\n".join(line for line in lines if line is not None).strip("\n")
    return kept if ast.parse(kept).body else ""


def _blocks(tree: ast.AST) -> Iterator[list[ast.stmt]]:
    for node in ast.walk(tree):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list) and block:
                yield block


def _is_glue(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.ImportFrom):
        return statement.module == "myst_nb"
    call = getattr(statement, "value", None)
    return (
        isinstance(statement, ast.Expr)
        and isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "glue"
    )
