"""What a reader from both ends adds to the contract."""

import numpy as np
import pytest

from seqcourse.numpy import RNN, Bidirectional
from seqcourse.numpy.containers import bidirectional

B, T, D = 4, 6, 3


def draw(layer, seed=0):
    rng = np.random.default_rng(seed)
    params = layer.init(rng, np.float64)
    return params, rng.standard_normal((B, T, layer.input_size))


def test_readers_of_different_inputs_are_refused():
    with pytest.raises(
        ValueError,
        match=r"^backward_layer: expected input_size 3, forward_layer's, "
        r"got 4$",
    ):
        Bidirectional(RNN(3, 5), RNN(4, 5))
    with pytest.raises(ValueError, match=r"^forward_layer: expected a Layer"):
        Bidirectional(None, RNN(4, 5))


def test_a_reversed_sequence_starts_at_its_own_last_step():
    layer = bidirectional.Bidirectional(RNN(D, 4), RNN(D, 5))
    params, x = draw(layer)
    lengths = np.array([2, 6, 1, 5])
    y, (_, last), _ = layer.forward(params, x, lengths=lengths)
    back = {
        name.removeprefix("backward_layer."): w
        for name, w in params.items()
        if name.startswith("backward")
    }
    for b, n in enumerate(lengths):
        alone, (h,), _ = RNN(D, 5).forward(back, x[b : b + 1, :n][:, ::-1])
        np.testing.assert_allclose(y[b, :n, 4:], alone[0, ::-1], atol=1e-14)
        np.testing.assert_allclose(last[b], h[0], atol=1e-14)


def test_turning_twice_is_not_turning():
    x = np.arange(B * T * 2).reshape(B, T, 2)
    for lengths in (None, np.array([2, 6, 1, 5])):
        once = bidirectional.reverse_sequences(x, lengths)
        np.testing.assert_array_equal(
            bidirectional.reverse_sequences(once, lengths), x
        )


def test_changing_the_lengths_later_changes_no_gradient():
    layer = bidirectional.Bidirectional(RNN(D, 4), RNN(D, 5))
    params, x = draw(layer)
    lengths = np.array([2, 6, 1, 5])
    y, _, cache = layer.forward(params, x, lengths=lengths)
    dx, _, _ = layer.backward(params, y, None, cache)
    lengths[:] = 1
    again, _, _ = layer.backward(params, y, None, cache)
    np.testing.assert_array_equal(dx, again)
