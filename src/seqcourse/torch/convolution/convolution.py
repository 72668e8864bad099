"""The causal convolution on autograd."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from seqcourse import numpy as reference
from seqcourse.torch.contract import validation
from seqcourse.torch.contract.layer import Layer, State


class Convolution(Layer):
    """`seqcourse.numpy.Convolution` on autograd, by torch's own kernel.

    Parameters
    ----------
    device
        Where the weights lie.
    dtype
        Floating type of the weights.

    Examples
    --------
    >>> layer = Convolution(3, 4, kernel_size=3, dtype=torch.float64)
    >>> y, (inputs,) = layer(torch.ones(2, 6, 3, dtype=torch.float64))
    >>> tuple(y.shape), tuple(inputs.shape)
    ((2, 6, 4), (2, 2, 3))
    """

    weight: Tensor
    bias: Tensor

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        kernel_size: int,
        nonlinearity: str = "tanh",
        *,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        config = reference.Convolution(
            input_size, hidden_size, kernel_size, nonlinearity
        )
        super().__init__(config, device, dtype)
        self.input_size = input_size
        self.kernel_size = kernel_size
        self.activation = torch.tanh if nonlinearity == "tanh" else torch.relu

    def forward(
        self,
        x: Tensor,
        state: State | None = None,
        lengths: Tensor | None = None,
    ) -> tuple[Tensor, State]:
        x = validation.features(x, self.input_size, self.weight)
        B, T, D = x.shape
        padding_mask = validation.padding_mask(lengths, x)
        (before,) = validation.state(state, self.initial_state(B))

        inputs = torch.cat([before, x], dim=1)
        a = F.conv1d(inputs.transpose(1, 2), self.weight, self.bias)
        y = self.activation(a.transpose(1, 2))
        first = torch.full((B,), T, device=x.device)
        if padding_mask is not None:
            y = y.masked_fill(padding_mask[..., None], 0)
            first = (~padding_mask).sum(1)
        # Each sequence's last k-1 inputs, counted with those of the state.
        steps = torch.arange(self.kernel_size - 1, device=x.device)
        last = (first[:, None] + steps)[..., None].expand(-1, -1, D)
        return y, (inputs.gather(1, last),)
