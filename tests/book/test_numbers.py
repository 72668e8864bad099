"""Every number that comes from a run was put there by that run."""

import ast
import re
from typing import Any

import pytest

pytestmark = pytest.mark.book

#: Decimal places and percentages are measurements. Whole numbers such as 784
#: are facts, and 2 is a choice.
TYPED = re.compile(
    r"""
    (?<![\w.])\d+\.\d+        # 0.5, 97.3
    | (?<![\w.])\.\d+         # .5
    | \d\s?[%‰]               # 50 %, 50%
    | \d\s?(?:per\s?cent|percent)\b
    | \d[eE][-−+]?\d          # 3e-16
    """,
    re.VERBOSE,
)
GLUE = re.compile(r"\{glue(?::\w+)?\}`[^`]+`")
#: Measured numbers, and what is no prose: code, output, formulas, figures.
MEASURED = ".number, .twin-badge, pre, code, math, svg, figure, .cell_output"
#: A guess is no measurement: its slider shows a percentage.
GUESS = ".predict .knob"


def test_prose_has_no_typed_measurements(lesson: Any) -> None:
    from bs4 import BeautifulSoup

    copy = BeautifulSoup(str(lesson.article), "lxml")
    for tag in copy.select(f"{MEASURED}, {GUESS}"):
        # The unit stands outside a number: what is left must show no digit.
        tag.replace_with(" … ")
    text = " ".join(copy.get_text().split())
    typed = [
        text[max(0, match.start() - 30) : match.end() + 20]
        for match in TYPED.finditer(text)
    ]
    assert not typed, f"{lesson} has numbers typed by hand: {typed}"


def test_captions_have_no_typed_measurements(lesson: Any) -> None:
    """A caption's measured numbers come in braces, so they are not text."""
    for cell in lesson.cells:
        for call in ast.walk(ast.parse(cell.source)):
            if not isinstance(call, ast.Call):
                continue
            for keyword in call.keywords:
                if keyword.arg not in ("caption", "alt", "note", "answer"):
                    continue
                for text in _texts(keyword.value):
                    assert not TYPED.search(text), (
                        f"{lesson}: typed by hand in {keyword.arg}: {text!r}"
                    )


def _texts(node: ast.AST) -> list[str]:
    """Give the text in an expression; a format such as ``.1f`` is none."""
    if isinstance(node, ast.FormattedValue):
        return []
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    if isinstance(node, ast.JoinedStr):
        # What is put in stands for a digit: "{x:.0f} %" is measured.
        return ["".join("".join(_texts(part)) or "…" for part in node.values)]
    if isinstance(node, ast.BinOp):
        return _texts(node.left) + _texts(node.right)
    return []


def test_no_page_marks_its_own_text_as_measured(lesson: Any) -> None:
    source = lesson.source.read_text(encoding="utf-8")
    assert not re.search(
        r"\{[^}\n]*\.number\b|class=.?number|\{raw\}", source
    )


def test_glued_numbers_are_marked(lesson: Any) -> None:
    source = lesson.source.read_text(encoding="utf-8")
    badges = re.findall(r"^:badge:", source, re.MULTILINE)
    wanted = len(GLUE.findall(source)) + len(badges) + _predicted(source)
    marked = [
        tag
        for tag in lesson.article.select(".number")
        if tag.find_parent("figure") is None
    ]
    assert len(marked) == wanted, (
        f"{lesson}: {wanted} glued, {len(marked)} marked as numbers: "
        f"{[tag.get_text() for tag in marked]}"
    )
    for tag in marked:
        assert re.search(r"\d", tag.get_text()), f"{tag} holds no number"


def _predicted(source: str) -> int:
    """Count the numbers that predict boxes write by themselves."""
    boxes = re.findall(r"^:::\{predict\}.*?^:::$", source, re.M | re.S)
    count = 0
    for box in boxes:
        if ":kind: curve" in box:
            # One for each place, and the first and last in a sentence.
            at = re.search(r"^:at: (.*)$", box, re.M)
            assert at is not None
            count += len(at[1].split(",")) + 2
        elif ":kind: choice" not in box:
            count += 1
    return count


LEFTOVERS = re.compile(
    r"""
    \{glue | \{term\}         # a role that nobody read
    | :::+                    # a fence that nobody closed
    | \?\?\?
    | Traceback\s\(most
    | \b(?:nan|NaN|inf)\b     # a measurement that failed
    | \bTODO\b | \bFIXME\b | \blorem\b
    | \bNone\s?%
    """,
    re.VERBOSE,
)


def test_nothing_is_left_unfinished(page: Any) -> None:
    from bs4 import BeautifulSoup

    copy = BeautifulSoup(page.html, "lxml")
    for tag in copy.select("script, style, pre, code, .sig, svg"):
        if tag.find_parent(class_="cell_output") is None:
            tag.extract()
    text = copy.get_text(" ")
    found = LEFTOVERS.search(text)
    around = found and text[max(0, found.start() - 60) : found.end() + 60]
    assert not found, f"{page}: {around!r}"
    failed = ".system-message, .problematic, .traceback, .stderr"
    assert not page.soup.select(failed)
    assert "[skip output]" not in page.html
