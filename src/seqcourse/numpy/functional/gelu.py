"""The GELU: a gate that opens by how likely a smaller number is.

Its slope asks for the same exponential as its value, so both are made
together, a few thousand numbers at a time: what fits in the processor's own
memory need not be fetched again for each of some thirty sums and products.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from numpy.polynomial import Chebyshev, Polynomial

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.layer import Array
from seqcourse.numpy.functional.checking import (
    check_written,
    checking,
    numbers,
    unchecked,
)

#: Numbers at a time.
BLOCK = 32768


def _written(x: Array, **others: Array) -> tuple[Array, ...]:
    check_written(x=x, **others)
    numbers(x)
    arguments.check_array_shape(x.shape, **others)
    return x, *others.values()


@checking(numbers)
def gelu(x: Array) -> Array:
    """Let through of each number as much as is likely to be smaller::

        y = x P(Z < x)      Z of the standard normal distribution

    It is exact to a few units in the last place, as `normal_below` is.

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
    >>> gelu(np.array([-10.0, 0.0, 1.0, 10.0])).round(4)
    array([-0.    ,  0.    ,  0.8413, 10.    ])

    References
    ----------
    Hendrycks and Gimpel (2016), Gaussian error linear units.
    """
    y = np.empty(x.shape, x.dtype)
    unchecked(gelu_and_slope)(x.copy(), y)
    return y


@checking(lambda x, y: _written(x, y=y))
def gelu_and_slope(x: Array, y: Array) -> None:
    """Write the GELU of each number, and its slope over the number::

        y  = x P(Z < x)
        x <- P(Z < x) + x exp(-x**2 / 2) / sqrt(2 pi)

    Parameters
    ----------
    x
        Numbers, contiguous; the slopes are written over them.
    y
        Where the values are written; of the same shape.

    Raises
    ------
    ValueError
        If x or y cannot be written to, or x is empty or not finite.

    Examples
    --------
    >>> x, y = np.array([0.0, 1.0]), np.empty(2)
    >>> gelu_and_slope(x, y)
    >>> x.round(4), y.round(4)
    (array([0.5   , 1.0833]), array([0.    , 0.8413]))
    """
    flat, values = x.reshape(-1), y.reshape(-1)
    scratch = np.empty((3, BLOCK), x.dtype)
    for start in range(0, len(flat), BLOCK):
        part = flat[start : start + BLOCK]
        below, density, t = scratch[:, : len(part)]
        unchecked(normal_below)(part, below, density, t)
        np.multiply(part, below, out=values[start : start + BLOCK])
        density *= 1 / math.sqrt(2 * math.pi)
        part *= density
        part += below


@checking(lambda x, below, bell, t: _written(x, below=below, bell=bell, t=t))
def normal_below(x: Array, below: Array, bell: Array, t: Array) -> None:
    """Write how likely a standard normal number is to be smaller::

        P(Z < -|x|) = exp(-x**2 / 2) (c[0] + c[1] t + c[2] t**2 + ...)
        t           = 1 / (a + |x|)

    and one minus that where x is positive.

    Parameters
    ----------
    x
        Numbers.
    below
        Where the probabilities are written.
    bell
        Where ``exp(-x**2 / 2)`` is written.
    t
        Room for as many numbers.

    Raises
    ------
    ValueError
        If an array cannot be written to, or x is empty or not finite.

    Examples
    --------
    >>> below, bell, t = np.empty((3, 3))
    >>> normal_below(np.array([-1.0, 0.0, 1.0]), below, bell, t)
    >>> below.round(4)
    array([0.1587, 0.5   , 0.8413])

    References
    ----------
    The form is that of Hastings (1955), Approximations for digital
    computers; the numbers c are found here, for as many digits as the type
    has.
    """
    a, c = _tail(x.dtype.char)
    np.abs(x, out=t)
    t += a
    np.reciprocal(t, out=t)
    np.multiply(t, c[-1], out=below)
    for number in c[-2:0:-1]:
        below += number
        below *= t
    below += c[0]
    np.multiply(x, x, out=bell)
    bell *= -0.5
    np.exp(bell, out=bell)
    below *= bell
    np.subtract(0.5, below, out=below)  # how far from one half
    np.copysign(below, x, out=below)
    below += 0.5


@cache
def _tail(kind: str) -> tuple[float, tuple[float, ...]]:
    """Find a and c, by the tail's own values at Chebyshev's points."""
    a, end, terms = (2.5, 5.5, 7) if kind == "f" else (10 / 3, 8.5, 18)

    def tail(t: Array) -> Array:
        return np.array(
            [
                math.erfc(x / 2**0.5) / 2 * math.exp(x * x / 2)
                for x in 1 / t - a
            ]
        )

    # What is beyond the end, the bell makes 0.
    domain = [1 / (a + end), 1 / a]
    fitted = Chebyshev.interpolate(tail, terms - 1, domain=domain)
    powers = fitted.convert(kind=Polynomial, domain=[-1, 1])
    return a, tuple(float(number) for number in powers.coef)
