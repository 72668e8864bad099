"""The index of the search: the book's sentences, by page and section.

Sphinx's own index knows which pages contain a word, but not where, how often
or in which sentence. So it cannot put the lesson that treats a term before a
page that mentions it, and for a sentence it must fetch the page, which
browsers refuse where the book is read from a folder. This index is a script
that holds the sentences; book/_web/ranking.mjs ranks them, and
book/search.toml has the words that people type for the lessons' own.
"""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bs4 import BeautifulSoup, Tag
from sphinx.builders.html import StandaloneHTMLBuilder

from pages.lessons import lessons

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx

SYNONYMS = Path(__file__).resolve().parents[2] / "search.toml"
#: Pages by how their names begin, in the order of the results.
ORDER = (
    r"\d+-",  # the lessons
    r"reference/glossary",
    r"(?!reference/(api/|bibliography))",
    r"reference/api/",
    r"reference/bibliography",
)
HEADINGS = {"h1", "h2", "h3"}
BLOCKS = ("p", "li", "dt", "dd", "td", "th", "legend", "figcaption")
#: What is no sentence, by tag or class.
UNSAID = {
    *("svg", "script", "noscript", "button", "label"),
    *("headerlink", "lesson-no", "next", "ran", "state", "said"),
    "field-list",
    *("belief", "claim"),  # out of their row they would be read as facts
    *("stream", "text_plain"),  # of a cell's output, the figures stay
    *("frames", "knob", "sentence"),  # and of those, the captions
}
#: Where a page asks instead of telling.
ASKING = {"exercise", "quiz", "pitfalls", "proofs"}


class Reading:
    """One page's body, read from top to bottom.

    Attributes
    ----------
    label
        A lesson's number, as its page shows it; else empty.
    sections
        What has an address of its own: a section, an exercise, an entry of
        the glossary or the bibliography, an object of the package.
    """

    def __init__(self, body: str) -> None:
        self.sections: list[dict[str, Any]] = []
        page = BeautifulSoup(body, "html.parser")
        label = page.find(class_="lesson-no")
        self.label = label.get_text() if label else ""
        for tag in page.find_all(lambda tag: _marks(tag) & UNSAID):
            tag.extract()
        self._read(page, self._begin(""))
        del self.sections[0]  # what stands outside of the page's own section

    def _begin(self, address: str) -> dict[str, Any]:
        section = {
            "id": address,
            "name": "",
            "terms": [],
            "text": [],
            "code": "",
            "asks": False,
        }
        self.sections.append(section)
        return section

    def _read(self, tag: Tag, section: dict[str, Any]) -> None:
        for child in tag.find_all(True, recursive=False):
            marks = _marks(child)
            own = section
            if child.get("id") and marks & {
                "section",
                "exercise",
                "citation",
                "dt",
            }:
                own = self._begin(child["id"])
            if child.name == "dt" and own is not section:
                section = own  # what describes it follows beside it
                name = child.find(class_="descname") or child
                own["name"] = _words(name)
                own["code"] = "" if name is child else _words(child)
                continue
            if "lesson-head" in marks:  # what one needs first is elsewhere
                own["text"] += [_words(goal) for goal in child.find_all("li")]
                continue
            own["asks"] = own["asks"] or bool(marks & ASKING)
            if child.name in HEADINGS:
                own["name"] = own["name"] or _words(child)
            elif child.name == "pre":
                # Of the package, the signatures are enough.
                own["code"] += child.get_text() if self.label else ""
            elif child.name in BLOCKS and not child.find([*BLOCKS, "pre"]):
                words = _words(child)
                own["text"] += [words] if " " in words else []
                own["terms"] += _terms(child) if self.label else []
            else:
                self._read(child, own)


def _marks(tag: Tag) -> set[str]:
    return {tag.name, *tag.get("class", ())}


def _words(tag: Tag) -> str:
    return " ".join(tag.get_text().split())


def _terms(block: Tag) -> list[str]:
    """Give what a block introduces: in bold, or linked to the glossary."""
    terms = [_words(tag) for tag in block.find_all("strong")]
    for link in block.find_all("a"):
        if link.find(class_="std-term"):
            entry = link["href"].partition("#term-")[2].replace("-", " ")
            terms += [_words(link), entry]
    return terms


def read(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Keep what the index says of a page until all are written."""
    if doctree is None:
        return
    order = next(i for i, row in enumerate(ORDER) if re.match(row, pagename))
    reading = Reading(context["body"])
    page = {
        "path": app.builder.get_target_uri(pagename),
        "label": reading.label,
        "order": order,
        "sections": reading.sections,
    }
    kept = _kept(app, pagename)
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps(page), encoding="utf-8")


def _kept(app: Sphinx, pagename: str) -> Path:
    # A worker of Sphinx's may write the page: only files come back from it.
    return Path(app.doctreedir, "search", f"{pagename}.json")


class Builder(StandaloneHTMLBuilder):
    """Sphinx's own, with this index in the place of Sphinx's."""

    def load_indexer(self, docnames: object) -> None:
        """Leave Sphinx's index empty."""

    def index_page(self, *page: object) -> None:
        """Leave it so."""

    def dump_search_index(self) -> None:
        """Write the script."""
        others = sorted(self.env.found_docs - set(lessons(self.env)))
        pages = [
            json.loads(_kept(self.app, name).read_text("utf-8"))
            for name in [*lessons(self.env), *others]
        ]
        index = json.dumps(
            {"synonyms": self.config.search_synonyms, "pages": pages},
            ensure_ascii=False,
            separators=(",", ":"),
        )
        script = Path(self.outdir, self.searchindex_filename)
        script.write_text(f"var searchIndex = {index};\n", encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.add_builder(Builder, override=True)
    synonyms = tomllib.loads(SYNONYMS.read_text("utf-8"))["synonyms"]
    app.add_config_value("search_synonyms", synonyms, "html", dict)
    app.connect("html-page-context", read, priority=950)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
