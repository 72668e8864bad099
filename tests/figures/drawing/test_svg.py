"""Matplotlib's files become parts of a page."""

import re
import xml.etree.ElementTree as ET

import pytest

from seqcourse.figures import matplotlib_figure
from seqcourse.figures.drawing.palette import PALETTE


def drawn(draw, **options):
    return matplotlib_figure(
        draw, alt="A drawing for a test.", **options
    ).html


def test_unknown_colours_are_refused():
    def draw(canvas):
        canvas.axes(0, 0, 100, 100).plot([0, 1], [0, 1], color="#123456")

    with pytest.raises(
        ValueError, match=r"expected one of the palette's.*#123"
    ):
        drawn(draw)


def test_black_is_the_page_s_ink():
    def draw(canvas):
        canvas.axes(0, 0, 100, 100).plot([0, 1], [0, 1], color="black")

    assert "currentColor" in drawn(draw)
    assert "#000" not in drawn(draw)


def test_clip_paths_get_names_of_their_own():
    def draw(canvas):
        axes = canvas.axes(0, 0, 100, 100)
        axes.set_xlim(0, 0.5)
        axes.plot([0, 1], [0, 1], color="black")

    html = drawn(draw)
    ids = re.findall(r' id="([^"]+)"', html)
    used = re.findall(r"url\(#([^)]+)\)", html)
    assert len(set(ids)) == len(ids) == 2
    assert set(used) == set(ids)


def test_text_is_never_read_as_mathematics():
    def draw(canvas):
        canvas.text(10, 20, "costs $5 or $6 & <more>")

    found = ET.fromstring(drawn(draw)).iter("text")
    assert {text.text for text in found} == {"costs $5 or $6 & <more>"}


def test_text_stands_where_it_was_put():
    def draw(canvas):
        canvas.text(30, 40, "here", anchor="middle")

    for text in ET.fromstring(drawn(draw)).iter("text"):
        assert (text.get("x"), text.get("y")) == ("30", "40")
        assert text.get("text-anchor") == "middle"


def test_a_reader_s_own_settings_stay_and_do_not_matter():
    import matplotlib as mpl

    def draw(canvas):
        canvas.axes(0, 0, 100, 100).plot([0, 1], [0, 1], color="#c23c05")

    plain = drawn(draw)
    with mpl.rc_context({"svg.fonttype": "path", "text.color": "red"}):
        assert drawn(draw) == plain
        assert mpl.rcParams["svg.fonttype"] == "path"


def test_marks_are_the_palette_s():
    def draw(canvas):
        axes = canvas.axes(0, 0, 100, 100)
        axes.plot(
            [0.5], [0.5], "o", color=PALETTE["gru"].light,
            gid="class:marks m-gru",
        )  # fmt: skip

    marks = ET.fromstring(drawn(draw)).iter("polygon")
    assert {mark.get("class") for mark in marks} == {"mark m-gru"}
