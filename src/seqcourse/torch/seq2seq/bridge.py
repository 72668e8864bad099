"""From one network's last state to another's first."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from seqcourse import numpy as reference
from seqcourse.torch.contract.layer import State
from seqcourse.torch.contract.module import Module


class Bridge(Module):
    """Make a state of other sizes, each part from all that was handed on.

    The twin of `seqcourse.numpy.Bridge`.

    Parameters
    ----------
    device
        Where the weights lie.
    dtype
        Floating type of the weights.

    Examples
    --------
    >>> bridge = Bridge(sizes_in=(4, 5), sizes_out=(6,))
    >>> (first,) = bridge((torch.ones(2, 4), torch.ones(2, 5)))
    >>> tuple(first.shape)
    (2, 6)
    """

    weight: Tensor
    bias: Tensor

    def __init__(
        self,
        sizes_in: Sequence[int],
        sizes_out: Sequence[int],
        *,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        config = reference.Bridge(tuple(sizes_in), tuple(sizes_out))
        super().__init__(config, device, dtype)
        self.sizes_out = list(config.sizes_out)

    def forward(self, state: State) -> State:
        """Make one network's first state from another's last.

        As `seqcourse.numpy.Bridge.forward` does.
        """
        first = torch.tanh(torch.cat(state, 1) @ self.weight.T + self.bias)
        return torch.split(first, self.sizes_out, 1)
