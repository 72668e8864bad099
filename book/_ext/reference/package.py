"""One page for each public module: whatever its ``__all__`` has is there.

autodoc finds a module's classes and functions by itself. Of a constant that
is defined in one file and offered by another it knows nothing, since the
comment that documents it stays in the first.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

from docutils.statemachine import StringList
from sphinx.pycode import ModuleAnalyzer
from sphinx.util.docutils import SphinxDirective

from reference.array_types import PublicModule

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx


class Package(SphinxDirective):
    """All public names of a module of ours.

    In a page of the reference::

        ```{eval-rst}
        .. package:: seqcourse.tasks
        ```
    """

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Hand to autodoc what lives here; write the rest."""
        (name,) = self.arguments
        module = import_module(name)
        lines: list[str] = []
        others: dict[str, str] = {}
        for member in getattr(module, "__all__", ()):
            found = getattr(module, member)
            if not callable(found):
                lines += [f".. py:data:: {member}", ""]
                lines += [f"   {line}" for line in comment(name, member)]
            elif not found.__module__.startswith(name):
                others[member] = PublicModule()(found.__module__)
        if others:
            links = (f":py:obj:`~{home}.{it}`" for it, home in others.items())
            lines += [f"Also here, from where they live: {', '.join(links)}."]
        head = [
            f".. automodule:: {name}",
            "   :members:",
            f"   :exclude-members: {', '.join(others)}",
            "",
        ]
        text = StringList([*head, *lines], source=self.env.docname)
        return self.parse_text_to_nodes(text, allow_section_headings=True)


def comment(package: str, constant: str) -> list[str]:
    """Find what the ``#:`` comment of a constant says."""
    for name, module in list(sys.modules.items()):
        if name.startswith(f"{package}.") and hasattr(module, constant):
            found = ModuleAnalyzer.for_module(name).find_attr_docs()
            if ("", constant) in found:
                return found["", constant]
    raise LookupError(f"{package}.{constant} has no #: comment")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.add_directive("package", Package)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
