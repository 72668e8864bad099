"""The step without options is the step of the layer."""

import numpy as np

from seqcourse.numpy import GRU
from seqcourse.numpy.recurrent import gru_step


def draw():
    rng = np.random.default_rng(0)
    params = GRU(3, 5).init(rng, np.float64)
    x, h = (rng.normal(size=(2, n)) for n in (3, 5))
    return params, x, h


def test_the_step_without_options_is_the_layers_step():
    params, x, h = draw()
    y, state = GRU(3, 5).step(params, x, (h,))
    found = gru_step.gru_step(params, x, h)
    np.testing.assert_allclose(found, state[0], rtol=1e-12)
    np.testing.assert_allclose(found, y, rtol=1e-12)


def test_steps_in_a_loop_are_the_layers_forward_pass():
    params, _, h = draw()
    x = np.random.default_rng(1).normal(size=(2, 7, 3))
    y, state, _ = GRU(3, 5).forward(params, x, (h,))
    for t in range(7):
        h = gru_step.gru_step(params, x[:, t], h)
        np.testing.assert_allclose(h, y[:, t], rtol=1e-12)
    np.testing.assert_allclose(h, state[0], rtol=1e-12)
