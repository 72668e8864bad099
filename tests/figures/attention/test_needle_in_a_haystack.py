"""What is found by depth and length, and what is refused."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from seqcourse import figures


def squares(figure, kind="wide"):
    root = ET.fromstring(figure.html)
    svg = next(s for s in root.iter("svg") if s.get("class") == kind)
    marks = [r for r in svg.iter("rect") if "mark" in r.get("class")]
    return np.array([float(mark.get("width")) for mark in marks])


@pytest.mark.parametrize("kind", ["wide", "narrow"])
def test_a_square_is_what_was_found_above_guessing(kind):
    shares = [[1.0, 0.55], [0.1, 0.05]]
    figure = figures.needle_in_a_haystack(
        {"GRU": (shares, "gru")}, (0, 1), (5, 9), chance=0.1
    )
    full, half, *rest = squares(figure, kind)
    assert half == pytest.approx(full / 2, abs=0.1)
    assert rest == [2, 2]


def test_more_than_one_table_and_none_too_many():
    table = (np.full((2, 2), 0.5), "gru")
    for count in (1, 2, 3, 4):
        many = {f"table {at}": table for at in range(count)}
        assert len(
            squares(figures.needle_in_a_haystack(many, (0, 1), (5, 9)))
        ) == (4 * count)
    many = {f"table {at}": table for at in range(5)}
    with pytest.raises(ValueError, match="one to four grids, got 5"):
        figures.needle_in_a_haystack(many, (0, 1), (5, 9))


@pytest.mark.parametrize(
    ("shares", "sentence"),
    [
        (np.zeros((2, 3)), "a score for each of 2 depths and 2 lengths"),
        (np.full((2, 2), 1.5), "expected shares between 0 and 1"),
        (np.full((2, 2), np.nan), "expected finite numbers, got nan"),
    ],
)
def test_shares_that_are_none_are_refused(shares, sentence):
    with pytest.raises(ValueError, match=sentence):
        figures.needle_in_a_haystack({"GRU": (shares, "gru")}, (0, 1), (5, 9))
