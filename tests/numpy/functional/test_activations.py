import math

import numpy as np
import pytest

from seqcourse.numpy.functional import activations as module
from seqcourse.numpy.functional.checking import unchecked

NAMES = ["tanh", "sigmoid", "relu"]
each = pytest.mark.parametrize("name", NAMES)


def pair(name):
    return getattr(module, name), getattr(module, f"{name}_backward")


@pytest.fixture
def x():
    return np.random.default_rng(0).normal(scale=2, size=(3, 5, 7))


def test_values_are_those_of_the_math_module(x):
    for at in x.ravel()[:20]:
        assert module.tanh(at) == pytest.approx(math.tanh(at), rel=1e-14)
        logistic = 1 / (1 + math.exp(-at))
        assert module.sigmoid(at) == pytest.approx(logistic, rel=1e-14)
        assert module.relu(at) == (at if at > 0 else 0)


@each
def test_backward_is_the_slope(name, x):
    forward, backward = pair(name)
    dy = np.random.default_rng(1).standard_normal(x.shape)
    e = 1e-5
    slope = (forward(x + e) - forward(x - e)) / (2 * e)
    np.testing.assert_allclose(
        backward(dy, forward(x)), dy * slope, rtol=1e-7, atol=1e-9
    )


@each
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_extremes_stay_finite_and_flat(name, dtype):
    forward, backward = pair(name)
    y = forward(np.array([-1000, 1000], dtype))
    assert y.dtype == dtype
    low, high = {
        "tanh": (-1, 1),
        "sigmoid": (0, 1),
        "relu": (0, 1000),
    }[name]
    np.testing.assert_array_equal(y, np.array([low, high]))
    dx = backward(np.ones(2, dtype), y)
    assert dx.dtype == dtype
    np.testing.assert_array_equal(dx, [0, 1 if name == "relu" else 0])


@each
def test_inputs_are_not_written_to(name, x):
    forward, backward = pair(name)
    x.flags.writeable = False
    y = forward(x)
    y.flags.writeable = False
    assert not np.shares_memory(backward(x, y), y)
    assert not np.shares_memory(x, y)


def test_the_two_that_a_recurrent_network_may_choose():
    assert set(module.NONLINEARITIES) == {"tanh", "relu"}
    for name, given in module.NONLINEARITIES.items():
        assert given == tuple(map(unchecked, pair(name)))


@pytest.mark.torch
@each
def test_torch_agrees(name, x):
    import torch

    forward, backward = pair(name)
    dy = np.random.default_rng(1).standard_normal(x.shape)
    x_t = torch.tensor(x, requires_grad=True)
    y_t = getattr(torch, name)(x_t)
    y_t.backward(torch.tensor(dy))
    y = forward(x)
    np.testing.assert_allclose(y, y_t.detach(), rtol=1e-13, atol=1e-15)
    np.testing.assert_allclose(
        backward(dy, y), x_t.grad, rtol=1e-12, atol=1e-14
    )
