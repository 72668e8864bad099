"""Figures with frames, and a tune: what each frame says, what is refused."""

import json
import xml.etree.ElementTree as ET
from types import SimpleNamespace

import numpy as np
import pytest

from seqcourse.figures import (
    digit_reading,
    hidden_states,
    retention,
    tune_player,
)
from seqcourse.figures.drawing.slider import percent, spoken

WORDS = ["the", "clouds", "are"]
AFTER = [[("cat", 0.13), ("sky", 0.07)], [("are", 0.997)], [("in", 0.001)]]


@pytest.fixture
def rng():
    return np.random.default_rng(11)


def says(figure):
    return json.loads(ET.fromstring(figure.html).get("data-says"))


def only(figure, name):
    (found,) = ET.fromstring(figure.html).iter(name)
    return found


def check_slider(figure, steps):
    slider, output = only(figure, "input"), only(figure, "output")
    label = only(figure, "label")
    assert slider.get("type") == "range"
    assert (slider.get("min"), slider.get("max")) == ("1", str(steps))
    assert slider.get("value") == str(steps)
    # Without the script it would do nothing, so it is disabled.
    assert slider.get("disabled") is not None
    assert label.get("for") == output.get("for") == slider.get("id")
    assert output.text == f"{steps} of {steps}"
    root = ET.fromstring(figure.html)
    (live,) = [p for p in root.iter("p") if p.get("aria-live")]
    assert len(says(figure)) == steps
    assert live.text == says(figure)[-1]


def test_reading_has_a_frame_for_every_word(rng):
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
            "probability between",
        ),
    ],
)
def test_reading_refuses(states, after, sentence):
    with pytest.raises(ValueError, match=sentence):
        hidden_states(WORDS, states, after)


def test_hero_packs_a_digit_for_each_word_read(rng):
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


def test_hero_counts_what_is_left():
    left = np.array([[1, 0, 0], [0.4, 1, 0], [0.2, 0.5, 1]])
    figure = retention(
        WORDS, {"rnn": (left, "", "", ""), "bag": (left > 0, "", "", "")}
    )
    assert says(figure)[1].endswith("out of 2: RNN 1, bag of words 2.")
    assert figure.alt.endswith("out of 3: RNN 2, bag of words 3.")


@pytest.mark.parametrize(
    ("left", "sentence"),
    [
        (np.ones((3, 2)), r"\(3, 3\), got shape \(3, 2\)"),
        (-np.ones((3, 3)), "finite numbers of 0 or more"),
        (np.full((3, 3), np.inf), "finite numbers of 0 or more"),
    ],
)
def test_hero_refuses(left, sentence):
    with pytest.raises(ValueError, match=sentence):
        retention(WORDS, {"rnn": (left, "", "", "")})


@pytest.mark.parametrize(("by", "steps"), [("row", 8), ("pixel", 64)])
def test_digit_has_a_frame_for_every_step(rng, by, steps):
    shares = rng.dirichlet(np.ones(10), size=steps)
    figure = digit_reading(rng.uniform(size=(8, 8)), shares, by=by)
    check_slider(figure, steps)
    bars = only(figure, "ol")
    percents = np.array(json.loads(bars.get("data-percents")))
    assert np.abs(percents - 100 * shares).max() <= 0.5
    root = ET.fromstring(figure.html)
    numbers = [
        span.text
        for span in root.iter("span")
        if span.get("class") == "number"
    ]
    assert numbers == [f"{value} %" for value in percents[-1]]
    assert f"likeliest digit is {shares[-1].argmax()} (" in figure.alt
    groups = [g for g in root.iter("g") if g.get("data-step")]
    assert len(groups) == steps


def test_digit_refuses(rng):
    shares = rng.dirichlet(np.ones(10), size=8)
    image = rng.uniform(size=(8, 8))
    with pytest.raises(ValueError, match="'row' or 'pixel', got 'column'"):
        digit_reading(image, shares, by="column")
    with pytest.raises(ValueError, match=r"expected shape \(64, 10\)"):
        digit_reading(image, shares, by="pixel")
    with pytest.raises(ValueError, match="shares that sum to 1"):
        digit_reading(image, 2 * shares)
    with pytest.raises(ValueError, match="8 rows of 8"):
        digit_reading(image[:7], shares)
    with pytest.raises(ValueError, match="ink of 0 or more"):
        digit_reading(-image, shares)


def melody(*notes):
    return SimpleNamespace(title="A tune", notes=notes)


def test_player_plays_what_it_draws():
    first = melody((60, 1), (67, 0.5), (64, 2))
    second = melody((64, 2), (60, 1), (67, 0.5))
    figure = tune_player(first, second, beats_per_minute=120)
    root = ET.fromstring(figure.html)
    buttons = list(root.iter("button"))
    assert [button.text for button in buttons] == [
        "Play the tune",
        "Play its shuffle",
    ]
    assert buttons[0].get("data-tune") == "60:1 67:0.5 64:2"
    assert buttons[1].get("data-tune") == "64:2 60:1 67:0.5"
    assert {button.get("data-beat") for button in buttons} == {"0.5"}
    rolls = [list(svg) for svg in root.iter("svg")]
    for roll, tune in zip(rolls, (first, second), strict=True):
        assert len(roll) == 3
        widths = [float(bar.get("width")) for bar in roll]
        heights = [-float(bar.get("y")) for bar in roll]
        beats = [beats for _, beats in tune.notes]
        pitches = [pitch for pitch, _ in tune.notes]
        assert np.argsort(widths).tolist() == np.argsort(beats).tolist()
        assert np.argsort(heights).tolist() == np.argsort(pitches).tolist()
    assert (
        "moves by 5.0 semitones on average, its shuffle by 5.5" in figure.alt
    )


@pytest.mark.parametrize(
    ("shuffled", "sentence"),
    [
        (melody((60, 1), (62, 1)), "the tune's own notes in another order"),
        (melody((60, 1), (64, 2)), "the tune's own notes in another order"),
        (melody((60, 1)), "at least 2 notes"),
        (melody((60, 1), (200, 1)), r"pitches from 21 to 108.*\(200, 1\)"),
        (melody((60, 1), (64, 0)), "durations above 0"),
    ],
)
def test_player_refuses(shuffled, sentence):
    with pytest.raises(ValueError, match=sentence):
        tune_player(melody((60, 1), (64, 1)), shuffled)


def test_player_refuses_to_stand_still():
    tune = melody((60, 1), (64, 1))
    with pytest.raises(ValueError, match="beats_per_minute"):
        tune_player(tune, tune, beats_per_minute=0)


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0, "0 %"),
        (0.0001, "<1 %"),
        (0.005, "<1 %"),
        (0.126, "13 %"),
        (0.994, "99 %"),
        (0.9951, ">99 %"),
        (1, "100 %"),
    ],
)
def test_percentages_do_not_lie_at_the_ends(share, text):
    assert percent(share) == text


def test_punctuation_follows_its_word():
    assert spoken(["yes", ",", "I", "see", "."]) == "yes, I see."
