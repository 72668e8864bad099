"""What every twin shares: its NumPy layer's configuration and weights."""

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
    """A module with the arguments, weights and answers of its NumPy twin.

    ``y, state = layer(x, state=None, lengths=None)``; autograd does the way
    back. First weights are drawn by the NumPy layer's own ``init``, seeded
    from torch's generator.

    Parameters
    ----------
    config
        The NumPy layer.
    device
        Where the weights lie.
    dtype
        Floating type of the weights; None takes torch's default.

    Examples
    --------
    >>> from seqcourse.torch import RNN
    >>> layer = RNN(input_size=3, hidden_size=4)
    >>> sorted(layer.state_dict())
    ['bias_hh', 'bias_ih', 'weight_hh', 'weight_ih']
    """

    config: reference.Layer

    def initial_state(self, batch_size: int) -> State:
        """Give the memory of having read nothing.

        Parameters
        ----------
        batch_size
            Sequences B.

        Returns
        -------
        state
            Zeros, on the weights' device and of their type.
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
        """Read a batch of sequences.

        Parameters
        ----------
        x
            Input (B, T, D), or tokens (B, T); or either packed, and then y
            is packed, too.
        state
            What an earlier call handed on; None begins from nothing.
        lengths
            Real steps of each sequence (B,), 1 to T; None means all T.

        Returns
        -------
        y
            Output (B, T, output_size), zeros beyond each length.
        state
            The memory after each sequence's last real step.

        Raises
        ------
        ValueError
            If an argument has the wrong shape, type or values; the message
            names the argument and the axis.
        """
        raise NotImplementedError

    def step(
        self, x_t: Tensor, state: State | None = None
    ) -> tuple[Tensor, State]:
        """Read one step.

        Parameters
        ----------
        x_t
            Input of one step (B, D).
        state
            The memory so far; None for a beginning.

        Returns
        -------
        y_t
            Output of the step (B, output_size).
        state
            The memory after it.

        Raises
        ------
        ValueError
            If an argument has the wrong shape or type.
        NotImplementedError
            If the layer sees the future.
        """
        y, state = self(x_t[:, None], state)
        return y[:, 0], state

    def state_bytes(self, T: int) -> int:
        """Tell how large the memory of one sequence is after T steps.

        Parameters
        ----------
        T
            Steps read.

        Returns
        -------
        size
            Bytes, for float32 weights.
        """
        return self.config.state_bytes(T)
