"""A digit read step by step: what each frame says."""

import json
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from seqcourse.figures import digit_reading


def only(figure, name):
    (found,) = ET.fromstring(figure.html).iter(name)
    return found


@pytest.mark.parametrize(("by", "steps"), [("row", 8), ("pixel", 64)])
def test_digit_has_a_frame_for_every_step(check_slider, rng, by, steps):
    shares = rng.dirichlet(np.ones(10), size=steps)
    figure = digit_reading(rng.uniform(size=(8, 8)), shares, by=by)
    check_slider(figure, steps)
    bars = only(figure, "ol")
    percents = np.array(json.loads(bars.get("data-percents")))
    assert np.abs(percents - 100 * shares).max() <= 0.5
    root = ET.fromstring(figure.html)
    numbers = [
        span.text
        for span in root.iter("span")
        if span.get("class") == "number"
    ]
    assert numbers == [f"{value} %" for value in percents[-1]]
    assert f"likeliest digit is {shares[-1].argmax()} (" in figure.alt
    groups = [g for g in root.iter("g") if g.get("data-step")]
    assert len(groups) == steps


def test_digit_refuses(rng):
    shares = rng.dirichlet(np.ones(10), size=8)
    image = rng.uniform(size=(8, 8))
    with pytest.raises(
        ValueError, match="by: expected one of row, pixel, got 'column'"
    ):
        digit_reading(image, shares, by="column")
    with pytest.raises(ValueError, match=r"expected shape \(64, 10\)"):
        digit_reading(image, shares, by="pixel")
    with pytest.raises(ValueError, match="rows that sum to 1"):
        digit_reading(image, 0.5 * shares)
    with pytest.raises(ValueError, match=r"image: expected shape \(8, 8\)"):
        digit_reading(image[:7], shares)
    with pytest.raises(ValueError, match="ink of 0 or more"):
        digit_reading(-image, shares)
