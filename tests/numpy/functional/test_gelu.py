import math

import numpy as np
import pytest

from seqcourse.numpy.functional import gelu

each_type = pytest.mark.parametrize("dtype", [np.float32, np.float64])


def numbers(dtype):
    """Near zero, where it bends, far out, and more than one block."""
    rng = np.random.default_rng(0)
    spread = np.linspace(-12, 12, 2 * gelu.BLOCK + 7)
    return np.concatenate(
        [spread, rng.normal(size=1000), [0.0, 1e-30, -50.0, 50.0]]
    ).astype(dtype)


def exact(x):
    """The definition, number by number, by the math module."""
    below = np.array([math.erfc(-a / math.sqrt(2)) / 2 for a in x])
    bell = np.exp(-(x.astype(float) ** 2) / 2) / math.sqrt(2 * math.pi)
    return x * below, below + x * bell


@pytest.mark.parametrize(
    ("dtype", "tolerance"), [(np.float32, 6e-7), (np.float64, 2e-14)]
)
def test_it_is_exact(dtype, tolerance):
    x = numbers(dtype)
    y, slope = exact(x)
    kept = x.copy()
    values = gelu.gelu(x)
    gelu.gelu_and_slope(x, again := np.empty_like(x))
    np.testing.assert_allclose(values, y, rtol=0, atol=tolerance)
    np.testing.assert_allclose(x, slope, rtol=0, atol=tolerance)
    np.testing.assert_array_equal(values, again)
    np.testing.assert_array_equal(values, gelu.gelu(kept))
    assert values.dtype == x.dtype == dtype


def test_the_slope_is_that_of_finite_differences():
    x, e = np.linspace(-5, 5, 101), 1e-4
    differences = (gelu.gelu(x + e) - gelu.gelu(x - e)) / (2 * e)
    gelu.gelu_and_slope(x, np.empty_like(x))
    np.testing.assert_allclose(x, differences, rtol=0, atol=1e-8)


@each_type
def test_far_out_it_is_nothing_or_everything(dtype):
    x = np.array([-1000, -40, 40, 1000], dtype)
    np.testing.assert_array_equal(gelu.gelu(x), [0, 0, 40, 1000])
    gelu.gelu_and_slope(x, np.empty_like(x))
    np.testing.assert_array_equal(x, [0, 0, 1, 1])


def test_a_table_keeps_its_shape_and_its_numbers():
    x = np.random.default_rng(0).normal(size=(3, 5, 7))
    x.flags.writeable = False
    assert gelu.gelu(x).shape == x.shape


@pytest.mark.torch
@each_type
def test_torch_has_the_same(dtype):
    import torch

    x = numbers(dtype)
    read = torch.tensor(x, requires_grad=True)
    y = torch.nn.functional.gelu(read)
    y.sum().backward()
    gelu.gelu_and_slope(x, values := np.empty_like(x))
    tolerance = 3e-6 if dtype == np.float32 else 2e-14
    np.testing.assert_allclose(values, y.detach(), rtol=0, atol=tolerance)
    np.testing.assert_allclose(x, read.grad, rtol=0, atol=tolerance)
