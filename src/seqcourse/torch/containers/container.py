"""Layers made of layers: whose weights and whose memory is whose."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from seqcourse import numpy as reference
from seqcourse.numpy.contract import shapes
from seqcourse.torch.contract import validation
from seqcourse.torch.contract.layer import Layer, State


class Container(Layer):
    """Several cores that are one core to whoever uses them.

    Each child's weights stand under its name; the states stand one after the
    other::

        state = first child's state + second child's state + ...

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

    References
    ----------
    The names are those that ``torch.nn.Module`` gives its children.
    """

    config: reference.Container

    def __init__(self, config: reference.Container) -> None:
        nn.Module.__init__(self)
        self.config = config

    def checked(self, x: Tensor, lengths: Tensor | None) -> Tensor:
        """Check, once for all parts, what came in.

        Parameters
        ----------
        x
            Input (B, T, D).
        lengths
            Real steps of each sequence (B,), or None.

        Returns
        -------
        x
            The input in the weights' type.

        Raises
        ------
        ValueError
            If one of them is not as the layer needs it.
        """
        x = validation.features(
            x, self.config.input_size, next(self.parameters())
        )
        validation.padding_mask(lengths, x)
        return x

    def shares(self, state: State | None) -> list[State | None]:
        """Give each child its own part of the state.

        Parameters
        ----------
        state
            The whole, or None.

        Returns
        -------
        shares
            One for each child; None where None was given.

        Raises
        ------
        ValueError
            If the whole has not as many arrays as the children need.
        """
        counts = [
            len(part.initial_state(1, float))
            for part in self.config.children().values()
        ]
        if state is None:
            return [None] * len(counts)
        shapes.check_state_count(state, sum(counts))
        ends = torch.tensor(counts).cumsum(0).tolist()
        return [
            state[end - count : end]
            for count, end in zip(counts, ends, strict=True)
        ]
