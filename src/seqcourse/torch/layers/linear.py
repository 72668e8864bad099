"""The linear layer on autograd."""

from __future__ import annotations

import torch
from torch import Tensor

from seqcourse import numpy as reference
from seqcourse.torch.contract import validation
from seqcourse.torch.contract.layer import Layer, State


class Linear(Layer):
    """`seqcourse.numpy.Linear` on autograd.

    Parameters
    ----------
    device
        Where the weights lie.
    dtype
        Floating type of the weights.

    Examples
    --------
    >>> layer = Linear(in_features=3, out_features=2, dtype=torch.float64)
    >>> y, _ = layer(torch.ones(4, 5, 3))
    >>> y.dtype
    torch.float64
    """

    weight: Tensor
    bias: Tensor

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        *,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        config = reference.Linear(in_features, out_features, bias)
        super().__init__(config, device, dtype)
        self.in_features = in_features
        self.has_bias = bias

    def forward(
        self,
        x: Tensor,
        state: State | None = None,
        lengths: Tensor | None = None,
    ) -> tuple[Tensor, State]:
        x = validation.features(x, self.in_features, self.weight)
        validation.state(state, ())
        y = x @ self.weight.T
        if self.has_bias:
            y = y + self.bias
        padding_mask = validation.padding_mask(lengths, x)
        return (
            y
            if padding_mask is None
            else y.masked_fill(padding_mask[..., None], 0)
        ), ()
