"""What was the first symbol?"""

import numpy as np
import pytest

from seqcourse.tasks import DelayedRecall


@pytest.mark.parametrize("delay", [0, 1, 7])
def test_a_symbol_then_others_then_the_question(delay):
    task = DelayedRecall(delay=delay, symbols=5)
    batch = task.batch(np.random.default_rng(0), 40)
    assert batch.inputs.shape == (40, delay + 2)
    assert (batch.inputs[:, -1] == task.encode("?")).all()
    assert (batch.inputs[:, :-1] < 5).all()
    np.testing.assert_array_equal(batch.targets, batch.inputs[:, 0])
    assert task.num_classes == len(task.answers) == 5
    assert task.vocab_size == 6


def test_whoever_keeps_the_first_symbol_is_always_right():
    task = DelayedRecall(delay=9)
    batch = task.batch(np.random.default_rng(0), 100)
    assert task.metric(np.eye(9)[batch.inputs[:, 0], :8], batch) == task.best


def test_nothing_else_says_anything_about_it():
    """Every other place is uniform, whatever the first symbol is."""
    task = DelayedRecall(delay=3, symbols=4)
    size = 16_000
    batch = task.batch(np.random.default_rng(0), size)
    expected = size / 16
    for place in range(1, 4):
        seen = 4 * batch.targets + batch.inputs[:, place]
        counts = np.bincount(seen, minlength=16)
        assert np.abs(counts - expected).max() < 5 * np.sqrt(expected)


def test_any_one_answer_gets_chance():
    task = DelayedRecall(delay=3, symbols=4)
    batch = task.batch(np.random.default_rng(0), 16_000)
    for answer in range(4):
        scores = np.tile(np.eye(4)[answer], (16_000, 1))
        assert task.metric(scores, batch) == pytest.approx(
            task.chance, abs=0.02
        )
    assert task.chance == 0.25


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"delay": -1}, "delay: expected a whole number .* got -1"),
        ({"delay": 1.5}, "delay: expected a whole number, got 1.5"),
        ({"symbols": 1}, "symbols: expected at least 2, got 1"),
        ({"symbols": 0}, "symbols: expected a whole number .* got 0"),
    ],
)
def test_wrong_arguments_are_refused(arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        DelayedRecall(**arguments)
