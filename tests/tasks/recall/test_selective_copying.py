"""Some symbols among blanks, then the symbols alone, in their order."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqcourse.tasks.recall import selective_copying


def solve(task, batch):
    """Keep what is no blank; give it out, one at each question."""
    outputs = np.zeros((*batch.inputs.shape, task.num_classes))
    for row, tokens in enumerate(batch.inputs):
        kept = []
        for step, word in enumerate(task.decode(tokens).split()):
            if word == "?":
                answer = task.answers.index(kept.pop(0))
                outputs[row, step, answer] = 1
            elif word != ".":
                kept.append(word)
        assert not kept
    return outputs


def test_keeping_what_is_no_blank_is_always_right():
    task = selective_copying.SelectiveCopying(span=11, items=4)
    batch = task.batch(np.random.default_rng(0), 100)
    assert task.metric(solve(task, batch), batch) == task.best == 1


def test_every_choice_of_places_is_equally_likely():
    task = selective_copying.SelectiveCopying(span=5, items=2, symbols=3)
    size = 10_000
    batch = task.batch(np.random.default_rng(1), size)
    stands = batch.inputs[:, :5] < 3
    codes = stands @ (1 << np.arange(5))
    expected = [(1 << a) + (1 << b) for a, b in combinations(range(5), 2)]
    counts = np.bincount(codes, minlength=32)
    assert set(counts.nonzero()[0]) == set(expected)
    assert np.abs(counts[expected] - size / 10).max() < 5 * (size / 10) ** 0.5


def test_the_questions_come_last_and_they_alone_count():
    task = selective_copying.SelectiveCopying(span=6, items=3)
    batch = task.batch(np.random.default_rng(2), 40)
    asked = batch.inputs == task.encode("?")
    np.testing.assert_array_equal(asked, np.tile(np.arange(9) > 5, (40, 1)))
    np.testing.assert_array_equal(batch.weights, asked)


def test_places_say_nothing_about_symbols():
    """Whoever copies what stands so many steps back knows no more."""
    task = selective_copying.SelectiveCopying(span=8, items=8, symbols=4)
    assert task.length == 16
    batch = task.batch(np.random.default_rng(3), 1000)
    back = np.roll(batch.inputs, 8, 1)
    outputs = np.eye(task.vocab_size)[back][..., :4]
    assert task.metric(outputs, batch) == 1  # no blanks: one distance
    task = selective_copying.SelectiveCopying(span=32, items=8, symbols=4)
    batch = task.batch(np.random.default_rng(3), 2000)
    for distance in (8, 20, 32):
        back = np.roll(batch.inputs, distance, 1)
        outputs = np.eye(task.vocab_size)[back][..., :4]
        assert task.metric(outputs, batch) < 0.45


def test_any_one_answer_gets_chance():
    task = selective_copying.SelectiveCopying(span=9, items=4, symbols=5)
    batch = task.batch(np.random.default_rng(4), 4000)
    for answer in range(5):
        scores = np.tile(np.eye(5)[answer], (4000, 13, 1))
        score = task.metric(scores, batch)
        assert score == pytest.approx(task.chance, abs=0.02)
    assert task.chance == 1 / 5


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_it_is_solved_whatever_the_sizes(data):
    items = data.draw(st.integers(1, 6))
    task = selective_copying.SelectiveCopying(
        span=data.draw(st.integers(items, 12)),
        items=items,
        symbols=data.draw(st.integers(2, 12)),
    )
    seed = data.draw(st.integers(0, 2**32))
    batch = task.batch(np.random.default_rng(seed), 4)
    assert task.metric(solve(task, batch), batch) == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"span": 7}, "span: expected at least 8 steps, .* got 7"),
        ({"items": 0}, "items: expected a whole number .* got 0"),
        ({"symbols": 1}, "symbols: expected at least 2, got 1"),
    ],
)
def test_wrong_arguments_are_refused(arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        selective_copying.SelectiveCopying(**arguments)
