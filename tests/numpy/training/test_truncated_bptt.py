from types import SimpleNamespace

import numpy as np
import pytest

from seqcourse.numpy.training import truncated_bptt

LENGTHS = np.array([9, 1, 6, 4])


def batch_of(once):
    rng = np.random.default_rng(0)
    real = np.arange(10) < LENGTHS[:, None]
    weights = rng.random(4) if once else rng.random((4, 10)) * real
    return SimpleNamespace(
        inputs=np.arange(40).reshape(4, 10),
        targets=np.arange(4) if once else np.arange(40).reshape(4, 10),
        lengths=LENGTHS,
        weights=weights,
    )


@pytest.mark.parametrize("once", [True, False], ids=["once", "every step"])
def test_the_pieces_hold_every_answer_once(once):
    batch = batch_of(once)
    parts = list(truncated_bptt.segments(batch, 4))
    assert [len(part.inputs) for part in parts] == [4, 2, 1]
    assert [part.inputs.shape[1] for part in parts] == [4, 4, 2]
    assert parts[0].kept.all() if parts[0].kept is not None else True
    assert parts[1].kept.tolist() == [True, False, True, False]
    assert parts[2].kept.tolist() == [True, False]
    assert sum(part.share for part in parts) == pytest.approx(1)
    weight = sum(part.weights.sum() for part in parts)
    assert weight == pytest.approx(batch.weights.sum())
    for part in parts:
        if not once:
            np.testing.assert_array_equal(part.inputs, part.targets)


def test_an_answer_is_asked_for_where_its_sequence_ends():
    batch = batch_of(True)
    asked = [
        part.targets[part.weights > 0].tolist()
        for part in truncated_bptt.segments(batch, 4)
    ]
    assert asked == [[1, 3], [2], [0]]


def test_a_batch_that_is_not_cut_is_handed_on_as_it_is():
    batch = batch_of(False)
    for bptt_length in (None, 10, 99):
        (piece,) = truncated_bptt.segments(batch, bptt_length)
        assert piece.inputs is batch.inputs
        assert piece.weights is batch.weights
        assert piece.share == 1
        assert piece.kept is None
