"""The base class of containers on autograd."""

from __future__ import annotations

import torch
from torch import Tensor

from seqcourse import numpy as reference
from seqcourse.numpy.contract import shapes
from seqcourse.numpy.contract.layer import Layer
from seqcourse.torch.contract import validation
from seqcourse.torch.contract.composition import Composite
from seqcourse.torch.contract.layer import State


class Container(Composite):
    """`seqcourse.numpy.Container` as a ``torch.nn.Module``.

    Parameters
    ----------
    config
        The NumPy container; a subclass sets the child modules.
    """

    config: reference.Container

    def check_input(self, x: Tensor, lengths: Tensor | None) -> Tensor:
        """`seqcourse.numpy.Container.check_input` in tensors."""
        x = validation.features(
            x, self.config.input_size, next(self.parameters())
        )
        validation.padding_mask(lengths, x)
        return x

    def split_state(self, state: State | None) -> list[State | None]:
        """`seqcourse.numpy.Container.split_state` in tensors."""
        counts = [
            len(part.initial_state(1, float))
            for part in self.config.children().values()
            if isinstance(part, Layer)
        ]
        if state is None:
            return [None] * len(counts)
        shapes.check_state_count(state, sum(counts))
        ends = torch.tensor(counts).cumsum(0).tolist()
        return [
            state[end - count : end]
            for count, end in zip(counts, ends, strict=True)
        ]
