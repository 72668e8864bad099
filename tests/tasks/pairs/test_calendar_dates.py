"""Dates and the many ways to write them."""

from datetime import date, timedelta

import numpy as np
import pytest

from seqcourse.tasks.pairs import calendar_dates

FIRST = date(1950, 1, 1)
EVERY = [FIRST + timedelta(days=n) for n in range(36_525)]

ORDINALS = {1: "1st", 2: "2nd", 3: "3rd", 21: "21st", 22: "22nd", 23: "23rd"}
ORDINALS |= {31: "31st"}


def piece(name, day):
    """What a piece should be, by Python's own calendar."""
    return {
        "d": str(day.day),
        "dd": day.strftime("%d"),
        "th": ORDINALS.get(day.day, f"{day.day}th"),
        "m": str(day.month),
        "mm": day.strftime("%m"),
        "Mon": day.strftime("%b"),
        "mon": day.strftime("%b").lower(),
        "Month": day.strftime("%B"),
        "month": day.strftime("%B").lower(),
        "MONTH": day.strftime("%B").upper(),
        "yy": day.strftime("%y"),
        "yyyy": str(day.year),
        "Wkd": day.strftime("%a"),
        "Weekday": day.strftime("%A"),
    }[name]


@pytest.mark.parametrize("name", calendar_dates.PIECES)
def test_a_piece_is_what_pythons_calendar_says(name):
    days = [*EVERY[::97], date(2000, 2, 29), date(1999, 12, 31), EVERY[-1]]
    forms = calendar_dates.Forms((f"{{{name}}}",))
    rows = forms.write(
        np.array(days, "datetime64[D]"), np.zeros(len(days), np.int64)
    )
    for row, day in zip(rows, days, strict=True):
        assert calendar_dates.ALPHABET.text(row) == piece(name, day)


def test_close_up_keeps_the_order():
    rng = np.random.default_rng(0)
    tokens = rng.integers(4, size=(50, 17))
    closed, lengths = calendar_dates.close_up(tokens)
    for row in range(50):
        real = [n for n in tokens[row] if n]
        assert lengths[row] == len(real)
        assert list(closed[row]) == real + [0] * (closed.shape[1] - len(real))
    assert lengths.max() == closed.shape[1]


def test_the_splits_are_all_dates_and_share_none():
    train = set(calendar_dates.split_days("train").tolist())
    test = set(calendar_dates.split_days("test").tolist())
    assert not train & test
    assert train | test == set(EVERY)
    assert 0.18 < len(test) / len(EVERY) < 0.22


def test_a_date_is_in_the_split_of_its_exchange():
    for split in ("train", "test"):
        days = set(calendar_dates.split_days(split).tolist())
        for day in days:
            if day.day <= 12:
                exchanged = day.replace(day=day.month, month=day.day)
                assert exchanged in days


def test_what_can_be_exchanged():
    can = calendar_dates.exchangeable(np.array(EVERY, "datetime64[D]"))
    expected = [d.day <= 12 and d.day != d.month for d in EVERY]
    np.testing.assert_array_equal(can, expected)
    assert can.sum() == 100 * 12 * 11
