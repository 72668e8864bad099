"""Melodies that can be sung."""

import numpy as np
import pytest

from seqcourse.tasks import TUNES
from seqcourse.tasks.series.tunes import read_notes

each_tune = pytest.mark.parametrize("tune", TUNES, ids=lambda t: t.title)
PICKUPS = {"Greensleeves": 1}
TONICS = {
    "Greensleeves": "A",
    "What shall we do with the drunken sailor": "D",
}


def test_there_are_at_least_four_each_with_its_origin():
    assert len({tune.title for tune in TUNES}) == len(TUNES) >= 4
    assert all("traditional" in tune.origin for tune in TUNES)


@each_tune
def test_bars_are_full_and_no_note_crosses_a_bar_line(tune):
    at = (tune.metre - PICKUPS.get(tune.title, 0)) % tune.metre
    for _, beats in tune.notes:
        assert beats > 0
        assert at % tune.metre + beats <= tune.metre
        at += beats
    assert (at + PICKUPS.get(tune.title, 0)) % tune.metre == 0


@each_tune
def test_it_can_be_sung(tune):
    pitches = np.array([pitch for pitch, _ in tune.notes])
    assert 48 <= pitches.min() < pitches.max() <= 81
    assert np.ptp(pitches) <= 16
    assert np.abs(np.diff(pitches)).max() <= 15


@each_tune
def test_it_ends_on_its_tonic(tune):
    tonic = {"A": 9, "C": 0, "D": 2}[TONICS.get(tune.title, "C")]
    assert tune.notes[-1][0] % 12 == tonic


@each_tune
def test_a_shuffle_has_the_same_notes_in_another_order(tune):
    rng = np.random.default_rng(0)
    shuffled = tune.shuffled(rng)
    assert shuffled.notes != tune.notes
    assert sorted(shuffled.notes) == sorted(tune.notes)
    assert shuffled.title != tune.title
    assert shuffled == tune.shuffled(np.random.default_rng(0))
    assert shuffled != tune.shuffled(rng)


def test_repeated_lines_are_repeated():
    jacques = TUNES[0].notes
    for start, length in ((0, 4), (8, 3), (14, 6), (26, 3)):
        line = jacques[start : start + length]
        assert line == jacques[start + length : start + 2 * length]
    maman = TUNES[1].notes
    assert maman[:14] == maman[28:]
    assert maman[14:21] == maman[21:28]


def test_notes_are_read_as_written():
    notes = read_notes("C4 A4*0.5 Bb3*0.5 | F#5*2", metre=2)
    assert notes == ((60, 1), (69, 0.5), (58, 0.5), (78, 2))
    assert read_notes("C4 | D4*3 | E4*2", metre=3)[0] == (60, 1)


@pytest.mark.parametrize(
    ("score", "sentence"),
    [
        ("C4 C4 | D4", "expected 2 beats in bar 2, got 1"),
        ("C4 C4 C4 | D4 D4", "expected 2 beats in bar 1, got 3"),
        ("C4 | D4*2 | D4*1.5", "expected 2 beats in bar 1, got 2.5"),
        ("C4 H4", "expected a note such as C4 .* got 'H4'"),
        ("C4 D4*", r"expected a note such as C4 .* got 'D4\*'"),
    ],
)
def test_a_score_that_does_not_fit_is_refused(score, sentence):
    with pytest.raises(ValueError, match=f"score: {sentence}"):
        read_notes(score, metre=2)


def test_a_seed_is_not_a_generator():
    with pytest.raises(ValueError, match="rng: expected a generator"):
        TUNES[0].shuffled(0)
