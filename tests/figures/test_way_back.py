"""The figures of the way back: a gradient by step, memory by checkpoint."""

import json
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from seqcourse.figures import backward, gradient_checkpointing, log_chart
from seqcourse.figures.gradients.backward import written

WORDS = ["I", "grew", "up", "in"]
KEPT = {1: (1600, 110), 4: (400, 410), 16: (100, 1610)}


def says(figure):
    return json.loads(ET.fromstring(figure.html).get("data-says"))


def drawings(figure):
    return list(ET.fromstring(figure.html).iter("svg"))


def test_backward_goes_one_step_further_in_each_frame():
    figure = backward(WORDS, [0.0002, 0.02, 0.1, 0.4])
    assert says(figure) == [
        "At “in”, where the error comes in, its size is 1.",
        "1 step back, at “up”: 0.25 of what came in.",
        "2 steps back, at “grew”: 0.05 of what came in.",
        "3 steps back, at “I”: 1 part in 2,000 of what came in.",
    ]
    for svg in drawings(figure):
        steps = [int(g.get("data-step")) for g in svg.iter("g")]
        assert steps == [4, 3, 2, 1]  # the last word is reached first


def test_backward_puts_equal_factors_at_equal_distances():
    figure = backward(WORDS, [0.0004, 0.004, 0.04, 0.4])
    for svg, axis in zip(drawings(figure), ("cy", "cx"), strict=True):
        places = [float(dot.get(axis)) for dot in svg.iter("circle")]
        apart = np.diff(places)
        assert np.allclose(apart, apart[0], atol=0.15)
        # Larger is higher where time runs across, and further right else.
        assert (apart[0] < 0) == (axis == "cy")


def test_backward_draws_its_arrows_against_the_reading():
    (wide, _) = drawings(backward(WORDS, [0.1, 0.2, 0.3, 0.4]))
    lines = [p.get("d") for p in wide.iter("path") if p.get("fill") == "none"]
    assert len(lines) == len(WORDS) - 1
    for line in lines:
        start, end = re.findall(r"([\d.]+) [\d.]+", line)
        assert float(end) < float(start)


@pytest.mark.parametrize(
    ("words", "sizes", "sentence"),
    [
        (["one"], [1.0], "2 to 24 words"),
        (WORDS, [1.0, 2.0], r"shape \(2,\) for 4 words"),
        (WORDS, [1.0, 0.0, 1.0, 1.0], "finite numbers above 0"),
        (WORDS, [1.0, np.nan, 1.0, 1.0], "finite numbers above 0"),
    ],
)
def test_backward_refuses(words, sizes, sentence):
    with pytest.raises(ValueError, match=sentence):
        backward(words, sizes)


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (1.4, "1.4"),
        (0.0123, "0.012"),
        (0.0004, "1 part in 2,500"),
        (3e-9, "1 part in 10 to the power of 9"),
    ],
)
def test_a_share_is_written_in_two_digits(share, text):
    assert written(share) == text


def test_checkpoints_fill_what_is_kept_and_outline_what_is_read_again():
    figure = gradient_checkpointing(16, KEPT, 1700)
    for k, frame in zip(KEPT, frames(figure), strict=True):
        for svg in frame.iter("svg"):
            cells = [r for r in svg.iter("rect") if r.get("height") == "11"]
            filled = [r.get("fill") != "none" for r in cells]
            assert filled == [step % k == 0 for step in range(16)]
            again = [r.get("stroke-width") == "1.5" for r in cells[1 - k :]]
            assert all(again)
            bars = [r for r in svg.iter("rect") if r.get("height") != "11"]
            kept, piece, whole = (float(bar.get("width")) for bar in bars)
            states, read = KEPT[k]
            assert kept / whole == pytest.approx(states / 1700, abs=0.01)
            assert piece / whole == pytest.approx(read / 1700, abs=0.02)


def frames(figure):
    root = ET.fromstring(figure.html)
    return [part for part in root.iter("div") if part.get("data-frame")]


def test_checkpoints_have_a_sentence_for_each_k_and_show_the_last():
    figure = gradient_checkpointing(16, KEPT, 1700)
    assert says(figure)[1] == (
        "k = 4: 4 states kept (0.4 KB) and 4 steps read again at a time "
        "(0.4 KB); everything would be 1.7 KB."
    )
    hidden = [frame.get("hidden") is not None for frame in frames(figure)]
    assert hidden == [True, True, False]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ((1, KEPT, 1700), "2 to 128, got 1"),
        ((16, {}, 1700), "some k from 1 to 16"),
        ((8, KEPT, 1700), "some k from 1 to 8"),
        ((16, {4: (0, 4)}, 1700), "sizes above 0"),
    ],
)
def test_checkpoints_refuse(given, sentence):
    with pytest.raises(ValueError, match=sentence):
        gradient_checkpointing(*given)


def test_decades_puts_powers_of_ten_at_equal_distances():
    at = 10.0 ** np.arange(-4, 1)
    figure = log_chart({"rnn": (at, at**2)}, x_label="move", y_label="error")
    for svg in drawings(figure)[:2]:
        marks = [
            (float(dot.get("cx")), float(dot.get("cy")))
            for dot in svg.iter("circle")
        ]
        assert len(marks) == 5
        across, up = np.diff(marks, axis=0).T
        assert np.allclose(across, across[0], atol=0.15)
        assert np.allclose(up, up[0], atol=0.15)
    assert "the least is 1e−08 at 0.0001" in figure.alt


def test_decades_may_stand_at_even_distances():
    steps = np.arange(4.0)
    figure = log_chart(
        {"rnn": (steps, 10.0**steps)},
        x_label="steps",
        y_label="size",
        log_x=False,
    )
    (wide, *_) = drawings(figure)
    x = [float(dot.get("cx")) for dot in wide.iter("circle")]
    assert np.allclose(np.diff(x), x[1] - x[0], atol=0.15)


@pytest.mark.parametrize(
    ("x", "y", "sentence"),
    [
        ([1.0, 2.0], [1.0], r"got shapes \(2,\) and \(1,\)"),
        ([2.0, 1.0], [1.0, 1.0], "rising x"),
        ([0.0, 1.0], [1.0, 1.0], "above 0, got x = 0.0"),
        ([1.0, 2.0], [1.0, 0.0], "above 0, got y = 0.0"),
        ([1.0, 2.0], [1.0, np.inf], "above 0, got y = inf"),
    ],
)
def test_decades_refuse(x, y, sentence):
    with pytest.raises(ValueError, match=sentence):
        log_chart({"rnn": (x, y)}, x_label="move", y_label="error")
