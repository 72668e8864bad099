"""The GRU: one memory, one gate that keeps it, and one that looks past it.

Where the LSTM has a gate for letting go and another for taking in, the GRU
takes in what it lets go of: both shares are one number, and add up to 1.
"""

from __future__ import annotations

import torch
from torch import Tensor

from seqcourse import numpy as reference
from seqcourse.numpy.contract import shapes
from seqcourse.torch.contract import engines, validation
from seqcourse.torch.contract.layer import Layer, State


class GRU(Layer):
    """Mix the memory with a proposal n, in shares that a gate decides::

        r[t], z[t] = sigmoid(W_ih x[t] + b_ih + W_hh h[t-1] + b_hh)
        n[t] = tanh(W_ih x[t] + b_ih + r[t] (W_hh h[t-1] + b_hh))
        h[t] = (1 - z[t]) n[t] + z[t] h[t-1]

    each gate with its own rows of the weights. The state is (h,), the output
    y[t] is h[t]. With ``reset_after=False`` it is the other GRU, and weights
    trained for one are of no use to the other::

        n[t] = tanh(W_ih x[t] + b_ih + W_hh (r[t] h[t-1]) + b_hh)

    Parameters
    ----------
    input_size
        Features D of one step.
    hidden_size
        Width H of the memory.
    bias
        Whether there are b_ih and b_hh.
    reset_after
        Whether r comes after the product with W_hh, or before.
    chrono
        The longest span to remember, in steps. The first biases of z are then
        log U(1, chrono - 1).
    engine
        ``"reference"`` runs the equations below, ``"fused"`` torch's own
        kernel on the same weights, ``"auto"`` the kernel where there is one.
    device
        Where the weights lie.
    dtype
        Floating type of the weights.

    Raises
    ------
    ValueError
        If a size is not a whole number of at least 1, chrono is given and is
        below 2 or there are no biases, or the engine is unknown or has no
        kernel for this layer.

    Examples
    --------
    >>> layer = GRU(input_size=3, hidden_size=4)
    >>> y, (h,) = layer(torch.zeros(2, 5, 3))
    >>> tuple(y.shape), tuple(h.shape)
    ((2, 5, 4), (2, 4))

    References
    ----------
    Cho et al. (2014), Learning phrase representations using RNN
    encoder-decoder: arXiv 1406.1078 resets after the product in version 1,
    before it in version 3. Chrono is of Tallec and Ollivier (2018). Names,
    shapes, the gates' order and first weights are those of ``torch.nn.GRU``.
    """

    weight_ih: Tensor
    weight_hh: Tensor
    bias_ih: Tensor
    bias_hh: Tensor

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
        super().__init__(config, device, dtype)
        self.engine = engine
        self.fused = engines.fused(
            engine, None if reset_after else "reset_after=True"
        )
        self.input_size = input_size
        self.bias = bias
        self.reset_after = reset_after

    def step(
        self, x_t: Tensor, state: State | None = None
    ) -> tuple[Tensor, State]:
        shapes.check_step_shape(tuple(x_t.shape), self.input_size)
        (h,) = state or self.initial_state(len(x_t))
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

    def forward(
        self,
        x: Tensor,
        state: State | None = None,
        lengths: Tensor | None = None,
    ) -> tuple[Tensor, State]:
        x = validation.features(x, self.input_size, self.weight_hh)
        padding_mask = validation.padding_mask(lengths, x)
        state = validation.state(state, self.initial_state(len(x)))
        if self.fused:
            return engines.run(torch._VF.gru, self, x, state, lengths)
        (h,) = state

        y = []
        for t in range(x.shape[1]):
            new, _ = self.step(x[:, t], (h,))
            h = (
                new
                if padding_mask is None
                else torch.where(padding_mask[:, t, None], h, new)
            )
            y.append(h)
        answers = torch.stack(y, 1)
        if padding_mask is not None:
            answers = answers.masked_fill(padding_mask[..., None], 0)
        return answers, (h,)
