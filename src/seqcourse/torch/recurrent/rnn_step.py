"""The twin of the RNN's step without options."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor


def rnn_step(params: Mapping[str, Tensor], x: Tensor, h: Tensor) -> Tensor:
    """`seqcourse.numpy.recurrent.rnn_step.rnn_step` on autograd.

    Parameters
    ----------
    params
        The ``state_dict()`` of `RNN` with a bias and tanh.
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
    >>> import torch
    >>> from seqcourse.torch import RNN
    >>> params = RNN(3, 4).state_dict()
    >>> tuple(rnn_step(params, torch.ones(2, 3), torch.zeros(2, 4)).shape)
    (2, 4)
    """
    from_input = x @ params["weight_ih"].T + params["bias_ih"]
    from_state = h @ params["weight_hh"].T + params["bias_hh"]
    return (from_input + from_state).tanh()
