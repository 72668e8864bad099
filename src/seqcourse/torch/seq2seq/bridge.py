"""The bridge between encoder and decoder, on autograd."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from seqcourse import numpy as reference
from seqcourse.numpy.seq2seq.bridge import check_forward
from seqcourse.torch.contract.edge import edge, same_type
from seqcourse.torch.contract.layer import State
from seqcourse.torch.contract.module import Module


class Bridge(Module):
    """`seqcourse.numpy.Bridge` on autograd.

    Parameters
    ----------
    device
        Where the weights lie.
    dtype
        Floating type of the weights.
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

    @edge("state", check=check_forward)
    def forward(self, state: State) -> State:
        """`seqcourse.numpy.Bridge.forward`, without a cache."""
        both = torch.cat(same_type(self, *state), 1)
        first = torch.tanh(both @ self.weight.T + self.bias)
        return torch.split(first, self.sizes_out, 1)
