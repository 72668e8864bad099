"""How wide a text is, and where it is broken."""

import pytest

from seqcourse.figures.drawing.text import text_width, wrap


def test_wrapping_keeps_every_word():
    words = "one two three four five six"
    lines = wrap(words, 80)
    assert " ".join(lines) == words
    assert all(text_width(line) <= 80 for line in lines)
    assert wrap("", 80) == [""]


def test_the_book_s_own_face_is_measured_where_it_is(monkeypatch, tmp_path):
    import shutil
    from pathlib import Path

    import matplotlib as mpl

    fonts = Path(mpl.get_data_path(), "fonts", "ttf")
    before = text_width("MMMM iiii")
    shutil.copy(
        fonts / "DejaVuSansMono.ttf", tmp_path / "face-400-normal.ttf"
    )
    monkeypatch.setenv("SEQCOURSE_FONTS", str(tmp_path))
    assert text_width("MMMM iiii") != before
    assert text_width("MMMM") == pytest.approx(text_width("iiii"), abs=1)
