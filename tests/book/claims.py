"""Do a page's claims hold with other seeds, and with other threads?

``python tests/book/claims.py [--seeds 20] [--threads 1 2] [page ...]`` runs
the cells of each page once for each seed and number of threads. Every
``seed=<n>`` and ``default_rng(<n>)`` written in a cell becomes n + 1000 s in
run s. Figures are drawn and not shown. What is printed is a table of the runs
that failed, and the assertion that did. The tests do not run this: it takes
minutes.
"""

import argparse
import ast
import collections
import concurrent.futures
import dataclasses
import json
import os
import re
import subprocess
import sys
import textwrap
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


def run(page: Path, shift: int) -> int:
    """Run a page's cells in this process; print what failed, if anything."""
    os.environ["MPLBACKEND"] = "agg"
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
class Outcome:
    """How one run of a page ended."""

    page: Path
    seed: int
    threads: int
    failed: str | None
    seeds: int
    seconds: float


def outcome(page: Path, shift: int, threads: int, limit: float) -> Outcome:
    """Run a page in a process of its own."""
    environment = {**os.environ, **dict.fromkeys(THREADS, str(threads))}
    command = [sys.executable, __file__, "--run", str(shift), str(page)]
    start = time.perf_counter()
    try:
        done = subprocess.run(
            command,
            env=environment,
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
        page,
        shift,
        threads,
        str(words["failed"]) if "failed" in words else None,
        int(str(words.get("seeds", 0))),
        seconds,
    )


def _short(page: Path) -> str:
    return os.path.relpath(page, BOOK)


def table(outcomes: list[Outcome]) -> str:
    """Set the runs out, a page a row, and below it what failed in them."""
    by_page: dict[Path, list[Outcome]] = collections.defaultdict(list)
    for one in outcomes:
        by_page[one.page].append(one)
    width = max(len(_short(page)) for page in by_page)
    lines = [f"{'page':<{width}}  runs  failed  seeds in it  seconds a run"]
    for page, runs in sorted(by_page.items()):
        failures = [one for one in runs if one.failed]
        seconds = sum(one.seconds for one in runs) / len(runs)
        lines.append(
            f"{_short(page):<{width}}  {len(runs):4}  "
            f"{len(failures):6}  {max(one.seeds for one in runs):11}  "
            f"{seconds:13.1f}"
        )
        said: dict[str, list[str]] = collections.defaultdict(list)
        for one in failures:
            said[str(one.failed)].append(f"{one.seed}/{one.threads}")
        for words, where in sorted(said.items()):
            text = f"{words} (seed/threads {', '.join(where)})"
            lines += textwrap.wrap(
                text, 100, initial_indent="  ✗ ", subsequent_indent="    "
            )
    return "\n".join(lines)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Run every page's claims with other seeds."
    )
    parser.add_argument("pages", nargs="*", type=Path, metavar="page")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--threads", nargs="+", default=["1", "2"])
    parser.add_argument(
        "--jobs",
        type=int,
        help="runs side by side; as many as there are cores for the threads",
    )
    parser.add_argument(
        "--limit", type=float, default=300.0, help="seconds a run"
    )
    parser.add_argument("--run", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    # Pages may follow --threads, which takes all words up to the next option.
    numbers = [word for word in given.threads if word.isdecimal()]
    given.pages += [
        Path(word) for word in given.threads if word not in numbers
    ]
    given.threads = [int(number) for number in numbers] or [1, 2]
    return given


def main() -> int:
    given = arguments()
    if given.run is not None:
        return run(given.pages[0], given.run)
    sources = sorted(BOOK.rglob("*.md"))
    if given.pages:
        sources = [page.resolve() for page in given.pages]
    pages = [page for page in sources if any(map(claims, cells(page)))]
    if not pages:
        sys.stdout.write("no page claims anything\n")
        return 1
    outcomes = []
    for threads in given.threads:
        jobs = given.jobs or max(1, (os.cpu_count() or 1) // threads)
        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            futures = [
                pool.submit(outcome, page, shift, threads, given.limit)
                for page in pages
                for shift in range(1, given.seeds + 1)
            ]
            for future in concurrent.futures.as_completed(futures):
                outcomes.append(future.result())
                if outcomes[-1].failed and sys.stderr.isatty():
                    sys.stderr.write(f"✗ {outcomes[-1].failed}\n")
    sys.stdout.write(table(outcomes) + "\n")
    return any(one.failed for one in outcomes)


if __name__ == "__main__":
    raise SystemExit(main())
