"""The LSTM: a memory that is kept until a gate lets go of it.

The cell c is a conveyor belt: at each step the network decides what to take
off it, what to lay on it, and how much of it to show.
"""

from __future__ import annotations

import torch
from torch import Tensor

from seqcourse import numpy as reference
from seqcourse.numpy.contract import shapes
from seqcourse.torch.contract import engines, validation
from seqcourse.torch.contract.layer import Layer, State


class LSTM(Layer):
    """Keep a cell beside the output, and gate what goes in and out of it::

        i[t], f[t], o[t] = sigmoid(W_ih x[t] + b_ih + W_hh h[t-1] + b_hh)
        g[t] = tanh(W_ih x[t] + b_ih + W_hh h[t-1] + b_hh)
        c[t] = f[t] c[t-1] + i[t] g[t]
        h[t] = o[t] tanh(c[t])

    each gate with its own rows of the weights. The state is (h, c), the
    output y[t] is h[t].

    Parameters
    ----------
    input_size
        Features D of one step.
    hidden_size
        Width H of the cell.
    bias
        Whether there are b_ih and b_hh.
    forget_bias
        What is added to the first b_ih of f; 1 keeps 73 % of the cell.
    chrono
        The longest span to remember, in steps. The first biases of f are then
        log U(1, chrono - 1), and those of i the same below zero.
    peepholes
        Whether i and f see c[t-1], and o sees c[t], each through a weight of
        its own for each number in the cell.
    proj_size
        Width P < H of h, which is then W_hr (o[t] tanh(c[t])); None for H.
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
        If a size is not a whole number of at least 1, P is not below H,
        first biases are asked for where there are none or for two reasons, or
        the engine is unknown or has no kernel for this layer.

    Examples
    --------
    >>> layer = LSTM(input_size=3, hidden_size=4)
    >>> y, (h, c) = layer(torch.zeros(2, 5, 3))
    >>> tuple(y.shape), tuple(h.shape), tuple(c.shape)
    ((2, 5, 4), (2, 4), (2, 4))

    References
    ----------
    Hochreiter and Schmidhuber (1997), Long short-term memory; the forget gate
    is of Gers, Schmidhuber and Cummins (2000), Learning to forget; peepholes
    of Gers and Schmidhuber (2000), Recurrent nets that time and count; the
    projection of Sak, Senior and Beaufays (2014); chrono of Tallec and
    Ollivier (2018). Names, shapes, the gates' order and first weights are
    those of ``torch.nn.LSTM``.
    """

    weight_ih: Tensor
    weight_hh: Tensor
    bias_ih: Tensor
    bias_hh: Tensor
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
        super().__init__(config, device, dtype)
        self.engine = engine
        if engine == "auto" and proj_size:
            engine = "reference"  # PyTorch's kernel for the CPU has none
        self.fused = engines.fused(
            engine, "peepholes=False" if peepholes else None
        )
        self.input_size = input_size
        self.bias = bias
        self.peepholes = peepholes
        self.proj_size = proj_size

    def step(
        self, x_t: Tensor, state: State | None = None
    ) -> tuple[Tensor, State]:
        shapes.check_step_shape(tuple(x_t.shape), self.input_size)
        h, c = state or self.initial_state(len(x_t))
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
            return engines.run(torch._VF.lstm, self, x, state, lengths)

        y = []
        for t in range(x.shape[1]):
            h_t, new = self.step(x[:, t], state)
            if padding_mask is None:
                state = new
            else:
                state = tuple(
                    torch.where(padding_mask[:, t, None], old, fresh)
                    for old, fresh in zip(state, new, strict=True)
                )
            y.append(h_t)
        answers = torch.stack(y, 1)
        if padding_mask is not None:
            answers = answers.masked_fill(padding_mask[..., None], 0)
        return answers, state
