"""Normalisation of each step: its features, brought to one size.

A step is measured against itself alone, never against another step or another
sequence, so that it is the same in a batch, in a stream and on its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import DTypeLike

from seqcourse.numpy.contract import arguments, validation
from seqcourse.numpy.contract.buffers import buffer
from seqcourse.numpy.contract.layer import (
    Array,
    Cache,
    Layer,
    Params,
    State,
    StateGradient,
)
from seqcourse.numpy.contract.validation import mask_padded_steps


class _Normalization(Layer):
    """What both share: divide by the size, then weigh each feature."""

    stepwise: ClassVar[bool] = True
    centred: ClassVar[bool]
    normalized_shape: int
    eps: float

    def __post_init__(self) -> None:
        arguments.check_positive(normalized_shape=self.normalized_shape)
        arguments.check_above_zero(eps=self.eps)

    @property
    def input_size(self) -> int:
        """Features of one step of the input."""
        return self.normalized_shape

    @property
    def output_size(self) -> int:
        """Features of one step of the output."""
        return self.normalized_shape

    def parameter_shapes(self) -> dict[str, tuple[int, ...]]:
        return {"weight": (self.normalized_shape,)}

    def init(
        self, rng: np.random.Generator, dtype: DTypeLike = np.float32
    ) -> Params:
        first = {"weight": np.ones, "bias": np.zeros}
        return {
            name: first[name](shape, dtype)
            for name, shape in self.parameter_shapes().items()
        }

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
        x = validation.features(x, self.normalized_shape, weight.dtype)
        B, T, D = x.shape
        padding_mask = validation.padding_mask(lengths, B, T)
        validation.state(state, ())
        x = mask_padded_steps(x, padding_mask).reshape(B * T, D)
        old, *_ = out or (None,)
        unit = buffer(old, (B * T, D), x.dtype)

        if self.centred:
            x = np.subtract(x, x.mean(1, keepdims=True), out=unit)
        mean_square = np.einsum("nd,nd->n", x, x)[:, None] / D
        one_over = 1 / np.sqrt(mean_square + self.eps)
        unit = np.multiply(x, one_over, out=unit)
        y = unit * weight
        if "bias" in params:
            y += params["bias"]
        y = y.reshape(B, T, D)
        if padding_mask is not None:
            y[padding_mask] = 0
        return y, (), (unit, one_over, padding_mask)

    def backward(
        self,
        params: Params,
        dy: Array,
        dstate: StateGradient | None,
        cache: Cache,
    ) -> tuple[Array, StateGradient, Params]:
        unit, one_over, padding_mask = cache
        D = self.normalized_shape
        B = len(dy)
        dy = mask_padded_steps(dy, padding_mask).reshape(unit.shape)
        grads = {"weight": np.einsum("nd,nd->d", dy, unit)}
        if "bias" in params:
            grads["bias"] = dy.sum(0)

        dx = dy * params["weight"]
        along = np.einsum("nd,nd->n", dx, unit)[:, None] / D
        if self.centred:
            dx -= dx.mean(1, keepdims=True)
        dx -= unit * along
        dx *= one_over
        return dx.reshape(B, -1, D), (), grads


@dataclass(frozen=True)
class LayerNorm(_Normalization):
    """Bring the features of each step to mean 0 and variance 1::

        n[t] = (x[t] - mean(x[t])) / sqrt(var(x[t]) + eps)
        y[t] = weight n[t] + bias

    mean and variance over the features of the step, the variance divided by D
    and not by D - 1. On the way back, with dn = weight dy::

        dx = (dn - mean(dn) - n mean(dn n)) / sqrt(var(x) + eps)

    The two means are what the normalisation takes away: moving all features
    alike, or along n, changes nothing.

    Parameters
    ----------
    normalized_shape
        Features D of one step.
    eps
        Keeps the division from zero.
    bias
        Whether there is a bias.

    Raises
    ------
    ValueError
        If D is not a whole number of at least 1, or eps not above 0.

    Examples
    --------
    >>> layer = LayerNorm(normalized_shape=4)
    >>> params = layer.init(np.random.default_rng(0))
    >>> y, _, _ = layer.forward(params, np.array([[[1.0, 2.0, 3.0, 4.0]]]))
    >>> y.round(2)
    array([[[-1.34, -0.45,  0.45,  1.34]]], dtype=float32)

    References
    ----------
    Ba, Kiros and Hinton (2016), Layer normalization. Names, shapes and first
    weights are those of ``torch.nn.LayerNorm``.
    """

    centred: ClassVar[bool] = True
    normalized_shape: int
    eps: float = 1e-5
    bias: bool = True

    def parameter_shapes(self) -> dict[str, tuple[int, ...]]:
        names = ("weight", "bias") if self.bias else ("weight",)
        return dict.fromkeys(names, (self.normalized_shape,))


@dataclass(frozen=True)
class RMSNorm(_Normalization):
    """Bring the features of each step to a mean square of 1::

        n[t] = x[t] / sqrt(mean(x[t]**2) + eps)
        y[t] = weight n[t]

    The mean stays where it is. On the way back, with dn = weight dy::

        dx = (dn - n mean(dn n)) / sqrt(mean(x**2) + eps)

    Parameters
    ----------
    normalized_shape
        Features D of one step.
    eps
        Keeps the division from zero.

    Raises
    ------
    ValueError
        If D is not a whole number of at least 1, or eps not above 0.

    Examples
    --------
    >>> layer = RMSNorm(normalized_shape=2)
    >>> params = layer.init(np.random.default_rng(0))
    >>> y, _, _ = layer.forward(params, np.array([[[3.0, 4.0]]]))
    >>> y.round(3)
    array([[[0.849, 1.131]]], dtype=float32)

    References
    ----------
    Zhang and Sennrich (2019), Root mean square layer normalization. Names,
    shapes and first weights are those of ``torch.nn.RMSNorm``.
    """

    centred: ClassVar[bool] = False
    normalized_shape: int
    eps: float = 1e-5


#: By the name that a block calls it.
NORMALIZATIONS = ("layer", "rms")


def normalization(kind: str, size: int, eps: float, bias: bool) -> Layer:
    """Make the normalisation that a block asks for.

    Parameters
    ----------
    kind
        ``"layer"`` or ``"rms"``.
    size
        Features D of one step.
    eps
        Keeps the division from zero.
    bias
        Whether there is a bias, where there can be one.

    Returns
    -------
    layer
        `LayerNorm` or `RMSNorm`.

    Raises
    ------
    ValueError
        If the kind is unknown, or a number is out of its range.

    Examples
    --------
    >>> normalization("rms", 4, 1e-5, bias=True)
    RMSNorm(normalized_shape=4, eps=1e-05)
    """
    arguments.check_one_of(NORMALIZATIONS, norm=kind)
    return RMSNorm(size, eps) if kind == "rms" else LayerNorm(size, eps, bias)
