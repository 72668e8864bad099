"""As many b as there were a."""

import math
import re
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from seqcourse.tasks import Counting
from seqcourse.tasks.recall import counting

EITHER = pytest.mark.parametrize("symbols", [2, 3])
SIZE = 6000


def drawn(task, size=SIZE):
    return task.batch(np.random.default_rng(0), size)


def texts(task, rows, lengths):
    for row, length in zip(rows, lengths, strict=True):
        yield "".join(task.decode(row[:length]).split())


def certain(task, batch):
    """Scores of whoever knows the answers, where one can; blind elsewhere."""
    scores = 60.0 * np.eye(task.num_classes)[batch.targets]
    scores[batch.inputs <= 1] = 0
    return scores


@EITHER
def test_every_letter_comes_as_often_as_the_first(symbols):
    task = counting.Counting(symbols, shortest=2, longest=6)
    batch = drawn(task, 300)
    form = re.compile("(a+)(b+)(c*)<end>")
    for text in texts(task, batch.targets, batch.lengths):
        match = form.fullmatch(text)
        assert match, text
        blocks = match.groups()[:symbols]
        assert len({len(block) for block in blocks}) == 1
        assert 2 <= len(blocks[0]) <= 6


@EITHER
def test_what_is_read_is_what_was_asked_a_step_ago(symbols):
    task = Counting(symbols, longest=5)
    batch = drawn(task, 300)
    read = texts(task, batch.inputs, batch.lengths)
    asked = texts(task, batch.targets, batch.lengths)
    for one, other in zip(read, asked, strict=True):
        assert one.removeprefix("<start>") == other.removesuffix("<end>")


@EITHER
def test_every_length_is_equally_likely(symbols):
    task = counting.Counting(symbols, shortest=3, longest=7)
    n, rest = np.divmod(drawn(task).lengths - 1, symbols)
    assert not rest.any()
    counts = np.bincount(n, minlength=8)
    assert not counts[:3].any()
    expected = SIZE / 5
    assert np.abs(counts[3:] - expected).max() < 5 * np.sqrt(expected)


@EITHER
def test_best_is_what_the_true_chances_get(symbols):
    """After k times a, the next is a with chance (N - k) / (N - k + 1)."""
    task = counting.Counting(symbols, shortest=3, longest=8)
    every = range(3, 9)
    surprise, predictions = 0.0, 0
    for n in every:
        predictions += symbols * n + 1
        for k in range(1, n + 1):
            going_on = sum(m > k for m in every) / sum(m >= k for m in every)
            surprise -= math.log(going_on if k < n else 1 - going_on)
    assert task.best == pytest.approx(surprise / predictions, rel=1e-12)


@EITHER
def test_chance_is_what_the_symbols_frequencies_get(symbols):
    task = Counting(symbols, shortest=2, longest=5)
    counts = Counter()
    for n in range(2, 6):
        counts.update("abc"[:symbols] * n + ".")
    total = sum(counts.values())
    entropy = sum(-n / total * math.log(n / total) for n in counts.values())
    assert task.chance == pytest.approx(entropy, rel=1e-12)


@EITHER
def test_whoever_is_right_where_one_can_be_has_counted(symbols):
    task = Counting(symbols, longest=6)
    batch = drawn(task, 50)
    assert task.counted(certain(task, batch), batch).all()


@EITHER
@pytest.mark.parametrize("wrong", ["too early", "too late"])
def test_one_wrong_end_and_it_has_not(symbols, wrong):
    task = counting.Counting(symbols, shortest=4, longest=9)
    batch = drawn(task, 40)
    scores = certain(task, batch)
    end = task.encode("<end>")[0]
    early = wrong == "too early"
    rows, at = np.arange(40), batch.lengths - 1 - early
    scores[rows, at] = 0
    scores[rows, at, end if early else end - 1] = 60
    scores[::2] = certain(task, batch)[::2]
    expected = rows % 2 == 0
    np.testing.assert_array_equal(task.counted(scores, batch), expected)


def test_a_length_that_was_asked_for_is_the_only_one():
    task = replace(Counting(), shortest=30, longest=30)
    batch = drawn(task, 3)
    assert (batch.lengths == 61).all()
    assert task.best == 0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"symbols": 4}, "symbols: expected 2 or 3, got 4"),
        ({"shortest": 0}, "shortest: expected a whole number .* got 0"),
        ({"longest": 2.5}, r"longest: expected a whole number, got 2\.5"),
        (
            {"shortest": 5, "longest": 4},
            "longest: expected at least the shortest, 5, got 4",
        ),
    ],
)
def test_wrong_arguments_are_refused(arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        Counting(**arguments)
