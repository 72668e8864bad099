"""Lengths never seen: where the points lie, and what is refused."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from seqcourse.figures import length_generalization

LENGTHS = [16, 24, 64]
SHARES = {"rotary": [1.0, 0.75, 0.125], "learned": [0.5, np.nan, np.nan]}


def drawings(figure):
    return list(ET.fromstring(figure.html).iter("svg"))


def test_points_lie_where_they_were_measured():
    for drawing in drawings(length_generalization(SHARES, LENGTHS, 16)):
        at = [
            (float(point.get("cx")), float(point.get("cy")))
            for point in drawing.iter("circle")
        ]
        assert len(at) == 4  # what was not measured has no point
        (x0, y0), (x1, y1), (x2, y2), (_, half) = at
        assert np.isclose((x1 - x0) / (x2 - x0), 8 / 48, atol=0.01)
        assert np.isclose((y1 - y0) / (y2 - y0), 0.25 / 0.875, atol=0.01)
        assert np.isclose(half - y0, (y2 - y0) * 0.5 / 0.875, atol=0.2)


def test_what_lies_beyond_begins_at_the_trained_length():
    for drawing in drawings(length_generalization(SHARES, LENGTHS, 24)):
        points = [float(each.get("cx")) for each in drawing.iter("circle")]
        tints = [
            float(box.get("x"))
            for box in drawing.iter("rect")
            if box.get("class") == "unseen"
        ]
        assert tints[0] == points[1]


def test_says_each_number_and_where_reading_ends():
    assert length_generalization(SHARES, LENGTHS, 16).alt == (
        "Line charts: right answers in per cent by length, 16 to 64, trained "
        "at lengths of up to 16. rotary: 100 % at 16, 75 % at 24, 12 % at "
        "64. learned: 50 % at 16, and it can read no longer sequence."
    )


def test_each_run_has_a_dot_and_the_line_is_their_mean():
    runs = {"rotary": [[1.0, 0.5], [0.5, 0.0]]}
    figure = length_generalization(runs, [16, 64], 16)
    for drawing in drawings(figure):
        heights = [float(point.get("cy")) for point in drawing.iter("circle")]
        (line,) = (
            path for path in drawing.iter("path")
            if path.get("class") == "line"
        )  # fmt: skip
        _, first, _, last = map(float, re.findall(r"-?[\d.]+", line.get("d")))
        assert first == np.mean(heights[::2])
        assert last == np.mean(heights[1::2])
    assert figure.alt.endswith("(mean of 2 runs): 75 % at 16, 25 % at 64.")


@pytest.mark.parametrize(
    ("results", "lengths", "trained", "sentence"),
    [
        ({}, LENGTHS, 16, "results: expected 1 to 12 variants"),
        ({"a": [1.0]}, LENGTHS, 16, "a share for each of 3 lengths"),
        ({"a": 3 * [np.nan]}, LENGTHS, 16, "a share for each"),
        (
            {"a": [[1.0, 0.5, np.nan], [1.0, np.nan, 0.5]]},
            LENGTHS,
            16,
            "the same ones in each run",
        ),
        ({"a": [0.5, 1.5, 0.0]}, LENGTHS, 16, "between 0 and 1"),
        (
            SHARES,
            [16, 16, 64],
            16,
            "lengths: expected rising numbers, got 16 after 16",
        ),
        (SHARES, LENGTHS, 64, "before the last"),
        (SHARES, LENGTHS, 8, "from the first"),
    ],
)
def test_refuses(results, lengths, trained, sentence):
    with pytest.raises(ValueError, match=sentence):
        length_generalization(results, lengths, trained)
