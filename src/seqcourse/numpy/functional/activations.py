"""The squashing functions, each beside its way back.

A backward function takes the output ``y``, since the output is what a layer
keeps anyway: the slope of tanh is ``1 - tanh**2``.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from seqcourse.numpy.contract.layer import Array


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

    Examples
    --------
    >>> tanh(np.array([0.0]))
    array([0.])
    """
    return np.tanh(x)


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

    Examples
    --------
    >>> tanh_backward(np.array([2.0]), np.array([0.5]))
    array([1.5])
    """
    dx: Array = dy * (1 - y * y)
    return dx


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

    Examples
    --------
    >>> sigmoid(np.array([-1000.0, 0.0, 1000.0]))
    array([0. , 0.5, 1. ])
    """
    return 0.5 * (np.tanh(0.5 * x) + 1)


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

    Examples
    --------
    >>> sigmoid_backward(np.array([4.0]), np.array([0.5]))
    array([1.])
    """
    dx: Array = dy * y * (1 - y)
    return dx


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

    Examples
    --------
    >>> gate_scale((0.5, 1.0), np.zeros((2, 1, 3)))[:, 0, 0]
    array([0.5, 1. ])
    """
    scale = np.empty_like(like)
    scale[...] = np.array(kinds)[:, None, None]
    return scale


def activate_gates(a: Array, scale: Array) -> None:
    """Squash gates of both kinds with one tanh, in place.

    Since ``sigmoid(x) = tanh(x / 2) / 2 + 1 / 2``, a scale of 1/2 before and
    after tanh gives the sigmoid, and a scale of 1 gives tanh itself.

    Parameters
    ----------
    a
        The gates' sums, each already times its scale; is written over.
    scale
        1/2 for a sigmoid, 1 for a tanh.

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

    Examples
    --------
    >>> relu(np.array([-1.0, 2.0]))
    array([0., 2.])
    """
    return np.maximum(x, 0)


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

    Examples
    --------
    >>> relu_backward(np.array([3.0, 3.0]), np.array([0.0, 2.0]))
    array([0., 3.])
    """
    return np.where(y > 0, dy, 0)


#: By the name that ``torch.nn.RNN`` gives it: the function and its way back.
NONLINEARITIES: dict[
    str, tuple[Callable[[Array], Array], Callable[[Array, Array], Array]]
] = {"tanh": (tanh, tanh_backward), "relu": (relu, relu_backward)}
