"""The cone of positions that stacked windows reach, against a mask."""

import json
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from seqcourse import figures


def frames(figure):
    root = ET.fromstring(figure.html)
    return [div for div in root.iter("div") if div.get("data-frame")]


def reached(window, layers, t):
    """Count who is heard in each row, by multiplying masks."""
    mask = np.tri(t) - np.tri(t, k=-window)
    heard = np.eye(t)[-1]
    counts = [1]
    for _ in range(layers):
        heard = heard @ mask
        counts.append(np.count_nonzero(heard))
    return counts


@pytest.mark.parametrize(
    ("window", "layers", "steps"), [(3, 2, 10), (1, 2, 5), (8, 4, 39)]
)
@pytest.mark.parametrize("kind", ["wide", "narrow"])
def test_what_is_filled_is_what_masks_let_through(
    window, layers, steps, kind
):
    figure = figures.receptive_field(window, layers, steps)
    root = ET.fromstring(figure.html)
    stops = json.loads(root.get("data-stops"))
    assert int(stops[-1]) == steps
    for stop, frame in zip(stops, frames(figure), strict=True):
        (drawing,) = (s for s in frame.iter("svg") if s.get("class") == kind)
        bars = [
            r for r in drawing.iter("rect") if r.get("class") == "reached"
        ]
        widths = np.array([float(bar.get("width")) for bar in bars])
        counts = widths / widths[0]  # the newest output is one position
        expected = reached(window, layers, int(stop))
        np.testing.assert_allclose(counts, expected, rtol=0.06)


def test_the_words_count_what_is_out_of_reach():
    figure = figures.receptive_field(3, 2, 11)
    said = json.loads(ET.fromstring(figure.html).get("data-says"))
    counts = [re.search(r"(\d+) tokens?", each[1:])[1] for each in said]
    assert counts == ["1", "3", "5", "5", "5", "5"]
    assert "out of reach" not in said[2]
    assert "tokens 1 to 2 are out of reach" in said[3]


def test_one_frame_is_shown_the_last():
    hidden = [frame.get("hidden") for frame in frames(
        figures.receptive_field(3, 2, 10)
    )]  # fmt: skip
    assert hidden[-1] is None
    assert None not in hidden[:-1]
