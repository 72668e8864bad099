"""The squashing functions, each beside its way back.

A backward function takes the output ``y``, since the output is what a layer
keeps anyway: the slope of tanh is ``1 - tanh**2``.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.layer import Array
from seqcourse.numpy.functional.checking import (
    between,
    check_written,
    checking,
    numbers,
    unchecked,
)


@checking(numbers)
def tanh(x: Array) -> Array:
    """Squash to between -1 and 1.

    Parameters
    ----------
    x
        Any shape.

    Returns
    -------
    y
        The same shape.

    Raises
    ------
    ValueError
        If x is empty, no numbers, or not finite.

    Examples
    --------
    >>> tanh(np.array([0.0]))
    array([0.])
    """
    return np.tanh(x)


@checking(between(-1, 1), "dx")
def tanh_backward(dy: Array, y: Array) -> Array:
    """Carry a gradient back through `tanh`: ``dx = dy (1 - y**2)``.

    Parameters
    ----------
    dy
        Gradient for the output.
    y
        The output.

    Returns
    -------
    dx
        Gradient for the input.

    Raises
    ------
    ValueError
        If the two have different shapes, dy is not finite, or y cannot be
        an output.

    Examples
    --------
    >>> tanh_backward(np.array([2.0]), np.array([0.5]))
    array([1.5])
    """
    dx: Array = dy * (1 - y * y)
    return dx


@checking(numbers)
def sigmoid(x: Array) -> Array:
    """Squash to between 0 and 1.

    Written as ``(tanh(x / 2) + 1) / 2``, it cannot overflow.

    Parameters
    ----------
    x
        Any shape.

    Returns
    -------
    y
        The same shape.

    Raises
    ------
    ValueError
        If x is empty, no numbers, or not finite.

    Examples
    --------
    >>> sigmoid(np.array([-1000.0, 0.0, 1000.0]))
    array([0. , 0.5, 1. ])
    """
    return 0.5 * (np.tanh(0.5 * x) + 1)


@checking(between(0, 1), "dx")
def sigmoid_backward(dy: Array, y: Array) -> Array:
    """Carry a gradient back through `sigmoid`: ``dx = dy y (1 - y)``.

    Parameters
    ----------
    dy
        Gradient for the output.
    y
        The output.

    Returns
    -------
    dx
        Gradient for the input.

    Raises
    ------
    ValueError
        If the two have different shapes, dy is not finite, or y cannot be
        an output.

    Examples
    --------
    >>> sigmoid_backward(np.array([4.0]), np.array([0.5]))
    array([1.])
    """
    dx: Array = dy * y * (1 - y)
    return dx


def _scales(
    kinds: tuple[float, ...], like: Array
) -> tuple[tuple[float, ...], Array]:
    check_written(like=like)
    arguments.check_array_shape((len(kinds), "B", "H"), like=like)
    for kind in kinds:
        arguments.check_above_zero(kinds=kind)
    return kinds, like


@checking(_scales)
def gate_scale(kinds: tuple[float, ...], like: Array) -> Array:
    """Spread a scale for each gate over the gates of a step.

    Parameters
    ----------
    kinds
        1/2 for a sigmoid, 1 for a tanh.
    like
        The gates of one step (gates, B, H).

    Returns
    -------
    scale
        For `activate_gates`; written out in full, since NumPy is then faster.

    Raises
    ------
    ValueError
        If a scale is not above 0, or there is not one for each gate.

    Examples
    --------
    >>> gate_scale((0.5, 1.0), np.zeros((2, 1, 3)))[:, 0, 0]
    array([0.5, 1. ])
    """
    scale = np.empty_like(like)
    scale[...] = np.array(kinds)[:, None, None]
    return scale


def _gates(a: Array, scale: Array) -> tuple[Array, Array]:
    check_written(a=a)
    (scale,) = numbers(scale)
    arguments.check_array_shape(a.shape, scale=scale)
    arguments.check_finite_array(a=a)
    return a, scale


@checking(_gates)
def activate_gates(a: Array, scale: Array) -> None:
    """Squash gates of both kinds with one tanh, in place.

    Since ``sigmoid(x) = tanh(x / 2) / 2 + 1 / 2``, a scale of 1/2 before and
    after tanh gives the sigmoid, and a scale of 1 gives tanh itself.

    Parameters
    ----------
    a
        The gates' sums, each already times its scale; is written over.
    scale
        1/2 for a sigmoid, 1 for a tanh; of the same shape.

    Raises
    ------
    ValueError
        If a cannot be written over, or the two do not fit.

    Examples
    --------
    >>> scale = np.array([0.5, 1.0])
    >>> gates = scale * np.array([0.0, 1000.0])
    >>> activate_gates(gates, scale)
    >>> gates
    array([0.5, 1. ])
    """
    np.tanh(a, out=a)
    a *= scale
    a += 1 - scale


@checking(numbers)
def relu(x: Array) -> Array:
    """Cut off below zero.

    Parameters
    ----------
    x
        Any shape.

    Returns
    -------
    y
        The same shape.

    Raises
    ------
    ValueError
        If x is empty, no numbers, or not finite.

    Examples
    --------
    >>> relu(np.array([-1.0, 2.0]))
    array([0., 2.])
    """
    return np.maximum(x, 0)


@checking(between(0, np.inf), "dx")
def relu_backward(dy: Array, y: Array) -> Array:
    """Carry a gradient back through `relu`: it passes where y is positive.

    Parameters
    ----------
    dy
        Gradient for the output.
    y
        The output.

    Returns
    -------
    dx
        Gradient for the input.

    Raises
    ------
    ValueError
        If the two have different shapes, dy is not finite, or y cannot be
        an output.

    Examples
    --------
    >>> relu_backward(np.array([3.0, 3.0]), np.array([0.0, 2.0]))
    array([0., 3.])
    """
    return np.where(y > 0, dy, 0)


#: By the name that ``torch.nn.RNN`` gives it: the function and its way back,
#: unchecked, since a network calls them at each step.
NONLINEARITIES: dict[
    str, tuple[Callable[[Array], Array], Callable[[Array, Array], Array]]
] = {
    "tanh": (unchecked(tanh), unchecked(tanh_backward)),
    "relu": (unchecked(relu), unchecked(relu_backward)),
}
