"""The twin of the LSTM."""

from __future__ import annotations

import torch
from torch import Tensor

from seqcourse import numpy as reference
from seqcourse.torch.contract.layer import State
from seqcourse.torch.recurrent.recurrent_layer import RecurrentLayer


class LSTM(RecurrentLayer):
    """`seqcourse.numpy.LSTM` on autograd.

    There is no kernel with peepholes, and ``"auto"`` takes none with a
    projection, which PyTorch's for the CPU lacks.

    Parameters
    ----------
    engine
        ``"reference"`` runs the equations below, ``"fused"`` torch's own
        kernel on the same weights, ``"auto"`` the kernel where there is one.
    device
        Where the weights lie.
    dtype
        Floating type of the weights; None takes torch's default.

    Raises
    ------
    ValueError
        If an argument is refused there, or the engine is unknown or has no
        kernel for this layer.

    Examples
    --------
    >>> layer = LSTM(input_size=3, hidden_size=4)
    >>> y, (h, c) = layer(torch.zeros(2, 5, 3))
    >>> tuple(y.shape), tuple(h.shape), tuple(c.shape)
    ((2, 5, 4), (2, 4), (2, 4))
    """

    peephole_i: Tensor
    peephole_f: Tensor
    peephole_o: Tensor
    weight_hr: Tensor

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        forget_bias: float = 0.0,
        chrono: int | None = None,
        peepholes: bool = False,
        proj_size: int | None = None,
        *,
        engine: str = "auto",
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        config = reference.LSTM(
            input_size,
            hidden_size,
            bias,
            forget_bias,
            chrono,
            peepholes,
            proj_size,
        )
        refusal = "peepholes=False" if peepholes else None
        kernel = torch._VF.lstm
        super().__init__(
            config, kernel, engine, refusal, device=device, dtype=dtype
        )
        if engine == "auto" and proj_size:
            self.fused = False  # PyTorch's kernel for the CPU has none
        self.peepholes = peepholes
        self.proj_size = proj_size

    def step(
        self, x_t: Tensor, state: State | None = None
    ) -> tuple[Tensor, State]:
        h, c = self.check_step(x_t, state)
        a = x_t @ self.weight_ih.T + h @ self.weight_hh.T
        if self.bias:
            a = a + self.bias_ih + self.bias_hh
        i, f, g, o = a.chunk(4, dim=1)
        if self.peepholes:
            i = i + self.peephole_i * c
            f = f + self.peephole_f * c
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        if self.peepholes:
            o = o + self.peephole_o * c
        h = torch.sigmoid(o) * torch.tanh(c)
        if self.proj_size:
            h = h @ self.weight_hr.T
        return h, (h, c)
