"""Every lesson has all the parts of a lesson, in order and in measure."""

import ast
import json
import re
from itertools import pairwise
from typing import Any

import pytest

pytestmark = pytest.mark.book

#: The parts that a page's own markup shows, in the order of the design.
PARTS = {
    "lesson head": "dl.lesson-head",
    "hook": ".hook",
    "predict": ".predict",
    "struggles": ".struggles",
    "why this matters": ".why",
    "pitfalls": "ul.pitfalls",
    "remember": ".remember",
    "quiz": "fieldset.quiz",
}
#: Above 2,000 only where what must be said takes more.
WORDS = range(1300, 2301)
CODE_LINES = 150
CELL_LINES = 15
COLUMNS = 78
#: The first lesson has neither formulas nor a second backend.
FIRST = re.compile(r"1-memory/why-.*\.html")

#: What nobody reads as prose: code and what it printed, drawings and their
#: controls, formulas, the facts at the head, and marks made by the theme.
NOT_PROSE = (
    "pre, svg, math, script, style, template, .cell_output .output, .knob, "
    ".player, .frames, .says-frame, .sentence, .cell-bar, .editor, button, "
    ".lesson-head, .lesson-no, .headerlink, .ledger code, .sd-tab-set, "
    ".visually-hidden, .pitfall .label, [hidden]"
)
#: Replies are read one at a time, controls looked up, exercises and proofs
#: are worked through.
NOT_READ_THROUGH = ".quiz .reply, .controls, .exercise, .proofs"


def prose(article: Any) -> str:
    """Give what a reader of the page reads from top to bottom.

    Headings, paragraphs, boxes, captions, questions and their answers count;
    what `NOT_PROSE` and `NOT_READ_THROUGH` name does not.
    """
    from bs4 import BeautifulSoup

    copy = BeautifulSoup(str(article), "lxml")
    for tag in copy.select("figure figcaption"):
        # A caption belongs to the prose, wherever its figure was made.
        copy.body.append(tag.extract())
    for tag in copy.select(f"{NOT_PROSE}, {NOT_READ_THROUGH}"):
        tag.extract()
    return copy.get_text(" ")


def shown(cell: Any) -> bool:
    tags = set(cell.metadata.get("tags", ()))
    return not tags & {
        "remove-cell",
        "remove-input",
        "hide-cell",
        "hide-input",
    }


def is_first(lesson: Any) -> bool:
    return FIRST.fullmatch(lesson.name) is not None


def test_has_every_part_in_order(lesson: Any) -> None:
    places = {
        id(tag): i for i, tag in enumerate(lesson.article.find_all(True))
    }
    found = {
        part: lesson.article.select_one(selector)
        for part, selector in PARTS.items()
    }
    missing = [part for part, tag in found.items() if tag is None]
    assert not missing, f"{lesson} has no {', '.join(missing)}"
    for before, after in pairwise(found):
        assert places[id(found[before])] < places[id(found[after])], (
            f"{lesson}: {after} comes before {before}"
        )


def test_head_says_time_needs_and_afterwards(lesson: Any) -> None:
    head = lesson.article.select_one("dl.lesson-head")
    terms = [
        tag.get_text(" ", strip=True).lower() for tag in head.select("dt")
    ]
    for term, word in zip(terms, ("time", "need", "afterwards"), strict=True):
        assert word in term
    for text in head.select("dd"):
        assert text.get_text(strip=True)
    assert re.search(r"\d+ minutes", head.select_one("dd").get_text())
    assert len(head.select("dd")[2].select("li")) >= 2


def test_has_one_heading_of_the_first_level(lesson: Any) -> None:
    assert len(lesson.article.select("h1")) == 1


def test_predict_asks_before_it_answers(lesson: Any) -> None:
    for box in lesson.article.select(".predict"):
        assert box.select_one("fieldset legend").get_text(strip=True)
        assert box.select(
            "fieldset input[type=range], fieldset input[type=radio]"
        )
        folded = box.select_one("details:not([open])")
        assert folded is not None, "the measurement is not folded"
        assert folded.select_one("summary").get_text(strip=True)
        assert folded.select(".number"), (
            "the measurement has no measured number"
        )


def test_predict_knows_what_was_measured(lesson: Any) -> None:
    """The page's script lays the guess over it; without, it is read."""
    for box in lesson.article.select(".predict"):
        measured = json.loads(box["data-measured"])
        ranges = box.select("fieldset input[type=range]")
        verdict = box.select_one("details > .verdict")
        for part in verdict.select(".said"):
            assert part.has_attr("hidden")
            part.extract()
        told = " ".join(verdict.get_text().split())
        assert re.fullmatch(r"Measured: .+\.", told), told
        if box["data-kind"] == "choice":
            (right,) = measured
            choices = box.select("fieldset .choice")
            label = choices[int(right) - 1].label.get_text().strip()
            assert told == f"Measured: {label}."
            assert ["measured" in tag["class"] for tag in choices].index(
                True
            ) == right - 1
            continue
        assert len(ranges) == len(measured)
        assert float(verdict.select_one(".number").get_text()) == measured[0]
        for drawing in box.select(".laid-over svg:is(.wide, .narrow)"):
            assert drawing.select_one("g.yours[hidden]") is not None
        assert len(box.select(".laid-over svg.wide")) == 1
        assert len(box.select(".laid-over svg.narrow")) == 1
        for control, value in zip(ranges, measured, strict=True):
            assert float(control["min"]) <= value <= float(control["max"])
        if box["data-kind"] == "curve":
            row = box.select("table.curve tr")[-1].select("td")
            assert [float(tag.get_text()) for tag in row] == measured


def test_struggle_is_measured(lesson: Any) -> None:
    boxes = lesson.article.select(".struggles")
    assert any(box.select(".number") for box in boxes)


def test_every_pitfall_has_a_belief_and_evidence(lesson: Any) -> None:
    pitfalls = lesson.article.select("ul.pitfalls > li.pitfall")
    assert len(pitfalls) >= 3
    for pitfall in pitfalls:
        belief = pitfall.select_one(".belief").get_text(" ", strip=True)
        assert belief
        left, right = pitfall.find_all("div", recursive=False)
        assert left.select_one(".belief") is not None
        link = right.select_one("a[href^='#']")
        assert right.select(".number") or link is not None, (
            f"{lesson}: nothing measured is set against {belief!r}"
        )
        assert len(right.get_text(" ", strip=True).split()) >= 5


def test_remembers_three_or_four_things(lesson: Any) -> None:
    items = lesson.article.select(".remember ol > li")
    assert 3 <= len(items) <= 4
    assert all(item.get_text(strip=True) for item in items)


def test_quiz_replies_to_every_choice_and_one_is_right(lesson: Any) -> None:
    quizzes = lesson.article.select("fieldset.quiz")
    assert quizzes
    groups = []
    for quiz in quizzes:
        assert quiz.select_one("legend").get_text(strip=True)
        choices = quiz.select(".choice")
        assert len(choices) >= 2
        for choice in choices:
            radio = choice.select_one("input[type=radio]")
            assert choice.select_one("label")["for"] == radio["id"]
            assert not radio.has_attr("checked")
            reply = choice.select_one(".reply").get_text(" ", strip=True)
            assert len(reply.split()) >= 4, f"{reply!r} says too little"
            # The verdict comes by itself.
            assert not re.match(r"(Yes|Not quite)\W+\1", reply)
        assert len(quiz.select(".reply.right")) == 1
        assert len(quiz.select(".reply.wrong")) == len(choices) - 1
        (group,) = {tag["name"] for tag in quiz.select("input[type=radio]")}
        groups.append(group)
    assert len(groups) == len(set(groups)), "two quizzes share their buttons"


def test_leads_on(lesson: Any) -> None:
    last = lesson.article.select("fieldset.quiz")[-1]
    links = [tag.get("href", "") for tag in last.find_all_next("a")]
    onward = lesson.soup.select("a.next-page, .next a, a.next")
    assert onward
    assert any(tag["href"] in links for tag in onward)


def test_is_as_long_as_a_lesson(lesson: Any) -> None:
    words = len(re.findall(r"\w[\w’'-]*", prose(lesson.article)))
    assert words in WORDS, (
        f"{lesson} has {words} words, not {WORDS[0]} to {WORDS[-1]}"
    )


def test_shows_little_code(lesson: Any) -> None:
    blocks = [
        block
        for block in lesson.article.select(
            ".cell_input pre, .highlight-python pre"
        )
        # Of two tabs one is seen; what is folded is not.
        if not block.find_parent("details")
        and not block.find_parent(class_="exercise")
        and not block.find_parent(class_="cell_output")
        and (
            (tab := block.find_parent(class_="sd-tab-content")) is None
            or tab.find_previous_sibling(class_="sd-tab-content") is None
        )
    ]
    count = sum(
        len(block.get_text().strip("\n").splitlines()) for block in blocks
    )
    assert count < CODE_LINES, f"{lesson} shows {count} lines of code"


def test_cells_are_short_and_narrow(lesson: Any) -> None:
    for number, cell in enumerate(lesson.cells, 1):
        lines = cell.source.strip("\n").splitlines()
        if shown(cell):
            assert len(lines) < CELL_LINES, (
                f"{lesson}: cell {number} has {len(lines)} lines"
            )
    for block in lesson.article.select("pre"):
        for line in block.get_text().splitlines():
            assert len(line) <= COLUMNS, (
                f"{lesson}: {len(line)} columns in {line!r}"
            )


def test_mathematics_and_twins_where_they_belong(lesson: Any) -> None:
    tabs = lesson.article.select(".sd-tab-set")
    if is_first(lesson):
        assert not lesson.article.select("math"), "lesson 1 has a formula"
        assert not tabs, "lesson 1 has tabs"
        return
    labels = [
        [label.get_text(strip=True) for label in tab.select(".sd-tab-label")]
        for tab in tabs
    ]
    assert ["NumPy", "PyTorch"] in labels, f"{lesson} has no twins"
    assert any(
        badge.select(".number")
        for badge in lesson.article.select(".twin-badge")
    ), f"{lesson} has no twin badge with a number"


def test_asserts_claims(lesson: Any) -> None:
    claims = [
        node
        for cell in lesson.cells
        for node in ast.walk(ast.parse(cell.source))
        if isinstance(node, ast.Assert)
    ]
    assert len(claims) >= 3, f"{lesson} asserts {len(claims)} claims"
    for claim in claims:
        assert not isinstance(claim.test, ast.Constant | ast.Tuple)


def test_every_seed_is_written_out(lesson: Any) -> None:
    for cell in lesson.cells:
        for node in ast.walk(ast.parse(cell.source)):
            if not isinstance(node, ast.Call):
                continue
            called = ast.unparse(node.func)
            if called.endswith("default_rng"):
                assert node.args, f"{lesson}: {ast.unparse(node)} has no seed"
            assert not re.match(
                r"(np|numpy)\.random\.(?!default_rng)", called
            ), f"{lesson}: {called} draws from a shared state"
