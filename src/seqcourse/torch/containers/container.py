"""The base class of containers on autograd."""

from __future__ import annotations

from itertools import accumulate
from typing import Any

import numpy as np
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

    def _configure(self, config: Any) -> None:
        super()._configure(config)
        self.state_counts = tuple(
            len(part.initial_state(1, np.float64))
            for part in config.children().values()
            if isinstance(part, Layer)
        )

    def check_input(self, x: Tensor, lengths: Tensor | None) -> Tensor:
        """`seqcourse.numpy.Container.check_input` in tensors."""
        x = validation.features(
            x, self.config.input_size, next(self.parameters())
        )
        validation.padding_mask(lengths, x)
        return x

    def split_state(self, state: State | None) -> list[State | None]:
        """`seqcourse.numpy.Container.split_state` in tensors."""
        if state is None:
            return [None] * len(self.state_counts)
        shapes.check_state_count(state, sum(self.state_counts))
        ends = accumulate(self.state_counts)
        return [
            state[end - count : end]
            for count, end in zip(self.state_counts, ends, strict=True)
        ]
