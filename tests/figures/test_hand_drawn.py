"""The loop, the slab and the map."""

import xml.etree.ElementTree as ET

import pytest

from seqcourse.figures import Part, course_map, fixed_window, unrolled


def drawings(figure):
    for svg in ET.fromstring(figure.html).iter("svg"):
        yield svg, ["".join(text.itertext()) for text in svg.iter("text")]


@pytest.mark.parametrize("count", range(2, 7))
def test_one_box_in_the_loop_and_one_for_each_word(count):
    words = ["the", "clouds", "are", "in", "the", "sky"][:count]
    for svg, texts in drawings(unrolled(words)):
        boxes = [r for r in svg.iter("rect") if r.get("class") == "step"]
        assert len(boxes) == count + 1
        assert texts.count("W") == count + 1
        assert [f"h{step}" in texts for step in range(count + 1)]
        for word in words:
            assert texts.count(word) == words.count(word)


def test_without_symbols_there_are_none():
    figure = unrolled(["the", "clouds"], symbols=False)
    for _, texts in drawings(figure):
        assert "W" not in texts
        assert "xt" not in texts
        assert "the same step, every time" in texts


@pytest.mark.parametrize("words", [[], ["one"], list("abcdefg")])
def test_unrolled_refuses(words):
    with pytest.raises(ValueError, match="expected 2 to 6 of them"):
        unrolled(words)


def test_slab_fits_chops_and_pads():
    figure = fixed_window([list("abc"), list("abcde"), list("a")], 3)
    assert "“a b c” fits." in figure.alt
    assert "“d e” are chopped off." in figure.alt
    assert "“a”: 2 slots stay empty, padded with 0." in figure.alt
    for svg, texts in drawings(figure):
        assert {"fits", "2 chopped off", "2 padded"} <= set(texts)
        assert texts.count("0") == 2
        lost = [t.text for t in svg.iter("text") if t.get("class") == "lost"]
        assert lost == ["d", "e"]
        slots = [r for r in svg.iter("rect") if r.get("class") == "slot"]
        assert len(slots) == 9
        assert any(line.get("class") == "cut" for line in svg.iter("line"))


def test_slab_takes_one_sentence_too():
    figure = fixed_window(["the", "dog"], 2)
    assert figure.alt == "A network with 2 slots. “the dog” fits."
    for svg, _ in drawings(figure):
        assert not list(svg.iter("line"))


@pytest.mark.parametrize(
    ("words", "slots", "sentence"),
    [
        (["a"], 0, "slots: expected at least 1, got 0"),
        ([], 3, "one to three sentences"),
        ([["a"], []], 3, "one to three sentences"),
        ([["a"]] * 4, 3, "one to three sentences"),
    ],
)
def test_slab_refuses(words, slots, sentence):
    with pytest.raises(ValueError, match=sentence):
        fixed_window(words, slots)


def test_map_links_what_exists():
    lessons = [("Here", "1-memory/here.html"), ("Later", None)]
    parts = [Part(f"Part {name}", "a sum", lessons) for name in "abcde"]
    figure = course_map(parts)
    root = ET.fromstring(figure.html)
    links = [(a.text, a.get("href")) for a in root.iter("a")]
    assert links == [("Here", "1-memory/here.html")] * 5
    assert figure.html.count("to come") == 5
    titles = [title.text for title in root.iter("h3")]
    assert titles == [f"{n} Part {name}" for n, name in enumerate("abcde", 1)]
    assert "3 Part c, a sum" in figure.alt
    with pytest.raises(ValueError, match="parts: expected 5, got 4"):
        course_map(parts[:4])
