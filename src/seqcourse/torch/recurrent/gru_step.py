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
    a = x @ params["weight_ih"].T + params["bias_ih"]
    m = h @ params["weight_hh"].T + params["bias_hh"]
    a_r, a_z, a_n = a.chunk(3, dim=1)
    m_r, m_z, m_n = m.chunk(3, dim=1)
    r, z = (a_r + m_r).sigmoid(), (a_z + m_z).sigmoid()
    n = (a_n + r * m_n).tanh()
    return (1 - z) * n + z * h
