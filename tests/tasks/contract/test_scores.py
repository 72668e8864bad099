"""Accuracy, nats and squared error, against the plainest loops."""

import math

import numpy as np
import pytest

from seqcourse.tasks import Batch
from seqcourse.tasks.contract import scores
from seqcourse.tasks.contract.scores import accuracy, mean_squared_error, nats

B, T, C = 3, 5, 4


@pytest.fixture(params=[1, 2], ids=["one answer", "one a step"])
def answers(request):
    rng = np.random.default_rng(0)
    shape = (B, T)[: request.param]
    weights = rng.integers(2, size=shape).astype(np.float32)
    weights.flat[0] = 1
    return (
        rng.normal(size=(*shape, C)),
        Batch(
            inputs=np.zeros((B, T), np.int64),
            targets=rng.integers(C, size=shape),
            lengths=np.full(B, T),
            weights=weights,
        ),
    )


def each(outputs, batch):
    for at in np.ndindex(batch.weights.shape):
        if batch.weights[at]:
            yield outputs[at], batch.targets[at]


def test_accuracy(answers):
    right = [list(row).index(max(row)) == t for row, t in each(*answers)]
    assert accuracy(*answers) == pytest.approx(sum(right) / len(right))


def test_nats(answers):
    surprises = [
        math.log(sum(math.exp(score) for score in row)) - row[t]
        for row, t in each(*answers)
    ]
    expected = sum(surprises) / len(surprises)
    assert nats(*answers) == pytest.approx(expected, rel=1e-6)


def test_nats_do_not_depend_on_a_shift_of_the_scores(answers):
    outputs, batch = answers
    assert nats(outputs + 1e4, batch) == pytest.approx(nats(outputs, batch))


def test_mean_squared_error():
    rng = np.random.default_rng(0)
    outputs, targets = rng.normal(size=(2, B, T, 1))
    weights = rng.integers(2, size=(B, T))
    batch = Batch(np.zeros((B, T), int), targets, np.full(B, T), weights)
    errors = [
        float(outputs[at][0] - targets[at][0]) ** 2
        for at in np.ndindex(B, T)
        if weights[at]
    ]
    assert mean_squared_error(outputs, batch) == pytest.approx(
        sum(errors) / len(errors)
    )


def test_exact_counts_sequences_without_an_error():
    """Padding may be anything; one wrong answer that counts spoils a row."""
    rng = np.random.default_rng(0)
    targets = rng.integers(4, size=(5, 6))
    weights = (np.arange(6) < np.array([[6], [3], [1], [6], [2]])) * 1.0
    batch = Batch(targets, targets, weights.sum(1).astype(int), weights)
    outputs = np.eye(4)[targets]
    outputs[weights == 0] = rng.normal(size=(12, 4))
    assert scores.exact(outputs, batch) == 1
    for row, step in ((0, 5), (4, 0)):
        outputs[row, step] = np.roll(outputs[row, step], 1)
    assert scores.exact(outputs, batch) == 3 / 5
