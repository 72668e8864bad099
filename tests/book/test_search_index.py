"""What the search searches is what the pages say."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.book


@pytest.fixture(scope="module")
def index(site: Path) -> Any:
    """Give the index out of the script that carries it."""
    script = (site / "searchindex.js").read_text("utf-8")
    return json.loads(script[script.index("{") : script.rindex("}") + 1])


def test_the_index_has_every_page(index: Any, pages: dict[str, Any]) -> None:
    paths = [page["path"] for page in index["pages"]]
    assert sorted(paths) == sorted({*pages} - {"404.html", "search.html"})


def test_lessons_come_first_in_their_order(index: Any) -> None:
    labels = [page["label"] for page in index["pages"] if not page["order"]]
    assert labels == [page["label"] for page in index["pages"]][: len(labels)]
    numbers = [
        int(re.fullmatch(r"Part \d, lesson (\d+)", label)[1])
        for label in labels
    ]
    assert numbers == [*range(1, len(numbers) + 1)]
    assert len(numbers) > 10


def test_a_section_says_what_its_page_says(
    index: Any, pages: dict[str, Any]
) -> None:
    for entry in index["pages"]:
        page = pages[entry["path"]]
        text = " ".join(page.article.get_text().split())
        for section in entry["sections"]:
            where = f"{page}: {section['id']}"
            assert section["id"] in page.ids, where
            for words in (section["name"], *section["text"]):
                assert words in text, f"{where}: {words!r}"


def test_an_entry_of_the_glossary_is_found_by_all_its_terms(
    index: Any, pages: dict[str, Any]
) -> None:
    address = "reference/glossary.html"
    (page,) = (page for page in index["pages"] if page["path"] == address)
    entries = page["sections"][1:]
    assert all(entry["text"] for entry in entries)
    terms = [t for entry in entries for t in (entry["name"], *entry["terms"])]
    assert terms == [
        tag.find(string=True)
        for tag in pages[address].article.select("dl.glossary > dt")
    ]


def test_a_section_has_no_marks_of_the_page(index: Any) -> None:
    text = json.dumps(index["pages"], ensure_ascii=False)
    for left in (".not run", "Link to this", "You said", "Download this"):
        assert left not in text


def test_no_synonym_is_a_term_of_the_lessons(index: Any) -> None:
    """What a lesson names is found there, and must not lead elsewhere."""
    named = {
        name.lower()
        for page in index["pages"]
        if not page["order"]
        for section in page["sections"]
        for name in (section["name"], *section["terms"])
    }
    assert index["synonyms"]
    for typed in index["synonyms"]:
        assert typed.lower() not in named, f"a lesson names {typed!r} now"
