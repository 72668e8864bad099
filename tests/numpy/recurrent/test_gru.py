"""The two GRUs, and first biases of the gate that keeps."""

import numpy as np
import pytest

from seqcourse.numpy import GRU
from seqcourse.numpy.functional.activations import sigmoid

H = 200


@pytest.mark.parametrize("T", [2, 5, 100])
def test_chrono_gates_remember_for_up_to_so_many_steps(T):
    layer = GRU(3, H, chrono=T)
    params = layer.init(np.random.default_rng(0), np.float64)
    _, z, _ = (params["bias_ih"] + params["bias_hh"]).reshape(3, -1)
    spans = 1 / (1 - sigmoid(z))
    assert spans.min() >= 2 - 1e-9
    assert 0.9 * T < spans.max() <= T + 1e-9


def test_the_two_grus_are_two():
    x = np.random.default_rng(1).normal(size=(2, 5, 3))
    after, before = GRU(3, 4), GRU(3, 4, reset_after=False)
    params = after.init(np.random.default_rng(0), np.float64)
    y, _, _ = after.forward(params, x)
    other, _, _ = before.forward(params, x)
    assert abs(y - other).max() > 1e-3
    # From nothing, with no b_hh to reset, the first step is the same.
    params["bias_hh"][:] = 0
    y, _, _ = after.forward(params, x)
    other, _, _ = before.forward(params, x)
    np.testing.assert_allclose(y[:, 0], other[:, 0], rtol=1e-12)
    assert abs(y[:, 1] - other[:, 1]).max() > 1e-3


def test_an_update_gate_at_one_keeps_the_memory():
    layer = GRU(1, 2)
    params = {
        name: np.zeros(shape)
        for name, shape in layer.parameter_shapes().items()
    }
    params["bias_ih"][2:4] = 99
    h = np.array([[0.5, -0.9]])
    x = np.random.default_rng(0).normal(size=(1, 50, 1))
    y, (last,), _ = layer.forward(params, x, (h,))
    np.testing.assert_array_equal(last, h)
    np.testing.assert_array_equal(y, h[None].repeat(50, 1))
