"""A plain network that sees what was said, but not in which order."""

from __future__ import annotations

import torch
from torch import Tensor

from seqcourse import numpy as reference
from seqcourse.torch.contract import validation
from seqcourse.torch.contract.layer import Layer, State


class BagOfWords(Layer):
    """One layer over the average of everything read so far::

        s[t] = s[t-1] + x[t]
        y[t] = tanh(W s[t] / (number of steps read) + b)

    The state is (sum, count).

    Parameters
    ----------
    input_size
        Features D of one step.
    hidden_size
        Width H of the output.
    device
        Where the weights lie.
    dtype
        Floating type of the weights.

    Raises
    ------
    ValueError
        If a size is not a whole number of at least 1.

    Examples
    --------
    >>> layer = BagOfWords(input_size=3, hidden_size=4)
    >>> y, (total, count) = layer(torch.ones(2, 5, 3))
    >>> tuple(y.shape), count.tolist()
    ((2, 5, 4), [5, 5])

    References
    ----------
    Iyyer et al. (2015), Deep unordered composition rivals syntactic methods
    for text classification.
    """

    weight: Tensor
    bias: Tensor

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        *,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        config = reference.BagOfWords(input_size, hidden_size)
        super().__init__(config, device, dtype)
        self.input_size = input_size

    def forward(
        self,
        x: Tensor,
        state: State | None = None,
        lengths: Tensor | None = None,
    ) -> tuple[Tensor, State]:
        x = validation.features(x, self.input_size, self.weight)
        padding_mask = validation.padding_mask(lengths, x)
        total, count = validation.state(state, self.initial_state(len(x)))

        real = torch.ones(x.shape[:2], dtype=torch.int64, device=x.device)
        if padding_mask is not None:
            real = real.masked_fill(padding_mask, 0)
        sums = total[:, None] + (x * real[..., None]).cumsum(1)
        counts = count[:, None] + real.cumsum(1)
        mean = sums / counts[..., None]
        y = torch.tanh(mean @ self.weight.T + self.bias) * real[..., None]
        return y, (sums[:, -1], counts[:, -1])
