"""One block: how many roads, norms and boxes, and what is refused."""

import re
import xml.etree.ElementTree as ET

import pytest

from seqcourse.figures import transformer_block


def test_each_word_has_a_road_and_two_norms_and_all_share_one_attention():
    root = ET.fromstring(transformer_block(["the", "dog", "barks"]).html)
    for drawing in root.iter("svg"):
        texts = [text.text for text in drawing.iter("text")]
        drawn = "feed-forward", "norm", "attention"
        notes = drawing.get("class") == "wide"
        assert [texts.count(word) for word in drawn] == [
            3 + notes,
            6,
            1 + notes,
        ]
        roads = [path for path in drawing.iter("path") if path.get("class")]
        assert [path.get("class") for path in roads] == 3 * ["road"]


def test_nothing_is_drawn_outside_of_its_sheet():
    for drawing in ET.fromstring(
        transformer_block(["a", "b", "c"]).html
    ).iter("svg"):
        width, height = map(float, drawing.get("viewBox").split()[2:])
        for box in drawing.iter("rect"):
            x, wide = float(box.get("x")), float(box.get("width"))
            assert x >= 1
            assert x + wide <= width - 1
        for path in drawing.iter("path"):
            at = list(map(float, re.findall(r"-?[\d.]+", path.get("d"))))
            assert min(at[::2]) >= 0
            assert max(at[::2]) <= width
            assert min(at[1::2]) >= 0
            assert max(at[1::2]) <= height


def test_refuses_another_number_of_words():
    with pytest.raises(ValueError, match="expected 3 of them, got 2"):
        transformer_block(["the", "dog"])
