"""Bars: as long as their scores, with all of their names."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from seqcourse.figures import bars
from seqcourse.figures.drawing.text import text_width


def texts(figure, kind):
    root = ET.fromstring(figure.html)
    svg = next(s for s in root.iter("svg") if s.get("class") == kind)
    return ["".join(text.itertext()) for text in svg.iter("text")]


def test_bars_say_their_numbers():
    figure = bars(
        {"Bag": (0.502, "bag"), "RNN": (1.0, "rnn")}, chance=0.5, best=1.0
    )
    assert figure.alt == (
        "Bar chart: right answers. Bag 50.2 %, RNN 100 %. Guessing has 50 %. "
        "The best possible is 100 %."
    )
    for kind in ("wide", "narrow"):
        assert {"50.2 %", "100 %", "Bag", "RNN"} <= set(texts(figure, kind))


def test_bars_are_as_long_as_their_scores():
    figure = bars({"a": (0.25, "rnn"), "b": (0.75, "lstm")})
    root = ET.fromstring(figure.html)
    svg = next(root.iter("svg"))
    lengths = {}
    for path in svg.iter("path"):
        kind = path.get("class", "")
        if kind in ("m-rnn", "m-lstm"):
            numbers = path.get("d").replace("M", "").split("L")
            ends = [float(part.split()[0]) for part in numbers[:3]]
            lengths[kind] = max(ends) - min(ends)
    assert lengths["m-lstm"] == pytest.approx(3 * lengths["m-rnn"], abs=0.3)


def test_other_units_are_not_percentages():
    figure = bars({"RNN": (2.41, "rnn")}, unit="nats", best=1.28)
    assert "RNN 2.41 nats" in figure.alt


@pytest.mark.parametrize("value", [-0.1, 1.1, 50.2])
def test_bars_refuse(value):
    with pytest.raises(
        ValueError, match=r"results\['RNN'\]: expected a share"
    ):
        bars({"RNN": (value, "rnn")})
    with pytest.raises(ValueError, match="chance: expected a share"):
        bars({"RNN": (0.5, "rnn")}, chance=value)


def test_a_score_must_be_a_number():
    said = r"results\['RNN'\]\[0\]: expected a finite number, got nan"
    with pytest.raises(ValueError, match=said):
        bars({"RNN": (np.nan, "rnn")})


def test_long_names_are_wrapped_not_cut():
    name = "A recurrent network with sixty-four numbers and a long name " * 2
    figure = bars({name.strip(): (0.5, "rnn")})
    for kind, width in (("wide", 608), ("narrow", 358)):
        lines = [text for text in texts(figure, kind) if "%" not in text]
        assert sorted(" ".join(reversed(lines)).split()) == sorted(
            name.split()
        )
        assert all(text_width(line) <= width for line in lines)
