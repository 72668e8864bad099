"""The twin of the LSTM's step without options."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor


def lstm_step(
    params: Mapping[str, Tensor], x: Tensor, h: Tensor, c: Tensor
) -> tuple[Tensor, Tensor]:
    """`seqcourse.numpy.recurrent.lstm_step.lstm_step` on autograd.

    Parameters
    ----------
    params
        The ``state_dict()`` of `LSTM` with a bias and no other option.
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
    >>> import torch
    >>> from seqcourse.torch import LSTM
    >>> params = LSTM(3, 4).state_dict()
    >>> h, c = lstm_step(params, torch.ones(2, 3), *torch.zeros(2, 2, 4))
    >>> tuple(h.shape), tuple(c.shape)
    ((2, 4), (2, 4))
    """
    a = x @ params["weight_ih"].T + params["bias_ih"]
    a = a + h @ params["weight_hh"].T + params["bias_hh"]
    a_i, a_f, a_g, a_o = a.chunk(4, dim=1)
    i, f, o = a_i.sigmoid(), a_f.sigmoid(), a_o.sigmoid()
    g = a_g.tanh()
    c = f * c + i * g
    h = o * c.tanh()
    return h, c
