"""A guess is kept, and drawn over what was measured."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser

KINDS = {"percent", "number", "choice", "curve"}

#: Where the shown drawing has its marks, along the axis that has values: 0
#: at the lower end, 1 at the upper. The ends are lines of the drawing.
MARKS = """
(box) => {
  const svg = [...box.querySelectorAll(".laid-over > svg")]
    .find((tag) => tag.checkVisibility());
  const middle = (tag) => {
    const {x, y, width, height} = tag.getBoundingClientRect();
    return [x + width / 2, y + height / 2];
  };
  const curve = box.dataset.kind == "curve";
  const lines = curve
    ? [svg.querySelector(".axis"), [...svg.querySelectorAll(".grid")].at(-1)]
    : [...svg.querySelectorAll(":scope > .axis")].slice(1);
  const along = curve ? 1 : 0;
  const [from, to] = lines.map((tag) => middle(tag)[along]);
  const at = (tag) => (middle(tag)[along] - from) / (to - from);
  return {
    yours: [...svg.querySelectorAll(".yours .mark")].map(at),
    measured: [...svg.querySelectorAll(":scope > .mark")].map(at),
    line: svg.querySelector(".yours polyline")
      ?.getBoundingClientRect().height,
  };
}
"""
KEPT = """() => Object.fromEntries(Object.keys(localStorage)
  .filter((name) => name.startsWith("seqcourse:"))
  .map((name) => [name, localStorage.getItem(name)]))"""
FIND = """(kind) => document.querySelector(
  `.predict[data-kind=${kind}]`)?.id"""


def boxes(page: Any) -> list[Any]:
    return page.locator(".predict").all()


def make_guess(page: Any, box: Any) -> list[float]:
    """Guess with the keys alone, and give what was guessed."""
    ranges = box.locator("input[type=range]").all()
    for i, slider in enumerate(ranges):
        slider.focus() if i == 0 else page.keyboard.press("Tab")
        assert slider.evaluate("(tag) => tag == document.activeElement")
        page.keyboard.press("Home" if i % 2 else "End")
        for _ in range(3 + i):
            page.keyboard.press("ArrowUp" if i % 2 else "ArrowDown")
        value, step, top = (
            float(slider.evaluate(f"(tag) => tag.{name}"))
            for name in ("value", "step", "max")
        )
        assert value == step * (3 + i) if i % 2 else top - step * (3 + i)
    if ranges:
        return [float(slider.input_value()) for slider in ranges]
    radios = box.locator("input[type=radio]")
    radios.first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    assert radios.nth(1).is_checked()
    return [2.0]


def unfold(page: Any, box: Any) -> None:
    box.locator("summary").focus()
    page.keyboard.press("Enter")
    box.locator(".verdict").wait_for()


def shares(box: Any, values: list[float]) -> list[float]:
    found = []
    for slider, value in zip(
        box.locator("input[type=range]").all(), values, strict=True
    ):
        low, high = (
            float(slider.get_attribute(name)) for name in ("min", "max")
        )
        found.append((value - low) / (high - low))
    return found


def words(box: Any) -> str:
    """Give the verdict as it is shown."""
    return " ".join(box.locator(".verdict").inner_text().split())


def test_the_book_has_every_kind(site: Path, lessons: list[str]) -> None:
    text = "".join((site / name).read_text("utf-8") for name in lessons)
    assert set(re.findall(r'data-kind="?(\w+)', text)) == KINDS


@pytest.mark.parametrize("width", [1280, 390])
def test_guess_is_drawn_over_the_measurement(
    visit: Any, example: str, width: int
) -> None:
    page = visit(width=width).go(example)
    for box in boxes(page):
        measured = json.loads(box.get_attribute("data-measured"))
        guess = make_guess(page, box)
        unfold(page, box)
        told = words(box)
        kind = box.get_attribute("data-kind")
        if kind == "choice":
            said, right = (
                box.locator(".choice label").nth(int(i) - 1).inner_text()
                for i in (*guess, *measured)
            )
            right = right.removesuffix(" (measured)")
            assert f"You said {said}. Measured: {right}." in told or (
                guess == measured and "As you said." in told
            )
            continue
        drawn = box.evaluate(MARKS)
        assert drawn["yours"] == pytest.approx(shares(box, guess), abs=0.01)
        assert drawn["measured"] == pytest.approx(
            shares(box, measured), abs=0.01
        )
        gaps = [abs(a - b) for a, b in zip(guess, measured, strict=True)]
        if kind == "curve":
            assert drawn["line"] > 50
            row = box.locator("tr.said td").all_inner_texts()
            assert [float(text) for text in row] == guess
            assert f"and {max(gaps):g} at" in told
        else:
            assert told.startswith(f"You said {guess[0]:g}")
            assert told.endswith(f"{gaps[0]:g} apart.")


def test_nothing_was_said_before_something_was_moved(
    visit: Any, example: str
) -> None:
    page = visit().go(example)
    for box in boxes(page):
        unfold(page, box)
        assert words(box).startswith("Measured: ")
        for part in box.locator(".said, .yours").all():
            assert not part.is_visible()
    assert page.evaluate(KEPT) == {}


def test_guess_is_there_after_a_reload(visit: Any, example: str) -> None:
    page = visit().go(example)
    before = []
    for box in boxes(page):
        guess = make_guess(page, box)
        unfold(page, box)
        before.append((guess, words(box)))
    page.reload()
    for box, (guess, told) in zip(boxes(page), before, strict=True):
        unfold(page, box)
        assert words(box) == told
        ranges = box.locator("input[type=range]").all()
        for slider, value in zip(ranges, guess, strict=False):
            assert float(slider.input_value()) == value
        outputs = box.locator("output").all_inner_texts()
        assert [float(text.split()[0]) for text in outputs] == (
            guess if ranges else []
        )
        if not ranges:
            assert box.locator("input[type=radio]").nth(1).is_checked()


def test_guess_is_kept_in_a_folder(
    visits: Any, site: Path, lessons: list[str]
) -> None:
    with visits.open(base=f"{site.as_uri()}/", fresh=True) as opened:
        page = opened.go(lessons[0])
        box = boxes(page)[0]
        guess = make_guess(page, box)
        page.reload()
        unfold(page, box)
        assert f"You said {guess[0]:g}" in words(box)
        assert opened.complaints == []


@pytest.mark.parametrize(
    "nonsense",
    [
        "not even JSON",
        "null",
        "[1, 2]",
        '"guess"',
        '{"PAGE": 7}',
        '{"PAGE": {"BOX": "<b>60</b>"}}',
        '{"PAGE": {"BOX": 60}}',
        '{"PAGE": {"BOX": []}}',
        '{"PAGE": {"BOX": [null, 3]}}',
        '{"PAGE": {"BOX": [-1, -1, -1, -1, -1, -1]}}',
        '{"PAGE": {"BOX": [1e9]}}',
        '{"PAGE": {"BOX": [1, 1, 1, 1, 1, 1, 1]}}',
        '{"PAGE": {"BOX": [0.5]}}',
        '{"PAGE": {"__proto__": [1]}}',
    ],
)
def test_nonsense_in_the_store_breaks_nothing(
    visit: Any, lessons: list[str], nonsense: str
) -> None:
    """The page must stay silent, and take a guess as if nothing was there."""
    page = visit().go(lessons[-1])
    for kind in KINDS:
        name = page.evaluate(FIND, kind)
        if name is None:
            continue
        value = nonsense.replace("BOX", name)
        value = value.replace("PAGE", lessons[-1].removesuffix(".html"))
        page.evaluate(
            "(value) => localStorage.setItem('seqcourse:guesses', value)",
            value,
        )
        page.reload()
        box = page.locator(f"#{name}")
        unfold(page, box)
        honest = kind != "choice" and "[0.5]" in value  # a number like any
        assert words(box).startswith("You said" if honest else "Measured: ")
        guess = make_guess(page, box)
        page.reload()
        unfold(page, box)
        assert words(box).startswith("You said")
        kept = json.loads(page.evaluate(KEPT)["seqcourse:guesses"])
        (values,) = (found[name] for found in kept.values() if name in found)
        assert values == guess


def test_measurement_can_be_read_without_a_script(
    visit: Any, example: str
) -> None:
    page = visit(script=False).go(example)
    for box in boxes(page):
        box.locator("summary").click()
        assert words(box).startswith("Measured: ")
        assert "You said" not in box.inner_text()
        for drawing in box.locator(".laid-over").all():
            assert drawing.is_visible()
            assert not drawing.locator(".yours:visible").count()
        for table in box.locator("table.curve").all():
            assert table.locator("td .number").first.is_visible()
