"""A decoder that writes: what each frame shows, and what is refused."""

import json
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from seqcourse.figures import generation

WORDS = ["I", "speak", "fluent", "French"]
HEADS = np.tril(np.random.default_rng(6).uniform(0.1, 1, size=(2, 4, 4)))
HEADS /= HEADS.sum(-1, keepdims=True)
NEXT = [[(word, 0.75), ("the", 0.125)] for word in [*WORDS[1:], "."]]


def made(**changed):
    given = {
        "words": WORDS,
        "weights": {"layer 1": HEADS[0], "layer 2": HEADS[1]},
        "next_words": NEXT,
    }
    return generation(**(given | changed))


def test_each_frame_shows_the_row_of_its_word_and_no_later_one():
    root = ET.fromstring(made().html)
    for step in range(4):
        (frame,) = [
            part
            for part in root.iter("div")
            if part.get("data-frame") == str(step + 1)
        ]
        for drawing in frame.iter("svg"):
            boxes = list(drawing.iter("rect"))
            cell = float(boxes[0].get("width"))
            sides = [
                float(box.get("width"))
                for box in boxes
                if box.get("class") == "weight"
            ]
            shown = HEADS[:, step, : step + 1].ravel()
            assert np.allclose(sides, (cell - 2) * shown**0.5, atol=0.1)


def test_each_frame_says_where_each_head_looks_and_what_is_next():
    says = json.loads(ET.fromstring(made().html).get("data-says"))
    assert len(says) == 4
    for step, words in enumerate(says):
        for name, table in zip(("layer 1", "layer 2"), HEADS, strict=True):
            most = WORDS[int(table[step].argmax())]
            assert f"{name} attends most to “{most}”" in words
        assert words.endswith(f"next, “{NEXT[step][0][0]}” (75 %).")


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"words": WORDS[:1]}, "expected 2 to 24"),
        (
            {"next_words": NEXT[:2]},
            "next_words: expected a list for each of 4 words, got 2",
        ),
        ({"weights": {}}, "weights: expected 1 to 16 heads, got 0"),
        ({"weights": {"a": HEADS[0, :2]}}, r"expected shape \(4, 4\)"),
        ({"weights": {"a": -HEADS[0]}}, "between 0 and 1"),
        ({"weights": {"a": HEADS[0].T}}, "no weight on later words"),
        ({"next_words": [*NEXT[:3], []]}, r"next_words\[3\]"),
        ({"next_words": [*NEXT[:3], [("a", 1.5)]]}, r"next_words\[3\]"),
    ],
)
def test_refuses(changed, sentence):
    with pytest.raises(ValueError, match=sentence):
        made(**changed)
