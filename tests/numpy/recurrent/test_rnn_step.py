"""The step without options is the step of the layer."""

import numpy as np

from seqcourse.numpy import RNN
from seqcourse.numpy.recurrent import rnn_step


def test_the_equation_s_step_is_the_layers_step():
    rng = np.random.default_rng(0)
    params = RNN(3, 5).init(rng, np.float64)
    x, h = rng.normal(size=(2, 3)), rng.normal(size=(2, 5))
    found = rnn_step.rnn_step(params, x, h)
    y, state = RNN(3, 5).step(params, x, (h,))
    np.testing.assert_allclose(found, y, rtol=1e-12)
    np.testing.assert_allclose(found, state[0], rtol=1e-12)


def test_steps_in_a_loop_are_the_layers_forward_pass():
    rng = np.random.default_rng(1)
    params = RNN(3, 5).init(rng, np.float64)
    x, h = rng.normal(size=(2, 7, 3)), rng.normal(size=(2, 5))
    y, state, _ = RNN(3, 5).forward(params, x, (h,))
    for t in range(7):
        h = rnn_step.rnn_step(params, x[:, t], h)
        np.testing.assert_allclose(h, y[:, t], rtol=1e-12)
    np.testing.assert_allclose(h, state[0], rtol=1e-12)
