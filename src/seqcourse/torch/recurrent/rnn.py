"""The Elman network: the simplest way to carry a memory.

At each step the network mixes what it sees with what it remembers, and the
mixture is the new memory.
"""

from __future__ import annotations

import torch
from torch import Tensor

from seqcourse import numpy as reference
from seqcourse.numpy.contract import shapes
from seqcourse.torch.contract import engines, validation
from seqcourse.torch.contract.layer import Layer, State


class RNN(Layer):
    """Read step by step and carry one vector of memory::

        h[t] = tanh(W_ih x[t] + b_ih + W_hh h[t-1] + b_hh)

    The state is (h,), the output y[t] is h[t].

    Parameters
    ----------
    input_size
        Features D of one step.
    hidden_size
        Width H of the memory.
    nonlinearity
        ``"tanh"`` or ``"relu"``.
    bias
        Whether there are b_ih and b_hh.
    orthogonal
        Whether W_hh begins as a rotation, which keeps the length of what it
        turns.
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
        If a size is not a whole number of at least 1, or the nonlinearity or
        the engine is unknown.

    Examples
    --------
    >>> layer = RNN(input_size=3, hidden_size=4)
    >>> y, (h,) = layer(torch.zeros(2, 5, 3))
    >>> tuple(y.shape), tuple(h.shape)
    ((2, 5, 4), (2, 4))

    References
    ----------
    Elman (1990), Finding structure in time. Names, shapes and first weights
    are those of ``torch.nn.RNN``; orthogonal ones are of Saxe, McClelland and
    Ganguli (2014), Exact solutions to the nonlinear dynamics of learning.
    """

    weight_ih: Tensor
    weight_hh: Tensor
    bias_ih: Tensor
    bias_hh: Tensor

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        nonlinearity: str = "tanh",
        bias: bool = True,
        orthogonal: bool = False,
        *,
        engine: str = "auto",
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        config = reference.RNN(
            input_size, hidden_size, nonlinearity, bias, orthogonal
        )
        super().__init__(config, device, dtype)
        self.engine = engine
        self.fused = engines.fused(engine, None)
        self.input_size = input_size
        self.bias = bias
        tanh = nonlinearity == "tanh"
        self.activation = torch.tanh if tanh else torch.relu
        self.kernel = torch._VF.rnn_tanh if tanh else torch._VF.rnn_relu

    def step(
        self, x_t: Tensor, state: State | None = None
    ) -> tuple[Tensor, State]:
        shapes.check_step_shape(tuple(x_t.shape), self.input_size)
        (h,) = state or self.initial_state(len(x_t))
        from_input = x_t @ self.weight_ih.T
        from_memory = h @ self.weight_hh.T
        if self.bias:
            from_input = from_input + self.bias_ih
            from_memory = from_memory + self.bias_hh
        h = self.activation(from_input + from_memory)
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
            return engines.run(self.kernel, self, x, state, lengths)
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
