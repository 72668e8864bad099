"""The real files, from the folder that SEQCOURSE_DATA names."""

import re

import numpy as np
import pytest

from seqcourse.tasks import shakespeare, sunspots, time_machine
from seqcourse.tasks.language.text import TIME_MACHINE

pytestmark = pytest.mark.realdata


def test_shakespeare():
    text = shakespeare()
    assert len(text) == 1_115_394
    assert text.startswith("First Citizen:\nBefore we proceed")
    assert len(set(text)) == 65


def test_time_machine():
    text = time_machine()
    assert len(text) == 179_682
    assert text.startswith("The Time Machine\n\n\nAn Invention\n")
    assert text.endswith("still lived on in the heart of man.\n")
    assert "Gutenberg" not in text


def test_the_time_machine_is_cut_out_of_gutenbergs_file():
    """That one has a frame, other line ends and other blank lines."""
    novel = time_machine()
    text = novel
    for pattern, there in (
        (r"\n{3}(An Invention)\n{5}", r"\n\n\1\n\n"),
        (r"\n{5}(CONTENTS)\n{3}", r"\n\n\n\1\n\n"),
        (r"\n{4} ([IVX]+)\n{3} (.+)\n{2}", r"\n\n\n\n\n \1.\n \2\n\n\n"),
        (r"\n{4} (Epilogue)\n{2}", r"\n\n\n\n\n \1\n\n\n"),
    ):
        text, found = re.subn(pattern, there, text)
        assert found
    marks = (
        f"*** {mark} OF THE PROJECT GUTENBERG EBOOK THE TIME MACHINE ***"
        for mark in ("START", "END")
    )
    ebook = (
        f"About it.\n\n{next(marks)}\n\n\n\n{text}\n\n{next(marks)}\nLicence"
    )
    sent = ebook.replace("\n", "\r\n").encode("utf-8-sig")
    assert TIME_MACHINE.extract(sent) == novel.encode()
    assert TIME_MACHINE.extract(b"\xffNot found") != novel.encode()


def test_sunspots():
    years, values = sunspots()
    np.testing.assert_array_equal(years, np.arange(1700, 2009))
    assert years.dtype == np.int64
    assert values.dtype == np.float64
    assert values.shape == (309,)
    assert values[:3].tolist() == [5, 11, 16]
    assert values.min() == 0
    # The record: the summit of the cycle of 1957.
    assert years[values.argmax()] == 1957
