"""The twin of the LSTM whose input gate is one minus its forget gate."""

from __future__ import annotations

import torch
from torch import Tensor

from seqcourse import numpy as reference
from seqcourse.torch.contract.layer import State
from seqcourse.torch.recurrent.recurrent_layer import RecurrentLayer


class CoupledLSTM(RecurrentLayer):
    """`seqcourse.numpy.CoupledLSTM` on autograd.

    Parameters
    ----------
    device
        Where the weights lie.
    dtype
        Floating type of the weights; None takes torch's default.

    Raises
    ------
    ValueError
        If an argument is refused there.

    Examples
    --------
    >>> layer = CoupledLSTM(3, 4)
    >>> y, (h, c) = layer(torch.zeros(2, 5, 3))
    >>> tuple(y.shape), tuple(h.shape), tuple(c.shape)
    ((2, 5, 4), (2, 4), (2, 4))
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        *,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        config = reference.CoupledLSTM(input_size, hidden_size, bias)
        super().__init__(config, device=device, dtype=dtype)

    def step(
        self, x_t: Tensor, state: State | None = None
    ) -> tuple[Tensor, State]:
        h, c = self.check_step(x_t, state)
        a = x_t @ self.weight_ih.T + h @ self.weight_hh.T
        if self.bias:
            a = a + self.bias_ih + self.bias_hh
        a_f, a_g, a_o = a.chunk(3, dim=1)
        f = torch.sigmoid(a_f)
        c = f * c + (1 - f) * torch.tanh(a_g)
        h = torch.sigmoid(a_o) * torch.tanh(c)
        return h, (h, c)
