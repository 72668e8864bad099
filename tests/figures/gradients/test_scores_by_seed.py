"""Every run is a dot at its score, and no dot hides another."""

import itertools
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from seqcourse.figures import scores_by_seed


def drawing(figure, kind):
    root = ET.fromstring(figure.html)
    return next(s for s in root.iter("svg") if s.get("class") == kind)


def dots(figure, kind="wide"):
    return np.array(
        [
            (float(dot.get("cx")), float(dot.get("cy")))
            for dot in drawing(figure, kind).iter("circle")
        ]
    )


@pytest.mark.parametrize("kind", ["wide", "narrow"])
def test_a_dot_stands_at_its_score(kind):
    runs = {"RNN": ([0.0, 0.25, 1.0], "rnn")}
    x = dots(scores_by_seed({"20 steps": runs}), kind)[:, 0]
    assert np.isclose(3 * (x[1] - x[0]), x[2] - x[1], atol=0.5)
    ticks = {
        text.text: float(text.get("x"))
        for text in drawing(scores_by_seed({"a": runs}), kind).iter("text")
    }
    assert np.allclose(x, [ticks["0"], ticks["25"], ticks["100"]], atol=0.1)


@pytest.mark.parametrize("kind", ["wide", "narrow"])
def test_five_equal_scores_are_five_dots_apart(kind):
    runs = {"RNN": ([1.0] * 5, "rnn"), "wide RNN": ([1.0] * 5, "rnn")}
    at = dots(scores_by_seed({"20 steps": runs}), kind)
    assert len(at) == 10
    for a, b in itertools.combinations(at, 2):
        assert np.hypot(*(a - b)) >= 6


def test_groups_models_and_runs_are_all_said():
    runs = {"RNN": ([0.11, 0.13], "rnn")}
    alt = scores_by_seed({"20": runs, "50": runs}, chance=0.125).alt
    assert "Guessing has 12.5 %. 20. RNN: 11, 13; mean 12. 50. RNN" in alt


def test_guessing_is_a_line_at_chance():
    runs = {"RNN": ([0.25, 1.0], "rnn")}
    figure = scores_by_seed({"a": runs}, chance=0.25)
    (line,) = (
        line
        for line in drawing(figure, "wide").iter("line")
        if line.get("class") == "line thin m-neutral"
    )
    assert float(line.get("x1")) == dots(figure)[0, 0]
