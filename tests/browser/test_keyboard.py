"""Everything that a pointer can do, a keyboard can."""

import re
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser

#: Remember what gets the focus, and whether one can see that it has it.
WATCH = """
() => {
  window.focused = new Set();
  window.unmarked = [];
  const still = new CSSStyleSheet();
  still.replaceSync(
    "* { transition: none !important; scroll-behavior: auto !important }"
  );
  document.adoptedStyleSheets = [still];
  const marked = (tag) => {
    const style = getComputedStyle(tag);
    return style.opacity > 0.5
      && (style.outlineStyle != "none" || style.boxShadow != "none");
  };
  document.addEventListener("focusin", ({target}) => {
    window.focused.add(target);
    // A ring around the box that it fills or the label that stands for it.
    const places = [target, target.parentElement, ...(target.labels ?? [])];
    if (places.some(marked)) return;
    window.unmarked.push(target.outerHTML.slice(0, 120));
  });
}
"""

#: What has the focus and is not in the window; "" for the end of the page.
OUTSIDE = """
() => {
  const target = document.activeElement;
  if (target == document.body) return "";
  const seen = target.type == "radio" ? target.labels[0] : target;
  const box = seen.getBoundingClientRect();
  const inside = box.bottom > 0 && box.top < innerHeight
    && box.right > 0 && box.left < innerWidth;
  return inside ? null : target.outerHTML.slice(0, 120);
}
"""

#: All that should get it: what can be used and is seen, one of each group.
MISSED = """
() => {
  const name = (tag) => tag.type == "radio" ? tag.name : tag;
  const reached = new Set([...window.focused].map(name));
  const all = "a[href], button, input, select, textarea, summary, " +
    "[tabindex='0']";
  return [...document.querySelectorAll(all)]
    .filter((tag) => !tag.disabled && tag.type != "hidden" &&
      tag.checkVisibility({visibilityProperty: true}))
    .filter((tag) => !reached.has(name(tag)))
    .map((tag) => tag.outerHTML.slice(0, 120));
}
"""


def tab_to(page: Any, selector: str, limit: int = 300) -> Any:
    """Press Tab until an element has the focus."""
    for _ in range(limit):
        page.keyboard.press("Tab")
        found = page.evaluate(
            "(selector) => document.activeElement.matches(selector)", selector
        )
        if found:
            return page.locator("*:focus")
    pytest.fail(f"Tab never comes to {selector}")


def test_tab_reaches_everything_and_shows_where_it_is(
    visit: Any, lesson: str
) -> None:
    _tab_through(visit().go(lesson))


def test_tab_reaches_everything_on_a_phone(visit: Any, example: str) -> None:
    _tab_through(visit(width=390).go(example))


def _tab_through(page: Any) -> None:
    page.evaluate(WATCH)
    for _ in range(400):
        page.keyboard.press("Tab")
        outside = page.evaluate(OUTSIDE)
        if outside == "":
            break
        assert outside is None
    assert page.evaluate(MISSED) == []
    assert page.evaluate("() => window.unmarked") == []


@pytest.mark.parametrize("drawer", ["navigation", "toc"])
def test_a_drawer_takes_the_keyboard_in_and_lets_it_out(
    visit: Any, example: str, drawer: str
) -> None:
    page = visit(width=390).go(example)
    toggle = tab_to(page, f"#__{drawer}", limit=12)
    page.keyboard.press("Space")
    inside = "() => !!document.activeElement.closest('[class$=drawer]')"
    assert page.evaluate(inside)
    page.keyboard.press("Escape")
    assert not page.locator(f"#__{drawer}").is_checked()
    assert toggle.get_attribute("id") == f"__{drawer}"


@pytest.mark.parametrize("width", [1280, 390])
def test_first_stop_leads_past_the_frame(
    visit: Any, example: str, width: int
) -> None:
    page = visit(width=width).go(example)
    tab_to(page, ".skip-to-content", limit=1)
    page.keyboard.press("Enter")
    assert page.url.endswith("#furo-main-content")


def test_arrows_move_a_figure(visit: Any, moving: str) -> None:
    page = visit().go(moving)
    for figure in page.locator("figure:has(input[type=range])").all():
        slider = figure.locator("input[type=range]")
        says = figure.locator(".says-frame")
        output = figure.locator("output")
        # On the page a per cent sign stays on the line of its number.
        frames = [
            sentence.replace(" %", "\N{NO-BREAK SPACE}%")
            for sentence in figure.evaluate(
                "(tag) => JSON.parse(tag.dataset.says)"
            )
        ]
        stops = figure.evaluate(
            "(tag) => tag.dataset.stops && JSON.parse(tag.dataset.stops)"
        )
        assert says.get_attribute("aria-live") == "polite"
        assert says.text_content() == frames[int(slider.input_value()) - 1]
        slider.focus()
        seen = []
        for key, at in (
            ("Home", 1),
            ("ArrowRight", 2),
            ("ArrowLeft", 1),
            ("End", len(frames)),
        ):
            page.keyboard.press(key)
            assert slider.input_value() == str(at)
            assert says.text_content() == frames[at - 1]
            counted = f"{at} of {len(frames)}"
            shown = stops[at - 1] if stops else counted
            assert output.text_content() == shown
            assert slider.get_attribute("aria-valuetext") == shown
            # A script leaves empty lists of classes and its own spaces.
            seen.append(re.sub(r'class=""|[ ;]', "", figure.inner_html()))
        # Home and ArrowLeft lead to one frame, the others are different.
        assert seen[0] == seen[2]
        assert len(set(seen)) == 3, "the picture does not change"
        for frame in figure.locator("[data-frame]").all():
            last = frame.get_attribute("data-frame") == str(len(frames))
            assert frame.is_visible() == last


def test_read_to_me_goes_through_the_frames(visit: Any, read: str) -> None:
    page = visit(motion="no-preference").go(read)
    for button in page.locator("figure button[data-play]").all():
        figure = button.locator("xpath=ancestor::figure")
        label = button.text_content()
        slider = figure.locator("input[type=range]").element_handle()
        button.focus()
        page.keyboard.press("Enter")
        page.wait_for_function("(range) => range.value == '3'", arg=slider)
        assert button.text_content() != label
        page.keyboard.press("Enter")
        assert button.text_content() == label
        stopped = slider.input_value()
        assert int(stopped) < int(slider.get_attribute("max"))


def test_read_to_me_jumps_for_those_who_want_no_motion(
    visit: Any, read: str
) -> None:
    page = visit(motion="reduce").go(read)
    for button in page.locator("figure button[data-play]").all():
        figure = button.locator("xpath=ancestor::figure")
        slider = figure.locator("input[type=range]")
        slider.focus()
        page.keyboard.press("Home")
        button.focus()
        page.keyboard.press("Enter")
        assert slider.input_value() == slider.get_attribute("max")


def test_guess_is_repeated(visit: Any, example: str) -> None:
    page = visit().go(example)
    for box in page.locator(".predict").all():
        slider = box.locator("input[type=range]").first
        if slider.count():
            slider.focus()
            page.keyboard.press("ArrowUp")
            page.keyboard.press("ArrowUp")
            guess = box.locator("output").first.text_content().split()[0]
            assert guess == slider.input_value()
        else:
            choice = box.locator("input[type=radio]").nth(1)
            choice.focus()
            page.keyboard.press("Space")
            assert choice.is_checked()
            name = choice.get_attribute("id")
            guess = box.locator(f"label[for='{name}']").text_content()
        measured = box.locator("details > p, details > :not(summary)").first
        assert not measured.is_visible()
        box.locator("summary").focus()
        page.keyboard.press("Enter")
        measured.wait_for()
        said = box.locator(".guess").first
        assert guess.strip() in said.text_content()
        assert said.is_visible()


def test_quiz_replies(visit: Any, example: str) -> None:
    page = visit().go(example)
    for quiz in page.locator("fieldset.quiz").all():
        radios = quiz.locator("input[type=radio]")
        replies = quiz.locator(".reply")
        assert not any(reply.is_visible() for reply in replies.all())
        radios.first.focus()
        page.keyboard.press("Space")
        for place in range(radios.count()):
            assert radios.nth(place).is_checked()
            shown = [reply.is_visible() for reply in replies.all()]
            assert shown == [i == place for i in range(len(shown))]
            page.keyboard.press("ArrowDown")


def test_colours_are_chosen_and_kept(visit: Any, example: str) -> None:
    page = visit().go(example)
    toggle = tab_to(page, ".theme-toggle")
    assert (
        min(toggle.bounding_box()[side] for side in ("width", "height")) > 16
    )
    chosen = "() => document.body.dataset.theme"
    paper = "() => getComputedStyle(document.body).backgroundColor"
    looks = {page.evaluate(chosen): page.evaluate(paper)}
    for _ in range(2):
        page.keyboard.press("Enter")
        looks[page.evaluate(chosen)] = page.evaluate(paper)
    assert set(looks) == {"auto", "light", "dark"}
    assert looks["light"] != looks["dark"]
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    last = page.evaluate(chosen)
    page.reload()
    assert page.evaluate(chosen) == last
    assert page.evaluate(paper) == looks[last]


@pytest.mark.parametrize(
    ("toggle", "drawer"),
    [("#__navigation", ".sidebar-drawer"), ("#__toc", ".toc-drawer")],
)
def test_drawers_open_on_a_phone(
    visit: Any, example: str, toggle: str, drawer: str
) -> None:
    page = visit(width=390).go(example)
    inside = f"""() => {{
      const {{left, right}} =
        document.querySelector("{drawer}").getBoundingClientRect();
      return left >= 0 && right <= innerWidth && right > left;
    }}"""
    assert not page.evaluate(inside)
    tab_to(page, toggle, limit=10)
    page.keyboard.press("Space")
    page.wait_for_function(inside)
    tab_to(page, f"{drawer} a")
    assert page.locator("*:focus").is_visible()
    page.locator(toggle).focus()
    page.keyboard.press("Space")
    page.wait_for_function(f"!({inside})()")


def test_tabs_switch_and_stay_switched(
    visit: Any, lessons: list[str], site: Path
) -> None:
    """The side that was chosen on one page is the one on the next."""
    page = visit()
    with_tabs = [
        name
        for name in lessons
        if "sd-tab-set" in (site / name).read_text("utf-8")
    ]
    checked = """() => [...document.querySelectorAll(".sd-tab-set")]
      .map((set) => [...set.querySelectorAll(":scope > .sd-tab-label")]
        .filter((label) => label.control.checked)
        .map((label) => label.textContent.trim()).join())"""
    first, *_, last = with_tabs
    page.go(first)
    assert set(page.page.evaluate(checked)) == {"NumPy"}
    tab_to(page.page, ".sd-tab-set > input")
    page.page.keyboard.press("ArrowRight")
    assert set(page.page.evaluate(checked)) == {"PyTorch"}
    panels = page.page.locator(".sd-tab-set").first
    shown = [
        panel.is_visible()
        for panel in panels.locator(".sd-tab-content").all()
    ]
    assert shown == [False, True]
    page.page.reload()
    assert set(page.page.evaluate(checked)) == {"PyTorch"}
    page.go(last)
    assert set(page.page.evaluate(checked)) == {"PyTorch"}
