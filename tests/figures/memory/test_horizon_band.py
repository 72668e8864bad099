"""How sure a memory horizon is: a band over several runs."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from seqcourse.figures import memory_horizon
from seqcourse.probes import Horizon


def drawing(figure, kind="wide"):
    root = ET.fromstring(figure.html)
    return next(s for s in root.iter("svg") if s.get("class") == kind)


def points(path):
    numbers = re.findall(r"-?[\d.]+", path.get("d"))
    return np.array(numbers, float).reshape(-1, 2)


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
