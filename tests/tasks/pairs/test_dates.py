"""Dates as people write them, to be written in one way."""

import re
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqcourse.tasks import DATE_FORMS, SLASHED_DATES
from seqcourse.tasks.pairs import dates

BOTH = DATE_FORMS + SLASHED_DATES
# How Python's own calendar reads each form, once the filling words are gone.
READ = (
    "%d.%m.%y",
    "%d.%m.%Y",
    "%Y/%m/%d",
    "%d-%b-%Y",
    "%d %b %Y",
    "%d %B %Y",
    "%b %d %Y",
    "%B %d %Y",
    "%a %d %b %Y",
    "%A %B %d %Y",
    "%A %d %B %Y",
)


def read(text, month_first=False):
    """Read one date in plain Python, whatever its form."""
    text = re.sub(r"(\d)(st|nd|rd|th)\b", r"\1", text)
    text = re.sub(r"\b(on|the|of|day|in|year)\b|,", " ", text)
    text = " ".join(text.split())
    slashed = ["%d/%m/%y", "%m/%d/%y"]
    for form in (*READ, *(slashed[::-1] if month_first else slashed)):
        try:
            day = datetime.strptime(text, form)
        except ValueError:
            continue
        if "%y" in form:  # Python's own century turns at 69
            day = day.replace(year=1950 + (day.year - 1950) % 100)
        return day.strftime("%Y-%m-%d")
    return "unreadable"


def solve(task, batch, month_first=False):
    """Answer from the sources alone."""
    outputs = np.zeros((*batch.targets.shape, task.num_classes))
    for row, source in enumerate(batch.sources):
        text = task.text(source[: batch.source_lengths[row]])
        answer = " ".join(read(d, month_first) for d in text.split("; "))
        tokens = [*task.encode(answer), task.words.index("<eos>")]
        for step, token in enumerate(tokens[: outputs.shape[1]]):
            outputs[row, step, token] = 1
    return outputs


@pytest.mark.parametrize("count", [1, 2, 4])
@pytest.mark.parametrize("split", ["train", "test"])
def test_whoever_can_read_is_always_right(count, split):
    task = dates.Dates(split, count)
    batch = task.batch(np.random.default_rng(0), 150)
    outputs = solve(task, batch)
    assert task.metric(outputs, batch) == task.best == 1
    assert task.characters(outputs, batch) == 1


@pytest.mark.parametrize("count", [1, 2])
def test_whoever_takes_a_side_gets_best_where_there_is_doubt(count):
    task = dates.Dates("test", count, (*SLASHED_DATES, DATE_FORMS[0]))
    size = 1000
    batch = task.batch(np.random.default_rng(1), size)
    error = (task.best * (1 - task.best) / size) ** 0.5
    for month_first in (False, True):
        score = task.metric(solve(task, batch, month_first), batch)
        assert score == pytest.approx(task.best, abs=4 * error)
    assert task.best < 0.9


def doubted(days):
    """The share of days that are another one with the month first."""
    both = [(d.day, d.month) for d in days.tolist()]
    return np.mean([day <= 12 and day != month for day, month in both])


@pytest.mark.parametrize("split", ["train", "test"])
@pytest.mark.parametrize(
    "forms",
    [DATE_FORMS, BOTH, SLASHED_DATES, SLASHED_DATES[1:]],
    ids=["without doubt", "all", "slashed", "month first"],
)
def test_best_is_the_likeliest_date_of_each_source(split, forms):
    """Counted over every date of two years in every form."""
    task = dates.Dates(split, forms=forms)
    days = task.dates()
    some = days[
        (days >= np.datetime64("1999")) & (days < np.datetime64("2001"))
    ]
    meant = defaultdict(Counter)
    for day in some:
        batch = task.every_form(str(day))
        for source, target in zip(batch.sources, batch.targets, strict=True):
            meant[task.text(source)][task.text(target)] += 1
    right = sum(max(ways.values()) for ways in meant.values())
    doubt = doubted(some) if set(SLASHED_DATES) <= set(forms) else 0
    assert right / (len(some) * len(forms)) == pytest.approx(
        1 - doubt / len(forms)
    )
    if doubt:
        share = doubted(days) / len(forms)
        assert task.best == pytest.approx(1 - share)
        assert replace(task, count=3).best == pytest.approx(task.best**3)
    else:
        assert task.best == replace(task, count=3).best == 1


def test_the_decoder_reads_one_step_behind():
    task = dates.Dates(count=2)
    batch = task.batch(np.random.default_rng(6), 20)
    start, end = (task.words.index(mark) for mark in ("<start>", "<eos>"))
    for inputs, targets in zip(batch.inputs, batch.targets, strict=True):
        assert list(inputs) == [start, *targets[:-1]]
        assert targets[-1] == end
        assert (targets[:-1] > end).all()


def drawn(split, size=4000):
    task = dates.Dates(split)
    batch = task.batch(np.random.default_rng(2), size)
    return {task.text(target) for target in batch.targets}


def test_no_date_of_the_test_is_seen_in_training():
    train, test = drawn("train"), drawn("test")
    assert len(train) > 3000
    assert len(test) > 2500
    assert not train & test
    assert test <= set(dates.Dates("test").dates().astype(str))


def test_every_form_is_drawn_alike():
    task = dates.Dates()
    size = 6000
    batch = task.batch(np.random.default_rng(3), size)
    sources = [task.text(source) for source in batch.sources]
    counts = np.array(
        [
            sum(
                re.fullmatch(r"\d\d\.\d\d\.\d\d", s) is not None
                for s in sources
            ),
            sum(s.startswith("on ") for s in sources),
            sum(s.startswith("the ") for s in sources),
            sum("-" in s for s in sources),
            sum(bool(re.search("[A-Z]{3}", s)) for s in sources),
        ]
    )
    assert np.abs(counts - size / 15).max() < 5 * (size / 15) ** 0.5


def test_one_date_in_every_form():
    task = dates.Dates(forms=BOTH)
    batch = task.every_form("1979-05-03")
    assert [task.text(source) for source in batch.sources] == [
        "03.05.79",
        "3.5.1979",
        "1979/05/03",
        "03-May-1979",
        "3 May 1979",
        "may 3, 1979",
        "3 May 1979",
        "3 MAY 1979",
        "may 3, 1979",
        "May 3rd, 1979",
        "Thu 3 May 1979",
        "the 3rd of May 1979",
        "Thursday, May 3, 1979",
        "Thursday, 3rd of May 1979",
        "on Thursday, the 3rd day of may in the year 1979",
        "03/05/79",
        "05/03/79",
    ]
    assert {task.text(t) for t in batch.targets} == {"1979-05-03"}


def test_a_longer_source_has_more_dates():
    one, four = dates.Dates(), dates.Dates(count=4)
    short = one.batch(np.random.default_rng(4), 500)
    long = four.batch(np.random.default_rng(4), 500)
    ratio = long.source_lengths.mean() / short.source_lengths.mean()
    assert 4 < ratio < 5
    assert long.targets.shape == (500, 44)
    assert short.targets.shape == (500, 11)
    assert one.chance == 1 / len(one.dates())
    assert four.chance == pytest.approx(one.chance**4)


def test_one_answer_to_all_gets_chance_and_shuffled_answers_nothing():
    """Over every date of the split, in one form each."""
    task = dates.Dates("test")
    days = task.dates()
    answers = days.astype(str)
    assert np.mean(answers == "2010-10-10") <= task.chance
    assert np.mean(answers == str(days[0])) == pytest.approx(task.chance)
    batch = task.batch(np.random.default_rng(5), 400)
    outputs = np.roll(solve(task, batch), 1, axis=0)
    assert task.metric(outputs, batch) < 0.02


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_it_is_solved_whatever_the_forms(data):
    forms = data.draw(
        st.lists(st.sampled_from(DATE_FORMS), min_size=1, unique=True)
    )
    task = dates.Dates(
        data.draw(st.sampled_from(["train", "test"])),
        data.draw(st.integers(1, 3)),
        tuple(forms),
    )
    seed = data.draw(st.integers(0, 2**32))
    batch = task.batch(np.random.default_rng(seed), 3)
    assert task.metric(solve(task, batch), batch) == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"split": "dev"}, "split: expected one of train, test, got 'dev'"),
        ({"count": 0}, "count: expected a whole number .* got 0"),
        ({"forms": ()}, "forms: expected at least one form"),
        ({"forms": ("{d}",)}, "forms: expected one of .*, got '{d}'"),
        ({"forms": DATE_FORMS[:1] * 2}, "forms: expected each once, got"),
    ],
)
def test_wrong_arguments_are_refused(arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        dates.Dates(**arguments)


@pytest.mark.parametrize("date", ["1949-12-31", "2050-01-01", "3 May", None])
def test_a_date_outside_the_years_is_refused(date):
    with pytest.raises(ValueError, match="date: expected "):
        dates.Dates().every_form(date)
