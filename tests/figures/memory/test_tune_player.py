"""A tune and its shuffle: what is drawn, what is refused."""

import xml.etree.ElementTree as ET
from types import SimpleNamespace

import numpy as np
import pytest

from seqcourse.figures import tune_player


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
        (melody((60, 1)), "shuffled.notes: expected 2 to 200 notes"),
        (melody((60, 1), (200, 1)), r"a pitch from 21 to 108.*\(200, 1\)"),
        (melody((60, 1), (64, 0)), "a duration from 0.001"),
    ],
)
def test_player_refuses(shuffled, sentence):
    with pytest.raises(ValueError, match=sentence):
        tune_player(melody((60, 1), (64, 1)), shuffled)


def test_player_refuses_to_stand_still():
    tune = melody((60, 1), (64, 1))
    with pytest.raises(ValueError, match="beats_per_minute"):
        tune_player(tune, tune, beats_per_minute=0)
