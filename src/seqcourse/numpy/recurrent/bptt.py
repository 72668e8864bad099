"""Backpropagation through time as its equations say it, without options."""

from __future__ import annotations

import numpy as np

from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.layer import Array, Params


@checked
def bptt_reference(
    params: Params, x: Array, h0: Array, dy: Array
) -> tuple[Array, Array, Array]:
    """Unroll an RNN forward, then follow the gradient back.

    `RNN.backward` gives the same, and has padding and ReLU as well.

    Parameters
    ----------
    params
        Of `RNN` with a bias and tanh.
    x
        Inputs (B, T, D).
    h0
        Hidden state (B, H) before the first step.
    dy
        Gradient of the loss for each hidden state (B, T, H), as far as the
        state's own output is concerned.

    Returns
    -------
    dweight_ih
        Gradient of the input weights (H, D).
    dweight_hh
        Gradient of the recurrent weights (H, H).
    dbias
        Gradient of either bias (H,).

    Examples
    --------
    >>> from seqcourse.numpy import RNN
    >>> params = RNN(3, 4).init(np.random.default_rng(0))
    >>> x, h0, dy = np.ones((2, 5, 3)), np.zeros((2, 4)), np.ones((2, 5, 4))
    >>> grads = bptt_reference(params, x, h0, dy)
    >>> [gradient.shape for gradient in grads]
    [(4, 3), (4, 4), (4,)]

    References
    ----------
    Werbos (1990), Backpropagation through time: what it does and how to do
    it.
    """
    weight_ih, weight_hh = params["weight_ih"], params["weight_hh"]
    bias = params["bias_ih"] + params["bias_hh"]
    T, h = x.shape[1], [h0]
    for t in range(T):  # forward pass
        a = x[:, t] @ weight_ih.T + h[t] @ weight_hh.T + bias
        h.append(np.tanh(a))
    dweight_ih, dweight_hh, dbias, dh = map(
        np.zeros_like, (weight_ih, weight_hh, bias, h0)
    )
    for t in reversed(range(T)):  # backward pass
        delta = (dy[:, t] + dh) * (1 - h[t + 1] ** 2)
        dweight_ih += delta.T @ x[:, t]
        dweight_hh += delta.T @ h[t]
        dbias += delta.sum(0)
        dh = delta @ weight_hh
    return dweight_ih, dweight_hh, dbias
