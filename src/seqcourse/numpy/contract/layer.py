"""The contract: what every layer takes, gives back and promises.

A layer is configuration only. Its weights come in as ``params``, its memory
comes in and goes out as ``state``, and what the way back needs is the
``cache`` that the caller holds. Nothing is kept on ``self``, so one layer can
serve two places, two calls in flight or two directions at once.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

import numpy as np
from numpy.typing import DTypeLike

from seqcourse.numpy.contract import validation
from seqcourse.numpy.contract.arrays import (
    Array,
    Cache,
    Params,
    State,
    StateGradient,
)
from seqcourse.numpy.contract.calls import CHECKED
from seqcourse.numpy.contract.module import Module

__all__ = [
    "Array",
    "Cache",
    "Layer",
    "Params",
    "State",
    "StateGradient",
]


class Layer(Module):
    """What reads a batch of sequences (B, T, D) and can say how it did.

    Every model of the book keeps this contract, so that any of them can stand
    where another stood. Subclasses are frozen dataclasses.

    Examples
    --------
    >>> from seqcourse.numpy import RNN, from_config
    >>> layer = RNN(input_size=3, hidden_size=4)
    >>> layer.to_config()["type"]
    'RNN'
    >>> from_config(layer.to_config()) == layer
    True
    """

    #: Whether y[:, t] depends on x[:, : t + 1] alone.
    causal: ClassVar[bool] = True
    #: Whether y[:, t] depends on x[:, t] alone, as `Linear`'s does.
    stepwise: ClassVar[bool] = False

    _methods = tuple(CHECKED)

    @property
    @abstractmethod
    def output_size(self) -> int:
        """Features of one step of the output."""

    @property
    def complete_at(self) -> tuple[tuple[str, int], ...]:
        """At which step the output depends on the whole sequence.

        ``"last"`` or ``"first"``, for each run of features with their number:
        a reader from the back has read everything at the first step. Nothing
        where there is no such step.
        """
        return (("last", self.output_size),)

    @abstractmethod
    def forward(
        self,
        params: Params,
        x: Array,
        state: State | None = None,
        lengths: Array | None = None,
        rng: np.random.Generator | None = None,
        out: Cache | None = None,
    ) -> tuple[Array, State, Cache]:
        """Read a batch of sequences.

        Parameters
        ----------
        params
            The weights, as `init` names them.
        x
            Input (B, T, D).
        state
            What an earlier call handed on; None begins from nothing.
        lengths
            Real steps of each sequence (B,), 1 to T; None means all T.
        rng
            Switches dropout on; without it there is none.
        out
            The cache of an earlier call whose buffers may be written again.

        Returns
        -------
        y
            Output (B, T, output_size), zeros beyond each length.
        state
            The memory after each sequence's last real step.
        cache
            What `backward` needs.

        Raises
        ------
        ValueError
            If an argument has the wrong shape, type or values; the message
            names the argument and the axis.
        """

    @abstractmethod
    def backward(
        self,
        params: Params,
        dy: Array,
        dstate: StateGradient | None,
        cache: Cache,
    ) -> tuple[Array | None, StateGradient, Params]:
        """Carry gradients back through one call of `forward`.

        Parameters
        ----------
        params
            The weights that `forward` was given.
        dy
            Gradient of the loss for y; what it says beyond a length is
            ignored, since y is zero there whatever the input.
        dstate
            Gradient for the final state, or None for zeros.
        cache
            What `forward` returned.

        Returns
        -------
        dx
            Gradient for the input, or None where the input is integers.
        dstate
            Gradient for the first state.
        grads
            Gradient for every weight, under the weight's name.

        Raises
        ------
        ValueError
            If dy does not have the shape of y.
        """

    def _check_x(
        self, x: Array, dtype: DTypeLike | None, one_step: bool = False
    ) -> Array:
        """Check an input that comes from outside, before it is read.

        A layer that reads something else than ``input_size`` features says
        so here.

        Parameters
        ----------
        x
            Input (B, T, D), or one step (B, D).
        dtype
            Floating type of the weights; None where there are none.
        one_step
            Whether it is one step; then the caller calls it x_t.

        Returns
        -------
        x
            The input in the weights' type.

        Raises
        ------
        ValueError
            If it has the wrong shape, type or values.
        """
        for size in ("input_size", "in_features"):
            features = getattr(self, size, None)
            if features is not None:
                return validation.features(x, features, dtype, one_step)
        return validation.any_input(x, one_step)

    def initial_state(self, batch_size: int, dtype: DTypeLike) -> State:
        """Give the memory of having read nothing.

        Parameters
        ----------
        batch_size
            Sequences B.
        dtype
            Floating type of the memory.

        Returns
        -------
        state
            Arrays with the batch first; an empty tuple for a layer that
            carries nothing.
        """
        del batch_size, dtype
        return ()

    def step(
        self, params: Params, x_t: Array, state: State | None = None
    ) -> tuple[Array, State]:
        """Read one step.

        Parameters
        ----------
        params
            The weights.
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
        y, state, _ = self.forward(params, np.asarray(x_t)[:, None], state)
        return y[:, 0], state

    def state_bytes(self, T: int, dtype: DTypeLike = np.float32) -> int:
        """Tell how large the memory of one sequence is after T steps.

        Parameters
        ----------
        T
            Steps read.
        dtype
            Floating type of the weights.

        Returns
        -------
        size
            Bytes.
        """
        del T
        return sum(part.nbytes for part in self.initial_state(1, dtype))
