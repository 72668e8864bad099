"""The twin of the Elman network."""

from __future__ import annotations

import torch
from torch import Tensor

from seqcourse import numpy as reference
from seqcourse.torch.contract.layer import State
from seqcourse.torch.recurrent.recurrent_layer import RecurrentLayer


class RNN(RecurrentLayer):
    """`seqcourse.numpy.RNN` on autograd.

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
        If an argument is refused there, or the engine is unknown.

    Examples
    --------
    >>> layer = RNN(input_size=3, hidden_size=4)
    >>> y, (h,) = layer(torch.zeros(2, 5, 3))
    >>> tuple(y.shape), tuple(h.shape)
    ((2, 5, 4), (2, 4))
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        nonlinearity: str = "tanh",
        bias: bool = True,
        orthogonal: bool = False,
        identity: bool = False,
        input_scale: float = 1.0,
        *,
        engine: str = "auto",
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        config = reference.RNN(
            input_size,
            hidden_size,
            nonlinearity,
            bias,
            orthogonal,
            identity,
            input_scale,
        )
        tanh = nonlinearity == "tanh"
        kernel = torch._VF.rnn_tanh if tanh else torch._VF.rnn_relu
        super().__init__(config, kernel, engine, device=device, dtype=dtype)
        self.activation = torch.tanh if tanh else torch.relu

    def step(
        self, x_t: Tensor, state: State | None = None
    ) -> tuple[Tensor, State]:
        (h,) = self.check_step(x_t, state)
        from_input = x_t @ self.weight_ih.T
        from_state = h @ self.weight_hh.T
        if self.bias:
            from_input = from_input + self.bias_ih
            from_state = from_state + self.bias_hh
        h = self.activation(from_input + from_state)
        return h, (h,)
