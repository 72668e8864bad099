"""First biases of gates: what they are, and how long they remember."""

import numpy as np
import pytest

from seqcourse.numpy.functional.activations import sigmoid
from seqcourse.numpy.recurrent import lstm

H = 200


def gates(layer, seed=0):
    """Give the summed biases of i, f, g and o."""
    params = layer.init(np.random.default_rng(seed), np.float64)
    return (params["bias_ih"] + params["bias_hh"]).reshape(4, -1)


def test_forget_bias_moves_f_alone():
    moved = gates(lstm.LSTM(3, H, forget_bias=1.0)) - gates(lstm.LSTM(3, H))
    np.testing.assert_allclose(moved[1], 1)
    assert not moved[[0, 2, 3]].any()


@pytest.mark.parametrize("T", [2, 5, 100])
def test_chrono_gates_remember_for_up_to_so_many_steps(T):
    i, f, g, o = gates(lstm.LSTM(3, H, chrono=T))
    spans = 1 / (1 - sigmoid(f))
    assert spans.min() >= 2 - 1e-9
    assert spans.max() <= T + 1e-9
    assert spans.max() > 0.9 * T
    np.testing.assert_allclose(i, -f)
    bound = 2 / np.sqrt(H)
    assert abs(np.concatenate([g, o])).max() <= bound


def test_what_an_open_gate_lays_down_a_shut_one_keeps():
    layer = lstm.LSTM(1, 2)
    params = {
        name: np.zeros(shape)
        for name, shape in layer.parameter_shapes().items()
    }
    params["bias_ih"] = np.repeat([-99.0, 99.0, 0.0, 99.0], 2)
    c = np.array([[0.5, -3.0]])
    x = np.random.default_rng(0).normal(size=(1, 50, 1))
    y, (h, last), _ = layer.forward(params, x, (np.zeros((1, 2)), c))
    np.testing.assert_array_equal(last, c)
    np.testing.assert_allclose(y, np.tanh(c)[None].repeat(50, 1))
    np.testing.assert_array_equal(h, y[:, -1])
