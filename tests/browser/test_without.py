"""The book without a server, without a script, and on paper."""

from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser


def test_pages_work_from_a_folder(visit: Any, site: Path, name: str) -> None:
    if name == "404.html":  # a server's page, with a server's addresses
        return
    opened = visit(base=f"{site.as_uri()}/")
    page = opened.go(name)
    face = page.evaluate("() => getComputedStyle(document.body).fontFamily")
    assert "Source Serif" in face
    assert page.locator("h1").is_visible()
    # The script has run: what sleeps without it is awake.
    asleep = ".seq-figure input:disabled, .seq-figure button:disabled"
    assert page.locator(asleep).count() == 0


def test_tools_work_from_a_folder(
    visit: Any, site: Path, example: str
) -> None:
    page = visit(base=f"{site.as_uri()}/", fresh=True).go(example)
    for figure in page.locator("figure:has(input[type=range])").all():
        figure.locator("input[type=range]").focus()
        page.keyboard.press("Home")
        says = figure.evaluate("(tag) => JSON.parse(tag.dataset.says)[0]")
        heard = figure.locator(".says-frame").text_content()
        assert heard.replace("\N{NO-BREAK SPACE}", " ") == says
    page.locator(".theme-toggle:visible").first.click()
    assert page.evaluate("() => document.body.dataset.theme") != "auto"


#: A figure may have several rows of frames, such as maps beside a list.
FRAMES_SHOWN = """(figure) => {
  const frames = [...figure.querySelectorAll("[data-frame]")];
  const rows = [...new Set(frames.map((frame) => frame.parentElement))];
  return rows.map((row) => frames.filter((frame) =>
    frame.parentElement === row
    && frame.checkVisibility({visibilityProperty: true})).length);
}"""


def test_lessons_can_be_read_without_a_script(
    visit: Any, example: str
) -> None:
    page = visit(script=False).go(example)
    for figure in page.locator("figure.seq-figure").all():
        assert figure.is_visible()
        shown = figure.evaluate(FRAMES_SHOWN)
        assert set(shown) <= {1}, "not one frame of each row stands"
        if figure.locator(".says-frame").count():
            assert figure.locator(".says-frame").text_content()
        # What would do nothing does not look as if it did something.
        for control in figure.locator("input, button").all():
            assert control.is_disabled() or not control.is_visible()
    for fold in page.locator("article details").all():
        fold.locator("summary").first.click()
        inside = fold.locator("> :not(summary)").first
        assert inside.is_visible()
        assert inside.inner_text().strip()
    for quiz in page.locator("fieldset.quiz").all():
        assert quiz.locator("legend").is_visible()
        for choice in quiz.locator(".choice").all():
            choice.locator("label").click()
            assert choice.locator(".reply").is_visible()
    for tabs in page.locator(".sd-tab-set").all():
        tabs.locator("> .sd-tab-label").last.click()
        assert tabs.locator("> .sd-tab-content").last.is_visible()


PAPER = "() => getComputedStyle(document.body).backgroundColor"
#: What paper has no use for.
CONTROLS = (
    ".sidebar-drawer, .toc-drawer, .mobile-header, .toggles input, button, "
    ".sidebar-search, input[type=range], .cell-bar, .related-pages, "
    ".headerlink, .theme-toggle, .skip-to-content"
)
SEEN = """(selector) => [...document.querySelectorAll(selector)]
  .filter((tag) => {
    const {width, height} = tag.getBoundingClientRect();
    return width > 1 && height > 1
      && tag.checkVisibility({visibilityProperty: true});
  })
  .map((tag) => tag.outerHTML.slice(0, 120))"""


#: What would be printed with a bar to scroll it, or cut off.
SCROLLED = """() => [...document.querySelectorAll("article *")]
  .filter((tag) => tag.localName !== "textarea" && tag.checkVisibility())
  .filter((tag) => {
    const {overflowX, overflowY} = getComputedStyle(tag);
    return [overflowX, overflowY].some((way) => /auto|scroll/.test(way));
  })
  .map((tag) => tag.outerHTML.slice(0, 120))"""
#: As wide as what the margins leave of A4.
A4 = {"width": 628, "height": 900}


def test_paper_has_all_answers_and_no_scroll_bars(
    visit: Any, lesson: str
) -> None:
    page = visit().go(lesson)
    size = page.viewport_size
    page.set_viewport_size(A4)
    page.emulate_media(media="print")
    try:
        _is_for_paper(page)
    finally:
        page.emulate_media(media="screen")
        page.set_viewport_size(size)


def _is_for_paper(page: Any) -> None:
    assert page.evaluate(SCROLLED) == []
    wide = "() => document.documentElement.scrollWidth"
    assert page.evaluate(wide) <= A4["width"]
    for quiz in page.locator("fieldset.quiz").all():
        assert quiz.locator(".reply:visible").count() == 1
        reply = quiz.locator(".reply.right").bounding_box()
        for choice in quiz.locator("label").all():
            box = choice.bounding_box()
            assert box["y"] + box["height"] <= reply["y"]
    for verdict in page.locator(".predict .verdict").all():
        assert verdict.evaluate(
            "(tag) => tag.checkVisibility({contentVisibilityAuto: true})"
        )


def test_paper_has_text_and_no_controls(visit: Any, example: str) -> None:
    page = visit(fresh=True, colours="dark").go(example)
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate(SEEN, CONTROLS) == []
    for selector in ("h1", "article p", "figcaption", ".remember", ".hook"):
        assert page.locator(selector).first.is_visible(), selector
    paper = page.evaluate(PAPER)
    assert paper in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"), paper
    pages = page.pdf(format="A4").count(b"/Type /Page\n")
    assert 2 <= pages <= 30
