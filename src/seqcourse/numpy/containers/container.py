"""Several cores that are one core to whoever uses them."""

from __future__ import annotations

from typing import Any

import numpy as np

from seqcourse.numpy.contract import shapes, validation
from seqcourse.numpy.contract.composition import Composite, input_features
from seqcourse.numpy.contract.layer import (
    Array,
    Layer,
    Params,
    StateGradient,
)


class Container(Composite):
    """Several cores that are one core to whoever uses them::

        params["child.weight"] = the child's params["weight"]
        state = first child's state + second child's state + ...

    What makes it a core is that it reads features (B, T, D).

    Examples
    --------
    >>> from seqcourse.numpy import RNN, Stack
    >>> stack = Stack((RNN(3, 4), RNN(4, 5)))
    >>> sorted(stack.children())
    ['layers.0', 'layers.1']
    >>> [part.shape for part in stack.initial_state(2, np.float32)]
    [(2, 4), (2, 5)]

    References
    ----------
    ``torch.nn.Sequential``, which hands on no state.
    """

    @property
    def input_size(self) -> int:
        """Features of one step of the input."""
        name, first = next(iter(self.children().items()))
        return input_features(name, first)

    def check_input(
        self, params: Params, x: Array, lengths: Array | None
    ) -> Array:
        """Check, once for all parts, what came in.

        Parameters
        ----------
        params
            The weights.
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
        weight = next(iter(params.values()))
        x = validation.features(x, self.input_size, weight.dtype)
        validation.padding_mask(lengths, x.shape[0], x.shape[1])
        return x

    def split_state(self, state: StateGradient | None) -> list[Any]:
        """Give each child its own part of the state, or of its gradient.

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
            len(part.initial_state(1, np.float32))
            for part in self.children().values()
            if isinstance(part, Layer)
        ]
        if state is None:
            return [None] * len(counts)
        shapes.check_state_count(state, sum(counts))
        ends = np.cumsum(counts)
        return [
            state[end - count : end]
            for count, end in zip(counts, ends, strict=True)
        ]
