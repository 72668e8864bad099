import numpy as np
import pytest

from seqcourse.numpy.functional.activations import sigmoid
from seqcourse.numpy.functional.gelu import gelu
from seqcourse.numpy.transformer import feed_forward

B, T, E, H = 2, 3, 5, 7


def made(activation, **options):
    layer = feed_forward.FeedForward(E, H, activation, **options)
    params = layer.init(np.random.default_rng(0), np.float64)
    x = np.random.default_rng(1).normal(size=(B, T, E))
    return layer, params, x


@pytest.mark.parametrize("activation", ["gelu", "relu"])
def test_it_is_its_formula(activation):
    layer, p, x = made(activation)
    a = x @ p["linear1.weight"].T + p["linear1.bias"]
    h = gelu(a) if activation == "gelu" else np.maximum(a, 0)
    y = h @ p["linear2.weight"].T + p["linear2.bias"]
    np.testing.assert_allclose(layer.forward(p, x)[0], y, atol=1e-12)


def test_swiglu_is_its_formula():
    layer, p, x = made("swiglu")
    gate = x @ p["linear1.weight"].T + p["linear1.bias"]
    value = x @ p["linear3.weight"].T + p["linear3.bias"]
    h = gate * sigmoid(gate) * value
    y = h @ p["linear2.weight"].T + p["linear2.bias"]
    np.testing.assert_allclose(layer.forward(p, x)[0], y, atol=1e-12)


@pytest.mark.parametrize("activation", ["gelu", "relu", "swiglu"])
def test_what_was_left_out_sends_no_gradient_and_the_rest_the_right_one(
    activation,
):
    layer, params, x = made(activation, dropout=0.4)
    dy = np.random.default_rng(2).normal(size=x.shape)

    def read(x):
        return layer.forward(params, x, rng=np.random.default_rng(3))

    y, _, cache = read(x)
    assert not np.allclose(y, layer.forward(params, x)[0])
    dx, _, grads = layer.backward(params, dy, None, cache)
    u, e = np.random.default_rng(4).normal(size=x.shape), 1e-6
    slope = ((read(x + e * u)[0] - read(x - e * u)[0]) * dy).sum() / (2 * e)
    assert (dx * u).sum() == pytest.approx(slope, rel=1e-6)
    assert grads.keys() == params.keys()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"activation": "tanh"}, "activation: expected one of relu, gelu, s"),
        ({"dropout": 1.0}, "dropout: expected 0 to below 1, got 1.0"),
    ],
)
def test_what_it_cannot_be_is_refused(wrong, sentence):
    with pytest.raises(ValueError, match=f"^{sentence}"):
        feed_forward.FeedForward(E, H, **wrong)
