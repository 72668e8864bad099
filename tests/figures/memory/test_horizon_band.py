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


def marks(figure):
    return [
        use
        for use in drawing(figure).iter()
        if "mark" in use.get("class", "").split()
    ]


def test_each_run_has_its_marks_as_long_as_there_is_room():
    runs = np.array([[1.0, 0.2], [1.0, 0.6], [0.9, 0.4]])
    figure = memory_horizon({"rnn": horizon(runs)})
    single = Horizon(np.array([5, 50]), runs.mean(0), 0.125, 512)
    assert len(marks(memory_horizon({"rnn": single}))) == 2
    assert len(marks(figure)) == runs.size
    assert "Its 3 runs lie between 20 and 60 % at 50 steps." in figure.alt
    lags, many = np.arange(1, 10), np.tile(runs[:, :1], 9)
    crowded = Horizon(lags, many.mean(0), 0.125, 512, many)
    assert len(marks(memory_horizon({"rnn": crowded}))) == 9


def test_runs_that_are_no_shares_are_refused():
    lags, double = np.array([5, 50]), np.full((3, 2), 2.0)
    wrong = Horizon(lags, np.ones(2), 0.125, 512, double)
    with pytest.raises(ValueError, match=r"runs: expected shares"):
        memory_horizon({"rnn": wrong})


def test_a_horizon_of_one_run_has_none():
    one = Horizon(np.array([5, 50]), np.array([1.0, 0.3]), 0.125, 512)
    figure = memory_horizon({"rnn": one})
    assert "band" not in figure.html
    assert "band" not in figure.alt


def test_two_bands_of_one_colour_differ_and_the_key_says_whose_each_is():
    one, other = (
        horizon(np.array([[1.0, low], [0.9, low + 0.3]]))
        for low in (0.1, 0.5)
    )
    figure = memory_horizon({"one": (one, "rnn"), "other": (other, "rnn")})
    for kind in ("wide", "narrow"):
        svg = drawing(figure, kind)
        plain, hatched = (
            path
            for path in svg.iter("path")
            if "band" in path.get("class", "")
        )
        assert plain.get("fill").startswith("var(--m-rnn")
        (pattern,) = svg.iter("pattern")
        assert hatched.get("fill") == f"url(#{pattern.get('id')})"
        assert pattern.get("patternUnits") == "userSpaceOnUse"
        ground, lines = pattern
        assert ground.get("fill") == "none"
        assert lines.get("stroke").startswith("var(--m-rnn")
    keys = [li.find("svg") for li in ET.fromstring(figure.html).iter("li")]
    drawn = [len(svg.findall("rect") + svg.findall("path")) for svg in keys]
    assert drawn == [1, 1, 0]  # guessing has no band
    assert keys[0].find("rect").get("class") == "band"
    assert keys[1].find("rect") is None
