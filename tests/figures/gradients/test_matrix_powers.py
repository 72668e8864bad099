"""The powers of a matrix, between their bounds, and what is refused."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from seqcourse.figures import matrix_powers


def drawing(figure, kind="wide"):
    root = ET.fromstring(figure.html)
    return next(s for s in root.iter("svg") if s.get("class") == kind)


def points(path):
    numbers = re.findall(r"-?[\d.]+", path.get("d"))
    return np.array(numbers, float).reshape(-1, 2)


def test_matrix_powers_lie_between_their_yardsticks():
    W = np.array([[0.9, 1.2], [0.0, 0.8]])
    norms = [
        np.linalg.norm(np.linalg.matrix_power(W, k), 2) for k in range(1, 31)
    ]
    figure = matrix_powers(norms, radius=0.9, largest=norms[0])
    assert "Measured: 1.64 at 1, at most 3.29 at 6" in figure.alt
    measured, bound, run = (
        points(path)
        for path in drawing(figure).iter("path")
        if path.get("class", "").startswith("line")
    )
    assert len(measured) == len(run) == 30
    assert len(bound) < 30  # it leaves the frame
    near = slice(1, len(bound) - 1)
    assert (bound[near, 1] < measured[near, 1]).all()  # y goes down
    assert (measured[:, 1] < run[:, 1]).all()


def test_a_bound_that_falls_stays_in_the_frame():
    figure = matrix_powers([0.5, 0.2, 0.1], radius=0.4, largest=0.5)
    counts = [
        len(points(path))
        for path in drawing(figure).iter("path")
        if path.get("class", "").startswith("line")
    ]
    assert counts == [3, 3, 3]


@pytest.mark.parametrize(
    ("norms", "radius", "largest", "sentence"),
    [
        ([0.5], 0.5, 0.5, "2 to 1,000 powers"),
        ([0.5, -1.0], 0.5, 0.5, "norms: expected finite numbers above 0"),
        ([0.5, 0.4], 0.0, 0.5, "radius: expected finite numbers above 0"),
        ([0.5, 0.4], 0.5, np.inf, "largest: expected a finite number"),
    ],
)
def test_matrix_powers_refuses(norms, radius, largest, sentence):
    with pytest.raises(ValueError, match=sentence):
        matrix_powers(norms, radius=radius, largest=largest)
