"""A vector for each place in a sequence, added to what stands there."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import DTypeLike

from seqcourse.numpy.contract import arguments, validation
from seqcourse.numpy.contract.layer import (
    Array,
    Cache,
    Layer,
    Params,
    State,
    StateGradient,
)
from seqcourse.numpy.contract.shapes import check_max_steps


class _Added(Layer):
    """What both share: the place counts on from what was read before."""

    stepwise: ClassVar[bool] = True
    embed_dim: int

    @property
    def input_size(self) -> int:
        """Features of one step of the input."""
        return self.embed_dim

    @property
    def output_size(self) -> int:
        """Features of one step of the output."""
        return self.embed_dim

    def initial_state(self, batch_size: int, dtype: DTypeLike) -> State:
        return (np.zeros(batch_size, np.int64),)

    @abstractmethod
    def _vectors(self, params: Params, at: Array) -> Array:
        """Give the vector of each place.

        Parameters
        ----------
        params
            The weights.
        at
            Places (B, T), counted from 0.

        Returns
        -------
        vectors
            One for each (B, T, D).

        Raises
        ------
        ValueError
            If there is no vector for a position.
        """

    def forward(
        self,
        params: Params,
        x: Array,
        state: State | None = None,
        lengths: Array | None = None,
        rng: np.random.Generator | None = None,
        out: Cache | None = None,
    ) -> tuple[Array, State, Cache]:
        like = params.get("weight", np.asarray(x))  # without weights, x rules
        x = validation.features(x, self.embed_dim, like.dtype)
        B, T, _ = x.shape
        padding_mask = validation.padding_mask(lengths, B, T)
        (seen,) = validation.state(state, self.initial_state(B, x.dtype))
        real = (
            np.ones((B, T), bool) if padding_mask is None else ~padding_mask
        )

        at = np.where(real, seen[:, None] + np.arange(T), 0)
        y = x + self._vectors(params, at).astype(x.dtype)
        y[~real] = 0
        return y, (seen + real.sum(1),), (at, real)

    def backward(
        self,
        params: Params,
        dy: Array,
        dstate: StateGradient | None,
        cache: Cache,
    ) -> tuple[Array, StateGradient, Params]:
        at, real = cache
        grads = {name: np.zeros_like(w) for name, w in params.items()}
        for dweight in grads.values():
            np.add.at(dweight, at[real], dy[real])
        return np.where(real[..., None], dy, 0), (None,), grads


@dataclass(frozen=True)
class SinusoidalPositionEmbedding(_Added):
    """Add waves, each slower than the one before::

        y[t, 2i]     = x[t, 2i]     + sin(t / base**(2i/D))
        y[t, 2i + 1] = x[t, 2i + 1] + cos(t / base**(2i/D))

    Nothing is learned and no sequence is too long. The state is how many
    steps were read (B,).

    Parameters
    ----------
    embed_dim
        Features D of one step.
    base
        About how much slower the last wave is than the first.

    Raises
    ------
    ValueError
        If D is not a whole number of at least 1, or the base not above 0.

    Examples
    --------
    >>> layer = SinusoidalPositionEmbedding(embed_dim=4)
    >>> y, (seen,), _ = layer.forward({}, np.zeros((1, 2, 4)))
    >>> y[0].round(2)
    array([[0.  , 1.  , 0.  , 1.  ],
           [0.84, 0.54, 0.01, 1.  ]])
    >>> seen
    array([2])

    References
    ----------
    Vaswani et al. (2017), Attention is all you need, section 3.5.
    """

    embed_dim: int
    base: float = 10000.0

    def __post_init__(self) -> None:
        arguments.check_positive(embed_dim=self.embed_dim)
        arguments.check_above_zero(base=self.base)

    def parameter_shapes(self) -> dict[str, tuple[int, ...]]:
        return {}

    def init(
        self, rng: np.random.Generator, dtype: DTypeLike = np.float32
    ) -> Params:
        return {}

    def _vectors(self, params: Params, at: Array) -> Array:
        feature = np.arange(self.embed_dim)
        speed = self.base ** (-(feature // 2 * 2) / self.embed_dim)
        angle = at[..., None] * speed
        return np.where(feature % 2, np.cos(angle), np.sin(angle))


@dataclass(frozen=True)
class LearnedPositionEmbedding(_Added):
    """Add a vector that is learned for each place::

        y[t] = x[t] + weight[t]

    There is no vector for a place beyond the last, and what is learned at one
    place says nothing about another. The state is how many steps were read
    (B,).

    Parameters
    ----------
    max_length
        How many places there are.
    embed_dim
        Features D of one step.

    Raises
    ------
    ValueError
        If a size is not a whole number of at least 1; and, when reading, if
        there are more steps than places.

    Examples
    --------
    >>> layer = LearnedPositionEmbedding(max_length=3, embed_dim=4)
    >>> params = layer.init(np.random.default_rng(0))
    >>> y, _, _ = layer.forward(params, np.zeros((1, 3, 4)))
    >>> bool((y[0] == params["weight"]).all())
    True
    >>> layer.forward(params, np.zeros((1, 4, 4)))
    Traceback (most recent call last):
    ValueError: x: expected at most 3 steps on axis 1 (T),
    one for each position, got 4

    References
    ----------
    Gehring et al. (2017), Convolutional sequence to sequence learning,
    section 3.1. First weights are standard normal, as an `Embedding` has.
    """

    max_length: int
    embed_dim: int

    def __post_init__(self) -> None:
        arguments.check_positive(
            max_length=self.max_length, embed_dim=self.embed_dim
        )

    def parameter_shapes(self) -> dict[str, tuple[int, ...]]:
        return {"weight": (self.max_length, self.embed_dim)}

    def init(
        self, rng: np.random.Generator, dtype: DTypeLike = np.float32
    ) -> Params:
        shape = self.parameter_shapes()["weight"]
        return {"weight": rng.standard_normal(shape).astype(dtype)}

    def _vectors(self, params: Params, at: Array) -> Array:
        check_max_steps(int(at.max()) + 1, self.max_length)
        vectors: Array = params["weight"][at]
        return vectors
