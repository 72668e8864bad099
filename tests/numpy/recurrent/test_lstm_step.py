"""The step without options is the step of the layer."""

import numpy as np

from seqcourse.numpy import LSTM
from seqcourse.numpy.recurrent import lstm_step


def draw():
    rng = np.random.default_rng(0)
    params = LSTM(3, 5, forget_bias=1.0).init(rng, np.float64)
    x, h, c = (rng.normal(size=(2, n)) for n in (3, 5, 5))
    return params, x, h, c


def test_the_step_without_options_is_the_layers_step():
    params, x, h, c = draw()
    y, state = LSTM(3, 5).step(params, x, (h, c))
    found = lstm_step.lstm_step(params, x, h, c)
    np.testing.assert_allclose(found, state, rtol=1e-12)
    np.testing.assert_allclose(found[0], y, rtol=1e-12)


def test_steps_in_a_loop_are_the_layers_forward_pass():
    params, _, h, c = draw()
    x = np.random.default_rng(1).normal(size=(2, 7, 3))
    y, state, _ = LSTM(3, 5).forward(params, x, (h, c))
    for t in range(7):
        h, c = lstm_step.lstm_step(params, x[:, t], h, c)
        np.testing.assert_allclose(h, y[:, t], rtol=1e-12)
    np.testing.assert_allclose((h, c), state, rtol=1e-12)
