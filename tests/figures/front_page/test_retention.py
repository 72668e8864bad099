"""What is left of each word: a digit for each, what is refused."""

import json
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from seqcourse.figures import retention

WORDS = ["the", "clouds", "are"]


def says(figure):
    return json.loads(ET.fromstring(figure.html).get("data-says"))


def only(figure, name):
    (found,) = ET.fromstring(figure.html).iter(name)
    return found


def test_retention_packs_a_digit_for_each_word_read(check_slider, rng):
    left = np.tril(rng.uniform(size=(3, 3)))
    left[2, 2] = 1.7
    figure = retention(WORDS, {"rnn": (left, "64 numbers", "“in”", "fades")})
    check_slider(figure, 3)
    root = ET.fromstring(figure.html)
    (cells,) = [p for p in root.iter("div") if p.get("data-frames")]
    frames = cells.get("data-frames").split("|")
    expected = np.rint(9 * left.clip(0, 1)).astype(int)
    assert frames == [
        "".join(str(value) for value in expected[t, : t + 1])
        for t in range(3)
    ]
    heights = [cell.get("style") for cell in cells]
    assert heights == [f"--m:{value / 9:.2f}" for value in expected[-1]]
    button = only(figure, "button")
    assert button.text == "Read to me"
    assert button.get("type") == "button"


def test_retention_counts_what_is_left():
    left = np.array([[1, 0, 0], [0.4, 1, 0], [0.2, 0.5, 1]])
    figure = retention(
        WORDS, {"rnn": (left, "", "", ""), "bag": (np.ceil(left), "", "", "")}
    )
    assert says(figure)[1].endswith("out of 2: RNN 1, bag of words 2.")
    assert figure.alt.endswith("out of 3: RNN 2, bag of words 3.")


@pytest.mark.parametrize(
    ("left", "sentence"),
    [
        (np.ones((3, 2)), r"\(3, 3\), got shape \(3, 2\)"),
        (-np.ones((3, 3)), "expected numbers of 0 or more"),
        (
            np.full((3, 3), np.inf),
            r"models\['rnn'\]: expected finite numbers",
        ),
    ],
)
def test_retention_refuses(left, sentence):
    with pytest.raises(ValueError, match=sentence):
        retention(WORDS, {"rnn": (left, "", "", "")})
