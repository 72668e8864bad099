import numpy as np
import pytest

from seqcourse.numpy.layers import normalization

B, T, D = 2, 3, 5


@pytest.fixture
def x():
    return np.random.default_rng(0).normal(3, 2, (B, T, D))


def test_a_step_has_mean_0_and_variance_1(x):
    layer = normalization.LayerNorm(D, eps=1e-12)
    params = layer.init(np.random.default_rng(0), np.float64)
    y, _, _ = layer.forward(params, x)
    np.testing.assert_allclose(y.mean(-1), 0, atol=1e-12)
    np.testing.assert_allclose((y**2).mean(-1), 1, rtol=1e-10)


def test_a_step_has_a_mean_square_of_1(x):
    layer = normalization.RMSNorm(D, eps=1e-12)
    params = layer.init(np.random.default_rng(0), np.float64)
    y, _, _ = layer.forward(params, x)
    np.testing.assert_allclose((y**2).mean(-1), 1, rtol=1e-10)
    ratio = y / x  # the mean has not been taken away
    np.testing.assert_allclose(ratio, ratio[..., :1].repeat(D, -1))


def test_eps_stands_within_the_root():
    x = np.array([[[0.0, 0.02]]])  # mean 0.01, variance 1e-4
    layer = normalization.LayerNorm(2, eps=3e-4)
    params = layer.init(np.random.default_rng(0), np.float64)
    y, _, _ = layer.forward(params, x)
    np.testing.assert_allclose(y, [[[-0.5, 0.5]]])  # 0.01 / sqrt(4e-4)


def test_equal_features_are_no_division_by_zero():
    layer = normalization.LayerNorm(3)
    params = layer.init(np.random.default_rng(0))
    y, _, cache = layer.forward(params, np.ones((1, 1, 3)))
    dx, _, _ = layer.backward(params, np.ones((1, 1, 3)), None, cache)
    assert not y.any()
    assert np.isfinite(dx).all()


@pytest.mark.parametrize("kind", ["LayerNorm", "RMSNorm"])
def test_a_small_float32_loses_nothing_to_its_own_square(kind):
    layer = getattr(normalization, kind)(D)
    params = layer.init(np.random.default_rng(0))
    x = 1e4 + np.random.default_rng(0).normal(size=(B, T, D))
    y, _, _ = layer.forward(params, x.astype(np.float32))
    exact = x - x.mean(-1, keepdims=True) if kind == "LayerNorm" else x
    exact /= np.sqrt((exact**2).mean(-1, keepdims=True))
    np.testing.assert_allclose(y, exact, atol=3e-3)


def test_wrong_arguments_have_their_sentences():
    with pytest.raises(ValueError, match=r"^eps: expected a number above 0"):
        normalization.LayerNorm(3, eps=0)
    with pytest.raises(
        ValueError, match=r"^norm: expected one of layer, rms"
    ):
        normalization.normalization("batch", 3, 1e-5, True)
