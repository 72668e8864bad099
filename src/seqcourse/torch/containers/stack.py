"""Cores one upon the other: each reads what the one below it says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from torch import Tensor, nn
from torch.nn import functional as F

from seqcourse import numpy as reference
from seqcourse.numpy.contract import shapes
from seqcourse.numpy.contract.validation import inside_a_model
from seqcourse.torch.containers.container import Container
from seqcourse.torch.contract.layer import Layer, State


class Stack(Container):
    """Read the sequence, then read the reading, and so on upwards::

        y[0] = layers[0](x)
        y[l] = layers[l](dropout(y[l - 1]))

    The output is the last layer's; the state is the layers' states, one after
    the other. Dropout acts between layers, never from step to step and not
    after the last; ``train()`` and ``eval()`` switch it on and off.

    Parameters
    ----------
    layers
        The cores from the bottom to the top, of any kinds.
    dropout
        How likely each number is left out between two layers.

    Raises
    ------
    ValueError
        If there is no layer, two do not fit, or the dropout is not in [0, 1).

    Examples
    --------
    >>> import torch
    >>> from seqcourse.torch import RNN
    >>> stack = Stack((RNN(3, 4), RNN(4, 5)), dropout=0.2)
    >>> sorted(stack.state_dict())[:2]
    ['layers.0.bias_hh', 'layers.0.bias_ih']
    >>> y, (h_0, h_1) = stack(torch.zeros(2, 6, 3))
    >>> tuple(y.shape), tuple(h_0.shape), tuple(h_1.shape)
    ((2, 6, 5), (2, 4), (2, 5))

    References
    ----------
    Graves et al. (2013), Speech recognition with deep recurrent neural
    networks, equation 11. Dropout between layers alone: Zaremba et al.
    (2014), Recurrent neural network regularization.
    """

    def __init__(self, layers: Sequence[Layer], dropout: float = 0.0) -> None:
        configs: tuple[Any, ...] = tuple(
            getattr(part, "config", part) for part in layers
        )
        super().__init__(reference.Stack(configs, dropout))
        self.layers = nn.ModuleList(layers)
        self.dropout = dropout

    def step(
        self, x_t: Tensor, state: State | None = None
    ) -> tuple[Tensor, State]:
        shapes.check_step_shape(tuple(x_t.shape), self.config.input_size)
        last: State = ()
        for layer, part in zip(self.layers, self.shares(state), strict=True):
            with inside_a_model(first_state=len(last)):
                x_t, after = cast(Layer, layer).step(x_t, part)
            last += after
        return x_t, last

    def forward(
        self,
        x: Tensor,
        state: State | None = None,
        lengths: Tensor | None = None,
    ) -> tuple[Tensor, State]:
        x = self.checked(x, lengths)
        last: State = ()
        parts = zip(self.layers, self.shares(state), strict=True)
        for i, (layer, part) in enumerate(parts):
            if i > 0:
                x = F.dropout(x, self.dropout, self.training)
            with inside_a_model(first_state=len(last)):
                x, after = layer(x, part, lengths)
            last += after
        return x, last
