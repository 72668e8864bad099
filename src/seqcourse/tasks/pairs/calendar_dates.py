"""Dates and the many ways to write them, as tables of characters.

A form such as ``{d} {Month} {yyyy}`` is cut into pieces. Whatever a piece can
be, its text stands in one table, so that any number of dates in any forms is
written by looking up rows of it: no Python loop over dates.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.annotations import (
    CheckedArguments,
    checked,
    described,
)
from seqcourse.numpy.contract.layer import Array
from seqcourse.tasks.language.alphabet import PAD, Alphabet

#: The years: each two-digit year once.
FIRST, LAST = 1950, 2049

#: Ways to write a date that leave no doubt, roughly from short to long.
DATE_FORMS: tuple[str, ...] = (
    "{dd}.{mm}.{yy}",
    "{d}.{m}.{yyyy}",
    "{yyyy}/{mm}/{dd}",
    "{dd}-{Mon}-{yyyy}",
    "{d} {Mon} {yyyy}",
    "{mon} {d}, {yyyy}",
    "{d} {Month} {yyyy}",
    "{d} {MONTH} {yyyy}",
    "{month} {d}, {yyyy}",
    "{Month} {th}, {yyyy}",
    "{Wkd} {d} {Mon} {yyyy}",
    "the {th} of {Month} {yyyy}",
    "{Weekday}, {Month} {d}, {yyyy}",
    "{Weekday}, {th} of {Month} {yyyy}",
    "on {Weekday}, the {th} day of {month} in the year {yyyy}",
)
#: Two ways that cannot be told apart: day first, and month first.
SLASHED_DATES: tuple[str, ...] = ("{dd}/{mm}/{yy}", "{mm}/{dd}/{yy}")

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_DAYS = tuple(
    f"{name}day"
    for name in ("Mon", "Tues", "Wednes", "Thurs", "Fri", "Satur", "Sun")
)


def _ordinal(day: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{'th' if day in (11, 12, 13) else ending}"


_YEARS = range(FIRST, LAST + 1)

#: What each piece of a form can be, and which part of the date says which.
PIECES: dict[str, tuple[str, tuple[str, ...]]] = {
    "d": ("day", tuple(f"{day}" for day in range(1, 32))),
    "dd": ("day", tuple(f"{day:02}" for day in range(1, 32))),
    "th": ("day", tuple(map(_ordinal, range(1, 32)))),
    "m": ("month", tuple(f"{month}" for month in range(1, 13))),
    "mm": ("month", tuple(f"{month:02}" for month in range(1, 13))),
    "Mon": ("month", tuple(name[:3] for name in _MONTHS)),
    "mon": ("month", tuple(name[:3].lower() for name in _MONTHS)),
    "Month": ("month", _MONTHS),
    "month": ("month", tuple(map(str.lower, _MONTHS))),
    "MONTH": ("month", tuple(map(str.upper, _MONTHS))),
    "yy": ("year", tuple(f"{year % 100:02}" for year in _YEARS)),
    "yyyy": ("year", tuple(map(str, _YEARS))),
    "Wkd": ("weekday", tuple(name[:3] for name in _DAYS)),
    "Weekday": ("weekday", _DAYS),
}

_PARTS = ("none", "day", "month", "year", "weekday")
ALPHABET = Alphabet(
    "-; 0123456789"
    + "".join(
        sorted(
            set("".join(t for _, texts in PIECES.values() for t in texts))
            .union(",./ontheofdayintheyear")
            .difference("0123456789")
        )
    )
)


@dataclass(frozen=True, eq=False)
class Forms(metaclass=CheckedArguments):
    """Some forms, ready to write dates in.

    Parameters
    ----------
    forms
        Texts with the names of `PIECES` in braces.

    Raises
    ------
    ValueError
        If there is none, or one has another piece or character.

    Examples
    --------
    >>> forms = Forms(("{Wkd} {d} {Mon} {yyyy}", "{dd}.{mm}.{yy}"))
    >>> days = np.array(["1979-05-03", "2001-12-24"], "datetime64[D]")
    >>> for row in forms.write(days, np.array([0, 1])):
    ...     print(ALPHABET.text(row))
    Thu 3 May 1979
    24.12.01
    """

    forms: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.forms:
            raise ValueError("forms: expected at least one form, got ()")
        for form in self.forms:
            cut = re.split(r"\{(\w+)\}", form)
            unknown = [piece for piece in cut[1::2] if piece not in PIECES]
            unknown += sorted(set("".join(cut[::2])) - {*ALPHABET.characters})
            if unknown or not form:
                raise ValueError(
                    f"forms: expected pieces among {', '.join(PIECES)} in "
                    f"braces, and characters of dates, got {form!r}"
                )

    @cached_property
    def _tables(self) -> tuple[Array, Array, Array]:
        """Texts (n, W); first row and deciding part of each piece (F, P)."""
        cut = [re.split(r"\{(\w+)\}", form) for form in self.forms]
        texts, begins = [""], {}
        for name, (_, ways) in PIECES.items():
            begins[name] = len(texts)
            texts += ways
        most = max(map(len, cut))
        first = np.zeros((len(cut), most), np.int64)
        part = np.zeros_like(first)
        for row, pieces in enumerate(cut):
            for place, piece in enumerate(pieces):
                if place % 2:
                    first[row, place] = begins[piece]
                    part[row, place] = _PARTS.index(PIECES[piece][0])
                else:
                    first[row, place] = len(texts)
                    texts.append(piece)
        table = np.full((len(texts), max(map(len, texts))), PAD, np.int64)
        for line, text in zip(table, texts, strict=True):
            line[: len(text)] = ALPHABET.encode(text)
        return table, first, part

    def write(self, days: Array, which: Array) -> Array:
        """Write dates.

        Parameters
        ----------
        days
            The dates (N,), datetime64[D].
        which
            The form of each (N,).

        Returns
        -------
        tokens
            (N, W), with padding also between characters: see `close_up`.

        Raises
        ------
        ValueError
            If a date is of another year than 1950 to 2049, or a form is none.
        """
        table, first, part = self._tables
        parts = np.stack(parts_of(days), axis=1)
        _check_forms(which, days.shape, len(self.forms))
        drawn = first[which] + np.take_along_axis(parts, part[which], 1)
        written: Array = table[drawn].reshape(len(days), -1)
        return written


@checked
def _check_forms(which: Array, shape: tuple[int, ...], count: int) -> None:
    arguments.check_integers(which=which)
    arguments.check_array_shape(shape, which=which)
    wrong = (which < 0) | (which >= count)
    if wrong.any():
        raise ValueError(
            f"which: expected forms from 0 to {count - 1}, "
            f"got {arguments.first_of(which, wrong)}"
        )


def _check_days(days: Any) -> None:
    known = isinstance(days, np.ndarray) and days.dtype == "datetime64[D]"
    if not known or days.ndim != 1 or not days.size:
        raise ValueError(
            f"days: expected dates (N,), datetime64[D], got {described(days)}"
        )
    first, last = (np.datetime64(f"{y}", "D") for y in (FIRST, LAST + 1))
    wrong = ~((days >= first) & (days < last))  # NaT is neither
    if wrong.any():
        raise ValueError(
            f"days: expected dates of {FIRST} to {LAST}, "
            f"got {arguments.first_of(days, wrong)}"
        )


def parts_of(days: Array) -> tuple[Array, ...]:
    """Take dates apart.

    Parameters
    ----------
    days
        The dates (N,), datetime64[D].

    Returns
    -------
    parts
        Zeros, and the day, month, year and weekday, each counted from 0 (the
        year from `FIRST`, the weekday from Monday).

    Raises
    ------
    ValueError
        If these are no dates of 1950 to 2049.

    Examples
    --------
    >>> days = np.array(["1979-05-03"], "datetime64[D]")
    >>> [int(part[0]) for part in parts_of(days)]
    [0, 2, 4, 29, 3]
    """
    _check_days(days)
    months = days.astype("datetime64[M]")
    years = days.astype("datetime64[Y]")
    number = days.astype(np.int64)
    return (
        np.zeros(len(days), np.int64),
        (days - months.astype("datetime64[D]")).astype(np.int64),
        months.astype(np.int64) % 12,
        years.astype(np.int64) - (FIRST - 1970),
        (number + 3) % 7,  # day 0 was a Thursday
    )


@checked
def close_up(tokens: Array) -> tuple[Array, Array]:
    """Move all padding to the end of each row.

    Parameters
    ----------
    tokens
        (N, W), with padding anywhere.

    Returns
    -------
    closed, lengths
        (N, longest) and (N,).

    Raises
    ------
    ValueError
        If tokens are no integers (N, W), or a row is nothing but padding.

    Examples
    --------
    >>> closed, lengths = close_up(np.array([[0, 5, 0, 4], [0, 0, 3, 0]]))
    >>> closed
    array([[5, 4],
           [3, 0]])
    >>> lengths
    array([2, 1])
    """
    arguments.check_integers(tokens=tokens)
    arguments.check_array_shape(("N", "W"), tokens=tokens)
    real = tokens != PAD
    lengths = real.sum(axis=1)
    if not lengths.all():
        raise ValueError(
            "tokens: expected a character in each row, got padding alone in "
            f"row {lengths.argmin()}"
        )
    closed = np.full((len(tokens), int(lengths.max())), PAD, np.int64)
    row, _ = real.nonzero()
    # How many characters of the row stand before this one.
    place = np.cumsum(real, axis=1)[real] - 1
    closed[row, place] = tokens[real]
    return closed, lengths


@checked
@lru_cache
def split_days(split: str) -> Array:
    """Give the dates of a split.

    A date and the one with day and month exchanged, where that is a date, are
    in the same split: whoever read 03/05/79 wrongly must not learn from the
    split which of the two it is.

    Parameters
    ----------
    split
        ``"train"``, four in five, or ``"test"``, the others.

    Returns
    -------
    days
        The dates in order, datetime64[D]; not to be written to.

    Raises
    ------
    ValueError
        If the split is another word.

    Examples
    --------
    >>> len(split_days("train")), len(split_days("test"))
    (29281, 7244)
    """
    arguments.check_one_of(("train", "test"), split=split)
    days = np.arange(f"{FIRST}", f"{LAST + 1}", dtype="datetime64[D]")
    _, day, month, year, _ = parts_of(days)
    same = np.where(day < 12, np.minimum(day, month), day)
    other = np.where(day < 12, np.maximum(day, month), month)
    group = (year * 31 + same) * 12 + other
    lot = np.random.default_rng(1582).random(100 * 31 * 12)[group]
    found: Array = days[(lot < 0.2) == (split == "test")]
    found.setflags(write=False)
    return found


def exchangeable(days: Array) -> Array:
    """Say which dates can be read as another, day and month exchanged.

    Parameters
    ----------
    days
        The dates (N,), datetime64[D].

    Returns
    -------
    can
        (N,), bool.

    Raises
    ------
    ValueError
        If these are no dates of 1950 to 2049.

    Examples
    --------
    >>> days = ["1979-05-03", "1979-05-05", "1979-05-13"]
    >>> exchangeable(np.array(days, "datetime64[D]"))
    array([ True, False, False])
    """
    _, day, month, _, _ = parts_of(days)
    can: Array = (day < 12) & (day != month)
    return can
