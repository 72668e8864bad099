"""What was the symbol some steps ago?"""

import numpy as np
import pytest

from seqcourse.tasks.recall import echo


@pytest.mark.parametrize("lag", [1, 3, 8])
def test_each_answer_is_the_symbol_a_lag_before(lag):
    task = echo.Echo(lag=lag, length=9, symbols=5)
    batch = task.batch(np.random.default_rng(0), 40)
    assert batch.inputs.shape == (40, 9)
    np.testing.assert_array_equal(
        batch.targets[:, lag:], batch.inputs[:, :-lag]
    )
    asked = np.arange(9) >= lag
    np.testing.assert_array_equal(batch.weights, np.tile(asked, (40, 1)))
    assert task.num_classes == len(task.answers) == task.vocab_size == 5


def test_what_was_read_last_says_nothing_about_it():
    """Every symbol after it is uniform, whatever the answer is."""
    task = echo.Echo(lag=3, length=4, symbols=4)
    size = 16_000
    batch = task.batch(np.random.default_rng(0), size)
    expected = size / 16
    for step in range(1, 4):
        seen = 4 * batch.targets[:, 3] + batch.inputs[:, step]
        counts = np.bincount(seen, minlength=16)
        assert np.abs(counts - expected).max() < 5 * np.sqrt(expected)


def test_any_one_answer_gets_chance():
    task = echo.Echo(lag=2, length=10)
    batch = task.batch(np.random.default_rng(0), 2_000)
    for answer in range(4):
        outputs = np.tile(np.eye(4)[answer], (2_000, 10, 1))
        assert task.metric(outputs, batch) == pytest.approx(
            task.chance, abs=0.02
        )
    assert task.chance == 0.25


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"lag": 0}, "lag: expected a whole number of at least 1, got 0"),
        ({"lag": 16}, "length: expected more than the lag, 16, got 16"),
        ({"length": 0}, "length: expected a whole number of at least 1"),
        ({"symbols": 1}, "symbols: expected at least 2, got 1"),
    ],
)
def test_wrong_arguments_are_refused(arguments, sentence):
    with pytest.raises(ValueError, match=f"^{sentence}"):
        echo.Echo(**arguments)
