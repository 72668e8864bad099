"""One page's cells run in a process of their own, with other seeds.

Every ``seed=<n>`` and ``default_rng(<n>)`` written in a cell becomes
n + 1000 s in run s. Figures are drawn and not shown. The weights and sweeps
in a folder may stand in for the book's.
"""

import ast
import dataclasses
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BOOK = ROOT / "book"
THREADS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)


def cells(page: Path) -> list[str]:
    """Read a page's code cells as the book does; none if it runs nothing."""
    from myst_nb.core.read import (
        is_myst_markdown_notebook,
        read_myst_markdown_notebook,
    )
    from myst_parser.config.main import MdParserConfig

    text = page.read_text(encoding="utf-8")
    if not is_myst_markdown_notebook(text):
        return []
    fences = MdParserConfig(enable_extensions={"colon_fence"})
    notebook = read_myst_markdown_notebook(text, fences, path=page)
    return [
        cell.source for cell in notebook.cells if cell.cell_type == "code"
    ]


def claims(source: str) -> bool:
    """Tell whether a cell asserts something."""
    return any(
        isinstance(node, ast.Assert) for node in ast.walk(ast.parse(source))
    )


class Reseed(ast.NodeTransformer):
    """Put another number for every seed that is written out as one."""

    def __init__(self, shift: int) -> None:
        self.shift, self.changed = shift, 0

    def _other(self, node: ast.expr) -> ast.expr:
        if isinstance(node, ast.Constant) and type(node.value) is int:
            self.changed += 1
            # A page's own seeds are small, and never among another run's.
            return ast.copy_location(
                ast.Constant(node.value + 1000 * self.shift), node
            )
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        for keyword in node.keywords:
            if keyword.arg == "seed":
                keyword.value = self._other(keyword.value)
        name = (
            node.func.attr if isinstance(node.func, ast.Attribute) else None
        )
        if isinstance(node.func, ast.Name):
            name = node.func.id
        if name in ("default_rng", "manual_seed") and node.args:
            node.args[0] = self._other(node.args[0])
        return node

    def visit_arguments(self, node: ast.arguments) -> ast.AST:
        """Reseed ``def train(core, seed=0)`` as well."""
        self.generic_visit(node)
        plain = [*node.posonlyargs, *node.args]
        start = len(plain) - len(node.defaults)
        for place, argument in enumerate(plain[start:]):
            if argument.arg == "seed":
                node.defaults[place] = self._other(node.defaults[place])
        for place, argument in enumerate(node.kwonlyargs):
            default = node.kw_defaults[place]
            if argument.arg == "seed" and default is not None:
                node.kw_defaults[place] = self._other(default)
        return node


def run(page: Path, shift: int, folder: Path | None) -> int:
    """Run a page's cells in this process; print what failed, if anything."""
    os.environ["MPLBACKEND"] = "agg"
    if folder is not None:
        from seqcourse.recipes import shipped_files

        shipped_files.FOLDERS += (folder,)
    os.chdir(page.parent)
    names: dict[str, object] = {"__name__": "__main__", "display": _draw}
    reseed = Reseed(shift)
    for number, source in enumerate(cells(page), 1):
        tree = ast.fix_missing_locations(reseed.visit(ast.parse(source)))
        try:
            _execute(tree, f"cell {number}", names)
        except Exception as error:
            words = _words(error, source, number)
            sys.stdout.write(f"\n{json.dumps({'failed': words})}\n")
            return 1
    sys.stdout.write(f"\n{json.dumps({'seeds': reseed.changed})}\n")
    return 0


def _execute(tree: ast.Module, name: str, names: dict[str, object]) -> None:
    """Run a cell, and draw its last value as a notebook would."""
    last = tree.body[-1] if tree.body else None
    if not isinstance(last, ast.Expr):
        exec(compile(tree, name, "exec"), names)
        return
    rest = ast.Module(body=tree.body[:-1], type_ignores=[])
    exec(compile(rest, name, "exec"), names)
    _draw(eval(compile(ast.Expression(last.value), name, "eval"), names))


def _draw(*values: object) -> None:
    for value in values:
        draw = getattr(value, "_repr_mimebundle_", None)
        if draw is not None:
            draw()


def _words(error: Exception, source: str, number: int) -> str:
    """Say where a cell failed: the line, as the page has it."""
    trace, line = error.__traceback__, 0
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == f"cell {number}":
            line = trace.tb_lineno
        trace = trace.tb_next
    said = source.splitlines()[line - 1].strip() if line else ""
    kind = type(error).__name__
    return f"cell {number}, line {line}: {said} [{kind}: {error}]"


@dataclasses.dataclass(frozen=True)
class Trial:
    """One way to run a page.

    ``draw`` counts the trainings of recipes with other seeds; 0 are the
    weights and sweeps that the book ships. Either it or ``shift`` is 0.
    """

    shift: int
    threads: int
    draw: int = 0

    def __str__(self) -> str:
        what = f"draw {self.draw}" if self.draw else f"seed {self.shift}"
        return f"{what}/{self.threads}"


@dataclasses.dataclass(frozen=True)
class Outcome:
    """How one run of a page ended."""

    failed: str | None
    seeds: int
    seconds: float


def outcome(
    page: Path, trial: Trial, limit: float, folder: Path | None
) -> Outcome:
    """Run a page in a process of its own."""
    threads = dict.fromkeys(THREADS, str(trial.threads))
    command = [sys.executable, "-m", "tests.book.page_run", str(page)]
    command += [str(trial.shift), *([str(folder)] if folder else [])]
    start = time.perf_counter()
    try:
        done = subprocess.run(
            command,
            env={**os.environ, **threads},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=limit,
        )
    except subprocess.TimeoutExpired:
        words: dict[str, object] = {"failed": f"no end after {limit:.0f} s"}
    else:
        found = re.search(r"\n(\{.*\})\s*\Z", done.stdout)
        last = done.stderr.strip().rpartition("\n")[2]
        words = (
            json.loads(found[1]) if found else {"failed": last or "no word"}
        )
    seconds = time.perf_counter() - start
    return Outcome(
        str(words["failed"]) if "failed" in words else None,
        int(str(words.get("seeds", 0))),
        seconds,
    )


if __name__ == "__main__":
    given_page, given_shift, *given_folder = sys.argv[1:]
    folders = [Path(folder) for folder in given_folder]
    raise SystemExit(
        run(Path(given_page), int(given_shift), *(folders or [None]))
    )
