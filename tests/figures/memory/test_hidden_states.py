"""A memory after each word: what each frame says, what is refused."""

import json
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from seqcourse.figures import hidden_states

WORDS = ["the", "clouds", "are"]


AFTER = [[("cat", 0.13), ("sky", 0.07)], [("are", 0.997)], [("in", 0.001)]]


def says(figure):
    return json.loads(ET.fromstring(figure.html).get("data-says"))


def test_hidden_states_has_a_frame_for_every_word(check_slider, rng):
    figure = hidden_states(WORDS, rng.normal(size=(3, 5)), AFTER)
    check_slider(figure, 3)
    root = ET.fromstring(figure.html)
    lists = list(root.iter("ol"))
    hidden = [entry.get("hidden") is not None for entry in lists]
    assert hidden == [True, True, False]
    first = "After “the” the likeliest next word is “cat” (13 %), then “sky” "
    assert says(figure) == [
        f"{first}(7 %).",
        "After “the clouds” the likeliest next word is “are” (>99 %).",
        "After “the clouds are” the likeliest next word is “in” (<1 %).",
    ]
    assert says(figure)[-1] in figure.alt


@pytest.mark.parametrize("size", [1, 12, 64])
def test_squares_show_sign_and_distance(rng, size):
    states = rng.normal(size=(3, size))
    root = ET.fromstring(hidden_states(WORDS, states, AFTER).html)
    squares = [
        rect
        for rect in root.iter("rect")
        if rect.get("class") in ("pos", "neg")
    ]
    signs = [rect.get("class") == "pos" for rect in squares]
    assert signs == (states >= 0).ravel().tolist()
    sides = np.array([float(rect.get("width")) for rect in squares])
    share = np.abs(states).ravel() / max(1.0, np.abs(states).max())
    assert np.allclose(sides / sides.max(), share / share.max(), atol=0.05)


@pytest.mark.parametrize(
    ("states", "after", "sentence"),
    [
        (np.zeros((2, 4)), AFTER, r"one row for each of 3 words.*\(2, 4\)"),
        (np.zeros(3), AFTER, r"got shape \(3,\)"),
        (np.full((3, 4), np.nan), AFTER, "states: expected finite numbers"),
        (np.zeros((3, 4)), AFTER[:2], "a list for each of 3 words, got 2"),
        (
            np.zeros((3, 4)),
            [*AFTER[:2], [("in", 97.0)]],
            r"next_words\[2\]\[0\]\[1\]: expected a share between",
        ),
    ],
)
def test_hidden_states_refuses(states, after, sentence):
    with pytest.raises(ValueError, match=sentence):
        hidden_states(WORDS, states, after)
