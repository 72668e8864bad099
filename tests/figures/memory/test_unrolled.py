"""The loop, and the loop unrolled."""

import xml.etree.ElementTree as ET

import pytest

from seqcourse.figures import unrolled


def drawings(figure):
    for svg in ET.fromstring(figure.html).iter("svg"):
        yield svg, ["".join(text.itertext()) for text in svg.iter("text")]


@pytest.mark.parametrize("count", range(2, 7))
def test_one_box_in_the_loop_and_one_for_each_word(count):
    words = ["the", "clouds", "are", "in", "the", "sky"][:count]
    for svg, texts in drawings(unrolled(words)):
        boxes = [r for r in svg.iter("rect") if r.get("class") == "step"]
        assert len(boxes) == count + 1
        assert texts.count("step") == count + 1
        for word in words:
            assert texts.count(word) == words.count(word)


@pytest.mark.parametrize("words", [[], ["one"], list("abcdefg")])
def test_unrolled_refuses(words):
    with pytest.raises(ValueError, match="expected 2 to 6 of them"):
        unrolled(words)
