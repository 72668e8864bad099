"""A passage with a bar under each token: heights, words, and refusals."""

import json
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from seqcourse.figures import surprisal

TOKENS = [b"a", b"t", b" ", b"\xc3", b"\xa9"]
BITS = {
    "uniform": [8.0] * 5,
    "GRU": np.array([4.0, 0.0, 31.5, 0.26, 2.0]),
}


def frames(figure):
    root = ET.fromstring(figure.html)
    return [part for part in root.iter("p") if part.get("data-frame")]


def bars(frame):
    return [
        (letter.text, float(letter.get("style").removeprefix("--b: ")))
        for word in frame
        for letter in word
    ]


def test_each_token_has_a_bar_of_its_cost_up_to_the_most():
    first, second = frames(surprisal(TOKENS, BITS))
    labels = ["a", "t", "␣", "C3", "A9"]
    assert bars(first) == [(label, 8.0) for label in labels]
    heights = [4.0, 0.0, 20.0, 0.3, 2.0]
    assert bars(second) == [*zip(labels, heights, strict=True)]


def test_lines_break_after_spaces_alone():
    words = [len(word) for word in frames(surprisal(TOKENS, BITS))[0]]
    assert words == [3, 2]


def test_the_last_model_is_shown_and_each_has_its_words():
    figure = surprisal(TOKENS, BITS)
    assert [f.get("hidden") for f in frames(figure)] == ["", None]
    root = ET.fromstring(figure.html)
    assert json.loads(root.get("data-stops")) == ["uniform", "GRU"]
    assert json.loads(root.get("data-says")) == [
        (
            "uniform: 8.0 bits per token; most for “a” (8.0), “t” (8.0), "
            "“␣” (8.0)."
        ),
        (
            "GRU: 7.6 bits per token; most for “␣” (31.5), “a” (4.0), "
            "“A9” (2.0)."
        ),
    ]


@pytest.mark.parametrize(
    ("tokens", "bits", "says"),
    [
        ([], BITS, "^tokens: expected 1 to 300 tokens, got 0"),
        ([b"a", b""], BITS, "^tokens: .* not empty"),
        (TOKENS, {"GRU": [1] * 5}, "^bits: expected 2 to 12 models, got 1"),
        (TOKENS, BITS | {"b": [1] * 4}, r"^bits\['b'\]: expected 5"),
        (TOKENS, BITS | {"b": [1, 2, 3, 4, -1]}, r"^bits\['b'\].*: expected"),
        (TOKENS, BITS | {"b": [np.nan] * 5}, r"^bits\['b'\].*: expected"),
    ],
)
def test_what_is_no_surprisal_is_refused(tokens, bits, says):
    with pytest.raises(ValueError, match=says):
        surprisal(tokens, bits)
