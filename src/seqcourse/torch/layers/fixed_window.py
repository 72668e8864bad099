"""A plain network with a slab of slots, as the digit network has."""

from __future__ import annotations

import torch
from torch import Tensor

from seqcourse import numpy as reference
from seqcourse.numpy.contract.shapes import check_max_steps
from seqcourse.torch.contract import validation
from seqcourse.torch.contract.layer import Layer, State


class FixedWindow(Layer):
    """One layer over a fixed number of slots, each with weights of its own::

        y[t] = tanh(W [x[1], ..., x[t], 0, ..., 0] + b)

    The state is (slots, filled).

    Parameters
    ----------
    input_size
        Features D of one step.
    hidden_size
        Width H of the output.
    window
        How many slots there are.
    device
        Where the weights lie.
    dtype
        Floating type of the weights.

    Raises
    ------
    ValueError
        If a size is not a whole number of at least 1; and, when reading, if
        there are more steps than slots.

    Examples
    --------
    >>> layer = FixedWindow(input_size=2, hidden_size=4, window=3)
    >>> y, (slots, filled) = layer(torch.ones(1, 2, 2))
    >>> tuple(y.shape), filled.tolist()
    ((1, 2, 4), [2])

    References
    ----------
    Bengio et al. (2003), A neural probabilistic language model, equation 1.
    """

    weight: Tensor
    bias: Tensor

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        window: int,
        *,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        config = reference.FixedWindow(input_size, hidden_size, window)
        super().__init__(config, device, dtype)
        self.input_size = input_size
        self.window = window

    def forward(
        self,
        x: Tensor,
        state: State | None = None,
        lengths: Tensor | None = None,
    ) -> tuple[Tensor, State]:
        x = validation.features(x, self.input_size, self.weight)
        B, T, D = x.shape
        padding_mask = validation.padding_mask(lengths, x)
        slots, filled = validation.state(state, self.initial_state(B))
        real = torch.ones(B, T, dtype=torch.bool, device=x.device)
        if padding_mask is not None:
            real = ~padding_mask
        check_max_steps(int((filled + real.sum(1)).max()), self.window)

        b, t = real.nonzero(as_tuple=True)
        slots = slots.index_put((b, filled[b] + t), x[real])
        W = self.weight.view(-1, self.window, D)
        said = torch.einsum("bpd,hpd->bph", slots, W)
        a = said.cumsum(1) + self.bias
        y = a.new_zeros(B, T, a.shape[2])
        y = y.index_put((b, t), torch.tanh(a[b, filled[b] + t]))
        return y, (slots, filled + real.sum(1))
