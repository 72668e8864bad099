"""The package's own code in a page: shown by name, never pasted.

`twins` shows one object of both backends in two tabs, `source` shows one
object. A name leads to the code as it leads Python there, through imports.
"""

from __future__ import annotations

import ast
import inspect
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

import seqcourse
from pages.blocks.element import element, make

if TYPE_CHECKING:
    from sphinx.application import Sphinx

BACKENDS = {"numpy": "NumPy", "torch": "PyTorch"}
RINGS = (
    '<svg viewBox="0 0 26 14" aria-hidden="true"><g fill="none" '
    'stroke="currentColor" stroke-width="1.5"><circle cx="8" cy="7" r="6"/>'
    '<circle cx="18" cy="7" r="6"/></g></svg>'
)
RAN = (
    "PyTorch does not run in this page. This code ran when the book was "
    "built."
)


class _Shown(SphinxDirective):
    """A directive that shows code of the package."""

    has_content = False
    required_arguments = 1

    def code(self, module: str, name: str) -> nodes.literal_block:
        """Make a block of the code that a module has under a name."""
        try:
            file, text = source(module, name)
        except LookupError as error:
            raise self.error(
                f"no source of {module}.{name}: {error}"
            ) from None
        self.env.note_dependency(str(file))
        if "docstring" not in self.options:
            text = without_docstrings(text)
        return nodes.literal_block(text, text, language="python")


class Twins(_Shown):
    """One object in NumPy and in PyTorch, as two tabs::

        :::{twins} RNN.step
        :badge: rnn_twins:.0e
        :::

    ``:badge:`` is a glued number, the largest difference that the twin check
    has found. ``:torch:`` gives the other name where the two differ, and
    ``:docstring:`` keeps the docstrings. What the package does not list is
    named with its file, as in ``attention.attend``. All twins of the book
    show the same side: the one that the reader chose last.
    """

    option_spec: ClassVar = {
        "badge": directives.unchanged_required,
        "torch": directives.unchanged_required,
        "docstring": directives.flag,
    }

    def run(self) -> list[nodes.Node]:
        """Make the tabs, in sphinx-design's own markup."""
        name = f"twins-{self.env.new_serialno('twins') + 1}"
        parts: list[nodes.Node] = []
        for backend, label in BACKENDS.items():
            key = f"{name}-{backend}"
            radio = {"type": "radio", "name": name, "id": key}
            if not parts:
                radio["checked"] = ""
            target = self.options.get(backend, self.arguments[0])
            code = self.code(f"seqcourse.{backend}", target)
            notes = [make("p", RAN, classes=["ran"])] * (backend == "torch")
            parts += [
                make("input", **radio),
                make(
                    "label",
                    label,
                    classes=["sd-tab-label"],
                    for_=key,
                    data_sync_group="backend",
                    data_sync_id=backend,
                ),
                make("div", code, *notes, classes=["sd-tab-content"]),
            ]
        if "badge" in self.options:
            parts.append(self._badge(self.options["badge"]))
        return [make("div", *parts, classes=["sd-tab-set", "twins"])]

    def _badge(self, key: str) -> element:
        text = f"twins agree to {{glue:text}}`{key}`"
        words, _ = self.parse_inline(text, lineno=self.lineno)
        rings = nodes.raw("", RINGS, format="html")
        badge = make("p", rings, make("span", *words))
        badge["classes"].append("twin-badge")
        return badge


class Source(_Shown):
    """One object of the package::

        :::{source} seqcourse.numpy.functional.softmax
        :::

    ``:docstring:`` keeps its docstring.
    """

    option_spec: ClassVar = {"docstring": directives.flag}

    def run(self) -> list[nodes.Node]:
        """Make a block of code."""
        steps = self.arguments[0].split(".")
        for i in range(len(steps) - 1, 0, -1):
            module, name = ".".join(steps[:i]), ".".join(steps[i:])
            if _file(module) is not None:
                return [self.code(module, name)]
        raise self.error(f"no module of ours in {self.arguments[0]}")


def source(module: str, name: str) -> tuple[Path, str]:
    """Find the code of an object, and the file that it is in.

    The files are read, not imported: PyTorch alone takes seconds.
    """
    file = _file(module)
    if file is None:
        raise LookupError(f"no module {module}")
    code = file.read_text(encoding="utf-8")
    first, *others = name.split(".")
    if others and _file(f"{module}.{first}") is not None:
        return source(f"{module}.{first}", ".".join(others))
    body = ast.parse(code).body
    for node in body:
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                if first == (alias.asname or alias.name):
                    return source(
                        node.module, ".".join([alias.name, *others])
                    )
    found: ast.stmt | None = None
    for step in (first, *others):
        found = next(
            (n for n in body if getattr(n, "name", "") == step), None
        )
        if not isinstance(found, (ast.ClassDef, ast.FunctionDef)):
            raise LookupError(f"no {step} in {file.name}")
        body = found.body
    assert isinstance(found, (ast.ClassDef, ast.FunctionDef))
    decorators = [node.lineno for node in found.decorator_list]
    start = min([found.lineno, *decorators]) - 1
    lines = code.splitlines()[start : found.end_lineno]
    return file, inspect.cleandoc("\n" + "\n".join(lines))


def _file(module: str) -> Path | None:
    package = Path(seqcourse.__file__).parent.parent
    path = package.joinpath(*module.split("."))
    for file in (path.with_suffix(".py"), path / "__init__.py"):
        if file.exists():
            return file
    return None


def without_docstrings(code: str) -> str:
    """Take the docstrings out of some code, and leave all else as it is."""
    lines = code.splitlines()
    for node in ast.walk(ast.parse(code)):
        if not isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            continue
        first = node.body[0]
        if ast.get_docstring(node) is None or len(node.body) == 1:
            continue
        end = first.end_lineno or first.lineno
        if end < len(lines) and not lines[end].strip():
            end += 1  # and the empty line below
        lines[first.lineno - 1 : end] = [None] * (end - first.lineno + 1)  # type: ignore[list-item]
    return "\n".join(line for line in lines if line is not None)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.add_directive("twins", Twins)
    app.add_directive("source", Source)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
