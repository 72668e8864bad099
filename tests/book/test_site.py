"""The site is whole: it needs no network, and nothing in it leads nowhere."""

import copy
import os
import re
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

pytestmark = pytest.mark.book

ELSEWHERE = re.compile(r"(?:https?:|wss?:|ftp:)?//", re.IGNORECASE)
NO_FILE = ("data:", "mailto:", "javascript:", "blob:", "about:")
#: Links of a page that a browser follows by itself.
LOADED = {
    "stylesheet",
    "icon",
    "shortcut",
    "apple-touch-icon",
    "mask-icon",
    "preload",
    "modulepreload",
    "prefetch",
    "preconnect",
    "dns-prefetch",
    "manifest",
}


def test_page_says_what_it_is(page: Any) -> None:
    assert page.soup.html["lang"] == "en"
    titles = page.soup.select("head > title")
    assert len(titles) == 1
    assert titles[0].get_text(strip=True)
    described = page.soup.select("head > meta[name=description]")
    assert len(described) == 1, f"{page}: {len(described)} descriptions"
    assert len(described[0]["content"].split()) >= 4
    assert page.soup.select("meta[name=viewport]")
    assert len(page.soup.select("h1")) == 1, f"{page}: not one first heading"


def test_titles_differ(pages: dict[str, Any]) -> None:
    titles: dict[str, str] = {}
    for name, page in pages.items():
        title = page.soup.title.get_text(strip=True)
        assert title not in titles, f"{name} and {titles[title]}: {title!r}"
        titles[title] = name


def test_links_lead_somewhere(page: Any, sites: Any) -> None:
    broken = []
    for tag in page.soup.find_all(True):
        for name in ("href", "src", "xlink:href", "poster", "data"):
            reference = tag.get(name)
            if reference is None or reference.startswith(NO_FILE):
                continue
            if ELSEWHERE.match(reference):
                continue
            if missing := sites.missing(page.name, reference):
                broken.append(f"{missing}: {reference}")
        for name in ("for", "aria-labelledby", "aria-describedby"):
            for anchor in tag.get_attribute_list(name):
                if anchor and anchor not in page.ids:
                    broken.append(f"no such id: {name}={anchor}")
    assert not broken, f"{page}: {sorted(set(broken))}"


def test_page_loads_nothing_from_elsewhere(page: Any) -> None:
    for tag in page.soup.find_all(True):
        for name in ("src", "srcset", "poster", "data", "action"):
            value = tag.get(name, "")
            assert not ELSEWHERE.search(value) or value.startswith("data:"), (
                f"{page}: {tag.name} {name}={value}"
            )
        if tag.name == "link" and LOADED & set(tag.get("rel", ())):
            assert not ELSEWHERE.match(tag["href"]), f"{page}: {tag}"
        if tag.name in ("use", "image"):
            for name in ("href", "xlink:href"):
                assert not ELSEWHERE.match(tag.get(name, "")), (
                    f"{page}: {tag}"
                )
        style = tag.get("style", "")
        assert not re.search(r"url\(\s*['\"]?(?:https?:)?//", style)
    for tag in page.soup.select("style"):
        _check_sheet(tag.get_text(), page.name)
    for tag in page.soup.select("script:not([src])"):
        _check_script(tag.get_text(), page.name)


URL = re.compile(r"url\(\s*(['\"]?)(.*?)\1\s*\)")
IMPORT = re.compile(r"@import\s+(?:url\()?\s*['\"]?([^'\")\s;]+)")
#: Ways in which a script can ask another place for something.
REQUEST = re.compile(
    r"""
    (?: \bfetch | \bimport | \bimportScripts | \bnew\s+(?:Worker|SharedWorker
      | WebSocket | EventSource | URL | Request) | sendBeacon
      | \.open | \.src\s*= | \.href\s*= )
    \s*\(? [^;\n"'`]{0,40} ["'`] \s*(?:(?:https?|wss?):)?//
    """,
    re.VERBOSE,
)


def _check_sheet(text: str, name: str) -> list[str]:
    """Refuse other places in a sheet; give the files that it names."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    found = [match[2] for match in URL.finditer(text)] + IMPORT.findall(text)
    for reference in found:
        assert not ELSEWHERE.match(reference), f"{name}: {reference}"
    return [
        reference
        for reference in found
        if reference and not reference.startswith((*NO_FILE, "#"))
    ]


def _check_script(text: str, name: str) -> None:
    found = REQUEST.search(text)
    assert not found, f"{name}: {found[0]!r}"


def test_sheets_and_scripts_need_nothing_from_elsewhere(site: Path) -> None:
    for path in sorted(site.rglob("*.css")):
        for reference in _check_sheet(path.read_text("utf-8"), str(path)):
            target = path.parent / urlsplit(reference).path
            assert target.is_file(), f"{path.name}: {reference} is not there"
    for path in sorted([*site.rglob("*.js"), *site.rglob("*.mjs")]):
        _check_script(path.read_text("utf-8"), path.name)


def test_terms_are_in_the_glossary(page: Any, sites: Any) -> None:
    for term in page.soup.select(".std-term"):
        link = term if term.name == "a" else term.find_parent("a")
        assert link is not None, f"{page}: no entry for {term.get_text()!r}"
        assert "#term-" in link["href"]
        assert sites.missing(page.name, link["href"]) is None


def test_fonts_come_with_their_licences(site: Path) -> None:
    fonts = sorted(site.rglob("*.woff2"))
    assert fonts
    for font in fonts:
        beside = [
            path
            for path in font.parent.iterdir()
            if re.search(r"licen[cs]e|OFL", path.name, re.IGNORECASE)
        ]
        # source-serif-4-latin-400.woff2 goes with LICENSE-source-serif-4.txt
        own = [
            path
            for path in beside
            if font.name.startswith(_face(path)) or len(beside) == 1
        ]
        assert own, f"no licence for {font.name} among {beside}"
        for path in own:
            text = path.read_text("utf-8")
            assert "SIL Open Font License" in " ".join(text.split()).replace(
                "SIL OPEN FONT LICENSE", "SIL Open Font License"
            ), f"{path.name} is no font licence"


def _face(licence: Path) -> str:
    return re.sub(r"(?i)[-_]?(licen[cs]e|OFL)[-_]?", "", licence.stem) or "\0"


#: A path that means something on one machine only.
MACHINE = re.compile(
    r"(?<![\w./:-])/(?:tmp|home|root|Users|private|var/folders)/\w"
)
#: A package index, or a package's own file there, whoever keeps it.
INDEX = re.compile(
    r"https?://[^\s\"'<>]{1,300}?(?:/simple/|\.(?:whl|tgz|tar\.gz)\b)"
)


def _hosts() -> set[str]:
    """Give the package indexes that this machine asks, by their hosts."""
    told = [
        value
        for key, value in os.environ.items()
        if key.lower().startswith(("pip_", "uv_", "npm_config_"))
    ]
    pip = [sys.executable, "-m", "pip", "config", "list"]
    done = subprocess.run(pip, capture_output=True, text=True, check=False)
    told.append(done.stdout)
    npmrc = Path.home() / ".npmrc"
    if npmrc.is_file():
        told.append(npmrc.read_text("utf-8"))
    addresses = re.findall(r"https?://[^\s'\"]+", "\n".join(told))
    return {host for url in addresses if (host := urlsplit(url).hostname)}


def test_nothing_in_the_site_tells_of_the_machine(
    texts: list[Path], root: Path, site: Path
) -> None:
    own = {str(root), str(Path.home()), sys.prefix, *_hosts()}
    own -= {"/", "/root", "/usr"}  # too short to mean anything by themselves
    for path in texts:
        text = path.read_text("utf-8", errors="replace")
        name = path.relative_to(site)
        for words in own:
            assert words not in text, f"{name} says {words}"
        for pattern in (MACHINE, INDEX):
            found = pattern.search(text)
            assert not found, (
                f"{name}: "
                f"{text[max(0, found.start() - 40) : found.end() + 40]!r}"
            )


@pytest.mark.parametrize(
    "name", ["package.json", "package-lock.json", ".npmrc"]
)
def test_what_npm_installs_from_names_no_address(
    root: Path, name: str
) -> None:
    text = (root / "book" / "_web" / name).read_text("utf-8")
    assert '"resolved"' not in text
    assert "//" not in re.sub(r'"integrity": ".*"', "", text)


def test_the_log_lists_every_page_that_runs(
    pages: dict[str, Any], root: Path
) -> None:
    times = pages["reference/experiments.html"].article.select_one("table")
    rows = [row for row in times.select("tr") if row.select("td")]
    linked = {link["href"]: row for row in rows for link in row.select("a")}
    executed = [
        page
        for page in pages.values()
        if page.source.is_file() and any(cell.source for cell in page.cells)
    ]
    assert executed
    for page in executed:
        itself = page.name == "reference/experiments.html"
        row = linked.get("#" if itself else f"../{page.name}")
        assert row is not None, f"{page} is not in the log of experiments"
        assert re.search(r"\d\.\d", row.get_text()), f"{page}: no seconds"


def words(tag: Any) -> str:
    return " ".join(tag.get_text().split())


def logged(pages: dict[str, Any], name: str) -> list[tuple[str, ...]]:
    """Give the rows of a table in the log of experiments."""
    log = pages["reference/experiments.html"].article
    return [
        tuple(map(words, row.select("td")))
        for row in log.select(f"table.{name} tbody tr")
    ]


def test_the_log_has_every_control(pages: dict[str, Any]) -> None:
    expected = [
        (
            page.article.select_one("h1").find(string=True).strip(),
            words(row.select_one(".claim")),
            *(
                words(part).removeprefix(f"{name}: ")
                for name, part in zip(
                    ("Control", "Outcome"),
                    row.select("p:not(.claim)"),
                    strict=True,
                )
            ),
        )
        for page in pages.values()
        for row in page.article.select(".controls li")
    ]
    assert sorted(logged(pages, "controls-tried")) == sorted(expected)


def test_the_log_has_what_was_asked_and_measured(
    pages: dict[str, Any],
) -> None:
    found = logged(pages, "results")
    expected = []
    for page in pages.values():
        for box in page.article.select(".predict"):
            verdict = copy.copy(box.select_one(".verdict"))
            for part in verdict.select(".said"):
                part.extract()
            told = words(verdict)
            expected.append(
                (
                    page.article.select_one("h1").find(string=True).strip(),
                    words(box.legend),
                    told.removeprefix("Measured: "),
                )
            )
    assert sorted(found) == sorted(expected)
    assert expected


def test_the_map_has_every_lesson_that_the_sidebar_has(
    pages: dict[str, Any],
) -> None:
    front = pages["index.html"]
    in_sidebar = [
        (caption.get_text(strip=True), link.get_text(), link["href"])
        for caption in front.soup.select(".sidebar-tree p.caption")
        for link in caption.find_next_sibling("ul").select("li > a")
        if re.match(r"\d", link["href"])
    ]
    columns = front.article.select(".map-grid > li")
    in_map = [
        (column.h3.get_text(), link.get_text(), link["href"])
        for column in columns
        for link in column.select("a")
    ]
    assert in_map == in_sidebar
    assert len(in_map) > 10
    assert front.article.select_one(".takes .number").string == str(
        len(in_map)
    )
    for column in columns:
        assert column.select("ul > li"), f"{column.h3}: no lesson"


@pytest.mark.parametrize("slash", ["", "/"])
def test_an_address_is_a_folder_with_and_without_its_slash(
    root: Path, monkeypatch: pytest.MonkeyPatch, slash: str
) -> None:
    monkeypatch.setenv("SEQCOURSE_URL", f"https://a.test/folder{slash}")
    monkeypatch.setattr(sys, "path", list(sys.path))
    known = runpy.run_path(str(root / "conf.py"))
    assert known["html_baseurl"] == "https://a.test/folder/"
    assert known["notfound_urls_prefix"] == "/folder/"
