"""A stripe for each number, a bar for each position."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from seqcourse.figures import position_encodings


def test_bars_are_full_upwards_and_hollow_downwards():
    table = np.array([[1.0, -1.0], [-0.5, 0.5], [0.0, 1.0]])
    for svg in ET.fromstring(position_encodings(table).html).iter("svg"):
        bars = [path.get("d").split("M")[1:] for path in svg.iter("path")]
        assert [*map(len, bars)] == [1, 1, 2, 1]
        heights = [
            [float(bar.split("v")[1].split("h")[0]) for bar in row]
            for row in bars
        ]
        assert heights == [[-13.5], [6.8], [-6.8, -13.5], [13.5]]


def test_the_alternative_counts_the_waves():
    t = np.arange(32)[:, None]
    table = np.sin(t * [1.0, 0.1] + 0.1)
    changes = np.abs(np.diff(np.sign(table), axis=0)).sum(0) / 2
    assert position_encodings(table).alt.endswith(
        f"{changes[0]:.0f} in number 1, {changes[1]:.0f} in number 2."
    )


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (np.zeros((65, 2)), "table: expected 2 to 64 positions"),
        (np.zeros((4, 17)), "table: expected 2 to 64 positions and 1 to 16"),
        ([[1.5], [0.0]], "table: expected numbers from -1 to 1, got 1.5"),
    ],
)
def test_position_encodings_refuses(table, said):
    with pytest.raises(ValueError, match=said):
        position_encodings(table)
