"""Docstrings as the pages want them, before napoleon reads them.

A docstring in ``torch`` describes what differs from its NumPy twin. On the
page it links the twin's entry, and lists all parameters with their types.
"""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.addnodes import pending_xref
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

_FLAG = re.compile(r"\s*# doctest:.*$")
_TWIN = re.compile(r"(?<![`:])`(seqcourse\.numpy\.[\w.]+)`(?!`)")
_RULE = re.compile(r"-{3,}$")


def tidy(
    app: Sphinx,
    what: str,
    name: str,
    obj: Any,
    options: Any,
    lines: list[str],
) -> None:
    """Change the lines of one docstring."""
    twin = name.startswith("seqcourse.torch.") and any(
        "`seqcourse.numpy." in line for line in lines
    )
    if twin and what in ("class", "function", "method"):
        names = [*inspect.signature(obj).parameters]
        names = names[1:] if names[:1] == ["self"] else names
        lines[:] = with_parameters(lines, names)
    # The twin's full name is a link.
    lines[:] = [_TWIN.sub(r":py:obj:`\1`", line) for line in lines]
    # What doctest is told is not for readers.
    lines[:] = [_FLAG.sub("", line) for line in lines]
    # Napoleon takes what stands before a colon in a property's first line for
    # its type. The first line that it sees is now an empty comment.
    if what in ("attribute", "property"):
        lines[:0] = ["..", ""]


def with_parameters(lines: list[str], names: list[str]) -> list[str]:
    """List these parameters, each with the description that it has."""
    if not names:
        return lines
    heads = [i - 1 for i, line in enumerate(lines) if _RULE.match(line)]
    start, end, *_ = [*heads, len(lines), len(lines)]
    described: dict[str, list[str]] = {}
    if lines[start : start + 1] != ["Parameters"]:
        end = start
    together: list[str] = []
    for line in lines[start + 2 : end]:
        if line and not line.startswith(" "):
            together = line.split(", ")
            continue
        for name in together:
            described.setdefault(name, []).append(line)
    section = ["", "Parameters", "----------"]
    for name in names:
        section += [name, *described.get(name, ())]
    return [*lines[:start], *section, "", *lines[end:]]


def without_entry(
    app: Sphinx,
    env: BuildEnvironment,
    node: pending_xref,
    text: nodes.TextElement,
) -> nodes.TextElement | None:
    """Leave a twin's name without a link where the pages have no entry."""
    ours = node["reftarget"].startswith("seqcourse.numpy.")
    return text if ours and node["reftype"] == "obj" else None


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.connect("autodoc-process-docstring", tidy, priority=100)
    app.connect("missing-reference", without_entry)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
