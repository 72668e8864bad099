"""What every task promises, whatever it asks."""

import dataclasses
import subprocess
import sys

import numpy as np
import pytest

from seqcourse import tasks
from seqcourse.tasks import Batch, Task

SIZE = 13
#: Those that ask at some steps alone, and say so in their weights.
ASK_AT_TIMES = (
    tasks.AssociativeRecall,
    tasks.Echo,
    tasks.Induction,
    tasks.SelectiveCopying,
    tasks.Sorting,
)


def draw(task, seed=0, size=SIZE):
    return task.batch(np.random.default_rng(seed), size)


def blind(task, batch):
    """Outputs of the right shape that know nothing."""
    if task.loss == "squared_error":
        return np.zeros_like(batch.targets)
    return np.zeros((*batch.targets.shape, task.num_classes))


def certain(task, batch):
    """Outputs that know the answers."""
    if task.loss == "squared_error":
        return batch.targets
    return 60.0 * np.eye(task.num_classes)[batch.targets]


def more_is_better(task):
    """Whether the score is a share of right answers, not a distance."""
    distance = isinstance(task, tasks.Copying) or task.kind == "language"
    return task.loss == "cross_entropy" and not distance


def test_it_is_a_task(task):
    assert isinstance(task, Task)
    assert task.kind in ("classify", "tag", "language")
    assert task.loss in ("cross_entropy", "squared_error")


def test_it_is_configuration_alone(task):
    assert dataclasses.replace(task) == task
    for field in dataclasses.fields(task):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(task, field.name, None)


def test_shapes_and_types(task):
    batch = draw(task)
    B, T = batch.inputs.shape[:2]
    assert SIZE == B
    if hasattr(task, "vocab_size"):
        assert batch.inputs.shape == (B, T)
        assert batch.inputs.dtype == np.int64
        assert batch.inputs.min() >= 0
        assert batch.inputs.max() < task.vocab_size == len(task.words)
    else:
        assert batch.inputs.shape == (B, T, task.input_size)
        assert batch.inputs.dtype == np.float32
    answers = (B,) if task.kind == "classify" else (B, T)
    assert batch.weights.shape == answers
    assert batch.weights.dtype == np.float32
    assert batch.lengths.shape == (B,)
    assert batch.lengths.dtype == np.int64
    if task.loss == "cross_entropy":
        assert batch.targets.shape == answers
        assert batch.targets.dtype == np.int64
        assert batch.targets.min() >= 0
        assert batch.targets.max() < task.num_classes
    else:
        assert batch.targets.shape == (*answers, task.num_classes)
        assert batch.targets.dtype == np.float32


def test_answers_count_within_the_lengths_and_nowhere_else(task):
    batch = draw(task, size=200)
    T = batch.inputs.shape[1]
    assert batch.lengths.min() >= 1
    assert batch.lengths.max() <= T
    within = np.arange(T) < batch.lengths[:, None]
    expected = within if batch.weights.ndim == 2 else within[:, 0]
    if isinstance(task, ASK_AT_TIMES):
        assert set(np.unique(batch.weights)) == {0, 1}
        assert (batch.weights <= expected).all()
        assert (batch.weights.sum(1) >= 1).all()
        assert (batch.targets[batch.weights == 0] == 0).all()
    else:
        np.testing.assert_array_equal(batch.weights, expected)


def test_a_seed_fixes_the_batch(task):
    one, same, other = draw(task), draw(task), draw(task, seed=1)
    for name in ("inputs", "targets", "lengths", "weights"):
        np.testing.assert_array_equal(getattr(one, name), getattr(same, name))
    assert not np.array_equal(one.inputs, other.inputs)


def test_the_generator_moves_on(task):
    rng = np.random.default_rng(0)
    first, second = task.batch(rng, SIZE), task.batch(rng, SIZE)
    assert not np.array_equal(first.inputs, second.inputs)


def test_a_batch_is_the_callers_own(task):
    batch = draw(task)
    untouched = draw(task)
    for name in ("inputs", "targets", "lengths", "weights"):
        getattr(batch, name)[...] = 0
    np.testing.assert_array_equal(draw(task).inputs, untouched.inputs)
    np.testing.assert_array_equal(draw(task).targets, untouched.targets)
    assert not np.shares_memory(batch.inputs, batch.targets)


def test_knowing_the_answers_scores_no_worse_than_best(task):
    batch = draw(task, size=300)
    score = task.metric(certain(task, batch), batch)
    if more_is_better(task):
        assert score == task.best == 1.0
    else:
        assert score <= task.best


def test_best_is_better_than_chance(task):
    batch = draw(task, size=300)
    blindly = task.metric(blind(task, batch), batch)
    if more_is_better(task):
        assert blindly < task.best
        assert 0 < task.chance < task.best
    else:
        assert blindly > task.best
        assert task.chance > task.best >= 0


def test_what_lies_beyond_the_lengths_does_not_score():
    task = tasks.Sentences()
    batch = draw(task)
    outputs = np.random.default_rng(1).normal(
        size=(*batch.targets.shape, task.vocab_size)
    )
    score = task.metric(outputs, batch)
    outputs[batch.weights == 0] = 1e6
    batch.targets[batch.weights == 0] = 7
    assert task.metric(outputs, batch) == score


def test_outputs_of_another_shape_are_refused(task):
    batch = draw(task)
    outputs = blind(task, batch)
    with pytest.raises(ValueError, match=r"outputs: expected shape .* got"):
        task.metric(outputs[:-1], batch)
    with pytest.raises(ValueError, match=r"outputs: expected shape .* got"):
        task.metric(outputs[None], batch)


def test_outputs_that_are_no_numbers_are_refused(task):
    batch = draw(task)
    outputs = blind(task, batch)
    outputs[0] = np.nan
    with pytest.raises(ValueError, match="outputs: expected finite numbers"):
        task.metric(outputs, batch)


@pytest.mark.parametrize("size", [0, -1, 2.0, True, None])
def test_a_size_that_is_none_is_refused(task, size):
    with pytest.raises(ValueError, match="size: expected a whole number"):
        task.batch(np.random.default_rng(0), size)


@pytest.mark.parametrize("rng", [0, None, np.random])
def test_a_seed_is_not_a_generator(task, rng):
    with pytest.raises(ValueError, match="rng: expected a generator"):
        task.batch(rng, 3)


def test_words_go_there_and_back(task):
    if not hasattr(task, "words"):
        return
    batch = draw(task)
    text = task.decode(batch.inputs[0])
    np.testing.assert_array_equal(task.encode(text), batch.inputs[0])
    with pytest.raises(ValueError, match="text: 'zebra' is none of the"):
        task.encode("zebra")


ONES = {
    "inputs": np.zeros((3, 5), np.int64),
    "targets": np.zeros((3, 5), np.int64),
    "lengths": np.full(3, 5),
    "weights": np.ones((3, 5), np.float32),
}


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("inputs", (3,)),
        ("lengths", (5,)),
        ("lengths", (3, 5)),
        ("weights", (5,)),
        ("weights", (5, 3)),
        ("targets", (3,)),
        ("targets", (3, 4)),
    ],
)
def test_a_batch_that_does_not_fit_is_refused(name, shape):
    Batch(**ONES)
    with pytest.raises(ValueError, match=f"{name}: expected"):
        Batch(**{**ONES, name: np.zeros(shape)})


def test_every_public_name_is_there():
    assert sorted(tasks.__all__) == sorted(set(tasks.__all__))
    for name in tasks.__all__:
        assert getattr(tasks, name).__doc__


def test_importing_the_tasks_loads_numpy_alone():
    code = (
        "import sys, seqcourse.tasks; "
        "print({'torch', 'pooch', 'requests'}"
        " & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "set()"
