"""Every figure says what it shows, on paper, on a phone and aloud."""

import collections
import json
from typing import Any

import pytest

pytestmark = pytest.mark.book


def test_ids_are_unique(page: Any) -> None:
    twice = [
        name for name, n in collections.Counter(page.ids).items() if n > 1
    ]
    assert not twice, f"{page}: {twice}"


def test_figures_say_what_they_show(page: Any) -> None:
    """Each has a name that is a sentence, or a sentence for each frame."""
    for figure in page.article.select("figure.seq-figure"):
        named = [
            tag["aria-label"].strip()
            for tag in figure.select("[role=img][aria-label]")
        ]
        spoken = figure.select_one(".says-frame[aria-live=polite]")
        pictures = figure.select("svg")
        if figure.select(".player"):
            assert figure.select("figcaption"), f"{page}: a silent tune"
            continue
        # The map of the course is drawn above a list that says the same.
        told = named or spoken or figure.select("ol a, ul a")
        assert told or not pictures, f"{page}: {figure.get('id')}"
        for words in named:
            assert len(words.split()) >= 5, (
                f"{page}: {words!r} is no sentence"
            )
        if spoken is not None:
            assert spoken.get_text(strip=True)


def test_every_picture_has_a_name_or_is_hidden(page: Any) -> None:
    for picture in page.article.select("svg"):
        if picture.find_parent("svg") is not None:
            continue
        around = [picture, *picture.parents]
        hidden = any(
            tag.get("aria-hidden") == "true"
            or "display:none" in tag.get("style", "").replace(" ", "")
            for tag in around
        )
        named = picture.get("aria-label") or picture.select("title")
        shown = any(tag.get("role") == "img" for tag in around)
        assert (
            hidden
            or (shown and named)
            or picture.find_parent(attrs={"role": "img", "aria-label": True})
        ), f"{page}: {str(picture)[:120]}"
    for image in page.soup.select("img"):
        assert image.has_attr("alt"), f"{page}: {image}"
        assert image["alt"].strip() or image.get("role") == "presentation"


def test_figures_have_captions(lesson: Any) -> None:
    figures = lesson.article.select("figure.seq-figure")
    assert figures, f"{lesson} has no figure"
    for figure in figures:
        caption = figure.select_one("figcaption")
        assert caption is not None, f"{lesson}: {figure.get('id')}"
        assert len(caption.get_text(" ", strip=True).split()) >= 5


def test_still_figures_are_drawn_wide_and_narrow(page: Any) -> None:
    """Text in a drawing is never scaled down to fit a phone."""
    for figure in page.article.select("figure.seq-figure"):
        wide = figure.select("svg.wide")
        narrow = figure.select("svg.narrow, .narrow svg")
        flows = figure.select("ol, ul")  # as text does, on any screen
        assert len(wide) == len(narrow) or flows, f"{page}: {wide[0]}"
        for drawing in wide:
            assert _width(drawing) <= 864
        for drawing in narrow:
            assert _width(drawing) <= 358, f"{page}: too wide for a phone"


def _width(drawing: Any) -> float:
    box = drawing.get("viewbox") or drawing["viewBox"]
    return float(box.split()[2])


def test_drawings_hold_real_text_and_our_colours(page: Any) -> None:
    for drawing in page.article.select("figure.seq-figure svg"):
        assert not drawing.select("image, foreignobject, style, script")
        for tag in drawing.find_all(True):
            for name in ("fill", "stroke", "style"):
                value = tag.get(name, "")
                # A colour outside var(--…, fall-back) ignores the dark page.
                assert "#" not in _outside_var(value), (
                    f"{page}: {tag.name} {name}={value!r}"
                )


def _outside_var(value: str) -> str:
    kept, depth = [], 0
    for i, letter in enumerate(value):
        if value.startswith("var(", i) or (depth and letter == "("):
            depth += 1 if value.startswith("var(", i) or depth else 0
        if not depth:
            kept.append(letter)
        if depth and letter == ")":
            depth -= 1
    return "".join(kept).replace("url(#", "url(")


def test_moving_figures_have_a_slider_and_a_sentence_a_frame(
    page: Any,
) -> None:
    for figure in page.article.select("figure:has(input[type=range])"):
        (slider,) = figure.select("input[type=range]")
        (label,) = figure.select(f"label[for='{slider['id']}']")
        assert label.get_text(strip=True)
        (output,) = figure.select(f"output[for='{slider['id']}']")
        assert output.get_text(strip=True)
        frames = int(slider["max"]) - int(slider["min"]) + 1
        assert frames >= 2
        says = json.loads(figure["data-says"])
        assert len(says) == frames
        assert len(set(says)) == frames, "two frames say the same"
        assert all(len(words.split()) >= 3 for words in says)
        (spoken,) = figure.select(".says-frame[aria-live=polite]")
        # Without a script one frame stands, and so does its sentence.
        first = int(slider["value"])
        assert spoken.get_text() == says[first - 1]
        numbers = {
            int(tag["data-frame"]) for tag in figure.select("[data-frame]")
        }
        assert numbers <= set(range(int(slider["min"]), frames + 1))
        for tag in figure.select("[data-frame]"):
            shown = int(tag["data-frame"]) == first
            assert shown != tag.has_attr("hidden")
