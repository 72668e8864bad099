"""Layers made of layers: whose weights and whose memory is whose."""

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
    """Several cores that are one core to whoever uses them.

    The twin of `seqcourse.numpy.Container`.

    Parameters
    ----------
    config
        The NumPy container; the modules are set by whoever inherits.

    Examples
    --------
    >>> from seqcourse.torch import RNN, Stack
    >>> stack = Stack((RNN(3, 4), RNN(4, 5)))
    >>> [tuple(part.shape) for part in stack.initial_state(2)]
    [(2, 4), (2, 5)]
    """

    config: reference.Container

    def checked(self, x: Tensor, lengths: Tensor | None) -> Tensor:
        """Check, once for all parts, what came in.

        As `seqcourse.numpy.Container.checked` does; the weights are the
        module's own.
        """
        x = validation.features(
            x, self.config.input_size, next(self.parameters())
        )
        validation.padding_mask(lengths, x)
        return x

    def shares(self, state: State | None) -> list[State | None]:
        """Give each child its own part of the state.

        As `seqcourse.numpy.Container.shares` does.
        """
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
