"""Backpropagation through time without options is that of the layer."""

import numpy as np

from seqcourse.numpy import RNN
from seqcourse.numpy.recurrent import bptt


def test_the_equations_gradients_are_the_layers_own():
    rng = np.random.default_rng(0)
    rnn = RNN(3, 5)
    params = rnn.init(rng, np.float64)
    x, h0 = rng.normal(size=(2, 7, 3)), rng.normal(size=(2, 5))
    dy = rng.normal(size=(2, 7, 5))
    _, _, cache = rnn.forward(params, x, (h0,))
    _, _, grads = rnn.backward(params, dy, None, cache)
    dweight_ih, dweight_hh, dbias = bptt.bptt_reference(params, x, h0, dy)
    np.testing.assert_allclose(dweight_ih, grads["weight_ih"], rtol=1e-10)
    np.testing.assert_allclose(dweight_hh, grads["weight_hh"], rtol=1e-10)
    np.testing.assert_allclose(dbias, grads["bias_ih"], rtol=1e-10)
    np.testing.assert_allclose(dbias, grads["bias_hh"], rtol=1e-10)
