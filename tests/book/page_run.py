"""One page's cells run in a process of their own, with other seeds.

That process is a copy of one that has imported what pages need, which takes
longer than most cells. Every ``seed=<n>`` and ``default_rng(<n>)`` written in
a cell becomes n + 1000 s in run s. Figures are drawn and not shown. The
weights and sweeps in a folder may stand in for the book's.
"""

import ast
import atexit
import collections
import contextlib
import dataclasses
import importlib
import json
import multiprocessing
import multiprocessing.connection
import os
import queue
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
BOOK = ROOT / "book"
THREADS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)
#: What takes longest to import.
NEEDED = ("seqcourse.figures", "matplotlib.pyplot", "myst_nb", "torch")


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


def run(page: Path, shift: int, folder: Path | None) -> dict[str, Any]:
    """Run a page's cells in this process; tell what failed, if anything."""
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
            return {"failed": _words(error, source, number)}
    return {"seeds": reseed.changed}


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
    server = _idle_server(trial.threads)
    start = time.perf_counter()
    asked = [str(page), trial.shift, folder and str(folder), limit]
    answer = ""
    with contextlib.suppress(BrokenPipeError):
        print(json.dumps(asked), file=server.stdin, flush=True)
        answer = server.stdout.readline()
    seconds = time.perf_counter() - start
    if answer:
        _SERVERS[trial.threads].put(server)
    words = json.loads(answer or '{"failed": "no word"}')
    return Outcome(words.get("failed"), words.get("seeds", 0), seconds)


#: By the number of threads: processes that wait for a page.
_SERVERS: dict[int, queue.SimpleQueue[Any]] = collections.defaultdict(
    queue.SimpleQueue
)


def _idle_server(threads: int) -> Any:
    with contextlib.suppress(queue.Empty):
        return _SERVERS[threads].get_nowait()
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.book.page_run"],
        env={
            **os.environ,
            **dict.fromkeys(THREADS, str(threads)),
            "MPLBACKEND": "agg",
        },
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    atexit.register(server.kill)
    return server


def serve() -> None:
    """Run each page that is asked for in a copy of this process."""
    for name in (
        "seqcourse.figures",
        "matplotlib.pyplot",
        "torch",
        "myst_nb",
    ):
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    # Where no process can be copied, it is started anew.
    known = multiprocessing.get_all_start_methods()
    context: Any = multiprocessing.get_context(
        "fork" if "fork" in known else "spawn"
    )
    for line in sys.stdin:
        page, shift, folder, limit = json.loads(line)
        receive, send = context.Pipe(duplex=False)
        given = (Path(page), shift, folder and Path(folder), send)
        copy = context.Process(target=_answer, args=given)
        copy.start()
        send.close()
        words: dict[str, Any] = {"failed": f"no end after {limit:.0f} s"}
        if receive.poll(limit):
            words = {"failed": "no word"}
            with contextlib.suppress(EOFError):
                words = receive.recv()
        copy.kill()
        copy.join()
        sys.stdout.write(f"{json.dumps(words)}\n")
        sys.stdout.flush()


def _answer(
    page: Path,
    shift: int,
    folder: Path | None,
    send: multiprocessing.connection.Connection,
) -> None:
    # What the page prints is none of the answer.
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    send.send(run(page, shift, folder))


if __name__ == "__main__":
    serve()
