"""Exercises and proofs in the page: solved, missed, run, broken."""

import json
import time
from string import ascii_letters
from typing import Any

import pytest

from tests.browser.test_live import ANSWER, cells, run, weights

pytestmark = pytest.mark.browser

PATIENCE = 90_000
#: From the page's own copy of the package: what is there to submit.
KNOWN = """
import json
from seqcourse.exercises import find

found = find({id!r})
print(json.dumps({{
    "solution": found.solution,
    "mistakes": [
        [mistake.name, mistake.says, mistake.made_in(found.solution)]
        for mistake in found.mistakes
    ],
}}))
"""
ASK = """async (code) => {
  const {python} = window.seqcourseLive;
  const found = await python.call("run_answer", [code, "test"]);
  return JSON.parse(found.printed || "null");
}"""
#: Makes Python note which weights are loaded, and which were not there yet.
NOTE = """
import weights
from seqcourse import recipes

class Missed(set):
    def add(self, name):
        late.append(name)
        super().add(name)

def noting(load):
    def noted(name):
        loaded.add(str(name))
        return load(name)
    return noted

late, loaded = [], set()
recipes.noted = late, loaded
recipes.load, weights.missed = noting(recipes.load), Missed()
recipes.load_sweep = noting(recipes.load_sweep)
"""
NOTED = """
import json
from seqcourse import recipes

late, loaded = recipes.noted
print(json.dumps([late, sorted(loaded)]))
"""
#: Loads weights whose name cannot be read in the code.
LOADS = """
def loads(kind):
    from seqcourse import recipes
    return recipes.load("counting-%s" % kind).recipe.steps
"""


def submit(page: Any, box: Any, code: str) -> tuple[str, float]:
    """Write an answer and check it; give the reply and the seconds."""
    field = box.locator(".cm-content")
    field.focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(code)
    began = time.perf_counter()
    box.get_by_role("button", name="Check", exact=True).click()
    box.locator(".check-reply").wait_for(timeout=PATIENCE)
    return (
        box.locator(".check-reply").inner_text(),
        time.perf_counter() - began,
    )


def test_a_lesson_runs_from_its_first_cell_to_its_last_proof(
    visit: Any, lesson: str, record_property: Any
) -> None:
    """One start of Python for all: all bugs are tried outside as well."""
    opened = visit(fresh=True)
    page = opened.go(lesson)
    _run_cells(opened)
    boxes = page.locator("[data-exercise]").all()
    assert 3 <= len(boxes) <= 5
    for box in boxes:
        name = box.get_attribute("data-exercise")
        seconds = _solve_after_a_mistake(page, box, name)
        record_property(
            "check", {"exercise": name, "seconds": round(seconds, 2)}
        )
        assert seconds < 5, name
    solved = page.evaluate("() => localStorage['seqcourse:solved']")
    for box in boxes:
        assert box.get_attribute("data-exercise") in solved
    _run_proofs(page)


def _run_cells(opened: Any) -> None:
    """Every claim holds, and the weights that cells load come once."""
    page = opened.page
    assert cells(page).count() >= 8
    for number, cell in enumerate(cells(page).all()):
        if number and not cell.locator(".cell_input").count():
            continue  # a figure, which was drawn with the cell above
        said = run(page, cell)
        assert said.startswith("Done in"), said
        assert "Not true" not in said
        assert cell.locator(".traceback").count() == 0
        if number == 0:  # Python is there, to be told to take notes
            asked = weights(opened)
            page.evaluate(ANSWER, NOTE)
    for picture in page.locator(".cell figure.seq-figure").all():
        assert picture.is_visible()
    late, loaded = json.loads(page.evaluate(ANSWER, NOTED))
    assert late == []
    assert weights(opened) == sorted({*asked, *loaded})


def _solve_after_a_mistake(page: Any, box: Any, name: str) -> float:
    """Give the seconds of the slower check."""
    box.locator("textarea").focus()
    box.locator(".cm-content").wait_for()
    box.get_by_role("button", name="Check", exact=True).click()
    box.locator(".check-reply.missed").wait_for(timeout=PATIENCE)
    known = page.evaluate(ASK, KNOWN.format(id=name))
    mistake, says, code = known["mistakes"][-1]
    reply, slowest = submit(page, box, code)
    assert "missed" in box.locator(".check-reply").get_attribute("class")
    assert f"Not yet: {mistake}." in reply
    assert says.replace("`", "") in reply  # code has a face of its own
    reply, seconds = submit(page, box, known["solution"])
    assert reply.startswith("That is it."), reply
    return max(slowest, seconds)


def _run_proofs(page: Any) -> None:
    """Run each test, and the last one that has a bug with it."""
    rows = page.locator(".proofs > li").all()
    assert len(rows) >= 5
    for row in rows:
        assert _state_after(page, row, "Run") == "passed"
    bugs = page.locator(".proofs > li[data-bug]")
    assert bugs.count() >= 2
    broken = bugs.last
    assert _state_after(page, broken, "Break it") == "caught"
    said = broken.locator(".said-by-test").inner_text()
    assert broken.get_attribute("data-bug") in said
    assert any(letter.isdigit() for letter in said)
    # The bug is out again.
    assert _state_after(page, broken, "Run") == "passed"


def _state_after(page: Any, row: Any, button: str) -> str:
    row.get_by_role("button", name=button, exact=True).click()
    page.wait_for_function(
        """(row) => !["running", "not run"].includes(
          row.querySelector(".state").textContent)""",
        arg=row.element_handle(),
        timeout=PATIENCE,
    )
    return row.locator(".state").text_content()


def test_the_smallest_case_that_fails_stands_in_a_table(
    started: Any,
) -> None:
    """Number under number, the first that differs marked in both rows."""
    page = started
    box = page.locator("[data-exercise=rnn-step]")
    box.locator("textarea").focus()
    box.locator(".cm-content").wait_for()
    box.get_by_role("button", name="Check", exact=True).click()
    table = box.get_by_role("region", name="The smallest case that fails")
    table.wait_for(timeout=PATIENCE)
    names = table.locator("tbody").first.locator("th").all_text_contents()
    assert names[:2] == ["x", "h"]
    rows = table.locator(".results tr")
    yours, right = (
        row.locator("td").all_text_contents() for row in rows.all()
    )
    marks = table.locator("mark").all_text_contents()
    differ = [a != b for a, b in zip(yours, right, strict=True)]
    first = differ.index(True)
    assert marks == [yours[first], right[first]]
    page.set_viewport_size({"width": 390, "height": 800})
    wide = "() => document.documentElement.scrollWidth"
    assert page.evaluate(wide) <= 390


def test_what_was_written_survives_a_reload(
    visit: Any, lessons: list[str]
) -> None:
    page = visit(fresh=True).go(lessons[0])
    box = page.locator("[data-exercise]").first
    area = box.locator("textarea")
    starter = area.input_value()
    area.focus()
    box.locator(".cm-content").wait_for()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text("print('mine')")
    page.reload()
    assert area.input_value() == "print('mine')"
    box.get_by_role("button", name="Run", exact=True).click()
    box.locator(".cell_output").wait_for(timeout=PATIENCE)
    assert box.locator(".cell_output").inner_text().strip() == "mine"
    box.get_by_role("button", name="Start again").click()
    assert area.input_value() == starter
    page.reload()
    assert area.input_value() == starter


#: Where a letter of a field is, from the field's corner.
PLACE = """(field, [row, column]) => {
  const style = getComputedStyle(field);
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = style.font;
  return {
    x: parseFloat(style.paddingLeft) + column * pen.measureText("m").width,
    y: parseFloat(style.paddingTop)
      + (row + .5) * parseFloat(style.lineHeight),
  };
}"""


@pytest.mark.parametrize("width", [1280, 390])
def test_the_caret_stands_where_the_reader_pressed(
    visit: Any, lessons: list[str], width: int
) -> None:
    """In the first editor, and in those that need no more loading."""
    page = visit(fresh=True, width=width).go(lessons[0])
    for box in page.locator("[data-exercise]").all()[:3]:
        field = box.locator("textarea")
        lines = field.input_value().split("\n")
        row = max(i for i, line in enumerate(lines) if 8 < len(line) < 40)
        line, column = lines[row], len(lines[row]) // 2
        place = field.evaluate(PLACE, [row, column])
        (field.tap if width < 500 else field.click)(position=place)
        box.locator(".cm-content").wait_for()
        page.keyboard.type("Here")
        shown = box.locator(".cm-line").nth(row).inner_text()
        before, after = line[:column], line[column:]
        # A slow machine takes a tap for a long press: that marks the word.
        ends = before.rstrip(ascii_letters), after.lstrip(ascii_letters)
        word = "Here".join(ends)
        assert shown in (f"{before}Here{after}", word)


def test_what_is_marked_with_the_pointer_stays_marked(
    visit: Any, lessons: list[str]
) -> None:
    page = visit(fresh=True).go(lessons[0])
    first, second = page.locator("[data-exercise]").all()[:2]
    first.locator("textarea").focus()
    first.locator(".cm-content").wait_for()
    field = second.locator("textarea")
    line = field.input_value().split("\n")[0]
    field.scroll_into_view_if_needed()
    corner = field.bounding_box()
    ends = [field.evaluate(PLACE, [0, column]) for column in (0, 3)]
    for move, end in zip((page.mouse.down, page.mouse.up), ends, strict=True):
        page.mouse.move(corner["x"] + end["x"], corner["y"] + end["y"])
        move()
    second.locator(".cm-content").wait_for()
    page.keyboard.type("Here")
    shown = second.locator(".cm-line").first.inner_text()
    assert shown == f"Here{line[3:]}"


def test_an_exercise_can_be_solved_with_the_keyboard(started: Any) -> None:
    page = started
    box = page.locator("[data-exercise]").last
    box.locator("textarea").focus()
    box.locator(".cm-content").wait_for()
    page.keyboard.press("ControlOrMeta+End")
    page.keyboard.type("# mine")
    page.keyboard.press("ControlOrMeta+Enter")
    reply = box.locator(".check-reply")
    reply.wait_for(timeout=PATIENCE)
    assert reply.get_attribute("role") == "status"
    hint = box.locator(".folds summary").first
    hint.focus()
    page.keyboard.press("Enter")
    assert box.locator(".folds details").first.get_attribute("open") == ""


def test_without_a_script_there_is_code_to_read(
    visit: Any, example: str
) -> None:
    page = visit(script=False).go(example)
    for box in page.locator("[data-exercise]").all():
        function = box.get_attribute("data-function")
        assert f"def {function}" in box.locator(".editor pre").inner_text()
        assert box.locator(".folds summary").last.is_visible()
    assert page.locator(".cell-bar").count() == 0
    assert page.locator(".proofs li").first.is_visible()


def test_a_check_and_a_test_may_need_weights(
    visit: Any, lessons: list[str]
) -> None:
    """Also with a bug in the package, which is then imported again."""
    page = visit(fresh=True).go(lessons[0])
    box = page.locator("[data-exercise]").first
    box.locator("textarea").focus()
    box.locator(".cm-content").wait_for()
    name = box.get_attribute("data-exercise")
    known = page.evaluate(ASK, KNOWN.format(id=name))
    function = box.get_attribute("data-function")
    code = (
        f"{known['solution']}\n{LOADS}\ndef {function}(*given, "
        f"right={function}):\n    assert loads('gru') == 3000\n"
        "    return right(*given)"
    )
    reply, _ = submit(page, box, code)
    assert reply.startswith("That is it."), reply
    row = page.locator(".proofs > li[data-bug]").first
    row.get_by_role("button", name="Break it", exact=True).click()
    row.locator(".state:text-is('caught')").wait_for(timeout=PATIENCE)
    # Weights of another name, which the check above has not brought.
    test = f"{LOADS}\ndef test_loads():\n    assert loads('lstm') == 3000\n"
    page.evaluate(
        ASK,
        f"from pathlib import Path\nplace = Path('site/tests/test_loads.py')"
        f"\nplace.write_text({test!r})",
    )
    name = "test_loads.py::test_loads"
    for given in ([name], [name, row.get_attribute("data-bug")]):
        found = page.evaluate(TEST, given)
        assert found["passed"], found["words"]


TEST = """async (given) =>
  window.seqcourseLive.python.call("run_test", given)"""
INSIDE = """async (tests) => {
  const {python} = window.seqcourseLive;
  await python.need("testing");
  return python.call("run_test", [tests], {limit: 900000});
}"""


GRADIENTS = "contract/test_gradients.py::test"


#: Tests of the package, and how many of them run at the least.
OWN = {
    f"{GRADIENTS}_gradients_are_the_slopes_of_finite_differences": 200,
    "exercises/test_every_exercise.py::test_the_solution_passes": 50,
    "tasks/series/test_digits.py": 8,
}


def test_the_package_passes_its_own_tests_in_the_page(
    visit: Any, lessons: list[str]
) -> None:
    page = visit(fresh=True).go(lessons[-1])
    run(page, cells(page).first)
    for tests, least in OWN.items():
        found = page.evaluate(INSIDE, tests)
        assert found["error"] is None, found["error"]
        assert found["passed"], found["words"]
        assert found["count"] >= least
