"""A text's tokens under a slider: boxes, what is new, and what is refused."""

import json
import xml.etree.ElementTree as ET

import pytest

from seqcourse.figures import segmentation
from seqcourse.tokenizers import BytePairTokenizer

TEXT = "the cat sat on the mat, the rat sat on the cat"
STEPS = {
    0: [b"a", b"t", b" ", b"a", b"t"],
    1: [b"at", b" ", b"at"],
    20: [b"at", b" at"],
}


def frames(figure):
    root = ET.fromstring(figure.html)
    return [part for part in root.iter("p") if part.get("data-frame")]


def boxes(frame):
    return [(box.text, box.get("class")) for box in frame.iter("span")]


def test_a_box_for_each_token_and_what_is_new_stands_out():
    first, second, third = frames(segmentation(STEPS))
    assert boxes(first) == [(c, None) for c in "at␣at"]
    assert boxes(second) == [("at", "new"), ("␣", None), ("at", "new")]
    assert boxes(third) == [("at", None), ("␣at", "new")]


def test_the_last_frame_is_shown_and_every_frame_has_its_words():
    figure = segmentation(STEPS)
    assert [f.get("hidden") for f in frames(figure)] == ["", "", None]
    root = ET.fromstring(figure.html)
    assert json.loads(root.get("data-says")) == [
        "0 merges: 5 tokens.",
        "1 merge: 3 tokens; new: “at”.",
        "20 merges: 2 tokens; new: “␣at”.",
    ]
    assert json.loads(root.get("data-stops")) == ["0", "1", "20"]
    (output,) = root.iter("output")
    assert output.text == "20"


def test_a_real_tokenizer_s_boxes_are_its_tokens():
    steps = {}
    for merges in (0, 2, 5, 9):
        tokenizer = BytePairTokenizer.train(TEXT, 256 + merges)
        tokens = tokenizer.encode(TEXT)
        steps[merges] = [tokenizer.vocabulary[token] for token in tokens]
    drawn = frames(segmentation(steps))
    for frame in drawn:
        said = "".join(label for label, _ in boxes(frame))
        assert said == TEXT.replace(" ", "␣")
    counts = [len(boxes(frame)) for frame in drawn]
    assert counts == sorted(counts, reverse=True)


def test_part_of_a_character_is_hexadecimal():
    one, two = "é".encode()[:1], "é".encode()[1:]
    first, last = frames(segmentation({0: [one, two], 1: [one + two]}))
    assert boxes(first) == [("C3", None), ("A9", None)]
    assert boxes(last) == [("é", "new")]


def test_a_sentence_names_four_and_counts_the_rest():
    letters = [bytes([letter]) for letter in b"abcdefghijkl"]
    pairs = [a + b for a, b in zip(letters[::2], letters[1::2], strict=True)]
    root = ET.fromstring(segmentation({0: letters, 6: pairs}).html)
    assert json.loads(root.get("data-says"))[1] == (
        "6 merges: 6 tokens; new: “ab”, “cd”, “ef”, “gh”, 2 more."
    )


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({0: [b"a"]}, "^segmentations: expected 2 to 24 numbers, got 1"),
        ({2: [b"a"], 1: [b"a"]}, r"^segmentations: expected 3 to .*, got 1"),
        ({0: [b"a"], 1: []}, r"^segmentations\[1\]: expected 1 to 200 tok"),
        ({0: [b"a"], 1: [b"a", b""]}, r"^segmentations\[1\]: .* not empty"),
        ({0: [b"a"], 1: [b"b"]}, r"^segmentations\[1\]: .* got b'b'"),
    ],
)
def test_what_is_no_segmentation_is_refused(wrong, says):
    with pytest.raises(ValueError, match=says):
        segmentation(wrong)
