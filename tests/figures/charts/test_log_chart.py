"""Powers of ten at equal distances, and what is refused."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from seqcourse.figures import log_chart


def drawings(figure):
    return list(ET.fromstring(figure.html).iter("svg"))


def test_log_chart_puts_powers_of_ten_at_equal_distances():
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
    assert "from 1e−08 at 0.0001 to 1 at 1." in figure.alt


def test_log_chart_says_what_its_ends_do_not():
    figure = log_chart(
        {"rnn": ([1.0, 2.0, 3.0, 4.0], [15.0, 2e-5, 63.0, 3.2])},
        x_label="step",
        y_label="size",
    )
    assert "to 3.2 at 4, highest at 3 with 63, lowest at 2 with 2e−05." in (
        figure.alt
    )


def test_log_chart_may_stand_at_even_distances():
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
        ([2.0, 1.0], [1.0, 1.0], "x: expected rising numbers, got 1 after 2"),
        (
            [0.0, 1.0],
            [1.0, 1.0],
            "x: expected finite numbers above 0, got 0.0",
        ),
        (
            [1.0, 2.0],
            [1.0, 0.0],
            "values: expected finite numbers above 0, got 0.0",
        ),
        (
            [1.0, 2.0],
            [1.0, np.inf],
            "values: expected finite numbers, got inf",
        ),
    ],
)
def test_log_chart_refuses(x, y, sentence):
    with pytest.raises(ValueError, match=sentence):
        log_chart({"rnn": (x, y)}, x_label="move", y_label="error")
