"""A beam search: what is kept, what is marked, and what is refused."""

import json
import xml.etree.ElementTree as ET

import pytest

from seqcourse.figures import beam

ONE = [[("a", -0.4)], [("ab", -1.5)], [("abc", -1.75)]]


TWO = [
    [("a", -0.4), ("d", -0.9)],
    [("de", -1.0), ("ab", -1.5)],
    [("def", -1.25), ("deg", -2.5)],
]


def drawings(figure):
    return list(ET.fromstring(figure.html).iter("svg"))


def texts(svg):
    return ["".join(text.itertext()) for text in svg.iter("text")]


def test_a_beam_has_a_frame_for_each_width():
    figure = beam({1: ONE, 2: TWO}, "def")
    root = ET.fromstring(figure.html)
    assert json.loads(root.get("data-says")) == [
        (
            "Width 1: the most probable one found is “abc”, with a sum of "
            "−1.75; the target is “def”."
        ),
        (
            "Width 2: the most probable one found is “def”, with a sum of "
            "−1.25, and it is the target."
        ),
    ]
    frames = [part for part in root.iter() if part.get("data-frame")]
    assert [part.get("hidden") for part in frames] == [None, ""][::-1]
    sizes = {svg.get("viewBox") for svg in frames[0].iter("svg")}
    assert sizes == {svg.get("viewBox") for svg in frames[1].iter("svg")}


def test_a_beam_marks_the_target_and_what_was_dropped():
    for number, svg in enumerate(drawings(beam({1: ONE, 2: TWO}, "def"))):
        words = texts(svg)
        assert words.count("the target") == number // 2
        dashed = [
            line for line in svg.iter("line") if line.get("stroke-dasharray")
        ]
        assert len(dashed) == number // 2  # to the b that is gone
        lost = [
            text.text
            for text in svg.iter("text")
            if text.get("class") == "remark" and len(text.text or "") == 1
        ]
        assert lost == ["a", "b"] * (number // 2)


def test_a_line_leads_from_each_sequence_to_what_it_extends():
    (*_, svg, _) = drawings(beam({1: ONE, 2: TWO}, "def"))
    starts = {
        (text.text, float(text.get("x"))): float(text.get("y")) - 5
        for text in svg.iter("text")
        if len(text.text or "") == 1
    }
    lines = list(svg.iter("line"))
    ends = [
        tuple(float(line.get(key)) for key in ("x1", "y1", "x2", "y2"))
        for line in lines
    ]
    first, second, third = sorted({x for _, x in starts})
    at = {
        "d": starts["d", first], "a": starts["a", first],
        "e": starts["e", second], "b": starts["b", second],
        "f": starts["f", third], "g": starts["g", third],
    }  # fmt: skip
    steps = {(x1 + 8, y1, x2 - 8, y2) for x1, y1, x2, y2 in ends}
    for column, (before, after) in zip(
        [(first, second)] * 2 + [(second, third)] * 2,
        ["de", "ab", "ef", "eg"],
        strict=True,
    ):
        wanted = (column[0] + 16, at[before], column[1] - 16, at[after])
        assert any(wanted == pytest.approx(step, abs=0.2) for step in steps)


@pytest.mark.parametrize(
    ("searches", "sentence"),
    [
        ({}, "searches: expected 1 to 8 widths, got 0"),
        ({1: ONE, 2: TWO[:2]}, r"as many steps in each, got \[3, 2\]"),
        ({1: TWO}, r"searches\[1\]\[0\]: expected 1 to 1 sequences, got 2"),
        ({1: [[]]}, r"expected 1 to 1 sequences, got 0"),
        ({1: [ONE[0], [("xb", -1.0)]]}, "'xb' extends no sequence"),
        (
            {1: [[("a", float("nan"))]]},
            r"searches\[1\]\[0\]\[0\]\[1\]: expected a finite",
        ),
    ],
)
def test_a_beam_refuses(searches, sentence):
    with pytest.raises(ValueError, match=sentence):
        beam(searches, "def")


def test_both_drawings_have_all_sums_where_there_is_room():
    seven = [[("a" * n, -0.25 * n)] for n in range(1, 8)]
    sums = [f"−{0.25 * n:.2f}" for n in range(1, 8)]
    for svg in drawings(beam({1: seven}, "a")):
        assert set(sums) <= set(texts(svg))
    sixty = [[("a" * n, -0.25 * n)] for n in range(1, 61)]
    for svg in drawings(beam({1: sixty}, "a")):
        assert "−0.25" not in texts(svg)
        assert "−15.00" in texts(svg)  # in the list of the sequences found
