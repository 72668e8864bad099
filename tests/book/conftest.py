"""The built book, page by page, for the tests that read it.

The pages are found, not listed: a new lesson is tested as soon as it is
built. $SITE names another folder than _build/html. The libraries that read
pages are imported only where they are used, so that a session without them
can still collect these files.
"""

import functools
import json
import os
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[2]
SITE = Path(os.environ.get("SITE") or ROOT / "_build" / "html").resolve()
NOT_BUILT = f"the book is not built in {SITE}: run `nox -s book` first"

#: A lesson lies in a numbered folder: 1-memory/, 2-gates/ ...
LESSON = re.compile(r"\d+-[^/]+/(?!index\.html$)[^/]+\.html")

#: What is no prose: code, formulas, scripts.
NO_PROSE = "pre, code, math, script, style, template, textarea, .sig, .math"
#: What a lesson may say in other words: its title and its hook, the titles
#: of other pages, and the authors of papers.
OTHER_WORDS = "h1, .hook, .next, a:not([href*='#term-'])"


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Tell which pages' claims are not verified as they stand; none fails."""
    from tests.book import verified

    if found := [*verified.notices(verified.pages())]:
        terminalreporter.section("claims to try again: nox -s claims")
        for words in found:
            terminalreporter.line(words)


class Page:
    """One page: what the reader gets and, for our own pages, its source."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.path = SITE / name

    @functools.cached_property
    def html(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @functools.cached_property
    def soup(self) -> Any:
        from bs4 import BeautifulSoup

        soup = BeautifulSoup(self.html, "lxml")
        for field in soup.select("textarea[data-field]"):
            field.clear()  # the reader's, and no prose of the page
        return soup

    @functools.cached_property
    def article(self) -> Any:
        return self.soup.find(attrs={"role": "main"})

    @functools.cached_property
    def ids(self) -> list[str]:
        return [str(tag["id"]) for tag in self.soup.find_all(id=True)]

    @functools.cached_property
    def source(self) -> Path:
        return (ROOT / "book" / self.name).with_suffix(".md")

    @functools.cached_property
    def cells(self) -> list[Any]:
        """The code cells, in the reading that runs them."""
        from myst_nb.core.read import (
            is_myst_markdown_notebook,
            read_myst_markdown_notebook,
        )
        from myst_parser.config.main import MdParserConfig

        text = self.source.read_text(encoding="utf-8")
        if not is_myst_markdown_notebook(text):
            return []
        fences = MdParserConfig(enable_extensions={"colon_fence"})
        cells = read_myst_markdown_notebook(text, fences).cells
        return [cell for cell in cells if cell.cell_type == "code"]

    @functools.cached_property
    def said(self) -> list[str]:
        """Each piece of text that is seen or heard."""
        return self._said(self.article)

    @functools.cached_property
    def prose(self) -> list[str]:
        """What is said, without what may be said in other words."""
        from bs4 import BeautifulSoup

        article = BeautifulSoup(str(self.article), "lxml")
        for tag in article.select(OTHER_WORDS):
            tag.extract()
        return self._said(article)

    def _said(self, article: Any) -> list[str]:
        from bs4 import BeautifulSoup

        copy = BeautifulSoup(str(article), "lxml")
        spoken = [tag["aria-label"] for tag in copy.select("[aria-label]")]
        for figure in copy.select("[data-says]"):
            spoken += json.loads(figure["data-says"])
        for tag in copy.select(NO_PROSE):
            tag.replace_with(" ")
        return [*copy.stripped_strings, *spoken]

    @functools.cached_property
    def replies(self) -> list[str]:
        """What the page's exercises say to the mistakes that people make."""
        from seqcourse.exercises import EXERCISES

        return [
            re.sub(r"`[^`]*`", " ", mistake.says)
            for tag in self.article.select("[data-exercise]")
            for mistake in EXERCISES[tag["data-exercise"]].mistakes
        ]

    def __repr__(self) -> str:
        return self.name


@functools.cache
def read(name: str) -> Page:
    return Page(name)


def names() -> list[str]:
    return sorted(
        path.relative_to(SITE).as_posix()
        for path in SITE.rglob("*.html")
        if "_static" not in path.relative_to(SITE).parts
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test that asks for `page` or `lesson` one after the other."""
    for fixture, wanted in (
        ("page", names()),
        ("lesson", [name for name in names() if LESSON.fullmatch(name)]),
    ):
        if fixture in metafunc.fixturenames:
            # With nothing built there is one case, and it says so.
            metafunc.parametrize(fixture, wanted or [""], indirect=True)


def _named(name: str) -> Page:
    if not name:
        pytest.fail(NOT_BUILT)
    return read(name)


@pytest.fixture
def page(request: pytest.FixtureRequest) -> Page:
    """Give each page of the site."""
    return _named(request.param)


@pytest.fixture
def lesson(request: pytest.FixtureRequest) -> Page:
    """Give each lesson."""
    return _named(request.param)


@pytest.fixture(scope="session")
def pages() -> dict[str, Page]:
    """Give all pages by their address in the site."""
    if not names():
        pytest.fail(NOT_BUILT)
    return {name: read(name) for name in names()}


@pytest.fixture(scope="session")
def site() -> Path:
    """Give the folder of the built book."""
    if not (SITE / "index.html").exists():
        pytest.fail(NOT_BUILT)
    return SITE


@pytest.fixture(scope="session")
def root() -> Path:
    """Give the repository's folder."""
    return ROOT


@pytest.fixture(scope="session")
def prefix(pages: dict[str, Page]) -> str:
    """Give the path below which the site will lie, as its first page says."""
    link = pages["index.html"].soup.find("link", rel="canonical")
    return (
        posixpath.dirname(urlsplit(link["href"]).path) + "/" if link else "/"
    )


@pytest.fixture(scope="session")
def lessons(pages: dict[str, Page]) -> list[Page]:
    """Give the lessons."""
    return [page for name, page in pages.items() if LESSON.fullmatch(name)]


class Sites:
    """Where a reference in a page leads."""

    def __init__(self, pages: dict[str, Page], prefix: str) -> None:
        self.pages, self.prefix = pages, prefix

    def missing(self, source: str, reference: str) -> str | None:
        """Say what a reference lacks: its file or its anchor; else None."""
        parts = urlsplit(reference)
        path = unquote(parts.path)
        if path.startswith("/"):
            if not path.startswith(self.prefix):
                return "outside the site"
            target = path.removeprefix(self.prefix)
        else:
            target = posixpath.join(posixpath.dirname(source), path)
        target = posixpath.normpath(target) if path else source
        if target.startswith(".."):
            return "outside the site"
        if (SITE / target).is_dir():
            target = posixpath.normpath(posixpath.join(target, "index.html"))
        if not (SITE / target).is_file():
            return "no such file"
        anchor = unquote(parts.fragment)
        if not anchor or not target.endswith(".html"):
            return None
        page = self.pages[target]
        if anchor in page.ids or page.soup.find("a", attrs={"name": anchor}):
            return None
        return "no such anchor"


@pytest.fixture(scope="session")
def sites(pages: dict[str, Page], prefix: str) -> Sites:
    """Give what follows references inside the site."""
    return Sites(pages, prefix)


@pytest.fixture(scope="session")
def texts(site: Path) -> list[Path]:
    """Give every text file of the site."""

    def found() -> Iterator[Path]:
        for path in sorted(site.rglob("*")):
            if path.is_file() and b"\0" not in path.read_bytes()[:4096]:
                yield path

    return list(found())
