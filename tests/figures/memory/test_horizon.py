"""The memory horizon: what it says, its ticks, and what is refused."""

import xml.etree.ElementTree as ET
from types import SimpleNamespace

import numpy as np
import pytest

from seqcourse.figures import bars, learning_curve, memory_horizon
from seqcourse.figures.drawing.palette import PALETTE

MODELS = [key for key in PALETTE if key != "neutral"]


def reach(lags, accuracy, chance=0.125):
    return SimpleNamespace(lags=lags, accuracy=accuracy, chance=chance)


def falling(middle, lags=range(1, 65)):
    lags = np.asarray(lags)
    return reach(lags, 0.125 + 0.875 / (1 + np.exp((lags - middle) / 3)))


def texts(figure, kind):
    root = ET.fromstring(figure.html)
    svg = next(s for s in root.iter("svg") if s.get("class") == kind)
    return ["".join(text.itertext()) for text in svg.iter("text")]


def test_horizon_says_its_numbers():
    figure = memory_horizon({"rnn": reach([4, 8, 16], [0.97, 0.5, 0.21])})
    assert "Guessing has 12.5 %" in figure.alt
    assert "RNN: 97 % at 4 steps, 21 % at 16" in figure.alt
    assert "first below half way to guessing at 8." in figure.alt


def test_horizon_that_never_falls_says_so():
    figure = memory_horizon({"attention": reach([1, 2, 4], [1.0, 1.0, 0.99])})
    assert "never below half way" in figure.alt


@pytest.mark.parametrize("count", range(1, 9))
def test_any_number_of_models(count):
    results = {
        key: falling(5.0 * n + 4) for n, key in enumerate(MODELS[:count])
    }
    figure = memory_horizon(results)
    root = ET.fromstring(figure.html)
    rows = root.find("ul").findall("li")
    assert [row.get("class") for row in rows] == [
        *(f"m-{key}" for key in MODELS[:count]),
        "m-neutral",
    ]
    assert "right answers, %" in texts(figure, "narrow")


def test_ticks_are_the_lags_that_doubling_gives():
    figure = memory_horizon({"rnn": falling(20, range(5, 100, 5))})
    assert {"5", "10", "20", "40", "80"} <= set(texts(figure, "wide"))
    figure = memory_horizon({"rnn": falling(20, range(1, 65))})
    assert {"1", "2", "4", "8", "16", "32", "64"} <= set(
        texts(figure, "wide")
    )


def test_a_few_lags_have_a_tick_each():
    lags = ["2", "5", "8", "12", "16", "20"]
    figure = memory_horizon({"rnn": falling(9, [*map(int, lags)])})
    for kind in ("wide", "narrow"):
        assert set(lags) <= set(texts(figure, kind))


def test_two_results_of_one_model_differ_in_their_marks():
    figure = memory_horizon(
        {"short": (falling(9), "rnn"), "long": (falling(30), "rnn")}
    )
    assert 'class="mark m-rnn"' in figure.html
    assert 'class="mark open m-rnn"' in figure.html
    with pytest.raises(ValueError, match=r"at most two results .* 'third'"):
        memory_horizon(
            {name: (falling(9), "rnn") for name in ("one", "two", "third")}
        )


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        (reach([1, 2], [0.5]), r"one accuracy for each .*\(2,\) and \(1,\)"),
        (reach([1], [0.5]), "at least 2 lags"),
        (reach([2, 1], [0.5, 0.5]), "lags: expected rising numbers"),
        (reach([0, 1], [0.5, 0.5]), "lags: expected numbers from 1 on"),
        (reach([1, 2], [0.5, 97.0]), "shares between 0 and 1"),
        (reach([1, 2], [0.5, np.nan]), "accuracy: expected finite numbers"),
        (reach([1, 2], [0.5, 0.5], 12.5), r"chance: expected shares"),
    ],
)
def test_horizon_refuses(bad, sentence):
    with pytest.raises(ValueError, match=sentence):
        memory_horizon({"rnn": bad})


def test_nothing_to_show_is_refused():
    for function in (memory_horizon, learning_curve, bars):
        with pytest.raises(
            ValueError, match=r"results: expected (at least one|1 to 60)"
        ):
            function({})
