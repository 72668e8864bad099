"""The weighted sum: the same one at every step."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import numpy as np
from numpy.typing import DTypeLike

from seqcourse.numpy.contract import arguments, validation
from seqcourse.numpy.contract.initialization import uniform
from seqcourse.numpy.contract.layer import (
    Array,
    Cache,
    Layer,
    Params,
    State,
    StateGradient,
)


@dataclass(frozen=True)
class Linear(Layer):
    """Mix the features of each step, without looking at any other::

        y[t] = W x[t] + b

    Parameters
    ----------
    in_features
        Features D that come in.
    out_features
        Features that go out.
    bias
        Whether there is a b.

    Raises
    ------
    ValueError
        If a size is not a whole number of at least 1.

    Examples
    --------
    >>> layer = Linear(in_features=3, out_features=2)
    >>> params = layer.init(np.random.default_rng(0))
    >>> y, state, cache = layer.forward(params, np.ones((4, 5, 3)))
    >>> y.shape, state
    ((4, 5, 2), ())

    References
    ----------
    Names, shapes and first weights are those of ``torch.nn.Linear``.
    """

    stepwise: ClassVar[bool] = True

    in_features: int
    out_features: int
    bias: bool = True

    def __post_init__(self) -> None:
        arguments.check_positive(
            in_features=self.in_features, out_features=self.out_features
        )

    @property
    def output_size(self) -> int:
        """Features that go out."""
        return self.out_features

    def parameter_shapes(self) -> dict[str, tuple[int, ...]]:
        weight = {"weight": (self.out_features, self.in_features)}
        bias = {"bias": (self.out_features,)} if self.bias else {}
        return {**weight, **bias}

    def init(
        self, rng: np.random.Generator, dtype: DTypeLike = np.float32
    ) -> Params:
        return uniform(rng, self.parameter_shapes(), self.in_features, dtype)

    def forward(
        self,
        params: Params,
        x: Array,
        state: State | None = None,
        lengths: Array | None = None,
        rng: np.random.Generator | None = None,
        out: Cache | None = None,
    ) -> tuple[Array, State, Cache]:
        weight = params["weight"]
        x = validation.features(x, self.in_features, weight.dtype)
        B, T, D = x.shape
        padding_mask = validation.padding_mask(lengths, B, T)
        validation.state(state, ())

        y = x.reshape(B * T, D) @ weight.T
        if self.bias:
            y += params["bias"]
        y = y.reshape(B, T, self.out_features)
        if padding_mask is not None:
            y[padding_mask] = 0
        return y, (), (x, padding_mask)

    def backward(
        self,
        params: Params,
        dy: Array,
        dstate: StateGradient | None,
        cache: Cache,
    ) -> tuple[Array, StateGradient, Params]:
        x, padding_mask = cache
        B, T, D = x.shape
        if padding_mask is not None:
            dy = np.where(padding_mask[..., None], 0, dy)
        dy = dy.reshape(B * T, self.out_features)
        grads = {"weight": dy.T @ x.reshape(B * T, D)}
        if self.bias:
            grads["bias"] = dy.sum(0)
        return (dy @ params["weight"]).reshape(B, T, D), (), grads


@lru_cache(maxsize=256)
def made_once(
    in_features: int, out_features: int, bias: bool = True
) -> Linear:
    """Give the layer that a model is asked for again and again.

    Parameters
    ----------
    in_features, out_features, bias
        As `Linear` takes them.

    Returns
    -------
    layer
        The same one at every call.

    Examples
    --------
    >>> made_once(3, 2) is made_once(3, 2)
    True
    """
    return Linear(in_features, out_features, bias)
