"""A network over the average of its inputs: permutation invariant."""

from __future__ import annotations

from dataclasses import dataclass

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
from seqcourse.numpy.functional.unchecked import tanh, tanh_backward


@dataclass(frozen=True)
class BagOfWords(Layer):
    """One layer over the average of everything read so far::

        s[t] = s[t-1] + x[t]
        y[t] = tanh(W s[t] / (number of steps read) + b)

    A sum does not change when its terms are permuted, so this model is
    permutation invariant by construction. The state is (sum, count).

    Parameters
    ----------
    input_size
        Features D of one step.
    hidden_size
        Width H of the output.

    Raises
    ------
    ValueError
        If a size is not a whole number of at least 1.

    Examples
    --------
    >>> layer = BagOfWords(input_size=3, hidden_size=4)
    >>> params = layer.init(np.random.default_rng(0))
    >>> x = np.eye(3)[None]
    >>> forwards, _, _ = layer.forward(params, x)
    >>> backwards, _, _ = layer.forward(params, x[:, ::-1])
    >>> bool(np.allclose(forwards[:, -1], backwards[:, -1]))
    True

    References
    ----------
    Harris (1954), Distributional structure, has the name; the layer is the
    plain averaging network of Iyyer et al. (2015), Deep unordered composition
    rivals syntactic methods for text classification.
    """

    input_size: int
    hidden_size: int

    def __post_init__(self) -> None:
        arguments.check_positive(
            input_size=self.input_size, hidden_size=self.hidden_size
        )

    @property
    def output_size(self) -> int:
        """Width of the output."""
        return self.hidden_size

    def parameter_shapes(self) -> dict[str, tuple[int, ...]]:
        D, H = self.input_size, self.hidden_size
        return {"weight": (H, D), "bias": (H,)}

    def init(
        self, rng: np.random.Generator, dtype: DTypeLike = np.float32
    ) -> Params:
        return uniform(rng, self.parameter_shapes(), self.input_size, dtype)

    def initial_state(self, batch_size: int, dtype: DTypeLike) -> State:
        total = np.zeros((batch_size, self.input_size), dtype)
        return total, np.zeros(batch_size, np.int64)

    def forward(
        self,
        params: Params,
        x: Array,
        state: State | None = None,
        lengths: Array | None = None,
        rng: np.random.Generator | None = None,
        out: Cache | None = None,
    ) -> tuple[Array, State, Cache]:
        W, b = params["weight"], params["bias"]
        x = validation.features(x, self.input_size, W.dtype)
        B, T, D = x.shape
        padding_mask = validation.padding_mask(lengths, B, T)
        total, count = validation.state(state, self.initial_state(B, x.dtype))

        real = np.ones((B, T), np.int64)
        if padding_mask is not None:
            real[padding_mask] = 0
        sums = total[:, None] + np.cumsum(
            x * real[..., None], 1, dtype=x.dtype
        )
        counts = count[:, None] + np.cumsum(real, 1)
        mean = sums / counts[..., None].astype(x.dtype)
        y = tanh(mean.reshape(B * T, D) @ W.T + b).reshape(B, T, -1)
        y *= real[..., None]
        state = (sums[:, -1].copy(), counts[:, -1].copy())
        return y, state, (mean, counts, real, y.copy())

    def backward(
        self,
        params: Params,
        dy: Array,
        dstate: StateGradient | None,
        cache: Cache,
    ) -> tuple[Array, StateGradient, Params]:
        mean, counts, real, y = cache
        B, T, D = mean.shape
        da = tanh_backward(np.where(real[..., None], dy, 0), y)
        da = da.reshape(B * T, -1)
        grads = {"weight": da.T @ mean.reshape(B * T, D), "bias": da.sum(0)}

        dsums = (da @ params["weight"]).reshape(B, T, D)
        dsums /= counts[..., None].astype(dsums.dtype)
        if dstate is not None and dstate[0] is not None:
            dsums[:, -1] += dstate[0]
        # x[t] is part of every sum from t on.
        later = np.cumsum(dsums[:, ::-1], 1)[:, ::-1]
        dx = later * real[..., None].astype(later.dtype)
        return dx, (later[:, 0].copy(), None), grads
