"""Noisy sums of sines."""

from dataclasses import replace

import numpy as np
import pytest

from seqcourse.tasks import Sines

TASK = Sines(length=6, periods=(4.5, 9.0), noise=0.3)
SIZE = 20_000


@pytest.fixture(scope="module")
def batch():
    return TASK.batch(np.random.default_rng(0), SIZE)


def test_targets_are_the_inputs_one_step_later(batch):
    np.testing.assert_array_equal(batch.targets[:, :-1], batch.inputs[:, 1:])


def test_without_noise_each_sine_has_its_period():
    [series] = (
        Sines(40, periods=(8.0,), noise=0)
        .batch(np.random.default_rng(0), 1)
        .inputs[..., 0]
    )
    np.testing.assert_allclose(series[8:], series[:-8], atol=1e-6)
    assert np.abs(series).max() == pytest.approx(1, abs=0.1)
    assert np.abs(series[4:] + series[:-4]).max() < 1e-6


def test_whoever_knows_the_phases_reaches_best(batch):
    clean = replace(TASK, noise=0).batch(np.random.default_rng(0), SIZE)
    reached = TASK.metric(clean.targets, batch)
    # The variance of a squared normal is 2; there are SIZE * T of them.
    error = TASK.best * np.sqrt(2 / batch.weights.size)
    assert reached == pytest.approx(TASK.best, abs=4 * error)
    assert TASK.best == pytest.approx(0.09)


def test_the_best_weighted_sum_reaches_best_linear(batch):
    """Weights fitted to one half of the series, tried on the other."""
    x, y = batch.inputs[..., 0].astype(float), batch.targets[..., 0]
    half = SIZE // 2
    answers = np.zeros((half, TASK.length, 1))
    for n in range(1, TASK.length + 1):
        w = np.linalg.lstsq(x[:half, :n], y[:half, n - 1])[0]
        answers[:, n - 1, 0] = x[half:, :n] @ w
    reached = ((answers[..., 0] - y[half:]) ** 2).mean()
    assert reached == pytest.approx(TASK.best_linear, rel=0.02)
    assert TASK.best_linear > TASK.best


def test_two_values_a_sine_are_enough_without_noise():
    """A sum of K sines is its last 2 K values, weighted."""
    task = Sines(length=4, periods=(7.0, 19.0), noise=0)
    longer = replace(task, length=30)
    assert task.best == 0
    assert 4 * task.best_linear == pytest.approx(
        30 * longer.best_linear, rel=1e-6
    )
    assert task.best_linear > 0.01


def test_the_answer_0_gets_chance(batch):
    assert TASK.chance == pytest.approx(1.09)
    nothing = np.zeros_like(batch.targets)
    assert TASK.metric(nothing, batch) == pytest.approx(TASK.chance, rel=0.02)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"length": 0}, "length: expected a whole number .* got 0"),
        ({"periods": ()}, "periods: expected at least one period"),
        ({"periods": 7.0}, "periods: expected a tuple, got 7.0"),
        ({"periods": (7.0, 2.0)}, "periods: expected numbers above 2, got 2"),
        (
            {"periods": (np.nan,)},
            r"periods\[0\]: expected a finite number, got nan",
        ),
        ({"noise": -0.1}, "noise: expected a number of at least 0"),
        ({"noise": np.inf}, "noise: expected a number of at least 0"),
    ],
)
def test_wrong_arguments_are_refused(arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        Sines(**arguments)
