"""The twin of the GRU's step without options."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor


def gru_step(params: Mapping[str, Tensor], x: Tensor, h: Tensor) -> Tensor:
    """`seqcourse.numpy.recurrent.gru_step.gru_step` on autograd.

    Parameters
    ----------
    params
        The ``state_dict()`` of `GRU` with a bias and no other option.
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
    >>> from seqcourse.torch import GRU
    >>> params = GRU(3, 4).state_dict()
    >>> tuple(gru_step(params, torch.ones(2, 3), torch.zeros(2, 4)).shape)
    (2, 4)
    """
    from_x = x @ params["weight_ih"].T + params["bias_ih"]
    from_h = h @ params["weight_hh"].T + params["bias_hh"]
    x_r, x_z, x_n = from_x.chunk(3, dim=1)
    h_r, h_z, h_n = from_h.chunk(3, dim=1)
    r, z = (x_r + h_r).sigmoid(), (x_z + h_z).sigmoid()
    n = (x_n + r * h_n).tanh()
    new: Tensor = (1 - z) * n + z * h
    return new
