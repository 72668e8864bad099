"""What every layer on autograd shares."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import torch
from torch import Tensor
from torch.nn.utils import rnn

from seqcourse import numpy as reference
from seqcourse.torch.contract.module import Module

State: TypeAlias = tuple[Tensor, ...]


class Layer(Module):
    """`seqcourse.numpy.Layer` as a ``torch.nn.Module``.

    A call is ``y, state = layer(x, state=None, lengths=None)``: the weights
    are the module's own, the state is in tensors and autograd is the backward
    pass. ``train()`` and ``eval()`` switch dropout on and off.

    Parameters
    ----------
    config
        The NumPy layer.
    device
        Where the weights lie.
    dtype
        Floating type of the weights; None for torch's default.

    Examples
    --------
    >>> from seqcourse.torch import RNN
    >>> layer = RNN(input_size=3, hidden_size=4, dtype=torch.float64)
    >>> y, (h,) = layer(torch.ones(2, 5, 3))
    >>> h.sum().backward()
    >>> layer.weight_hh.grad.dtype
    torch.float64
    """

    config: reference.Layer

    def initial_state(self, batch_size: int) -> State:
        """`seqcourse.numpy.Layer.initial_state` in tensors.

        They lie where the weights lie and have their type; counts are int64.
        """
        weight = next(self.parameters(), torch.empty(0))
        zeros = self.config.initial_state(batch_size, np.float64)
        return tuple(
            torch.zeros(
                part.shape,
                device=weight.device,
                dtype=weight.dtype if part.dtype.kind == "f" else torch.int64,
            )
            for part in zeros
        )

    def __call__(
        self,
        x: Tensor | rnn.PackedSequence,
        state: State | None = None,
        lengths: Tensor | None = None,
    ) -> Any:
        if not isinstance(x, rnn.PackedSequence):
            return super().__call__(x, state, lengths)
        if lengths is not None:
            raise ValueError("lengths: a packed batch has its own")
        padded, real = rnn.pad_packed_sequence(x, batch_first=True)
        y, state = super().__call__(padded, state, real.to(padded.device))
        if y.ndim == 3:  # an answer at every step goes back as x came
            y = rnn.pack_padded_sequence(
                y, real, batch_first=True, enforce_sorted=False
            )
        return y, state

    def forward(
        self,
        x: Tensor,
        state: State | None = None,
        lengths: Tensor | None = None,
    ) -> tuple[Tensor, State]:
        """`seqcourse.numpy.Layer.forward`, without a cache.

        Parameters
        ----------
        x
            As there, or packed by ``torch.nn.utils.rnn``. Then lengths is
            None, and y is packed, too, if there is an output at every step.
        """
        raise NotImplementedError

    def step(
        self, x_t: Tensor, state: State | None = None
    ) -> tuple[Tensor, State]:
        """`seqcourse.numpy.Layer.step` on autograd."""
        y, state = self(x_t[:, None], state)
        return y[:, 0], state

    def state_bytes(self, T: int) -> int:
        """`seqcourse.numpy.Layer.state_bytes`, for float32 weights."""
        return self.config.state_bytes(T)
