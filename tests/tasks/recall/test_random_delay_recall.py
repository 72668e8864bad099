"""What was the first symbol, after a random delay?"""

import numpy as np
import pytest

from seqcourse.tasks import DelayedRecall
from seqcourse.tasks.recall import random_delay_recall


def test_the_question_ends_each_sequence_and_the_first_symbol_answers():
    task = random_delay_recall.RandomDelayRecall(
        delay=7, shortest=2, symbols=5
    )
    batch = task.batch(np.random.default_rng(0), 200)
    for tokens, length, target in zip(
        batch.inputs, batch.lengths, batch.targets, strict=True
    ):
        assert tokens[length - 1] == task.encode("?")
        assert (tokens[: length - 1] < 5).all()
        assert (tokens[length:] == 0).all()
        assert tokens[0] == target


def test_every_delay_is_equally_likely():
    task = random_delay_recall.RandomDelayRecall(delay=6, shortest=3)
    batch = task.batch(np.random.default_rng(0), 8000)
    delays, counts = np.unique(batch.lengths - 2, return_counts=True)
    assert delays.tolist() == [3, 4, 5, 6]
    assert np.abs(counts - 2000).max() < 5 * np.sqrt(2000)


def test_one_delay_is_delayed_recall():
    """Nothing but the generator's order differs."""
    one = random_delay_recall.RandomDelayRecall(delay=4, shortest=4)
    same = DelayedRecall(delay=4)
    batch = one.batch(np.random.default_rng(0), 9)
    assert batch.inputs.shape == (9, 6)
    assert (batch.lengths == 6).all()
    assert (one.best, one.chance, one.words) == (
        same.best, same.chance, same.words
    )  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"shortest": -1}, "shortest: expected a whole number .* got -1"),
        ({"shortest": 1.5}, "shortest: expected a whole number, got 1.5"),
        (
            {"delay": 3, "shortest": 4},
            "delay: expected at least the shortest, 4, got 3",
        ),
        ({"symbols": 1}, "symbols: expected at least 2, got 1"),
    ],
)
def test_wrong_arguments_are_refused(arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        random_delay_recall.RandomDelayRecall(**arguments)
