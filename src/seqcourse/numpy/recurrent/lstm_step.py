"""One step of an LSTM as its equations say it, without options."""

from __future__ import annotations

import numpy as np

from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.layer import Array, Params
from seqcourse.numpy.functional.activations import sigmoid


@checked
def lstm_step(
    params: Params, x: Array, h: Array, c: Array
) -> tuple[Array, Array]:
    """Compute the next hidden state and cell.

    `LSTM.step` gives the same, and has peepholes and a projection as well.

    Parameters
    ----------
    params
        Of `LSTM` with a bias and no other option.
    x
        Input (B, D).
    h
        Hidden state (B, H) before the step.
    c
        Cell (B, H) before the step.

    Returns
    -------
    h
        Hidden state (B, H) after the step.
    c
        Cell (B, H) after the step.

    Examples
    --------
    >>> from seqcourse.numpy import LSTM
    >>> params = LSTM(3, 4).init(np.random.default_rng(0))
    >>> h, c = lstm_step(params, np.ones((2, 3)), *np.zeros((2, 2, 4)))
    >>> h.shape, c.shape
    ((2, 4), (2, 4))
    """
    a = x @ params["weight_ih"].T + params["bias_ih"]
    a = a + h @ params["weight_hh"].T + params["bias_hh"]
    a_i, a_f, a_g, a_o = np.split(a, 4, axis=1)
    i, f, o = sigmoid(a_i), sigmoid(a_f), sigmoid(a_o)
    g = np.tanh(a_g)
    c = f * c + i * g
    h = o * np.tanh(c)
    return h, c
