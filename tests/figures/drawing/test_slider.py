"""Percentages and sentences as readers see them."""

import xml.etree.ElementTree as ET

import pytest

from seqcourse.figures.drawing.slider import percent, sentence, spoken


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
    assert spoken(["in", "1990", ",", "”", "."]) == "in 1990,”."


@pytest.mark.parametrize(
    "symbols", [["7", "2", "?"], ["3", "1", ".", ".", "?"], ["?"]]
)
def test_a_mark_among_symbols_is_a_symbol(symbols):
    assert spoken(symbols) == " ".join(symbols)
    read = "".join(ET.fromstring(sentence(symbols)).itertext())
    assert read == f"{spoken(symbols)} …"
