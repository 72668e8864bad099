"""The weighted sum: the same one at every step."""

from __future__ import annotations

import torch
from torch import Tensor

from seqcourse import numpy as reference
from seqcourse.torch.contract import validation
from seqcourse.torch.contract.layer import Layer, State


class Linear(Layer):
    """Mix the features of each step, without looking at any other::

        y[t] = W x[t] + b

    Parameters
    ----------
    in_features
        Features D that come in.
    out_features
        Features that go out.
    bias
        Whether there is a b.
    device
        Where the weights lie.
    dtype
        Floating type of the weights.

    Raises
    ------
    ValueError
        If a size is not a whole number of at least 1.

    Examples
    --------
    >>> layer = Linear(in_features=3, out_features=2)
    >>> y, state = layer(torch.ones(4, 5, 3))
    >>> tuple(y.shape), state
    ((4, 5, 2), ())

    References
    ----------
    Names, shapes and first weights are those of ``torch.nn.Linear``.
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
