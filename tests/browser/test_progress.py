"""What the reader has done is kept by the browser, and shown in front."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser

#: All that the book keeps, of the given names.
KEPT = """() => Object.fromEntries(Object.keys(localStorage)
  .filter((name) => name.startsWith("seqcourse:"))
  .map((name) => [name.slice(10), JSON.parse(localStorage.getItem(name))]))"""
#: The same for the lessons read alone, nonsense as it is.
READ = "() => localStorage.getItem('seqcourse:read') ?? ''"
KEEP = """(kept) => Object.entries(kept).forEach(([name, value]) =>
  localStorage.setItem(`seqcourse:${name}`, JSON.stringify(value)))"""
SQUARES = """() => [...document.querySelectorAll(".progress .strip i")]
  .map((square) => Number(square.style.getPropertyValue("--m")))"""


def is_read(page: Any, name: str) -> bool:
    return name.removesuffix(".html") in page.evaluate(READ)


def read_to_the_end(page: Any, name: str) -> None:
    """Have the whole lesson before one's eyes, in a very high window."""
    size = page.viewport_size
    height = page.evaluate("() => document.documentElement.scrollHeight")
    page.set_viewport_size({**size, "height": height})
    for _ in range(50):
        page.wait_for_timeout(100)
        if is_read(page, name):
            page.set_viewport_size(size)
            return
    pytest.fail(f"{name} was never read")


def sentence(page: Any) -> str:
    return page.locator(".progress .so-far").inner_text()


def press(page: Any, does: str) -> None:
    page.locator(f"[data-does={does}]").focus()
    page.keyboard.press("Enter")


def happened(page: Any) -> str:
    page.wait_for_function(
        "() => document.querySelector('.progress .happened').textContent"
    )
    return page.locator(".progress .happened").inner_text()


def bring(page: Any, name: str, content: str) -> str:
    """Choose a file, and give what the page says of it."""
    with page.expect_file_chooser() as chooser:
        press(page, "bring")
    chooser.value.set_files(
        {
            "name": name,
            "mimeType": "application/json",
            "buffer": content.encode(),
        }
    )
    return happened(page)


def test_lesson_counts_as_read_at_its_end(visit: Any, example: str) -> None:
    page = visit().go(example)
    page.wait_for_timeout(100)
    assert not is_read(page, example)
    item = page.locator(".sidebar-tree li.current-page")
    assert "(read)" not in item.text_content()
    read_to_the_end(page, example)
    assert "is-read" in item.get_attribute("class")
    assert item.locator("a").first.text_content().endswith(" (read)")
    page.reload()
    assert item.locator("a").first.text_content().endswith(" (read)")
    assert page.locator(".sidebar-tree li.is-read").count() == 1


def test_who_jumps_to_the_end_has_not_read(
    visit: Any, lessons: list[str]
) -> None:
    page = visit().go(f"{lessons[0]}#check-yourself")
    page.wait_for_timeout(1500)
    page.locator(".remember li").last.evaluate(
        "(last) => last.scrollIntoView({block: 'end', behavior: 'instant'})"
    )
    page.wait_for_timeout(2000)
    assert not is_read(page, lessons[0])
    assert page.evaluate(KEPT)["passed"]  # it was seen


def test_who_reads_one_screen_after_the_other_has_read(
    visit: Any, lessons: list[str]
) -> None:
    """Also with a break: the page remembers how far the reader came."""
    page = visit().go(lessons[0])
    end = "() => document.querySelector('.quiz').getBoundingClientRect().top"
    screens = int(page.evaluate(end)) // 700
    for screen in range(screens + 1):
        page.evaluate("(top) => scrollTo(0, top)", 700 * screen)
        page.wait_for_timeout(1200)
        if screen == screens // 2:
            assert not is_read(page, lessons[0])
            page.reload()
    assert is_read(page, lessons[0])
    assert "passed" not in page.evaluate(KEPT)


def test_front_page_says_where_the_reader_is(
    visit: Any, lessons: list[str]
) -> None:
    page = visit().go("index.html")
    every = len(lessons)
    link = page.locator(".progress .so-far a")
    assert re.match(
        rf"0 of {every} lessons read, .*0 guesses\. Start with",
        sentence(page),
    )
    assert page.evaluate(SQUARES) == [0] * every
    guessed = 0
    for i, lesson in enumerate(lessons):
        if 2 <= i < every - 1:  # read elsewhere, but for the guess
            continue
        if i == every - 1:
            names = [name.removesuffix(".html") for name in lessons]
            page.evaluate(KEEP, {"read": names[:i]})
            page.reload()
        assert link.get_attribute("href").endswith(lesson)
        link.focus()
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/{lesson}")
        # A guess is a beginning.
        page.locator(".predict input").first.focus()
        page.keyboard.press("ArrowUp")
        page.go_back()
        page.wait_for_function(
            f"(i) => ({SQUARES})()[i] == 0.45", arg=i, timeout=5000
        )
        page.go_forward()
        page.wait_for_url(f"**/{lesson}")
        read_to_the_end(page, lesson)
        page.go_back()
        page.wait_for_function(f"(i) => ({SQUARES})()[i] == 1", arg=i)
        assert sentence(page).startswith(f"{i + 1} of {every} lessons read")
        guessed += 1
        guesses = "1 guess." if guessed == 1 else f"{guessed} guesses."
        assert guesses in sentence(page)
    assert sentence(page).endswith("You have read all there is so far.")


def test_the_map_shows_what_was_read_and_where_the_reader_is(
    visit: Any, lessons: list[str]
) -> None:
    page = visit().go("index.html")
    links = page.locator(".map-grid li > a")
    assert links.count() == len(lessons)
    titles = links.all_text_contents()
    names = [lesson.removesuffix(".html") for lesson in lessons]
    for done in (1, 2, len(names) // 2, len(names) - 1, len(names)):
        page.evaluate(KEEP, {"read": names[:done]})
        page.reload()
        marks = [" (read)"] * done + [", you are here"] + [""] * len(names)
        assert links.all_text_contents() == [
            title + mark for title, mark in zip(titles, marks, strict=False)
        ]
    page.evaluate(KEEP, {"read": [], "answers": {names[-1]: {"quiz-1": [1]}}})
    page.reload()
    assert links.first.text_content() == f"{titles[0]}, you are here"


def test_front_page_counts_the_exercises_of_the_lessons(
    visit: Any, lessons: list[str], site: Path
) -> None:
    texts = [(site / lesson).read_text("utf-8") for lesson in lessons]
    found = re.findall(r'data-exercise="?([\w-]+)', "".join(texts))
    page = visit().go("index.html")
    listed = json.loads(
        page.locator(".progress").get_attribute("data-exercises")
    )
    assert listed == found
    page.evaluate(KEEP, {"solved": [*found[:1], "no-such-exercise"]})
    page.reload()
    if found:
        assert f"1 of {len(found)} exercise" in sentence(page)
    else:
        assert "exercise" not in sentence(page)


def test_answer_is_there_after_a_reload(visit: Any, example: str) -> None:
    page = visit().go(example)
    quizzes = page.locator("fieldset.quiz").all()
    for i, quiz in enumerate(quizzes):
        quiz.locator("input[type=radio]").first.focus()
        page.keyboard.press("Space")
        for _ in range(i % 2):
            page.keyboard.press("ArrowDown")
    page.reload()
    for i, quiz in enumerate(quizzes):
        radios, replies = quiz.locator("input"), quiz.locator(".reply")
        for j in range(radios.count()):
            assert radios.nth(j).is_checked() == (j == i % 2)
            assert replies.nth(j).is_visible() == (j == i % 2)


def test_copy_is_saved_erased_and_brought_back(
    visit: Any, lessons: list[str], tmp_path: Path
) -> None:
    opened = visit(fresh=True)
    page = opened.go(lessons[0])
    page.locator(".predict input[type=range]").first.focus()
    page.keyboard.press("End")
    page.locator("fieldset.quiz input").first.focus()
    page.keyboard.press("Space")
    read_to_the_end(page, lessons[0])
    page.evaluate("() => localStorage.setItem('theme', 'dark')")
    opened.go("index.html")
    kept, told = page.evaluate(KEPT), sentence(page)
    assert set(kept) == {"read", "guesses", "answers"}

    with page.expect_download() as download:
        press(page, "save")
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    assert path.name == "seqcourse-progress.json"
    assert path.name in happened(page)
    copy = path.read_text("utf-8")
    saved = json.loads(copy)["seqcourse"]
    assert {name: value for name, value in saved.items() if value} == kept

    press(page, "ask")
    assert page.locator("*:focus").get_attribute("data-does") == "leave"
    assert page.evaluate(KEPT) == kept
    press(page, "erase")
    assert page.evaluate(KEPT) == {}
    assert "Erased" in happened(page)
    assert sentence(page).startswith("0 of ")
    assert page.locator("*:focus").get_attribute("data-does") == "ask"
    # What is not the book's own stays.
    assert page.evaluate("() => localStorage.getItem('theme')") == "dark"

    assert "added" in bring(page, path.name, copy)
    brought = page.evaluate(KEPT)
    assert {name: value for name, value in brought.items() if value} == kept
    assert sentence(page) == told
    page.reload()
    assert sentence(page) == told


def test_copy_is_added_to_what_is_there(
    visit: Any, lessons: list[str]
) -> None:
    page = visit().go("index.html")
    first, second, *_ = (name.removesuffix(".html") for name in lessons)
    page.evaluate(
        KEEP,
        {"read": [first], "guesses": {first: {"a": [1], "b": [2]}}},
    )
    copy = {"read": [second], "guesses": {first: {"b": [3]}}}
    bring(page, "copy.json", json.dumps({"seqcourse": copy}))
    assert page.evaluate(KEPT) == {
        "read": [first, second],
        "guesses": {first: {"a": [1], "b": [3]}},
    }


@pytest.mark.parametrize("leave", ["button", "Escape"])
def test_erasing_can_be_left(visit: Any, leave: str) -> None:
    page = visit().go("index.html")
    page.evaluate(KEEP, {"solved": ["one"]})
    page.reload()
    sure = page.locator(".progress .sure")
    assert not sure.is_visible()
    press(page, "ask")
    assert sure.is_visible()
    if leave == "Escape":
        page.keyboard.press("Escape")
    else:
        press(page, "leave")
    assert not sure.is_visible()
    assert page.locator("*:focus").get_attribute("data-does") == "ask"
    assert page.evaluate(KEPT) == {"solved": ["one"]}


def test_nothing_to_erase_is_said(visit: Any) -> None:
    page = visit().go("index.html")
    press(page, "ask")
    assert happened(page) == "There is nothing to erase."
    assert not page.locator(".progress .sure").is_visible()


@pytest.mark.parametrize(
    "content",
    [
        "",
        "no JSON at all",
        "null",
        "[]",
        "7",
        '{"read": []}',
        '{"seqcourse": null}',
        '{"seqcourse": ["read"]}',
        '{"seqcourse": {"theme": "dark"}}',
        '{"seqcourse": {"constructor": []}}',
        '{"seqcourse": {"__proto__": {"read": []}}}',
        '{"seqcourse": {"read": "1-memory"}}',
        '{"seqcourse": {"read": ["<img src=x onerror=alert(1)>"]}}',
        '{"seqcourse": {"read": [["nested"]]}}',
        '{"seqcourse": {"read": [], "solved": [1]}}',
        '{"seqcourse": {"guesses": {"a": {"b": ["1"]}}}}',
        '{"seqcourse": {"guesses": {"a": {"b": {"c": 1}}}}}',
        '{"seqcourse": {"guesses": {"a": {"__proto__": [1]}}}}',
        '{"seqcourse": {"answers": {"a": 1}}}',
        pytest.param(
            json.dumps({"seqcourse": {"read": ["a"] * 2000}}), id="many"
        ),
        pytest.param('{"seqcourse": {}}' + " " * 10**6, id="large"),
    ],
)
def test_what_is_no_copy_is_refused(visit: Any, content: str) -> None:
    page = visit().go("index.html")
    kept = {"read": ["1-memory/a"], "solved": ["one"]}
    page.evaluate(KEEP, kept)
    page.reload()
    before = sentence(page)
    told = bring(page, "copy.json", content)
    assert re.search("not a copy|damaged|too large", told), told
    assert page.evaluate(KEPT) == kept
    assert sentence(page) == before
    assert page.locator(".progress img").count() == 0


@pytest.mark.parametrize(
    "nonsense", ["{", "null", "7", '"x"', "[[]]", '{"a": 1}', '[{"b": 2}]']
)
def test_nonsense_in_the_store_breaks_nothing(
    visit: Any, lessons: list[str], nonsense: str
) -> None:
    opened = visit()
    page = opened.go("index.html")
    page.evaluate(
        """(value) => ["read", "solved", "guesses", "answers"].forEach(
          (name) => localStorage.setItem(`seqcourse:${name}`, value))""",
        nonsense,
    )
    page.reload()
    assert sentence(page).startswith(f"0 of {len(lessons)} lessons read")
    opened.go(lessons[0])
    read_to_the_end(page, lessons[0])
    page.locator("fieldset.quiz input").first.focus()
    page.keyboard.press("Space")
    opened.go("index.html")
    assert sentence(page).startswith(f"1 of {len(lessons)} lessons read")


def test_a_full_store_breaks_nothing(visit: Any, lessons: list[str]) -> None:
    """Some browsers keep nothing, and say so with an error."""
    opened = visit(fresh=True)
    opened.page.add_init_script(
        """Storage.prototype.setItem = () => {
          throw new DOMException("full", "QuotaExceededError");
        };"""
    )
    page = opened.go("index.html")
    assert sentence(page).startswith("0 of ")
    page = opened.go(lessons[0])
    box = page.locator(".predict").first
    box.locator("input[type=range]").first.focus()
    page.keyboard.press("Home")
    box.locator("summary").focus()
    page.keyboard.press("Enter")
    assert "You said" in box.locator(".verdict").inner_text()
    page.keyboard.press("End")
    page.wait_for_timeout(200)


def test_nothing_is_sent_and_no_cookie_is_set(
    visit: Any, lessons: list[str]
) -> None:
    opened = visit(fresh=True)
    page = opened.go(lessons[0])
    page.wait_for_load_state("networkidle")
    asked = len(opened.requests)
    page.locator(".predict input[type=range]").first.focus()
    page.keyboard.press("End")
    page.locator("fieldset.quiz input").first.focus()
    page.keyboard.press("Space")
    read_to_the_end(page, lessons[0])
    page.wait_for_timeout(200)
    assert len(opened.requests) == asked
    assert page.context.cookies() == []


def test_progress_can_be_read_without_a_script(visit: Any) -> None:
    page = visit(script=False).go("index.html")
    block = page.locator(".progress")
    assert "your own browser" in block.inner_text()
    assert not block.locator("button:visible, input:visible").count()
