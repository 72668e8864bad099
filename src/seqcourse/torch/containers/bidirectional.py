"""The bidirectional layer on autograd."""

from __future__ import annotations

from typing import NoReturn

import torch
from torch import Tensor

from seqcourse import numpy as reference
from seqcourse.numpy.containers.bidirectional import ONE_STEP
from seqcourse.torch.containers.container import Container
from seqcourse.torch.contract.composition import configs_of
from seqcourse.torch.contract.layer import Layer, State
from seqcourse.torch.contract.validation import inside_a_model


class Bidirectional(Container):
    """`seqcourse.numpy.Bidirectional` on autograd."""

    def __init__(self, forward_layer: Layer, backward_layer: Layer) -> None:
        configs = configs_of(forward_layer, backward_layer)
        super().__init__(reference.Bidirectional(*configs))
        self.forward_layer = forward_layer
        self.backward_layer = backward_layer

    def step(self, x_t: Tensor, state: State | None = None) -> NoReturn:
        raise NotImplementedError(ONE_STEP)

    def forward(
        self,
        x: Tensor,
        state: State | None = None,
        lengths: Tensor | None = None,
    ) -> tuple[Tensor, State]:
        x = self.check_input(x, lengths)
        ahead, back = self.split_state(state)
        with inside_a_model():
            a, a_last = self.forward_layer(x, ahead, lengths)
        with inside_a_model(first_state=len(a_last)):
            b, b_last = self.backward_layer(
                reverse_sequences(x, lengths), back, lengths
            )
        return torch.cat(
            [a, reverse_sequences(b, lengths)], -1
        ), a_last + b_last


def reverse_sequences(x: Tensor, lengths: Tensor | None) -> Tensor:
    """`seqcourse.numpy.containers.bidirectional.reverse_sequences`.

    It takes and gives tensors.
    """
    if lengths is None:
        return x.flip(1)
    t = torch.arange(x.shape[1], device=x.device)
    n = torch.as_tensor(lengths, device=x.device)[:, None]
    source = torch.where(t < n, n - 1 - t, t)
    return x[torch.arange(len(x), device=x.device)[:, None], source]
