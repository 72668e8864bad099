"""A gradient under a knob, the powers of a matrix, and how sure a line is."""

import json
import re
import xml.etree.ElementTree as ET
from types import SimpleNamespace

import numpy as np
import pytest

from seqcourse.figures import gradient_flow, matrix_powers, memory_horizon
from seqcourse.probes import Horizon

LAGS = np.arange(1, 21)


def flow(factor, lags=LAGS):
    return SimpleNamespace(lags=lags, norm=0.3 * factor**lags)


def knob(*factors, lags=LAGS):
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


def test_a_stop_of_the_knob_is_a_frame_with_its_words():
    figure = gradient_flow(knob(0.5, 1.0, 1.5), setting="Weight")
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
    figure = gradient_flow(knob(0.5, 0.25), setting="Weight")
    half, quarter = lines(gradient_flow(knob(0.5, 0.25), setting="w"), kind)
    way = np.diff(half[:, 1])
    assert np.allclose(way, way[0], atol=0.11)
    assert way[0] > 0
    assert np.allclose(np.diff(quarter[:-1, 1]), 2 * way[0], atol=0.25)
    # Both begin at 1, whatever the length of the gradient there.
    assert half[0, 1] == quarter[0, 1]
    assert figure.html.count('class="trace"') == 4


def test_what_is_too_small_leaves_the_frame_and_goes_no_further():
    figure = gradient_flow(knob(0.15, 1.2), setting="Weight")
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
        (knob(0.5), "at least 2 stops"),
        ({**knob(0.5), "b": {"lstm": flow(0.5)}}, r"\['RNN'\], as at"),
        ({**knob(0.5), **knob(0.7, lags=LAGS + 1)}, "same lags"),
        (knob(0.5, 0.0), "finite lengths above 0"),
        (knob(0.5, np.nan), "finite lengths above 0"),
    ],
)
def test_flow_refuses(frames, sentence):
    with pytest.raises(ValueError, match=sentence):
        gradient_flow(frames, setting="Weight")


def test_powers_lie_between_their_yardsticks():
    W = np.array([[0.9, 1.2], [0.0, 0.8]])
    norms = [
        np.linalg.norm(np.linalg.matrix_power(W, k), 2) for k in range(1, 31)
    ]
    figure = matrix_powers(norms, radius=0.9, largest=norms[0])
    assert "Measured: 1.64 at 1, at most 3.29 at 6" in figure.alt
    measured, bound, run = (
        points(path)
        for path in drawing(figure).iter("path")
        if path.get("class", "").startswith("line")
    )
    assert len(measured) == len(run) == 30
    assert len(bound) < 30  # it leaves the frame
    near = slice(1, len(bound) - 1)
    assert (bound[near, 1] < measured[near, 1]).all()  # y goes down
    assert (measured[:, 1] < run[:, 1]).all()


def test_a_bound_that_falls_stays_in_the_frame():
    figure = matrix_powers([0.5, 0.2, 0.1], radius=0.4, largest=0.5)
    counts = [
        len(points(path))
        for path in drawing(figure).iter("path")
        if path.get("class", "").startswith("line")
    ]
    assert counts == [3, 3, 3]


@pytest.mark.parametrize(
    ("norms", "radius", "largest", "sentence"),
    [
        ([0.5], 0.5, 0.5, "at least 2 powers"),
        ([0.5, -1.0], 0.5, 0.5, "norms: expected finite numbers above 0"),
        ([0.5, 0.4], 0.0, 0.5, "radius: expected finite numbers above 0"),
        ([0.5, 0.4], 0.5, np.inf, "largest: expected finite numbers above"),
    ],
)
def test_powers_refuse(norms, radius, largest, sentence):
    with pytest.raises(ValueError, match=sentence):
        matrix_powers(norms, radius=radius, largest=largest)


def horizon(runs):
    return Horizon(np.array([5, 50]), runs.mean(0), 0.125, 512, runs)


def test_a_horizon_of_several_runs_has_its_band():
    runs = np.array([[1.0, 0.2], [1.0, 0.6], [0.9, 0.4]])
    several = horizon(runs)
    figure = memory_horizon({"rnn": several})
    bands = [
        path
        for path in drawing(figure).iter("path")
        if "band" in path.get("class", "")
    ]
    (band,) = bands
    assert band.get("class") == "band m-rnn"
    assert "var(--m-rnn" in band.get("fill")
    assert float(band.get("opacity")) < 0.3
    drawn = np.ptp(points(band)[:, 1])
    ticks = [
        float(text.get("y"))
        for text in drawing(figure).iter("text")
        if (text.text or "").isdigit() and text.get("text-anchor") == "end"
    ]
    up = np.ptp(ticks)
    widest = 100 * (several.high.max() - several.low.min())
    assert drawn == pytest.approx(widest / 100 * up, rel=0.02)
    assert f"from {100 * several.low[1]:.0f} to " in figure.alt


def test_a_horizon_of_one_run_has_none():
    one = Horizon(np.array([5, 50]), np.array([1.0, 0.3]), 0.125, 512)
    figure = memory_horizon({"rnn": one})
    assert "band" not in figure.html
    assert "band" not in figure.alt
