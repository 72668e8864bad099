"""A browser, a server for the built book, and an ear for what goes wrong.

Each worker has one browser and one server. A page opened with `visit` must
stay silent: no error, no failed request, nothing asked of another origin.
What a test records as a property of a page is printed as a table at the end.
"""

import contextlib
import dataclasses
import functools
import http.server
import os
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[2]
SITE = Path(os.environ.get("SITE") or ROOT / "_build" / "html").resolve()
NOT_BUILT = f"the book is not built in {SITE}: run `nox -s book` first"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # No other place exists: asking for it fails, and the test hears of it.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
#: A lesson lies in a numbered folder: 1-memory/, 2-gates/ ...
LESSON = re.compile(r"\d+-[^/]+/(?!index\.html$)[^/]+\.html")
#: Where tests of what all lessons share run: its cells load no weights.
NETWORK = "1-memory/a-network-with-a-memory.html"
HEIGHT = {1280: 900, 768: 1024, 390: 844}
FORGET = """() => {
  if (location.protocol == "about:") return;
  localStorage.clear();
  sessionStorage.clear();
}"""
#: Longer than any page needs, shorter than anybody's patience.
TIMEOUT = 10_000


def names() -> list[str]:
    return sorted(
        path.relative_to(SITE).as_posix()
        for path in SITE.rglob("*.html")
        if "_static" not in path.relative_to(SITE).parts
    )


@functools.cache
def _has(name: str, mark: str) -> bool:
    return mark in (SITE / name).read_text("utf-8")


def _is_example(name: str) -> bool:
    """Tell whether a lesson is its part's first, by name."""
    folder = f"{Path(name).parent.as_posix()}/"
    part = [other for other in names() if other.startswith(folder)]
    return bool(LESSON.fullmatch(name)) and name == part[0]


#: What a test can ask for, and the pages that it gets.
KINDS: dict[str, Callable[[str], object]] = {
    "name": str,  # all of them
    "lesson": LESSON.fullmatch,
    "example": _is_example,
    "moving": lambda name: _has(name, "data-says="),
    "read": lambda name: _has(name, "data-play="),
    "sounding": lambda name: _has(name, "data-tune="),
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test that asks for `name`, `lesson` ... one after the other."""
    for argument, kind in KINDS.items():
        if argument in metafunc.fixturenames:
            wanted = [name for name in names() if kind(name)]
            # With nothing built there is one case, and it says so.
            metafunc.parametrize(argument, wanted or [""], indirect=True)


def _built(name: str) -> str:
    if not name:
        pytest.fail(NOT_BUILT)
    return name


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    """Give each page of the site."""
    return _built(request.param)


@pytest.fixture
def lesson(request: pytest.FixtureRequest) -> str:
    """Give each lesson."""
    return _built(request.param)


@pytest.fixture
def example(request: pytest.FixtureRequest) -> str:
    """Give a lesson of each part, where what is tested is the script."""
    return _built(request.param)


@pytest.fixture
def moving(request: pytest.FixtureRequest) -> str:
    """Give each page with a figure that moves."""
    return _built(request.param)


@pytest.fixture
def read(request: pytest.FixtureRequest) -> str:
    """Give each page with a figure that reads to the reader."""
    return _built(request.param)


@pytest.fixture
def sounding(request: pytest.FixtureRequest) -> str:
    """Give each page that can sound."""
    return _built(request.param)


@pytest.fixture(scope="session")
def lessons(site: Path) -> list[str]:
    """Give all lessons, in the order in which the first page lists them."""
    front = (site / "index.html").read_text("utf-8")
    found = [name for name in names() if LESSON.fullmatch(name)]
    return sorted(found, key=lambda name: front.index(f'href="{name}"'))


@pytest.fixture(scope="session")
def site() -> Path:
    """Give the folder of the built book."""
    if not (SITE / "index.html").exists():
        pytest.fail(NOT_BUILT)
    return SITE


@pytest.fixture(scope="session")
def base(site: Path) -> Iterator[str]:
    """Serve the book below the path that it will have, and give its address.

    What is not there gets the book's own page 404, as on a real server.
    """
    front = (site / "index.html").read_text("utf-8")
    canonical = re.search(r"<link[^>]*rel=.?canonical[^>]*>", front)
    link = canonical and re.search(r"href=[\"']([^\"']+)", canonical[0])
    prefix = urlsplit(link[1]).path.rpartition("/")[0] if link else ""

    class Book(http.server.SimpleHTTPRequestHandler):
        def translate_path(self, path: str) -> str:
            if not urlsplit(path).path.startswith(f"{prefix}/"):
                return str(site / "nowhere")
            return super().translate_path(path.removeprefix(prefix))

        def log_message(self, *words: object) -> None:
            pass

    handler = functools.partial(Book, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}{prefix}/"
        server.shutdown()


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Start a browser with nothing in it."""
    from playwright.sync_api import sync_playwright

    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not path:
        pytest.fail("no browser: name Chromium in the variable CHROMIUM")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=path, args=list(FLAGS)
        )
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """Give axe-core, from the packages that the build has installed."""
    (*found,) = (ROOT / "_build").glob(
        "web/*/node_modules/axe-core/axe.min.js"
    )
    if not found:
        pytest.fail("axe-core is not there: `nox -s book` installs it")
    newest = max(found, key=lambda path: path.stat().st_mtime)
    return newest.read_text("utf-8")


@dataclasses.dataclass
class Visit:
    """A page in the browser, and what it asked for and complained about."""

    page: Any
    base: str
    requests: list[str] = dataclasses.field(default_factory=list)
    complaints: list[str] = dataclasses.field(default_factory=list)

    def go(self, name: str) -> Any:
        """Open a page of the book and wait until it is quiet."""
        self.page.goto(self.base + name, wait_until="load")
        return self.page

    def forget(self) -> None:
        """Forget what the page kept and said.

        It stays where it is: a way out of the site and back would cost two
        processes.
        """
        self.page.evaluate(FORGET)
        self.requests.clear()
        self.complaints.clear()

    def files(self, site: Path) -> dict[str, Path]:
        """Give the files that were asked for, each once."""
        own = {
            unquote(url.removeprefix(self.base).split("#")[0].split("?")[0])
            for url in self.requests
            if url.startswith(self.base)
        }
        paths = {name: site / (name or "index.html") for name in sorted(own)}
        return {
            name: path / "index.html" if path.is_dir() else path
            for name, path in paths.items()
        }


class Visits:
    """Opens pages; a page that nobody needs any more is used again.

    A new page is a new process, which takes longer than most tests.
    """

    def __init__(self, browser: Any, base: str) -> None:
        self.browser, self.base = browser, base
        self.idle: dict[tuple[Any, ...], list[Visit]] = {}

    def context(self, **wanted: Any) -> Any:
        width = wanted.pop("width", 1280)
        phone = width < 500
        context = self.browser.new_context(
            viewport={"width": width, "height": HEIGHT[width]},
            color_scheme=wanted.pop("colours", "light"),
            has_touch=phone,
            is_mobile=phone,
            reduced_motion=wanted.pop("motion", "no-preference"),
            java_script_enabled=wanted.pop("script", True),
        )
        assert not wanted, wanted
        context.set_default_timeout(TIMEOUT)
        return context

    @contextlib.contextmanager
    def open(
        self, *, base: str = "", fresh: bool = False, **wanted: Any
    ) -> Iterator[Visit]:
        """Open an empty page; a `fresh` one was never used before."""
        key = (base, *sorted(wanted.items()))
        idle = self.idle.setdefault(key, [])
        if fresh or not idle:
            visit = Visit(self.context(**wanted).new_page(), self.base)
            _listen(visit)
            _wait_without_eval(visit.page)
        else:
            visit = idle.pop()
            visit.forget()  # now: an idle page may still keep something
        visit.base = base or self.base
        try:
            yield visit
        finally:
            if fresh:
                visit.page.context.close()
            else:
                idle.append(visit)

    def close(self) -> None:
        """Close all pages."""
        for visits in self.idle.values():
            for visit in visits:
                visit.page.context.close()


def _wait_without_eval(page: Any) -> None:
    """Replace what polls with eval(), which the pages' policy forbids."""

    def wait(
        expression: str, *, arg: Any = None, timeout: int = TIMEOUT
    ) -> None:
        end = time.monotonic() + timeout / 1000
        while not page.evaluate(expression, arg):
            assert time.monotonic() < end, f"never true: {expression}"
            page.wait_for_timeout(20)

    page.wait_for_function = wait


def _listen(visit: Visit) -> None:
    def ask(request: Any) -> None:
        visit.requests.append(request.url)
        own = (visit.base, "data:", "blob:", "about:")
        if not request.url.startswith(own):
            visit.complaints.append(f"asked elsewhere: {request.url}")

    def answer(response: Any) -> None:
        if response.status >= 400:
            visit.complaints.append(f"{response.status}: {response.url}")

    def say(message: Any) -> None:
        if message.type in ("error", "warning"):
            where = f" ({message.location.get('url', '')})"
            visit.complaints.append(f"console: {message.text}{where}")

    def fail(request: Any) -> None:
        # What the next page cut short has not failed.
        cut_short = request.failure == "net::ERR_ABORTED"
        if not (cut_short and request.url.startswith(visit.base)):
            visit.complaints.append(
                f"failed: {request.url} {request.failure}"
            )

    page = visit.page
    page.on("request", ask)
    page.on("response", answer)
    page.on("console", say)
    page.on("pageerror", lambda e: visit.complaints.append(f"error: {e}"))
    page.on("requestfailed", fail)


@pytest.fixture(scope="session")
def visits(browser: Any, base: str) -> Iterator[Visits]:
    """Give what opens pages and lets them complain."""
    made = Visits(browser, base)
    yield made
    made.close()


@pytest.fixture
def visit(visits: Visits) -> Iterator[Callable[..., Visit]]:
    """Open pages that must stay silent until the test ends."""
    with contextlib.ExitStack() as stack:
        opened: list[Visit] = []

        def open_page(**wanted: Any) -> Visit:
            opened.append(stack.enter_context(visits.open(**wanted)))
            return opened[-1]

        yield open_page
        complaints = [words for one in opened for words in one.complaints]
    assert not complaints, "\n".join(complaints)


@pytest.fixture(scope="session")
def running(visits: Visits) -> Iterator[Any]:
    """Give a page whose Python serves many tests: a start takes seconds."""
    with visits.open(fresh=True) as opened:
        yield opened.go(NETWORK)
        # An address that was taken back is how Python hears of Stop.
        said = [w for w in opened.complaints if "failed: blob:" not in w]
    assert not said, "\n".join(said)


@pytest.fixture
def started(running: Any) -> Iterator[Any]:
    """Give that page, and leave its cells and its window as they were."""
    yield running
    running.set_viewport_size({"width": 1280, "height": HEIGHT[1280]})
    # From the last: each that is put back is one fewer to be found.
    for cell in running.locator("div.cell:has(.cm-content)").all()[::-1]:
        cell.get_by_role("button", name="Reset", exact=True).click()


#: What tests measure and record, and what stands above its table.
TABLES = {
    "weight": "weight of the pages, gzipped",
    "seconds": "seconds until a cell has run",
    "check": "seconds of the slowest check",
}


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print what the tests measured, a page or an exercise a row."""
    for name, title in TABLES.items():
        rows = [
            value
            for outcome in ("passed", "failed")
            for report in terminalreporter.stats.get(outcome, ())
            if report.when == "call"
            for key, value in report.user_properties
            if key == name
        ]
        if rows:
            terminalreporter.section(title)
            for line in table(
                sorted(rows, key=lambda row: next(iter(row.values())))
            ):
                terminalreporter.write_line(line)


def table(rows: list[dict[str, Any]]) -> list[str]:
    """Set rows out in columns: words at the left, numbers at the right."""
    whole = [{head: head for head in rows[0]}, *rows]
    width = {
        head: max(len(str(row[head])) for row in whole) for head in rows[0]
    }
    first = next(iter(width))
    return [
        "  ".join(
            f"{row[head]!s:{'<' if head == first else '>'}{width[head]}}"
            for head in width
        )
        for row in whole
    ]
