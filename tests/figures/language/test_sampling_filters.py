"""Bars of a distribution under a slider over settings."""

import json
import xml.etree.ElementTree as ET

import numpy as np

from seqcourse.figures import sampling_filters
from seqcourse.numpy.decoding.filtered_reference import filtered_reference

TOKENS = ["␣a", "␣the", "s", "␣my", "x"]
SCORES = np.log([0.1, 0.5, 0.2, 0.15, 0.05])
BEFORE = filtered_reference(SCORES)
SETTINGS = {
    "nothing": BEFORE,
    "top-k 2": filtered_reference(SCORES, top_k=2),
    "top-p 0.8": filtered_reference(SCORES, top_p=0.8),
}


def drawn(**how):
    figure = sampling_filters(TOKENS, BEFORE, SETTINGS, shown=3, **how)
    return figure, ET.fromstring(figure.html)


def rows(root):
    for frame in root.iter("ol"):
        yield [
            (
                row.find("span").text,
                row.findall("span")[-1].text,
                row.get("class"),
            )
            for row in frame.iter("li")
        ]


def test_rows_are_the_likeliest_before_and_the_rest_together():
    _, root = drawn()
    assert [*rows(root)] == [
        [
            ("␣the", "50 %", None),
            ("s", "20 %", None),
            ("␣my", "15 %", None),
            ("2 others", "15 %", "others"),
        ],
        [
            ("␣the", "71 %", None),
            ("s", "29 %", None),
            ("␣my", "out", "lost"),
            ("2 others", "out", "others lost"),
        ],
        [
            ("␣the", "59 %", None),
            ("s", "24 %", None),
            ("␣my", "18 %", None),
            ("2 others", "out", "others lost"),
        ],
    ]


def test_a_bar_is_the_probability_after_and_the_stroke_the_one_before():
    _, root = drawn()
    second = [*root.iter("ol")][1]
    styles = [
        part.get("style") for part in second.iter() if part.get("style")
    ]
    assert styles[:4] == [
        "display:block;--p:71.4",
        "--p:50.0",
        "display:block;--p:28.6",
        "--p:20.0",
    ]


def test_the_frame_asked_for_is_shown_and_each_has_its_words():
    figure, root = drawn(start="top-k 2")
    assert [f.get("hidden") for f in root.iter("ol")] == ["", None, ""]
    says = json.loads(root.get("data-says"))
    assert says[1] == (
        "top-k 2: 2 of 5 tokens can be drawn; “␣the” 71 %, “s” 29 %."
    )
    assert all(sentence in figure.alt for sentence in says)
    (output,) = root.iter("output")
    assert output.text == "top-k 2"
    assert json.loads(root.get("data-stops")) == [*SETTINGS]
    _, last = drawn()
    assert [f.get("hidden") for f in last.iter("ol")] == ["", "", None]


def test_one_other_is_no_plural():
    figure = sampling_filters(TOKENS, BEFORE, SETTINGS, shown=4)
    assert "1 other<" in figure.html
