"""The feed-forward part of a transformer: each step thinks by itself."""

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
    """Widen each step, bend it, and narrow it again::

        a[t] = W_1 x[t] + b_1
        h[t] = activation(a[t])                         "relu", "gelu"
        h[t] = silu(a[t]) (W_3 x[t] + b_3)              "swiglu"
        y[t] = W_2 dropout(h[t]) + b_2

    ``gelu(a) = a P(Z < a)`` with Z of the standard normal distribution, and
    ``silu(a) = a sigmoid(a)``. No step looks at another.

    Parameters
    ----------
    embed_dim
        Features E of one step, which are also those of the output.
    hidden_size
        Width of h; four times E is usual, and 8/3 of E for SwiGLU, which has
        a third matrix.
    activation
        ``"gelu"``, ``"relu"`` or ``"swiglu"``.
    bias
        Whether there are b_1, b_2 and b_3.
    dropout
        How likely each number of h is left out, in ``train()``.
    device
        Where the weights lie.
    dtype
        Floating type of the weights.

    Raises
    ------
    ValueError
        If a size is not a whole number of at least 1, the activation is
        unknown, or the dropout not in [0, 1).

    Examples
    --------
    >>> layer = FeedForward(embed_dim=3, hidden_size=12)
    >>> y, _ = layer(torch.ones(2, 5, 3))
    >>> tuple(y.shape), sorted(layer.state_dict())[0]
    ((2, 5, 3), 'linear1.bias')

    References
    ----------
    Vaswani et al. (2017), Attention is all you need, section 3.3; GELU:
    Hendrycks and Gimpel (2016); SwiGLU: Shazeer (2020), GLU variants improve
    transformer. Names, shapes and first weights are those of
    ``torch.nn.TransformerEncoderLayer``.
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
