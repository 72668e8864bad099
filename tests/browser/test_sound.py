"""A tune sounds when the reader asks for it, and never before."""

from typing import Any

import pytest

pytestmark = pytest.mark.browser

SPY = """
window.audios = [];
window.AudioContext = class extends AudioContext {
  constructor(...options) {
    super(...options);
    window.audios.push(this);
  }
};
"""
STATES = "() => window.audios.map((audio) => audio.state)"


def test_tunes_play_and_stop(visit: Any, sounding: str) -> None:
    opened = visit(fresh=True)
    opened.page.add_init_script(SPY)
    page = opened.go(sounding)
    buttons = page.locator("button[data-tune]")
    assert page.evaluate(STATES) == []
    for i, button in enumerate(buttons.all()):
        label = button.text_content()
        button.focus()
        page.keyboard.press("Enter")
        page.wait_for_function(
            "(i) => window.audios[i]?.state == 'running'", arg=i
        )
        assert button.text_content() != label
        page.keyboard.press("Enter")
        page.wait_for_function(
            "(i) => window.audios[i].state == 'closed'", arg=i
        )
        assert button.text_content() == label


def test_one_tune_stops_the_other(visit: Any, sounding: str) -> None:
    opened = visit(fresh=True)
    opened.page.add_init_script(SPY)
    page = opened.go(sounding)
    buttons = page.locator("button[data-tune]")
    buttons.nth(0).click()
    page.wait_for_function("() => window.audios[0]?.state == 'running'")
    buttons.nth(1).click()
    page.wait_for_function(
        "() => window.audios.map((a) => a.state).join() == 'closed,running'"
    )


def test_the_course_opens_with_a_tune(visit: Any, lessons: list[str]) -> None:
    page = visit().go(lessons[0])
    assert page.locator("button[data-tune]").count() == 2
