"""The twin of backpropagation through time without options."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor


def bptt_reference(
    params: Mapping[str, Tensor], x: Tensor, h0: Tensor, dy: Tensor
) -> tuple[Tensor, ...]:
    """`seqcourse.numpy.recurrent.bptt.bptt_reference` on autograd.

    Parameters
    ----------
    params
        ``dict(layer.named_parameters())`` of `RNN` with a bias and tanh.
    x
        Inputs (B, T, D).
    h0
        Initial state (B, H).
    dy
        What the losses give each state (B, T, H).

    Returns
    -------
    dweight_ih
        Of shape (H, D).
    dweight_hh
        Of shape (H, H).
    dbias
        Of shape (H,).

    Examples
    --------
    >>> from seqcourse.torch import RNN
    >>> params = dict(RNN(3, 4).named_parameters())
    >>> x, h0 = torch.ones(2, 5, 3), torch.zeros(2, 4)
    >>> grads = bptt_reference(params, x, h0, dy=torch.ones(2, 5, 4))
    >>> [tuple(gradient.shape) for gradient in grads]
    [(4, 3), (4, 4), (4,)]
    """
    weight_ih, weight_hh = params["weight_ih"], params["weight_hh"]
    bias = params["bias_ih"] + params["bias_hh"]
    h, loss = h0, torch.zeros((), dtype=dy.dtype)
    for t in range(x.shape[1]):  # forward pass
        a = x[:, t] @ weight_ih.T + h @ weight_hh.T + bias
        h = a.tanh()
        loss = loss + (h * dy[:, t]).sum()  # its slopes are dy
    # backward pass, along the graph that the forward pass has recorded
    return torch.autograd.grad(loss, (weight_ih, weight_hh, bias))
