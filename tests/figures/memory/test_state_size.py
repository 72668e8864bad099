"""Bytes under a slider: what a bar is, and what is refused."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from seqcourse import figures
from seqcourse.figures.memory.state_size import size

SIZES = {"gru": [256, 256, 256], "Whole": ([8, 8000, 8e6], "attention")}


STEPS = (1, 1000, 1_000_000)


def widths(figure):
    """Give the width of every bar, a row for each frame."""
    frames = ET.fromstring(figure.html).iter("ol")
    return [
        [
            float(re.search(r"--p:([\d.]+)", bar.get("style"))[1])
            for bar in frame.iter("span")
            if bar.get("class") == "bar"
        ]
        for frame in frames
    ]


def test_a_factor_is_a_distance():
    """From 8 to 8,000 a bar grows as much as from 8,000 to 8,000,000."""
    gru, whole = np.array(widths(figures.state_size(SIZES, STEPS))).T
    assert np.ptp(gru) == 0
    assert np.diff(whole)[0] == pytest.approx(np.diff(whole)[1], abs=0.2)
    assert whole[-1] == 100
    assert whole[0] > 5  # the smallest is seen, too


def test_the_scale_has_a_line_for_each_power_and_a_name_for_each_unit():
    figure = figures.state_size(SIZES, STEPS)
    for frame in ET.fromstring(figure.html).iter("ol"):
        (scale,) = (li for li in frame if li.get("class") == "scale")
        lines = [
            float(re.search(r"--p:([\d.]+)", line.get("style"))[1])
            for line in scale.iter("i")
        ]
        assert np.allclose(np.diff(lines), lines[1] - lines[0], atol=0.11)
        names = {
            "".join(line.itertext()): at
            for line, at in zip(scale.iter("i"), lines, strict=True)
        }
        assert [*filter(None, names)] == ["1 bytes", "1 KB", "1 MB"]
        # 8 KB and 8 MB are as far from their units.
        whole = np.array(widths(figure))[:, 1]
        beyond = whole[1:] - [names["1 KB"], names["1 MB"]]
        assert np.allclose(beyond, beyond[0], atol=0.2)


def test_a_short_scale_names_every_power():
    figure = figures.state_size({"gru": [20, 900]}, (1, 2))
    assert ">10 bytes<" in figure.html
    assert ">100 bytes<" in figure.html


def test_one_frame_is_shown():
    root = ET.fromstring(figures.state_size(SIZES, STEPS).html)
    frames = list(root.iter("ol"))
    assert [part.get("data-frame") for part in frames] == ["1", "2", "3"]
    assert ["hidden" in part.attrib for part in frames] == [True, True, False]


@pytest.mark.parametrize(
    ("held", "said"),
    [(1, "1 bytes"), (999, "999 bytes"), (999.9, "1 KB"), (1e15, "1,000 TB")],
)
def test_sizes_have_three_digits(held, said):
    assert size(held) == said


@pytest.mark.parametrize(
    ("results", "lengths", "sentence"),
    [
        ({}, STEPS, "results: expected 1 to 12 models, got 0"),
        (SIZES, (1, 2), "expected one number for each of 2 lengths"),
        (SIZES, (1,), "lengths: expected 2 to 64 lengths, got 1"),
        (SIZES, (1, 3, 3), "lengths: expected rising numbers"),
        ({"gru": [1, 0, 1]}, STEPS, "expected finite numbers above 0"),
        ({"gru": [1, np.nan, 1]}, STEPS, "expected finite numbers, got nan"),
    ],
)
def test_sizes_that_are_none_are_refused(results, lengths, sentence):
    with pytest.raises(ValueError, match=sentence):
        figures.state_size(results, lengths)
