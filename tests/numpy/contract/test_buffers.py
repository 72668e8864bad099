import numpy as np
import pytest

from seqcourse.numpy import RNN, Embedding, SequenceClassifier
from seqcourse.numpy.contract.buffers import buffer


def test_an_array_that_fits_is_used_again():
    old = np.zeros((3, 5), np.float32)
    assert buffer(old, (3, 5), np.float32) is old


@pytest.mark.parametrize(
    ("shape", "dtype"),
    [
        ((5, 3), np.float32),
        ((3, 6), np.float32),
        ((15,), np.float32),
        ((3, 5), np.float64),
    ],
)
def test_an_array_that_does_not_fit_is_left_alone(shape, dtype):
    old = np.zeros((3, 5), np.float32)
    new = buffer(old, shape, dtype)
    assert (new.shape, new.dtype) == (shape, dtype)
    assert not np.shares_memory(new, old)


def test_without_an_old_array_a_new_one_is_made():
    new = buffer(None, (3, 5), np.float32)
    assert (new.shape, new.dtype) == ((3, 5), np.float32)


def found(cache):
    if isinstance(cache, np.ndarray):
        return [cache]
    parts = cache if isinstance(cache, tuple) else ()
    return [array for part in parts for array in found(part)]


def reused(layer, x, lengths):
    params = layer.init(np.random.default_rng(0))
    _, _, old = layer.forward(params, x, None, lengths)
    _, _, new = layer.forward(params, x, None, lengths, out=old)
    return any(
        a.shape == b.shape == (6, 3, 7) and np.shares_memory(a, b)
        for a in found(old)
        for b in found(new)
    )


@pytest.mark.parametrize("lengths", [None, np.array([2, 5, 1])])
def test_the_memory_of_every_step_is_used_again(lengths):
    x = np.random.default_rng(1).standard_normal((3, 5, 4))
    assert reused(RNN(4, 7), x, lengths)
    tokens = np.random.default_rng(1).integers(0, 9, (3, 5))
    model = SequenceClassifier(Embedding(9, 4), RNN(4, 7), 2)
    assert reused(model, tokens, lengths)
