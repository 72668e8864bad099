"""The feed-forward network on autograd."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from seqcourse import numpy as reference
from seqcourse.torch.contract import validation
from seqcourse.torch.contract.layer import Layer, State
from seqcourse.torch.contract.validation import mask_padded_steps

#: What comes between the two matrices; SwiGLU's gate is a SiLU.
ACTIVATIONS: dict[str, Any] = {
    "relu": F.relu,
    "gelu": F.gelu,
    "swiglu": F.silu,
}


class FeedForward(Layer):
    """`seqcourse.numpy.FeedForward` on autograd.

    Parameters
    ----------
    device
        Where the weights lie.
    dtype
        Floating type of the weights.
    """

    config: reference.FeedForward
    linear1: Any
    linear2: Any
    linear3: Any

    def __init__(
        self,
        embed_dim: int,
        hidden_size: int,
        activation: str = "gelu",
        bias: bool = True,
        dropout: float = 0.0,
        *,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        config = reference.FeedForward(
            embed_dim, hidden_size, activation, bias, dropout
        )
        super().__init__(config, device, dtype)
        self.has_bias = bias

    def forward(
        self,
        x: Tensor,
        state: State | None = None,
        lengths: Tensor | None = None,
    ) -> tuple[Tensor, State]:
        x = validation.features(x, self.config.embed_dim, self.linear1.weight)
        padding_mask = validation.padding_mask(lengths, x)
        validation.state(state, ())
        x = mask_padded_steps(x, padding_mask)
        activation = self.config.activation
        h = ACTIVATIONS[activation](self._mixed(self.linear1, x))
        if activation == "swiglu":
            h = h * self._mixed(self.linear3, x)
        h = F.dropout(h, self.config.dropout, self.training)
        return mask_padded_steps(
            self._mixed(self.linear2, h), padding_mask
        ), ()

    def _mixed(self, linear: Any, x: Tensor) -> Tensor:
        bias = linear.bias if self.has_bias else None
        return F.linear(x, linear.weight, bias)
