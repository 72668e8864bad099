"""A gradient under a slider: what each frame shows, and what is refused."""

import json
import re
import xml.etree.ElementTree as ET
from types import SimpleNamespace

import numpy as np
import pytest

from seqcourse.figures import gradient_flow

LAGS = np.arange(1, 21)


def flow(factor, lags=LAGS):
    return SimpleNamespace(lags=lags, norm=0.3 * factor**lags)


def stops(*factors, lags=LAGS):
    return {f"{f:g}": {"rnn": flow(f, lags)} for f in factors}


def drawing(figure, kind="wide"):
    root = ET.fromstring(figure.html)
    return next(s for s in root.iter("svg") if s.get("class") == kind)


def points(path):
    numbers = re.findall(r"-?[\d.]+", path.get("d"))
    return np.array(numbers, float).reshape(-1, 2)


def lines(figure, kind="wide"):
    return [
        points(path)
        for group in drawing(figure, kind).iter("g")
        if group.get("data-step")
        for path in group.iter("path")
    ]


def test_a_stop_of_the_slider_is_a_frame_with_its_words():
    figure = gradient_flow(stops(0.5, 1.0, 1.5), setting="Weight")
    root = ET.fromstring(figure.html)
    assert json.loads(root.get("data-stops")) == ["0.5", "1", "1.5"]
    says = json.loads(root.get("data-says"))
    assert says[1] == "Weight 1. RNN: 1 is left at 20 steps, 1.00 per step."
    assert "0.50 per step" in says[0]
    (output,) = root.iter("output")
    assert output.text == "1.5"
    (slider,) = root.iter("input")
    assert slider.get("max") == "3"
    steps = [g.get("data-step") for g in drawing(figure).iter("g")]
    assert steps == ["1", "2", "3"]


@pytest.mark.parametrize("kind", ["wide", "narrow"])
def test_equal_factors_are_equal_ways_down(kind):
    figure = gradient_flow(stops(0.5, 0.25), setting="Weight")
    half, quarter = lines(gradient_flow(stops(0.5, 0.25), setting="w"), kind)
    way = np.diff(half[:, 1])
    assert np.allclose(way, way[0], atol=0.11)
    assert way[0] > 0
    assert np.allclose(np.diff(quarter[:-1, 1]), 2 * way[0], atol=0.25)
    # Both begin at 1, whatever the length of the gradient there.
    assert half[0, 1] == quarter[0, 1]
    assert figure.html.count('class="trace"') == 4


def test_what_is_too_small_leaves_the_frame_and_goes_no_further():
    figure = gradient_flow(stops(0.15, 1.2), setting="Weight")
    faded, grown = lines(figure)
    assert len(faded) == 16
    assert len(grown) == 20
    axis = max(
        float(line.get("y1"))
        for line in drawing(figure).iter("line")
        if line.get("class") == "grid"
    )
    assert faded[-1, 1] == pytest.approx(axis, abs=0.1)


@pytest.mark.parametrize(
    ("frames", "sentence"),
    [
        (stops(0.5), "frames: expected 2 to 24 stops"),
        ({**stops(0.5), "b": {"lstm": flow(0.5)}}, r"\['RNN'\], as at"),
        ({**stops(0.5), **stops(0.7, lags=LAGS + 1)}, "same lags"),
        (stops(0.5, 0.0), "norm: expected finite numbers above 0"),
        (stops(0.5, np.nan), "norm: expected finite numbers, got nan"),
    ],
)
def test_gradient_flow_refuses(frames, sentence):
    with pytest.raises(ValueError, match=sentence):
        gradient_flow(frames, setting="Weight")
