"""What every layer on autograd shares."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.utils import rnn

from seqcourse import numpy as reference
from seqcourse.torch.contract.calls import (
    CHECKED,
    kinds_of_initial_state,
    step,
)
from seqcourse.torch.contract.module import Module
from seqcourse.torch.contract.validation import Kinds, State, is_inside

__all__ = ["Layer", "State"]


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
    #: What each array of the first state is, without the batch.
    first_state: Kinds

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for name, checked in CHECKED.items():
            if name in vars(cls):
                setattr(cls, name, checked(vars(cls)[name]))

    def _configure(self, config: reference.Module) -> None:
        super()._configure(config)
        self.first_state = tuple(
            (part.shape[1:], part.dtype.kind == "f")
            for part in self.config.initial_state(1, np.float64)
        )

    def initial_state(self, batch_size: int) -> State:
        """`seqcourse.numpy.Layer.initial_state` in tensors.

        They lie where the weights lie and have their type; counts are int64.

        Raises
        ------
        ValueError
            If batch_size is not a whole number of at least 1, or too large.
        """
        weight = next(self.parameters(), torch.empty(0))
        if not is_inside():
            batch_size = kinds_of_initial_state(batch_size)
        try:
            return tuple(
                torch.zeros(
                    batch_size,
                    *shape,
                    device=weight.device,
                    dtype=weight.dtype if real else torch.int64,
                )
                for shape, real in self.first_state
            )
        except (RuntimeError, TypeError) as error:
            raise ValueError(
                "batch_size: expected a batch that fits into memory, "
                f"got {batch_size}"
            ) from error

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

    @step
    def step(
        self, x_t: Tensor, state: State | None = None
    ) -> tuple[Tensor, State]:
        """`seqcourse.numpy.Layer.step` on autograd."""
        y, state = self(x_t[:, None], state)
        return y[:, 0], state

    def state_bytes(self, T: int) -> int:
        """`seqcourse.numpy.Layer.state_bytes`, for float32 weights."""
        return self.config.state_bytes(T)
