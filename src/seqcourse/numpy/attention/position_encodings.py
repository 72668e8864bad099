"""Where a step stands: attention alone cannot tell one order from another.

`RotaryPositionEmbedding` and `ALiBi` act within attention, on queries, keys
and scores, and are given to it as ``position=``. What is added to the steps
before attention reads them is in ``position_embeddings``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from seqcourse.numpy.attention.masks import check_positions
from seqcourse.numpy.contract import arguments, shapes
from seqcourse.numpy.contract.calls.function import edge
from seqcourse.numpy.contract.configurable import Configurable
from seqcourse.numpy.contract.layer import Array


def check_rotated(
    layer: PositionEncoding, x: Array, at: Array
) -> dict[str, Any]:
    """Refuse queries or keys that cannot be marked with their positions.

    Parameters
    ----------
    layer
        The encoding.
    x
        Queries or keys.
    at
        Their positions.

    Returns
    -------
    replaced
        Nothing.

    Raises
    ------
    ValueError
        If shapes or types do not fit, or a number is not finite.

    Examples
    --------
    >>> x, at = np.ones((2, 1, 5, 4)), np.arange(3)[None]
    >>> check_rotated(ALiBi(), x, at)
    Traceback (most recent call last):
    ValueError: at: expected shape (2, 5) or (1, 5), got (1, 3)
    """
    arguments.check_array_shape(("B", "N", "T", "K"), x=x)
    arguments.check_floating(x=x)
    arguments.check_finite_array(x=x)
    with shapes.called(position="x"):
        layer.check(x.shape[3])
    check_positions(at=at)
    B, _, T, _ = x.shape
    if at.shape not in ((B, T), (1, T)):
        raise ValueError(
            f"at: expected shape ({B}, {T}) or (1, {T}), got {at.shape}"
        )
    return {}


def check_bias(
    layer: PositionEncoding, queries: Array, keys: Array, heads: int
) -> dict[str, Any]:
    """Refuse positions and heads that no bias can be given for.

    Parameters
    ----------
    layer
        The encoding.
    queries
        Positions of the queries.
    keys
        Positions of the keys.
    heads
        Heads N.

    Returns
    -------
    replaced
        Nothing.

    Raises
    ------
    ValueError
        If positions are no integers (B, T), or heads no whole number of at
        least 1.

    Examples
    --------
    >>> at = np.arange(3)[None]
    >>> check_bias(ALiBi(), at, at, 0)
    Traceback (most recent call last):
    ValueError: heads: expected a whole number of at least 1, got 0
    """
    del layer
    check_positions(queries=queries, keys=keys)
    arguments.check_positive(heads=heads)
    return {}


class PositionEncoding(Configurable):
    """What tells attention where its queries and keys stand.

    Subclasses are frozen dataclasses; here nothing is told.

    Examples
    --------
    >>> ALiBi().to_config()
    {'type': 'ALiBi'}
    """

    def check(self, width: int) -> None:
        """Refuse heads of a width that does not fit.

        Parameters
        ----------
        width
            Features K of a head.
        """
        del width

    @edge("x", check=check_rotated)
    def rotated(self, x: Array, at: Array) -> Array:
        """Mark queries or keys with their places.

        Parameters
        ----------
        x
            Queries or keys (B, N, T, K).
        at
            The place of each (B, T), or (1, T) for all sequences.

        Returns
        -------
        x
            The same, marked.
        """
        del at
        return x

    @edge("bias", check=check_bias)
    def bias(self, queries: Array, keys: Array, heads: int) -> Array | None:
        """Give what is added to the scores.

        Parameters
        ----------
        queries
            The place of each query (B, S), or (1, S) for all sequences.
        keys
            The place of each key (B, T), or (1, T).
        heads
            Heads N.

        Returns
        -------
        bias
            Numbers that stretch to (B, N, S, T); None for nothing.
        """
        del queries, keys, heads
        return None


@dataclass(frozen=True)
class RotaryPositionEmbedding(PositionEncoding):
    """Turn each query and key by an angle that grows with its place::

        y[i]       = x[i] cos(a t) - x[i + K/2] sin(a t)
        y[i + K/2] = x[i] sin(a t) + x[i + K/2] cos(a t)    a = base**(-2i/K)

    The product of a query and a key then depends on how far they are from
    each other, and on nothing else about their places. Feature i turns with
    feature i + K/2; the paper pairs neighbours, which is the same model with
    its features in another order. K must be even.

    Parameters
    ----------
    base
        How much slower the last pair turns than the first.

    Raises
    ------
    ValueError
        If the base is not above 0.

    Examples
    --------
    >>> rotary, x = RotaryPositionEmbedding(), np.ones((1, 1, 1, 2))
    >>> rotary.rotated(x, np.array([[0]])).ravel()
    array([1., 1.])
    >>> rotary.rotated(x, np.array([[1]])).ravel().round(3)
    array([-0.301,  1.382])

    References
    ----------
    Su et al. (2021), RoFormer: enhanced transformer with rotary position
    embedding, equation 34.
    """

    base: float = 10000.0

    def __post_init__(self) -> None:
        arguments.check_above_zero(base=self.base)

    def check(self, width: int) -> None:
        """Refuse heads whose features are not pairs.

        Parameters
        ----------
        width
            Features K of a head.

        Raises
        ------
        ValueError
            If it is odd.
        """
        if width % 2:
            raise ValueError(
                "position: RotaryPositionEmbedding turns pairs of features; "
                f"expected an even width of a head (embed_dim / num_heads), "
                f"got {width}"
            )

    @edge("x", check=check_rotated)
    def rotated(self, x: Array, at: Array) -> Array:
        half = x.shape[-1] // 2
        speed = self.base ** (-np.arange(half) / half)
        angle = at[:, None, :, None] * speed
        cos, sin = (f(angle).astype(x.dtype) for f in (np.cos, np.sin))
        y = np.empty(x.shape, x.dtype)
        y[..., :half] = x[..., :half] * cos - x[..., half:] * sin
        y[..., half:] = x[..., :half] * sin + x[..., half:] * cos
        return y


@dataclass(frozen=True)
class ALiBi(PositionEncoding):
    """Take from each score the more, the further the key is away::

        s[i, j] = q[i] k[j]' / sqrt(K) - m |i - j|      m = 2**(-8 h / N)

    for the heads h = 1, ..., N: the first looks near, the last far. The
    formula is taken at its word for every N; the authors' own code departs
    from it where N is no power of two.

    Examples
    --------
    >>> at = np.arange(3)[None]
    >>> ALiBi().bias(at, at, heads=8)[0, 0]
    array([[-0. , -0.5, -1. ],
           [-0.5, -0. , -0.5],
           [-1. , -0.5, -0. ]])

    References
    ----------
    Press, Smith and Lewis (2022), Train short, test long: attention with
    linear biases enables input length extrapolation.
    """

    @edge("bias", check=check_bias)
    def bias(self, queries: Array, keys: Array, heads: int) -> Array:
        slope = 2.0 ** (-8 * np.arange(1, heads + 1) / heads)
        distance = abs(queries[:, None, :, None] - keys[:, None, None, :])
        return -slope[:, None, None] * distance
