"""Normalisation of each step: its features, brought to one size.

A step is measured against itself alone, never against another step or another
sequence, so that it is the same in a batch, in a stream and on its own.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from seqcourse import numpy as reference
from seqcourse.numpy.layers.normalization import NORMALIZATIONS
from seqcourse.torch.contract import engines, validation
from seqcourse.torch.contract.layer import Layer, State
from seqcourse.torch.contract.validation import mask_padded_steps

__all__ = ["NORMALIZATIONS", "LayerNorm", "RMSNorm", "normalization"]


class _Normalization(Layer):
    """What both share: what is asked of the input, and the padding."""

    config: reference.LayerNorm | reference.RMSNorm
    weight: Tensor
    bias: Tensor | None

    def _normal(self, x: Tensor) -> Tensor:
        """Normalise each step."""
        raise NotImplementedError

    def forward(
        self,
        x: Tensor,
        state: State | None = None,
        lengths: Tensor | None = None,
    ) -> tuple[Tensor, State]:
        x = validation.features(x, self.config.normalized_shape, self.weight)
        padding_mask = validation.padding_mask(lengths, x)
        validation.state(state, ())
        return mask_padded_steps(
            self._normal(mask_padded_steps(x, padding_mask)), padding_mask
        ), ()


class LayerNorm(_Normalization):
    """Bring the features of each step to mean 0 and variance 1::

        n[t] = (x[t] - mean(x[t])) / sqrt(var(x[t]) + eps)
        y[t] = weight n[t] + bias

    mean and variance over the features of the step, the variance divided by D
    and not by D - 1.

    Parameters
    ----------
    normalized_shape
        Features D of one step.
    eps
        Keeps the division from zero.
    bias
        Whether there is a bias.
    engine
        ``"reference"`` runs the equations, ``"fused"`` and ``"auto"`` torch's
        own kernel.
    device
        Where the weights lie.
    dtype
        Floating type of the weights.

    Raises
    ------
    ValueError
        If D is not a whole number of at least 1, eps not above 0, or the
        engine is unknown.

    Examples
    --------
    >>> layer = LayerNorm(normalized_shape=4)
    >>> y, _ = layer(torch.tensor([[[1.0, 2.0, 3.0, 4.0]]]))
    >>> [round(i, 2) for i in y.ravel().tolist()]
    [-1.34, -0.45, 0.45, 1.34]

    References
    ----------
    Ba, Kiros and Hinton (2016), Layer normalization. Names, shapes and first
    weights are those of ``torch.nn.LayerNorm``.
    """

    def __init__(
        self,
        normalized_shape: int,
        eps: float = 1e-5,
        bias: bool = True,
        *,
        engine: str = "auto",
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        config = reference.LayerNorm(normalized_shape, eps, bias)
        super().__init__(config, device, dtype)
        if not bias:
            self.bias = None
        self.engine = engine
        self.fused = engines.fused(engine, None)

    def _normal(self, x: Tensor) -> Tensor:
        """Normalise each step, to mean 0 and variance 1."""
        if self.fused:
            size, eps = (x.shape[-1],), self.config.eps
            return F.layer_norm(x, size, self.weight, self.bias, eps)
        x = x - x.mean(-1, keepdim=True)
        variance = x.square().mean(-1, keepdim=True)
        y = self.weight * (x / torch.sqrt(variance + self.config.eps))
        return y if self.bias is None else y + self.bias


class RMSNorm(_Normalization):
    """Bring the features of each step to a mean square of 1::

        n[t] = x[t] / sqrt(mean(x[t]**2) + eps)
        y[t] = weight n[t]

    The mean stays where it is.

    Parameters
    ----------
    normalized_shape
        Features D of one step.
    eps
        Keeps the division from zero.
    engine
        ``"reference"`` runs the equations, ``"fused"`` and ``"auto"`` torch's
        own kernel.
    device
        Where the weights lie.
    dtype
        Floating type of the weights.

    Raises
    ------
    ValueError
        If D is not a whole number of at least 1, eps not above 0, or the
        engine is unknown.

    Examples
    --------
    >>> layer = RMSNorm(normalized_shape=2)
    >>> y, _ = layer(torch.tensor([[[3.0, 4.0]]]))
    >>> [round(i, 3) for i in y.ravel().tolist()]
    [0.849, 1.131]

    References
    ----------
    Zhang and Sennrich (2019), Root mean square layer normalization. Names,
    shapes and first weights are those of ``torch.nn.RMSNorm``.
    """

    def __init__(
        self,
        normalized_shape: int,
        eps: float = 1e-5,
        *,
        engine: str = "auto",
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        config = reference.RMSNorm(normalized_shape, eps)
        super().__init__(config, device, dtype)
        self.engine = engine
        self.fused = engines.fused(engine, None)

    def _normal(self, x: Tensor) -> Tensor:
        """Normalise each step, to a mean square of 1."""
        if self.fused:
            size, eps = (x.shape[-1],), self.config.eps
            return F.rms_norm(x, size, self.weight, eps)
        mean_square = x.square().mean(-1, keepdim=True)
        return self.weight * (x / torch.sqrt(mean_square + self.config.eps))


def normalization(
    config: reference.Layer, like: Tensor, engine: str
) -> Layer:
    """Make the twin of a block's normalisation.

    Parameters
    ----------
    config
        The NumPy layer.
    like
        A weight, for the device and the type.
    engine
        That of the block's attention.

    Returns
    -------
    layer
        `LayerNorm` or `RMSNorm`.

    Raises
    ------
    ValueError
        If the engine is unknown.

    Examples
    --------
    >>> config = reference.RMSNorm(4)
    >>> normalization(config, torch.zeros(1), "auto").fused
    True
    """
    arguments = config.to_config()
    made: Any = {"LayerNorm": LayerNorm, "RMSNorm": RMSNorm}
    layer: Layer = made[arguments.pop("type")](
        **arguments, engine=engine, device=like.device, dtype=like.dtype
    )
    return layer
