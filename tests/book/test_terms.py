"""Each of the field's terms is introduced once, where the glossary says.

The first lesson that an entry of the glossary links to is the one that
introduces its terms: in bold, with a link to the entry. No lesson before it
uses them.
"""

import collections
import dataclasses
import posixpath
import re
from typing import Any

import pytest

pytestmark = pytest.mark.book

#: Terms that are also plain English, which may come up earlier in that sense.
EVERYDAY = {
    *("block", "candidate", "cell", "head", "key", "position", "residual"),
    *("shortcut", "smoothing", "source", "state", "target", "temperature"),
    "value",
}
GLOSSARY = "reference/glossary.html"


@dataclasses.dataclass(frozen=True)
class Entry:
    """An entry of the glossary: its terms, and the lesson they come from."""

    terms: tuple[str, ...]
    ids: tuple[str, ...]
    definition: str
    lesson: str


@pytest.fixture(scope="module")
def entries(pages: dict[str, Any]) -> list[Entry]:
    """Read the glossary."""
    found = []
    for definition in pages[GLOSSARY].article.select("dl.glossary > dd"):
        terms = [definition.find_previous_sibling("dt")]
        while (above := terms[0].find_previous_sibling()) is not None:
            if above.name != "dt":
                break
            terms.insert(0, above)
        leads_to = (
            posixpath.normpath(posixpath.join("reference", link["href"]))
            for link in definition.select("a[href]")
        )
        found.append(
            Entry(
                tuple(tag.find(string=True).strip() for tag in terms),
                tuple(tag["id"] for tag in terms),
                " ".join(definition.get_text().split()),
                next((to for to in leads_to if re.match(r"\d-", to)), ""),
            )
        )
    return found


@pytest.fixture(scope="module")
def course(pages: dict[str, Any]) -> list[str]:
    """List the lessons in the order of the course."""
    links = pages["index.html"].soup.select(".sidebar-tree a[href]")
    return [tag["href"] for tag in links if re.match(r"\d-", tag["href"])]


def test_an_entry_is_a_sentence_or_two(entries: list[Entry]) -> None:
    assert len(entries) > 150
    for entry in entries:
        said = re.sub(r" See [^.]+\.$| \[[^]]+\d{4}\]", "", entry.definition)
        sentences = re.split(r"(?<=\.)\s+(?=[A-Z])", said)
        assert len(sentences) <= 2, entry
        assert said.endswith("."), entry


def test_entries_are_in_alphabetical_order(entries: list[Entry]) -> None:
    names = [re.sub(r"\W+", " ", e.terms[0].lower()) for e in entries]
    assert names == sorted(names)
    terms = collections.Counter(t for e in entries for t in e.terms)
    assert set(terms.values()) == {1}, terms.most_common(3)


def test_every_lesson_introduces_terms(
    entries: list[Entry], course: list[str]
) -> None:
    assert {entry.lesson for entry in entries} - {""} == set(course)


def test_a_lesson_introduces_its_terms_and_no_others(
    entries: list[Entry], lessons: list[Any]
) -> None:
    fail_with({page.name: introductions(page, entries) for page in lessons})


def test_no_term_is_used_before_it_is_introduced(
    entries: list[Entry], course: list[str], lessons: list[Any]
) -> None:
    fail_with(
        {page.name: too_early(page, entries, course) for page in lessons}
    )


def fail_with(found: dict[str, list[str]]) -> None:
    """Fail if there is anything, and list it lesson by lesson."""
    lines = [
        "\n  ".join([name, *problems])
        for name, problems in found.items()
        if problems
    ]
    if lines:
        pytest.fail("\n".join(lines), pytrace=False)


def introductions(lesson: Any, entries: list[Entry]) -> list[str]:
    """Compare the terms in bold with those that the lesson introduces."""
    bold = collections.Counter(
        link["href"].partition("#")[2]
        for link in lesson.article.select("strong a[href*='glossary.html#']")
    )
    problems = []
    for entry in entries:
        wanted = int(entry.lesson == lesson.name)
        count = sum(bold[address] for address in entry.ids)
        if count != wanted:
            problems.append(
                f"{entry.terms[0]}: expected {wanted} links in bold, got "
                f"{count}; {entry.lesson or 'no lesson'} introduces it"
            )
    return problems


def too_early(
    lesson: Any, entries: list[Entry], course: list[str]
) -> list[str]:
    """Find the terms of later lessons in the text of this one."""
    text = plain(" ".join([*lesson.prose, *lesson.replies]))
    home = {plain(t): entry.lesson for entry in entries for t in entry.terms}
    # The longest term comes first: "attention weight" is not a "weight".
    longest = sorted(home, key=len, reverse=True)
    any_term = re.compile(
        "|".join(rf"(\b{plural(term)}\b)" for term in longest)
    )
    here = course.index(lesson.name)
    problems = {}
    for use in any_term.finditer(text):
        term = longest[use.lastindex - 1]
        later = home[term] in course[here + 1 :]
        if later and term not in EVERYDAY and term not in problems:
            around = text[max(use.start() - 30, 0) : use.end() + 30]
            problems[term] = f"{term}, of {home[term]}: … {around} …"
    return list(problems.values())


def plain(text: str) -> str:
    """Write in lower case, with words and single spaces only."""
    return " ".join(re.sub(r"[-–—\s]+", " ", text.lower()).split())


def plural(term: str) -> str:
    """Match a term, and its plural."""
    if term.endswith("y"):
        return f"{re.escape(term[:-1])}(?:y|ies)"
    return f"{re.escape(term)}(?:e?s)?"
