"""One step of a GRU as its equations say it, without options."""

from __future__ import annotations

import numpy as np

from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.layer import Array, Params
from seqcourse.numpy.functional.activations import sigmoid


@checked
def gru_step(params: Params, x: Array, h: Array) -> Array:
    """Compute the next hidden state.

    `GRU.step` gives the same, and can reset before the product as well.

    Parameters
    ----------
    params
        Of `GRU` with a bias and no other option.
    x
        Input (B, D).
    h
        Hidden state (B, H) before the step.

    Returns
    -------
    h
        Hidden state (B, H) after the step.

    Examples
    --------
    >>> from seqcourse.numpy import GRU
    >>> params = GRU(3, 4).init(np.random.default_rng(0))
    >>> gru_step(params, np.ones((2, 3)), np.zeros((2, 4))).shape
    (2, 4)
    """
    from_x = x @ params["weight_ih"].T + params["bias_ih"]
    from_h = h @ params["weight_hh"].T + params["bias_hh"]
    x_r, x_z, x_n = np.split(from_x, 3, axis=1)
    h_r, h_z, h_n = np.split(from_h, 3, axis=1)
    r, z = sigmoid(x_r + h_r), sigmoid(x_z + h_z)
    n = np.tanh(x_n + r * h_n)
    new: Array = (1 - z) * n + z * h
    return new
