"""What every task promises that has a source to read and a text to write."""

import dataclasses

import numpy as np
import pytest

from seqcourse.tasks import PairBatch
from seqcourse.tasks.language.alphabet import EOS, MARKS, PAD, START

SIZE = 13
FIELDS = [field.name for field in dataclasses.fields(PairBatch)]


def draw(task, seed=0, size=SIZE):
    return task.batch(np.random.default_rng(seed), size)


def certain(task, batch):
    return np.eye(task.num_classes)[batch.targets]


def test_it_is_configuration_alone(pair_task):
    assert dataclasses.replace(pair_task) == pair_task
    assert pair_task.kind == "pairs"
    assert pair_task.loss == "cross_entropy"
    for field in dataclasses.fields(pair_task):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(pair_task, field.name, None)


def test_shapes_and_types(pair_task):
    batch = draw(pair_task)
    S, T = batch.sources.shape[1], batch.inputs.shape[1]
    for name in FIELDS:
        part = getattr(batch, name)
        assert part.dtype == (np.float32 if name == "weights" else np.int64)
        assert len(part) == SIZE
    for tokens in (batch.sources, batch.inputs, batch.targets):
        assert tokens.min() >= 0
        assert tokens.max() < pair_task.vocab_size == len(pair_task.words)
    assert pair_task.num_classes == pair_task.vocab_size
    assert batch.source_lengths.min() >= 1
    assert batch.source_lengths.max() == S
    assert batch.lengths.min() >= 1
    assert batch.lengths.max() == T


def test_padding_stands_beyond_the_lengths_and_nowhere_else(pair_task):
    batch = draw(pair_task, size=200)
    for tokens, lengths in (
        (batch.sources, batch.source_lengths),
        (batch.inputs, batch.lengths),
        (batch.targets, batch.lengths),
    ):
        within = np.arange(tokens.shape[1]) < lengths[:, None]
        np.testing.assert_array_equal(tokens != PAD, within)
    np.testing.assert_array_equal(batch.weights, batch.targets != PAD)


def test_the_decoder_reads_what_it_should_have_written_before(pair_task):
    batch = draw(pair_task)
    assert (batch.inputs[:, 0] == START).all()
    for row in range(SIZE):
        n = batch.lengths[row]
        assert batch.targets[row, n - 1] == EOS
        written = batch.targets[row, : n - 1]
        np.testing.assert_array_equal(batch.inputs[row, 1:n], written)
        assert (written >= len(MARKS)).all()
    assert (batch.sources[batch.sources != PAD] >= len(MARKS)).all()
    assert pair_task.words[: len(MARKS)] == MARKS


def test_a_seed_fixes_the_batch(pair_task):
    one, same = draw(pair_task), draw(pair_task)
    other = draw(pair_task, seed=1)
    for name in FIELDS:
        np.testing.assert_array_equal(getattr(one, name), getattr(same, name))
    assert not np.array_equal(one.targets, other.targets)


def test_a_batch_is_the_callers_own(pair_task):
    batch, untouched = draw(pair_task), draw(pair_task)
    assert not np.shares_memory(batch.inputs, batch.targets)
    assert not np.shares_memory(batch.sources, batch.targets)
    for name in FIELDS:
        getattr(batch, name)[...] = 0
    again = draw(pair_task)
    for name in FIELDS:
        np.testing.assert_array_equal(
            getattr(again, name), getattr(untouched, name)
        )


def test_knowing_the_answers_is_scored_as_all_right(pair_task):
    batch = draw(pair_task, size=200)
    assert pair_task.metric(certain(pair_task, batch), batch) == 1.0
    assert 0 < pair_task.chance < pair_task.best <= 1.0


def test_one_wrong_token_spoils_its_sequence_alone(pair_task):
    batch = draw(pair_task)
    outputs = certain(pair_task, batch)
    outputs[4, batch.lengths[4] - 1] = np.eye(pair_task.num_classes)[PAD]
    assert pair_task.metric(outputs, batch) == pytest.approx(1 - 1 / SIZE)


def test_outputs_of_another_shape_are_refused(pair_task):
    batch = draw(pair_task)
    outputs = certain(pair_task, batch)
    for wrong in (outputs[:-1], outputs[None], outputs[:, :, 0]):
        with pytest.raises(ValueError, match="outputs: expected shape"):
            pair_task.metric(wrong, batch)


@pytest.mark.parametrize("size", [0, -1, 2.0, True, None])
def test_a_size_that_is_none_is_refused(pair_task, size):
    with pytest.raises(ValueError, match="size: expected a whole number"):
        pair_task.batch(np.random.default_rng(0), size)


def test_a_seed_is_not_a_generator(pair_task):
    with pytest.raises(ValueError, match="rng: expected a generator"):
        pair_task.batch(0, 3)


ONES = {
    "sources": np.zeros((3, 4), np.int64),
    "inputs": np.zeros((3, 5), np.int64),
    "targets": np.zeros((3, 5), np.int64),
    "source_lengths": np.full(3, 4),
    "lengths": np.full(3, 5),
    "weights": np.ones((3, 5), np.float32),
}


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("sources", (3,)),
        ("sources", (2, 4)),
        ("inputs", (3, 5, 1)),
        ("targets", (3,)),
        ("targets", (3, 4)),
        ("source_lengths", (4,)),
        ("lengths", (5,)),
        ("weights", (3,)),
        ("weights", (5, 3)),
    ],
)
def test_a_batch_that_does_not_fit_is_refused(name, shape):
    PairBatch(**ONES)
    with pytest.raises(ValueError, match=f"{name}: expected"):
        PairBatch(**{**ONES, name: np.zeros(shape)})
