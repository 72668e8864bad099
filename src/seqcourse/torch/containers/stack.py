"""The stack of layers, on autograd."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from torch import Tensor, nn
from torch.nn import functional as F

from seqcourse import numpy as reference
from seqcourse.numpy.contract import shapes
from seqcourse.torch.containers.container import Container
from seqcourse.torch.contract.composition import configs_of
from seqcourse.torch.contract.layer import Layer, State
from seqcourse.torch.contract.validation import inside_a_model


class Stack(Container):
    """`seqcourse.numpy.Stack` on autograd."""

    def __init__(self, layers: Sequence[Layer], dropout: float = 0.0) -> None:
        config = reference.Stack(tuple(configs_of(*layers)), dropout)
        super().__init__(config)
        self.layers = nn.ModuleList(layers)
        self.dropout = dropout

    def step(
        self, x_t: Tensor, state: State | None = None
    ) -> tuple[Tensor, State]:
        shapes.check_step_shape(tuple(x_t.shape), self.config.input_size)
        last: State = ()
        for layer, part in zip(
            self.layers, self.split_state(state), strict=True
        ):
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
        x = self.check_input(x, lengths)
        last: State = ()
        parts = zip(self.layers, self.split_state(state), strict=True)
        for i, (layer, part) in enumerate(parts):
            if i > 0:
                x = F.dropout(x, self.dropout, self.training)
            with inside_a_model(first_state=len(last)):
                x, after = layer(x, part, lengths)
            last += after
        return x, last
