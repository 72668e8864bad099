"""What a matrix makes of the circle: ellipses, and two bounds."""

import json
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from seqcourse.figures import matrix_on_circle

SHEAR = np.array([[0.8, 1.0], [0.0, 0.8]])


def frames(figure, form):
    root = ET.fromstring(figure.html)
    (svg,) = (s for s in root.iter("svg") if s.get("class") == form)
    return [
        group
        for group in svg.iter("g")
        if (group.get("class") or "").startswith("frame")
    ]


@pytest.mark.parametrize("form", ["wide", "narrow"])
def test_each_ellipse_has_the_singular_values_of_its_power(form):
    drawn = frames(matrix_on_circle(SHEAR), form)
    assert len(drawn) == 9
    unit = float(drawn[0].find("ellipse").get("rx"))
    for k, frame in enumerate(drawn):
        ellipse = frame.find("ellipse")
        power = np.linalg.matrix_power(SHEAR, k)
        sizes = [float(ellipse.get(side)) / unit for side in ("rx", "ry")]
        assert sizes == pytest.approx(
            np.linalg.svd(power, compute_uv=False), abs=0.02
        )


def test_the_ellipse_lies_where_the_matrix_puts_it(rng):
    """The tip of the longest semi-axis is the image of a unit vector."""
    W = rng.normal(size=(2, 2))
    W /= np.linalg.norm(W, 2)
    for k, frame in enumerate(frames(matrix_on_circle(W, 3), "wide")):
        ellipse, line = frame.find("ellipse"), frame.find("line")
        middle = np.array([float(line.get("x1")), float(line.get("y1"))])
        tip = np.array([float(line.get("x2")), float(line.get("y2"))])
        if k == 0:
            unit = float(ellipse.get("rx"))
            continue
        x = (tip - middle) * (1, -1) / unit
        before = np.linalg.solve(np.linalg.matrix_power(W, k), x)
        assert np.linalg.norm(before) == pytest.approx(1, abs=0.1)
        turn = float(re.search(r"\((\S+)", ellipse.get("transform"))[1])
        along = np.degrees(np.arctan2(*(tip - middle)[::-1]))
        assert abs((turn - along + 90) % 180 - 90) < 1.5


def test_each_frame_says_both_bounds():
    root = ET.fromstring(matrix_on_circle(SHEAR, 4).html)
    sentences = json.loads(root.get("data-says"))
    assert len(sentences) == 5
    for k, sentence in enumerate(sentences[1:], 1):
        longest = np.linalg.norm(np.linalg.matrix_power(SHEAR, k), 2)
        first = np.linalg.norm(SHEAR, 2)
        for value in (longest, 0.8**k, first**k):
            assert f"{value:.2f}" in sentence
        assert 0.8**k <= longest <= first**k + 1e-12


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (([[1, 2, 3]],), r"matrix: expected shape \(2, 2\)"),
        ((SHEAR, 1), "steps: expected 2 to 12, got 1"),
        ((SHEAR, 13), "steps: expected 2 to 12, got 13"),
        ((9 * SHEAR,), "matrix: expected powers that stretch to at most 100"),
    ],
)
def test_matrix_on_circle_refuses(arguments, said):
    with pytest.raises(ValueError, match=said):
        matrix_on_circle(*arguments)


def test_a_matrix_that_forgets_at_once_can_be_drawn():
    assert "ellipse" in matrix_on_circle([[0, 1], [0, 0]]).html
