"""The memory horizon, of one run and of several."""

import numpy as np
import pytest

from seqcourse.numpy import (
    BagOfWords,
    Embedding,
    SequenceClassifier,
    evaluate,
)
from seqcourse.probes import Horizon, memory_horizon
from seqcourse.probes.confidence import (
    share_interval,
    t_interval,
    t_quantile,
)
from seqcourse.tasks import DelayedRecall

TASK = DelayedRecall(delay=3, symbols=4)
MODEL = SequenceClassifier(Embedding(5, 7), BagOfWords(7, 9), 4)
RUNS = [MODEL.init(np.random.default_rng(n)) for n in range(4)]
LAGS = [0, 2, 5]


def test_one_run_is_what_evaluate_says():
    horizon = memory_horizon(MODEL, RUNS[0], TASK, LAGS, seed=5, size=64)
    for lag, share in zip(LAGS, horizon.accuracy, strict=True):
        at = DelayedRecall(delay=lag, symbols=4)
        assert share == evaluate(MODEL, RUNS[0], at, 5, 64)
    assert horizon.lags.tolist() == LAGS
    assert (horizon.chance, horizon.size, horizon.runs) == (0.25, 64, None)
    p = horizon.accuracy
    np.testing.assert_allclose(horizon.error, np.sqrt(p * (1 - p) / 64))


def test_several_runs_are_each_asked_and_averaged():
    horizon = memory_horizon(MODEL, RUNS, TASK, LAGS, seed=5, size=64)
    each = [
        memory_horizon(MODEL, run, TASK, LAGS, seed=5 + n, size=64).accuracy
        for n, run in enumerate(RUNS)
    ]
    np.testing.assert_array_equal(horizon.runs, each)
    np.testing.assert_allclose(horizon.accuracy, np.mean(each, axis=0))
    assert (horizon.low < horizon.accuracy).all()
    assert (horizon.accuracy < horizon.high).all()


def test_the_interval_of_runs_is_students():
    runs = np.array([[0.2], [0.5], [0.8]])
    horizon = Horizon(np.array([1]), runs.mean(0), 0.1, 10_000, runs)
    reach = 4.302653 * 0.3 / np.sqrt(3)
    np.testing.assert_allclose(horizon.low, max(0, 0.5 - reach), atol=1e-4)
    np.testing.assert_allclose(horizon.high, min(1, 0.5 + reach), atol=1e-4)
    np.testing.assert_allclose(horizon.error, 0.3 / np.sqrt(3))


def test_runs_that_agree_are_no_surer_than_their_answers():
    runs = np.ones((3, 1))
    horizon = Horizon(np.array([1]), runs.mean(0), 0.1, 20, runs)
    low, high = share_interval(np.ones(1), 60)
    np.testing.assert_array_equal(horizon.low, low)
    np.testing.assert_array_equal(horizon.high, high)
    assert 0.9 < horizon.low[0] < 0.96


def test_an_interval_stays_within_shares():
    runs = np.array([[0.0, 1.0], [0.0, 1.0], [1.0, 0.1]])
    horizon = Horizon(np.array([1, 2]), runs.mean(0), 0.1, 20, runs)
    assert (horizon.low == 0).all()
    assert (horizon.high == 1).all()


@pytest.mark.parametrize(
    ("degrees", "t"),  # from printed tables
    [
        (1, 12.706),
        (2, 4.303),
        (4, 2.776),
        (5, 2.571),
        (9, 2.262),
        (29, 2.045),
        (1000, 1.962),
    ],
)
def test_quantiles_of_students_t(degrees, t):
    assert t_quantile(degrees) == pytest.approx(t, abs=6e-4)


def test_a_t_interval_covers_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(0)
    low, high = t_interval(rng.normal(3, 2, size=(5, 20_000)))
    covered = ((low < 3) & (high > 3)).mean()
    assert covered == pytest.approx(0.95, abs=0.01)


def test_wilsons_interval_as_in_his_paper():
    low, high = share_interval(np.array([0.5, 0.0]), 10)
    np.testing.assert_allclose(low, [0.2366, 0.0], atol=1e-4)
    np.testing.assert_allclose(high, [0.7634, 0.2775], atol=1e-4)


def test_nothing_to_ask_is_refused():
    with pytest.raises(ValueError, match="lags: expected at least one"):
        memory_horizon(MODEL, RUNS[0], TASK, [])
    with pytest.raises(ValueError, match="params: expected the weights"):
        memory_horizon(MODEL, [], TASK, LAGS)
    with pytest.raises(ValueError, match="runs: expected at least 2"):
        t_interval(np.ones((1, 3)))
