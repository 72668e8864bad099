"""A gradient by step: what each frame says, and what is refused."""

import json
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from seqcourse.figures import backward
from seqcourse.figures.gradients.backward import written

WORDS = ["I", "grew", "up", "in"]


def says(figure):
    return json.loads(ET.fromstring(figure.html).get("data-says"))


def drawings(figure):
    return list(ET.fromstring(figure.html).iter("svg"))


def test_backward_goes_one_step_further_in_each_frame():
    figure = backward(WORDS, [0.0002, 0.02, 0.1, 0.4])
    assert says(figure) == [
        "At “in”, where the backward pass begins, the norm is 1.",
        "1 step back, at “up”: 0.25 of it is left.",
        "2 steps back, at “grew”: 0.05 of it is left.",
        "3 steps back, at “I”: 1 part in 2,000 of it is left.",
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
        (WORDS, [1.0, np.nan, 1.0, 1.0], "sizes: expected finite numbers"),
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
        (3e-8, "1 part in 33,000,000"),
        (3e-12, "1 part in 10 to the power of 12"),
    ],
)
def test_a_share_is_written_in_two_digits(share, text):
    assert written(share) == text
