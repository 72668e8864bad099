"""Docstrings as the pages want them, before napoleon reads them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_FLAG = re.compile(r"\s*# doctest:.*$")


def tidy(
    app: Sphinx,
    what: str,
    name: str,
    obj: Any,
    options: Any,
    lines: list[str],
) -> None:
    """Change the lines of one docstring."""
    # What doctest is told is not for readers.
    lines[:] = [_FLAG.sub("", line) for line in lines]
    # Napoleon takes what stands before a colon in a property's first line for
    # its type. The first line that it sees is now an empty comment.
    if what in ("attribute", "property"):
        lines[:0] = ["..", ""]


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.connect("autodoc-process-docstring", tidy, priority=100)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
