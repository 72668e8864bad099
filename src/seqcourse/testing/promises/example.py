"""A layer with weights, and something for it to read."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import DTypeLike

from seqcourse.numpy.contract.layer import Array, Cache, Params, State
from seqcourse.testing.comparison import check_shape_like
from seqcourse.testing.promises.arrays import tree

#: Sequences and steps of a batch that a layer is given to read.
B, T = 3, 5
#: Steps of a longer one, where a layer can read as many.
LONGER = 10
#: How many of those steps are real, where there is padding.
LENGTHS = np.array([3, 5, 1])


class Results(NamedTuple):
    """What one call of ``forward`` and one of ``backward`` give.

    Parameters
    ----------
    y
        The output.
    state
        The memory after it.
    dx
        Gradient for the input.
    dstate
        Gradient for the first state.
    grads
        Gradient for every weight.

    Examples
    --------
    >>> Results(np.ones(2), (), None, (), {})._fields
    ('y', 'state', 'dx', 'dstate', 'grads')
    """

    y: Any
    state: Any
    dx: Any
    dstate: Any
    grads: Any


@dataclasses.dataclass
class Example:
    """A layer with weights, what it reads, and gradients to carry back.

    Parameters
    ----------
    subject
        What is true of the layer.
    layer
        The layer.
    params
        Its weights.
    x
        What it reads.
    state
        The memory that it begins from.
    lengths
        Real steps of each sequence, or None.
    dy
        Gradient for the output.
    dstate
        Gradient for the last state.

    Examples
    --------
    >>> from seqcourse.numpy import RNN
    >>> from seqcourse.testing.promises.subject import Subject
    >>> example = Subject("RNN", lambda: RNN(7, 9)).example()
    >>> example.results().grads.keys() == example.params.keys()
    True
    """

    subject: Any
    layer: Any
    params: Params
    x: Array
    state: State
    lengths: Array | None
    dy: Array
    dstate: tuple[Array | None, ...] | None

    def forward(self, **changes: Any) -> tuple[Any, Any, Any]:
        """Read.

        Parameters
        ----------
        **changes
            What is other than in this example.

        Returns
        -------
        y
            The output.
        state
            The memory after it.
        cache
            What `backward` needs.
        """
        c = dataclasses.replace(self, **changes)
        y, state, cache = c.layer.forward(c.params, c.x, c.state, c.lengths)
        return y, state, cache

    def backward(self, cache: Cache, **changes: Any) -> tuple[Any, Any, Any]:
        """Carry the gradients back.

        Parameters
        ----------
        cache
            What `forward` gave.
        **changes
            What is other than in this example.

        Returns
        -------
        dx
            Gradient for the input.
        dstate
            Gradient for the first state.
        grads
            Gradient for every weight.

        Raises
        ------
        AssertionError
            If a gradient for a weight is no array.
        """
        c = dataclasses.replace(self, **changes)
        dx, dstate, grads = c.layer.backward(c.params, c.dy, c.dstate, cache)
        for name in grads.keys() & c.params.keys():
            if not isinstance(grads[name], np.ndarray | np.generic):
                check_shape_like(
                    f"grads[{name!r}]", grads[name], c.params[name]
                )
        return dx, dstate, grads

    def results(self, **changes: Any) -> Results:
        """Read, and carry the gradients back.

        Parameters
        ----------
        **changes
            What is other than in this example.

        Returns
        -------
        results
            All that both gave.
        """
        y, state, cache = self.forward(**changes)
        fitted = dataclasses.replace(self, **changes).dstate
        if fitted is not None:
            changes["dstate"] = tuple(map(sized, fitted, state))
        return Results(y, state, *self.backward(cache, **changes))

    def of(self, rows: Any, lengths: Array | None = None) -> Example:
        """Keep some sequences of the batch, in a given order.

        Parameters
        ----------
        rows
            Which ones, as NumPy takes it for an index.
        lengths
            Their lengths, or None.

        Returns
        -------
        example
            The smaller example.
        """
        take = tree(lambda part: part[rows])
        return dataclasses.replace(
            self,
            x=take(self.x),
            state=take(self.state),
            lengths=lengths,
            dy=take(self.dy),
            dstate=take(self.dstate),
        )


def sized(part: Any, like: Array) -> Any:
    """Cut or pad with zeros, where a memory that grows has another size.

    Parameters
    ----------
    part
        An array of a state or its gradient, or None.
    like
        One of the size that is wanted.

    Returns
    -------
    fitted
        The array in that size.

    Examples
    --------
    >>> sized(np.ones((1, 2)), np.zeros((1, 3)))
    array([[1., 1., 0.]])
    """
    if part is None or part.shape == like.shape:
        return part
    fitted = np.zeros(like.shape, part.dtype)
    both = tuple(map(slice, map(min, part.shape, like.shape)))
    fitted[both] = part[both]
    return fitted


def drawn_like(
    rng: np.random.Generator, dtype: DTypeLike
) -> Callable[[Any], Any]:
    """Draw for every array of a state another one of its shape.

    Parameters
    ----------
    rng
        Where the randomness comes from.
    dtype
        Type of the real numbers.

    Returns
    -------
    draw
        What does it: real numbers are standard normal, and counts are of 1
        to 3 steps read before.

    Examples
    --------
    >>> draw = drawn_like(np.random.default_rng(0), np.float32)
    >>> real, count = draw((np.zeros((4, 2)), np.zeros(4, int)))
    >>> real.dtype.name, count
    ('float32', array([1, 2, 3, 1]))
    """

    def draw(part: Array) -> Array:
        if part.dtype.kind == "f":
            return rng.standard_normal(part.shape).astype(dtype)
        steps_read_before = 1 + np.arange(part.size) % 3
        return steps_read_before.reshape(part.shape).astype(part.dtype)

    return tree(draw)
