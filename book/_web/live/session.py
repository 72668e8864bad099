"""Python's side of the page: run a cell, check an exercise, run a test.

The page's script calls `serve`, and shows what it gives.
"""

import ast
import contextlib
import dataclasses
import importlib
import importlib.util
import io
import json
import linecache
import os
import signal
import sys
import time
import traceback
import types
from pathlib import Path

import weights

#: What the cells of the page have defined.
names = {"__name__": "__main__"}
#: Where the project's tests are, and pytest beside them.
TESTS = str(Path(__file__).parent / "site")

#: Calls that are shown of a traceback, from its beginning and its end.
FIRST, LAST = 3, 5
#: Characters of an error's own words.
LONGEST = 2_000

TORCH = (
    "PyTorch does not run in the page. Use the model of the same name in "
    "seqcourse.numpy, or run this on your own computer: pip install torch"
)
ABSENT = (
    "{} is not in the page, which has Python's standard library, NumPy, "
    "Matplotlib and seqcourse."
)
INPUT = (
    "input() cannot ask you anything in the page. Write the value into the "
    'code instead, such as name = "Ada".'
)

#: Seconds between two reports that reach the page.
PAUSE = 0.1

#: The name of the code that runs, where it has one, and what it has shown;
#: whether the reader has stopped it, and what tells the page of reports and
#: files.
now = types.SimpleNamespace(
    name=None, outputs=[], stopped=False, reported=None, offered=None
)


class _TooLongError(KeyboardInterrupt):
    """The time is over: what code, and a check of it, seldom catches."""


class _StoppedError(KeyboardInterrupt):
    """The reader has stopped code that reports how far it has come."""


def serve(what, given, *more):
    """Call a function below; give JSON, with the weights that are missing.

    If there are any, the page fetches them and calls again.
    """
    if what != "run_test":  # its argument is a test's name, not code
        missing = weights.named(given, weights.absent.values())
        if missing:
            return json.dumps({"weights": missing})
    weights.missed.clear()
    _begin(None)
    try:
        found = globals()[what](given, *more)
    except _TooLongError as problem:  # within a check
        found = {"outputs": now.outputs, "error": _tell(problem, now.name)}
    finally:
        _flush()
    kept = {"weights": sorted(weights.missed), "ended": now.stopped}
    return json.dumps({**found, **kept})


def run_cell(source, name, hidden=False, fields="{}"):
    """Run a cell among the names of the page, with what is in its fields."""
    from seqcourse import page

    with page.within(json.loads(fields), _Reports(), now.offered):
        return _run(source, name, names, hidden)


class _Reports:
    """Hands reports on to the page, not more often than one can see."""

    def __init__(self):
        self.due = 0.0

    def __call__(self, done, total, said):
        if now.stopped and not done:
            raise _StoppedError  # no other run begins
        moment = time.monotonic()
        if moment < self.due and done < total:
            return
        self.due = moment + PAUSE
        now.reported(done / total, said)


def run_answer(source, name):
    """Run what was written for an exercise, among names of its own."""
    return _run(source, name, {"__name__": "__main__"})


def check_answer(source, name, exercise):
    """Run an answer, and check it."""
    from seqcourse.exercises import check

    own = {"__name__": "__main__"}
    found = _run(source, name, own)
    if found["error"] is None:
        found["verdict"] = dataclasses.asdict(check(exercise, own))
    return found


def run_test(test, bug=None):
    """Run one of the project's own tests, with a known bug or without."""
    if TESTS not in sys.path:
        sys.path.append(TESTS)
        importlib.invalidate_caches()
    import pytest

    seen = _Seen()
    options = ["-p", "no:cacheprovider", "-p", "no:faulthandler"]
    options += ["-q", "-m", "not torch and not gpu"]
    with _tests(), _planted(bug) as change, _silence() as told:
        pytest.main([*options, f"tests/{test}"], plugins=[seen])
    if not seen.reports:
        return {"error": {"text": told.getvalue()}}
    failed = [report for report in seen.reports if report.failed]
    words = failed[0].longrepr.reprcrash.message if failed else ""
    return {
        "error": None,
        "passed": not failed,
        "words": words.removeprefix("AssertionError: "),
        "change": change,
        "count": sum(report.when == "call" for report in seen.reports),
    }


class _Seen:
    """A plugin of pytest's that remembers how each part of a test went."""

    def __init__(self):
        self.reports = []

    def pytest_runtest_logreport(self, report):
        self.reports.append(report)


@contextlib.contextmanager
def _tests():
    """Stand where the tests are; they are read anew each time."""
    before = Path.cwd()
    os.chdir(TESTS)
    try:
        yield
    finally:
        os.chdir(before)
        _take_out("tests", "conftest")


@contextlib.contextmanager
def _planted(bug):
    """Write a bug into the package's source, and take it out again.

    What has been imported stays aside meanwhile, so that the names of the
    page go on as they were.
    """
    if bug is None:
        yield None
        return
    mutants = importlib.import_module("tests.mutants.table").MUTANTS
    (mutant,) = (one for one in mutants if one.bug == bug)
    place = importlib.util.find_spec(f"seqcourse.{mutant.where}").origin
    source = Path(place).read_text("utf-8")
    assert source.count(mutant.old) == 1, mutant.old
    aside = _take_out("seqcourse")
    Path(place).write_text(source.replace(mutant.old, mutant.new), "utf-8")
    importlib.invalidate_caches()
    try:
        yield {
            "where": f"seqcourse/{mutant.where.replace('.', '/')}.py",
            "old": mutant.old,
            "new": mutant.new,
        }
    finally:
        Path(place).write_text(source, "utf-8")
        _take_out("seqcourse")
        sys.modules.update(aside)


def _take_out(*tops):
    """Forget modules; give them to whoever wants to bring them back."""
    found = [name for name in sys.modules if name.split(".")[0] in tops]
    return {name: sys.modules.pop(name) for name in found}


@contextlib.contextmanager
def _silence():
    told = io.StringIO()
    with contextlib.redirect_stdout(told), contextlib.redirect_stderr(told):
        yield told


def listen(told, reported, offered):
    """Tell the page, whenever it sends a signal, which line is running.

    `told` gives the seconds that the code had, once they are over, and -1
    once the reader has stopped what reports. `reported` and `offered` take
    reports and files.
    """
    now.reported, now.offered = reported, offered

    def tell(_, frame):
        while frame is not None and frame.f_code.co_filename != now.name:
            frame = frame.f_back
        line = frame and frame.f_lineno
        seconds = told(line)
        if seconds < 0:
            now.stopped = True
            raise _StoppedError
        if seconds:
            where = f", at line {line}" if line else ""
            raise _TooLongError(
                f"Stopped after {seconds:g} seconds{where}. "
                "Is there a loop that does not end?"
            )

    signal.signal(signal.SIGINT, tell)


def _begin(name):
    """Begin a run of code that is told by this name, or not at all."""
    now.name = name
    now.outputs = []
    now.stopped = False


def show_figures(number=None):
    """Show what has been drawn with pyplot, or one figure of it."""
    now.outputs += _drawn(number)


def _run(source, name, among, hidden=False):
    _begin(None if hidden else name)
    outputs = now.outputs
    among["display"] = lambda *values: outputs.extend(map(_show, values))
    broken, error = [], None
    try:
        last = _execute(source, name, among, broken if hidden else None)
        show_figures()
        if last is not None and not source.rstrip().endswith(";"):
            outputs.append(_show(last))
    except BaseException as problem:  # whatever a reader's code may raise
        error = _tell(problem, name)
    return {"outputs": outputs, "error": error, "broken": broken}


def _flush():
    """Hand on what was printed without an end of line."""
    streams = sys.stdout, sys.__stdout__, sys.stderr, sys.__stderr__
    for stream in streams:
        with contextlib.suppress(Exception):  # a reader may have closed it
            stream.flush()


def _execute(source, name, among, broken):
    """Run code; give the value of an expression at its end."""
    lines = source.splitlines(keepends=True)
    linecache.cache[name] = (len(source), None, lines, name)
    tree = ast.parse(source, name)
    last = None
    if tree.body and isinstance(tree.body[-1], ast.Expr):
        last = ast.Expression(tree.body.pop().value)
    for statement in tree.body:
        part = ast.Module(body=[statement], type_ignores=[])
        try:
            exec(compile(part, name, "exec"), among)
        except AssertionError:
            # A claim of the page that the reader's change has undone.
            if broken is None or not isinstance(statement, ast.Assert):
                raise
            broken.append(ast.unparse(statement.test))
    return eval(compile(last, name, "eval"), among) if last else None


def _show(value):
    for form in ("html", "svg"):
        draw = getattr(value, f"_repr_{form}_", None)
        shown = draw() if callable(draw) else None
        if isinstance(shown, str):
            return {"form": form, "data": shown, "alt": repr(value)}
    return {"form": "text", "data": repr(value)}


def _drawn(only=None):
    """Take the figures that Matplotlib's pyplot has open, and close them."""
    plt = sys.modules.get("matplotlib.pyplot")
    found = []
    for number in plt.get_fignums() if plt else ():
        if only not in (None, number):
            continue
        svg = io.StringIO()
        plt.figure(number).savefig(svg, format="svg", bbox_inches="tight")
        alt = "A figure that your code has drawn."
        found.append({"form": "svg", "data": svg.getvalue(), "alt": alt})
        plt.close(number)
    return found


def _tell(problem, name):
    """Say what went wrong, and where in the reader's own lines."""
    from seqcourse import page

    lines = traceback.format_exception_only(problem)
    words = "".join(lines).replace(f'File "{name}", ', "")
    if len(words) > LONGEST:
        half = LONGEST // 2
        words = f"{words[:half]} … {words[-half:]}"
    if isinstance(problem, SyntaxError):
        return {"line": problem.lineno, "text": words, "missing": None}
    if isinstance(problem, page.InputError):
        # What was wrong is in a field of the page, not in a line of code.
        return {"line": None, "text": str(problem), "stopped": True}
    stopped = isinstance(problem, _TooLongError | _StoppedError)
    if isinstance(problem, _StoppedError):
        words = "Stopped."
    elif stopped:
        words = str(problem)
    frames = [
        frame
        for frame in traceback.extract_tb(problem.__traceback__)
        if frame.filename == name
    ]
    calls = [f"line {frame.lineno}\n    {frame.line}\n" for frame in frames]
    between = len(calls) - FIRST - LAST
    if between > 1:
        calls[FIRST:-LAST] = [f"… {between} more calls\n"]
    trace = "".join(calls)
    line = frames[-1].lineno if frames else None
    missing = getattr(problem, "name", None)
    if not isinstance(problem, ModuleNotFoundError):
        missing = None
    return {
        "line": line,
        "text": trace + words,
        "missing": missing,
        "stopped": stopped,
        "advice": _advice(problem),
    }


def _advice(problem):
    """Say what to do about an error that has its reason in the page."""
    if isinstance(problem, EOFError) and "reading a line" in str(problem):
        return INPUT
    name = getattr(problem, "name", None)
    if not isinstance(problem, ImportError) or not name:
        return ""
    top = name.partition(".")[0]
    if top == "torch":
        return TORCH
    return "" if importlib.util.find_spec(top) else ABSENT.format(top)


def _without_sphinx():
    """Stand in for what only the build has: glued numbers go nowhere."""
    myst_nb = types.ModuleType("myst_nb")
    myst_nb.glue = lambda *_, **__: None
    sys.modules["myst_nb"] = myst_nb


_without_sphinx()
os.environ["MPLBACKEND"] = "module://pyplot_backend"
sys.dont_write_bytecode = True
