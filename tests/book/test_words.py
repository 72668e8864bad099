"""What a reader reads is text: no markup is left, and nothing said twice."""

import collections
import json
import re
from typing import Any

import pytest

pytestmark = pytest.mark.book

#: What is no prose: code, formulas, scripts.
NO_PROSE = "pre, code, math, script, style, template, textarea, .sig, .math"
#: Markdown and TeX that nobody has turned into words.
MARKUP = re.compile(r"\*\w[^*\n]{0,40}\*|`|\$|\{[\w:]+\}")
POWER = re.compile(r"\d\s*⋅\s*10")
ARXIV = re.compile(r"\b\d{4}\.\d{4,5}\b")


def said(page: Any) -> list[str]:
    """Give each piece of text that is seen or heard on a page."""
    from bs4 import BeautifulSoup

    article = BeautifulSoup(str(page.article), "lxml")
    spoken = [tag["aria-label"] for tag in article.select("[aria-label]")]
    for figure in article.select("[data-says]"):
        spoken += json.loads(figure["data-says"])
    for tag in article.select(NO_PROSE):
        tag.replace_with(" ")
    return [*article.stripped_strings, *spoken]


def is_prose(page: Any) -> bool:
    """Tell pages from those that docstrings make, with W**2 in a sentence."""
    return not page.name.startswith("reference/api/")


def test_no_markup_is_left(page: Any) -> None:
    found = [text for text in said(page) if MARKUP.search(text)]
    assert not found or not is_prose(page), f"{page}: {found}"


def test_no_sentence_begins_in_the_middle(page: Any) -> None:
    """A line that was moved or doubled leaves its tail behind."""
    paragraphs = page.article.select("section > p") if is_prose(page) else ()
    for paragraph in paragraphs:
        words = " ".join(paragraph.get_text().split())
        tail = re.search(r"(?<=[a-z]{3}\. )[a-z]+ [a-z]+\b.*?\.", words)
        assert tail is None, f"{page}: {tail[0]!r}"


def test_a_power_of_ten_stays_on_its_line(page: Any) -> None:
    text = page.article.get_text()
    broken = [m[0] for m in POWER.finditer(text) if " " in m[0]]
    assert not broken, f"{page}: {broken}"


def test_the_bibliography_names_each_paper_once(
    pages: dict[str, Any],
) -> None:
    entries = [
        " ".join(tag.get_text().split())
        for tag in pages["reference/bibliography.html"].article.select(
            ".citation > p, .citation > div"
        )
    ]
    assert len(entries) > 50
    numbers = [ARXIV.findall(entry) for entry in entries]
    for entry, own in zip(entries, numbers, strict=True):
        assert len(own) <= 1, f"{entry}: {own}"
    seen = collections.Counter(number for own in numbers for number in own)
    assert max(seen.values()) == 1, seen.most_common(3)
    # Authors, title and year: an entry up to its first four digits.
    begun = collections.Counter(
        re.split(r"\b(?:19|20)\d\d\b", entry)[0] for entry in entries
    )
    assert max(begun.values()) == 1, begun.most_common(3)


@pytest.mark.parametrize(
    "word",
    [
        "Adam",
        "bias",
        "eigenvalue",
        "learning rate",
        "loss",
        "sigmoid",
        "tanh",
        "transpose",
    ],
)
def test_the_words_of_all_lessons_are_explained(
    pages: dict[str, Any], word: str
) -> None:
    glossary = pages["reference/glossary.html"].article
    (term,) = (
        tag
        for tag in glossary.select("dl.glossary > dt")
        if tag.find(string=True).strip() == word
    )
    links = [a["href"] for a in term.find_next("dd").select("a[href]")]
    assert any(re.match(r"\.\./\d-", link) for link in links), word


def test_the_window_has_as_many_bars_as_slots(pages: dict[str, Any]) -> None:
    (row,) = pages["index.html"].article.select(".memory.m-window")
    bars = [
        bar
        for bar in row.select(".cells i")
        if float(re.search(r"--m:([\d.]+)", bar["style"])[1])
    ]
    size = row.select_one(".size").get_text()
    assert re.search(r"\d+", size)[0] == str(len(bars))


def test_a_beam_has_its_sums_on_a_phone_too(pages: dict[str, Any]) -> None:
    page = pages["3-attention/reading-then-writing.html"]
    frames = page.article.select("figure.beam [data-frame]")
    assert frames
    for frame in frames:
        wide, narrow = (
            [text.get_text() for text in svg.select("text")]
            for svg in frame.select("svg")
        )
        assert wide == narrow
        assert any(text.startswith("−") for text in wide)
