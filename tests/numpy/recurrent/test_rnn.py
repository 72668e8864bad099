"""The initial weights of an RNN: what each option changes, and what not."""

import numpy as np
import pytest

from seqcourse.numpy.recurrent import rnn


def draw(layer):
    return layer.init(np.random.default_rng(0), np.float64)


def test_an_orthogonal_rnn_begins_with_an_orthogonal_matrix():
    W = draw(rnn.RNN(2, 6, orthogonal=True))["weight_hh"]
    np.testing.assert_allclose(W @ W.T, np.eye(6), atol=1e-12)


def test_an_identity_rnn_begins_with_the_identity_and_no_biases():
    params = draw(rnn.RNN(2, 6, identity=True))
    np.testing.assert_array_equal(params["weight_hh"], np.eye(6))
    assert not params["bias_ih"].any()
    assert not params["bias_hh"].any()


def test_the_input_scale_is_a_factor_on_all_but_the_recurrence():
    plain, small = draw(rnn.RNN(3, 4)), draw(rnn.RNN(3, 4, input_scale=0.1))
    np.testing.assert_array_equal(plain["weight_hh"], small["weight_hh"])
    for name in plain.keys() - {"weight_hh"}:
        np.testing.assert_allclose(small[name], 0.1 * plain[name])


@pytest.mark.parametrize("kind", ["orthogonal", "identity"])
def test_input_weights_are_drawn_alike_whatever_the_recurrence(kind):
    plain, other = draw(rnn.RNN(3, 4)), draw(rnn.RNN(3, 4, **{kind: True}))
    np.testing.assert_array_equal(plain["weight_ih"], other["weight_ih"])


def test_an_orthogonal_rnn_keeps_its_biases():
    plain, other = draw(rnn.RNN(3, 4)), draw(rnn.RNN(3, 4, orthogonal=True))
    for name in ("bias_ih", "bias_hh"):
        np.testing.assert_array_equal(plain[name], other[name])
