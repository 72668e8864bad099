"""A fixed window: what fits, is cut off or filled up."""

import xml.etree.ElementTree as ET

import pytest

from seqcourse.figures import fixed_window


def drawings(figure):
    for svg in ET.fromstring(figure.html).iter("svg"):
        yield svg, ["".join(text.itertext()) for text in svg.iter("text")]


def test_a_sentence_fits_is_cut_off_or_filled_up():
    figure = fixed_window([list("abc"), list("abcde"), list("a")], 3)
    assert "“a b c” fits." in figure.alt
    assert "“d e” are cut off." in figure.alt
    assert "“a”: 2 positions stay empty, filled with 0." in figure.alt
    for svg, texts in drawings(figure):
        assert {"fits", "2 cut off", "2 empty"} <= set(texts)
        assert texts.count("0") == 2
        lost = [t.text for t in svg.iter("text") if t.get("class") == "lost"]
        assert lost == ["d", "e"]
        positions = [
            r for r in svg.iter("rect") if r.get("class") == "position"
        ]
        assert len(positions) == 9
        assert any(line.get("class") == "cut" for line in svg.iter("line"))


def test_fixed_window_takes_one_sentence_too():
    figure = fixed_window(["the", "dog"], 2)
    assert figure.alt == "A network with 2 positions. “the dog” fits."
    for svg, _ in drawings(figure):
        assert not list(svg.iter("line"))


@pytest.mark.parametrize(
    ("words", "positions", "sentence"),
    [
        (["a"], 0, "positions: expected 1 to 40, got 0"),
        ([], 3, "one to three sentences"),
        ([["a"], []], 3, "one to three sentences"),
        ([["a"]] * 4, 3, "one to three sentences"),
    ],
)
def test_fixed_window_refuses(words, positions, sentence):
    with pytest.raises(ValueError, match=sentence):
        fixed_window(words, positions)
