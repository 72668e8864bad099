"""Lines and bars: what they say, what they refuse, where the names stand."""

import xml.etree.ElementTree as ET
from types import SimpleNamespace

import numpy as np
import pytest

from seqcourse.figures import bars, learning_curve, memory_horizon
from seqcourse.figures.drawing.label_placement import (
    ABOVE,
    BELOW,
    place_labels,
)
from seqcourse.figures.drawing.palette import PALETTE
from seqcourse.figures.drawing.text import text_width, wrap

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
        (reach([2, 1], [0.5, 0.5]), "rising numbers from 1"),
        (reach([0, 1], [0.5, 0.5]), "rising numbers from 1"),
        (reach([1, 2], [0.5, 97.0]), "shares between 0 and 1"),
        (reach([1, 2], [0.5, np.nan]), "shares between 0 and 1"),
        (reach([1, 2], [0.5, 0.5], 12.5), r"chance: expected shares"),
    ],
)
def test_horizon_refuses(bad, sentence):
    with pytest.raises(ValueError, match=sentence):
        memory_horizon({"rnn": bad})


def test_nothing_to_show_is_refused():
    for function in (memory_horizon, learning_curve, bars):
        with pytest.raises(ValueError, match="expected at least one"):
            function({})


def test_learning_curve_says_its_numbers():
    figure = learning_curve(
        {"rnn": ([0, 100, 200], [2.08, 0.5, 0.0312])}, best=0.0123, chance=2.1
    )
    assert "The best possible is 0.0123." in figure.alt
    assert "Guessing is 2.1." in figure.alt
    assert "RNN: from 2.08 at step 0 to 0.0312 at step 200." in figure.alt
    assert {"best possible", "guessing"} <= set(texts(figure, "wide"))


def test_long_histories_are_drawn_as_means():
    rng = np.random.default_rng(3)
    loss = rng.uniform(size=601)
    figure = learning_curve({"rnn": SimpleNamespace(loss=loss)})
    assert any("the mean of 6" in text for text in texts(figure, "wide"))
    # The last point is the mean of what is left over, here one step.
    assert f"to {loss[-1]:.3g} at step 601." in figure.alt
    assert f"from {loss[:6].mean():.3g} at" in figure.alt


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        (SimpleNamespace(loss=[1.0, np.nan, 1.0]), "got nan at step 2"),
        (([0, 1], [1.0]), r"shapes \(2,\) and \(1,\)"),
        (([1, 0], [1.0, 2.0]), "rising steps"),
        (SimpleNamespace(loss=[1.0]), "at least 2 steps"),
    ],
)
def test_learning_curve_refuses(bad, sentence):
    with pytest.raises(ValueError, match=sentence):
        learning_curve({"rnn": bad})
    with pytest.raises(ValueError, match="best possible: expected a finite"):
        learning_curve({"rnn": ([0, 1], [1, 0])}, best=np.inf)


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


@pytest.mark.parametrize("value", [-0.1, 1.1, 50.2, np.nan])
def test_bars_refuse(value):
    with pytest.raises(
        ValueError, match=r"results\['RNN'\]: expected a share"
    ):
        bars({"RNN": (value, "rnn")})
    with pytest.raises(ValueError, match="chance: expected a share"):
        bars({"RNN": (0.5, "rnn")}, chance=value)


def test_long_names_are_wrapped_not_cut():
    name = "A recurrent network with sixty-four numbers and a long name " * 2
    figure = bars({name.strip(): (0.5, "rnn")})
    for kind, width in (("wide", 608), ("narrow", 358)):
        lines = [text for text in texts(figure, kind) if "%" not in text]
        assert sorted(" ".join(reversed(lines)).split()) == sorted(
            name.split()
        )
        assert all(text_width(line) <= width for line in lines)


@pytest.mark.parametrize("seed", range(20))
def test_names_touch_no_line_and_no_other_name(seed):
    rng = np.random.default_rng(seed)
    x = np.linspace(30, 600, 12)
    lines = [
        np.stack([x, rng.uniform(40, 290, 12)], axis=1)
        for _ in range(rng.integers(1, 6))
    ]
    widths = [float(rng.uniform(20, 120)) for _ in lines]
    frame = (30.0, 0.0, 608.0, 296.0)
    title = (0.0, 0.0, 120.0, 16.0)
    places = place_labels(lines, widths, frame, [title])
    boxes = [title]
    for place, width in zip(places, widths, strict=True):
        if place is None:
            continue
        box = (place.x, place.y - ABOVE, place.x + width, place.y + BELOW)
        assert box[0] >= frame[0]
        assert box[2] <= frame[2]
        for line in lines:
            at = np.linspace(line[0, 0], line[-1, 0], 4000)
            y = np.interp(at, line[:, 0], line[:, 1])
            across = (at > box[0]) & (at < box[2])
            assert not ((y > box[1]) & (y < box[3]) & across).any()
        for other in boxes:
            apart = box[2] < other[0] or box[0] > other[2]
            assert apart or box[3] < other[1] or box[1] > other[3]
        boxes.append(box)
    assert sum(place is not None for place in places) >= 1


def test_wrapping_keeps_every_word():
    words = "one two three four five six"
    lines = wrap(words, 80)
    assert " ".join(lines) == words
    assert all(text_width(line) <= 80 for line in lines)
    assert wrap("", 80) == [""]


def test_the_book_s_own_face_is_measured_where_it_is(monkeypatch, tmp_path):
    import shutil
    from pathlib import Path

    import matplotlib as mpl

    fonts = Path(mpl.get_data_path(), "fonts", "ttf")
    before = text_width("MMMM iiii")
    shutil.copy(
        fonts / "DejaVuSansMono.ttf", tmp_path / "face-400-normal.ttf"
    )
    monkeypatch.setenv("SEQCOURSE_FONTS", str(tmp_path))
    assert text_width("MMMM iiii") != before
    assert text_width("MMMM") == pytest.approx(text_width("iiii"), abs=1)
