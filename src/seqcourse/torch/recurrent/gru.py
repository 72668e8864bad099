"""The twin of the GRU."""

from __future__ import annotations

import torch
from torch import Tensor

from seqcourse import numpy as reference
from seqcourse.torch.contract.layer import State
from seqcourse.torch.recurrent.recurrent_layer import RecurrentLayer


class GRU(RecurrentLayer):
    """`seqcourse.numpy.GRU` on autograd.

    There is no kernel with ``reset_after=False``.

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
    >>> layer = GRU(input_size=3, hidden_size=4)
    >>> y, (h,) = layer(torch.zeros(2, 5, 3))
    >>> tuple(y.shape), tuple(h.shape)
    ((2, 5, 4), (2, 4))
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        reset_after: bool = True,
        chrono: int | None = None,
        *,
        engine: str = "auto",
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        config = reference.GRU(
            input_size, hidden_size, bias, reset_after, chrono
        )
        refusal = None if reset_after else "reset_after=True"
        kernel = torch._VF.gru
        super().__init__(
            config, kernel, engine, refusal, device=device, dtype=dtype
        )
        self.reset_after = reset_after

    def step(
        self, x_t: Tensor, state: State | None = None
    ) -> tuple[Tensor, State]:
        (h,) = self.check_step(x_t, state)
        W_hr, W_hz, W_hn = self.weight_hh.chunk(3)
        a_r, a_z, a_n = (x_t @ self.weight_ih.T).chunk(3, dim=1)
        b_hn = torch.zeros_like(h[0])
        if self.bias:
            b_ir, b_iz, b_in = self.bias_ih.chunk(3)
            b_hr, b_hz, b_hn = self.bias_hh.chunk(3)
            a_r, a_z, a_n = a_r + b_ir + b_hr, a_z + b_iz + b_hz, a_n + b_in
        r = torch.sigmoid(a_r + h @ W_hr.T)
        z = torch.sigmoid(a_z + h @ W_hz.T)
        if self.reset_after:
            n = torch.tanh(a_n + r * (h @ W_hn.T + b_hn))
        else:
            n = torch.tanh(a_n + (r * h) @ W_hn.T + b_hn)
        h = (1 - z) * n + z * h
        return h, (h,)
