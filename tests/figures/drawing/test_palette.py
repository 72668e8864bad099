"""Every model can be told from every other, in both lights."""

from itertools import combinations

import pytest

from seqcourse.figures.drawing.marks import mark
from seqcourse.figures.drawing.palette import INKS, PALETTE, css, ink, look


def contrast(one, other):
    def light(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [
            part / 12.92
            if part <= 0.04045
            else ((part + 0.055) / 1.055) ** 2.4
            for part in parts
        ]
        weights = (0.2126, 0.7152, 0.0722)
        return sum(w * p for w, p in zip(weights, linear, strict=True))

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(
    "pair",
    list(combinations(PALETTE.values(), 2)),
    ids=lambda pair: "-".join(look.key for look in pair),
)
def test_no_two_models_share_colour_dash_or_mark(pair):
    one, other = pair
    assert one.light != other.light
    assert one.dark != other.dark
    assert one.dash != other.dash
    assert (one.mark, one.hollow) != (other.mark, other.hollow)
    assert one.label != other.label


@pytest.mark.parametrize("entry", list(PALETTE.values()), ids=list(PALETTE))
def test_names_can_be_read_on_both_papers(entry):
    assert contrast(entry.light, INKS["paper"]) >= 4.5
    assert contrast(entry.dark, "#191815") >= 4.5


def test_sheet_names_every_model():
    sheet = css()
    for key, entry in PALETTE.items():
        pair = f"light-dark({entry.light}, {entry.dark})"
        assert f"--m-{key}: {pair};" in sheet
        assert f".m-{key} {{ --c: var(--m-{key}); --dash: " in sheet
    assert sheet.count("{") == sheet.count("}") == 1 + len(PALETTE)


def test_colours_carry_their_fallback():
    assert PALETTE["rnn"].colour == "var(--m-rnn, #c23c05)"
    assert ink("paper") == "var(--paper, #fdfcf8)"


@pytest.mark.parametrize("name", ["rnn", "RNN", "rNn"])
def test_look_by_key_or_label(name):
    assert look(name) is PALETTE["rnn"]


def test_unknown_model_lists_the_known():
    with pytest.raises(
        ValueError, match=r"expected one of bag, ngram.*'cnn'"
    ):
        look("cnn")


def test_second_mark_is_the_other_way_round():
    for entry in PALETTE.values():
        first = "open" in mark(entry, 0, 0)
        second = "open" in mark(entry, 0, 0, second=True)
        assert first != second or not entry.mark


def test_mark_refuses_nowhere():
    with pytest.raises(ValueError, match="finite place"):
        mark(PALETTE["rnn"], float("nan"), 0)
