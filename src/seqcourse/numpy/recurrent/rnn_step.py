"""One step of an RNN as its equation says it, without options."""

from __future__ import annotations

import numpy as np

from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.layer import Array, Params


@checked
def rnn_step(params: Params, x: Array, h: Array) -> Array:
    """Compute the next hidden state.

    `RNN.step` gives the same, and has ReLU and networks without a bias as
    well.

    Parameters
    ----------
    params
        Of `RNN` with a bias and tanh.
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
    >>> from seqcourse.numpy import RNN
    >>> params = RNN(3, 4).init(np.random.default_rng(0))
    >>> rnn_step(params, np.ones((2, 3)), np.zeros((2, 4))).shape
    (2, 4)
    """
    from_input = x @ params["weight_ih"].T + params["bias_ih"]
    from_state = h @ params["weight_hh"].T + params["bias_hh"]
    new_h: Array = np.tanh(from_input + from_state)
    return new_h
