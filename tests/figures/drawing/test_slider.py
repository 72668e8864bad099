"""Percentages and sentences as readers see them."""

import pytest

from seqcourse.figures.drawing.slider import percent, spoken


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0, "0 %"),
        (0.0001, "<1 %"),
        (0.005, "<1 %"),
        (0.126, "13 %"),
        (0.994, "99 %"),
        (0.9951, ">99 %"),
        (1, "100 %"),
    ],
)
def test_percentages_do_not_lie_at_the_ends(share, text):
    assert percent(share) == text


def test_punctuation_follows_its_word():
    assert spoken(["yes", ",", "I", "see", "."]) == "yes, I see."
