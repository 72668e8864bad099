"""Dates as people write them, to be written in one way."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import numpy as np

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.annotations import CheckedArguments, checked
from seqcourse.numpy.contract.layer import Array
from seqcourse.tasks.contract.batch import MOST_STEPS, PairBatch, check_draw
from seqcourse.tasks.contract.scores import accuracy, exact
from seqcourse.tasks.language.alphabet import EOS, PAD, START
from seqcourse.tasks.pairs.calendar_dates import (
    ALPHABET,
    DATE_FORMS,
    SLASHED_DATES,
    Forms,
    close_up,
    exchangeable,
    split_days,
)

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_BETWEEN, _AFTER = ALPHABET.encode("; ")


@dataclass(frozen=True)
class Dates(metaclass=CheckedArguments):
    """Write dates as year-month-day, whatever way they were written.

    The source is a date of the years 1950 to 2049 in one of fifteen forms,
    all equally likely: ``3 May 1979``, ``03.05.79``, ``Thursday, 3rd of May
    1979``. The target is the same date as ``1979-05-03``, both character by
    character. With ``count`` above 1 that many dates follow one another,
    ``03.05.79; 24 Dec 2001``, and so do the answers,
    ``1979-05-03 2001-12-24``: the longer the source, the more has to pass
    from the encoder to the decoder. The score is the share of answers right
    from the first character to the last.

    - ``best`` is 1, as the forms leave no doubt: a day comes before its month
      between full stops, and each two-digit year is one year. With both forms
      of `SLASHED_DATES` among n forms, ``03/05/79`` is 3 May or 5 March,
      equally likely, so half of these are wrong: a date is right with
      probability p = 1 − (2/n) · a/2, where a is the share of dates whose
      day and month can be exchanged, and a whole answer with pᶜ, c = count.
    - ``chance`` is one answer to all: 1/(number of dates), to the power c.

    Parameters
    ----------
    split
        ``"train"``, four of five dates, or ``"test"``: the other dates, none
        of which is ever seen in training. A date is in the same split as
        that with its day and month exchanged.
    count
        Dates in a source, one after another.
    forms
        Some of `DATE_FORMS` and `SLASHED_DATES`.

    Raises
    ------
    ValueError
        If the split is another word, count is below 1, or a form is unknown,
        comes twice, or there is none.

    Examples
    --------
    >>> task = Dates()
    >>> batch = task.batch(np.random.default_rng(4), 3)
    >>> for row in range(3):
    ...     source, target = batch.sources[row], batch.targets[row]
    ...     print(f"{task.text(source)} → {task.text(target)}")
    24 AUGUST 2022 → 2022-08-24
    on Wednesday, the 30th day of march in the year 2044 → 2044-03-30
    on Thursday, the 7th day of january in the year 2038 → 2038-01-07
    >>> task.best, round(Dates(forms=DATE_FORMS + SLASHED_DATES).best, 4)
    (1.0, 0.9789)

    References
    ----------
    The form of the answers is that of ISO 8601.
    """

    split: str = "train"
    count: int = 1
    forms: tuple[str, ...] = DATE_FORMS

    kind: ClassVar[str] = "pairs"
    loss: ClassVar[str] = "cross_entropy"

    def __post_init__(self) -> None:
        arguments.check_one_of(("train", "test"), split=self.split)
        arguments.check_positive(count=self.count)
        arguments.check_at_most(MOST_STEPS // 100, count=self.count)
        if not self.forms:
            raise ValueError("forms: expected at least one form, got ()")
        for form in self.forms:
            arguments.check_one_of(DATE_FORMS + SLASHED_DATES, forms=form)
        if len(set(self.forms)) < len(self.forms):
            raise ValueError(f"forms: expected each once, got {self.forms}")

    @property
    def best(self) -> float:
        """The share of answers that the best reader gets right."""
        if not set(SLASHED_DATES) <= set(self.forms):
            return 1.0
        either = float(exchangeable(self.dates()).mean())
        return float((1 - either / len(self.forms)) ** self.count)

    @property
    def chance(self) -> float:
        """What one answer to all gets."""
        return float(len(self.dates())) ** -self.count

    @property
    def words(self) -> tuple[str, ...]:
        """``<pad>``, ``<start>``, ``<eos>`` and the characters, by token."""
        return ALPHABET.words

    @property
    def vocab_size(self) -> int:
        """How many there are; sources and targets have the same."""
        return len(ALPHABET)

    @property
    def num_classes(self) -> int:
        """One for each character and mark."""
        return self.vocab_size

    @checked
    def encode(self, text: str) -> Array:
        """Turn a text into tokens.

        Parameters
        ----------
        text
            Characters that stand in dates.

        Returns
        -------
        tokens
            Their numbers (T,), int64.
        """
        return ALPHABET.encode(text)

    @checked
    def text(self, tokens: Iterable[int]) -> str:
        """Turn tokens back into a text, without the marks.

        Parameters
        ----------
        tokens
            Numbers of characters and marks (T,).

        Returns
        -------
        text
            The characters up to the first ``<eos>``.
        """
        return ALPHABET.text(tokens)

    def dates(self) -> Array:
        """Give all dates of the split.

        Returns
        -------
        dates
            In order, datetime64[D]; not to be written to.
        """
        return split_days(self.split)

    @checked
    def batch(self, rng: np.random.Generator, size: int) -> PairBatch:
        """Draw sources and their answers.

        Parameters
        ----------
        rng
            Where the randomness comes from.
        size
            How many.

        Returns
        -------
        batch
            Sources (B, S) with S the longest of the batch, inputs, targets
            and weights (B, 11 · count).

        Raises
        ------
        ValueError
            If rng is not a NumPy generator, or size is not a whole number of
            at least 1.
        """
        check_draw(rng, size, 100 * self.count)
        days = rng.choice(self.dates(), (size, self.count))
        which = rng.integers(len(self.forms), size=(size, self.count))
        return self._ask(days, which)

    @checked
    def every_form(self, date: str) -> PairBatch:
        """Write one date in each of the forms.

        Parameters
        ----------
        date
            As ``1979-05-03``, of the years 1950 to 2049.

        Returns
        -------
        batch
            One row a form; the source is that one date, whatever ``count``.

        Raises
        ------
        ValueError
            If it is no such date.
        """
        day = _day(date)
        which = np.arange(len(self.forms))[:, None]
        return self._ask(np.full(which.shape, day), which)

    def _ask(self, days: Array, which: Array) -> PairBatch:
        """Write dates (B, C) in their forms, and as they should be."""
        B, C = days.shape
        written = _ready(self.forms).write(days.ravel(), which.ravel())
        written = written.reshape(B, C, -1)
        # Between two dates of a source stands "; ", of a target " ".
        ends = np.full((B, C, 2), PAD, np.int64)
        ends[:, :-1] = _BETWEEN, _AFTER
        sources, source_lengths = close_up(
            np.concatenate((written, ends), axis=2).reshape(B, -1)
        )
        iso = _ready(("{yyyy}-{mm}-{dd}",)).write(
            days.ravel(), np.zeros(B * C, np.int64)
        )
        iso = iso[iso != PAD].reshape(B, C, 10)
        lines = np.full((B, C, 11), _AFTER, np.int64)
        lines[..., :10] = iso
        targets = lines.reshape(B, -1)
        targets[:, -1] = EOS
        inputs = np.full_like(targets, START)
        inputs[:, 1:] = targets[:, :-1]
        return PairBatch(
            sources=sources,
            inputs=inputs,
            targets=targets,
            source_lengths=source_lengths,
            lengths=np.full(B, targets.shape[1], np.int64),
            weights=np.ones(targets.shape, np.float32),
        )

    @checked
    def metric(self, outputs: Array, batch: PairBatch) -> float:
        """Give the share of answers right from end to end.

        Parameters
        ----------
        outputs
            Scores (B, T, V).
        batch
            What was asked.

        Returns
        -------
        share
            From 0 to 1: see `scores.exact`.
        """
        return exact(outputs, batch)

    @checked
    def characters(self, outputs: Array, batch: PairBatch) -> float:
        """Give the share of characters right, ``<eos>`` among them.

        Parameters
        ----------
        outputs
            Scores (B, T, V).
        batch
            What was asked.

        Returns
        -------
        share
            From 0 to 1.
        """
        return accuracy(outputs, batch)


@lru_cache
def _ready(forms: tuple[str, ...]) -> Forms:
    return Forms(forms)


def _day(date: str) -> np.datetime64:
    """Read one date, or say what is wrong with it."""
    day: np.datetime64 = np.datetime64("NaT", "D")
    if _DATE.fullmatch(date):
        with suppress(ValueError):
            day = np.datetime64(date, "D")
    if not np.datetime64("1950", "D") <= day < np.datetime64("2050", "D"):
        raise ValueError(
            "date: expected one of 1950 to 2049 as '1979-05-03', "
            f"got {date!r}"
        )
    return day
