"""A fully connected layer over an input of fixed size."""

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
from seqcourse.numpy.contract.shapes import check_max_steps
from seqcourse.numpy.functional.unchecked import tanh, tanh_backward


@dataclass(frozen=True)
class FixedWindow(Layer):
    """Connect every output with a fixed number of steps, or slots::

        y[t] = tanh(W [x[1], ..., x[t], 0, ..., 0] + b)

    Slot p is always the p-th step and has weights of its own, so nothing is
    shared between positions, and there is no slot for a step beyond the last.
    The state is (slots, filled).

    Parameters
    ----------
    input_size
        Features D of one step.
    hidden_size
        Width H of the output.
    window
        How many slots there are.

    Raises
    ------
    ValueError
        If a size is not a whole number of at least 1; and, when reading, if
        there are more steps than slots.

    Examples
    --------
    >>> layer = FixedWindow(input_size=2, hidden_size=4, window=3)
    >>> params = layer.init(np.random.default_rng(0))
    >>> y, _, _ = layer.forward(params, np.ones((1, 3, 2)))
    >>> y.shape
    (1, 3, 4)
    >>> layer.forward(params, np.ones((1, 5, 2)))
    Traceback (most recent call last):
    ValueError: x: expected at most 3 steps on axis 1 (T),
    one for each position, got 5

    References
    ----------
    Bengio et al. (2003), A neural probabilistic language model, equation 1,
    has such a layer over the preceding words.
    """

    input_size: int
    hidden_size: int
    window: int

    def __post_init__(self) -> None:
        arguments.check_positive(
            input_size=self.input_size,
            hidden_size=self.hidden_size,
            window=self.window,
        )

    @property
    def output_size(self) -> int:
        """Width of the output."""
        return self.hidden_size

    def parameter_shapes(self) -> dict[str, tuple[int, ...]]:
        D, H = self.input_size, self.hidden_size
        return {"weight": (H, self.window * D), "bias": (H,)}

    def init(
        self, rng: np.random.Generator, dtype: DTypeLike = np.float32
    ) -> Params:
        fan_in = self.window * self.input_size
        return uniform(rng, self.parameter_shapes(), fan_in, dtype)

    def initial_state(self, batch_size: int, dtype: DTypeLike) -> State:
        slots = np.zeros((batch_size, self.window, self.input_size), dtype)
        return slots, np.zeros(batch_size, np.int64)

    def forward(
        self,
        params: Params,
        x: Array,
        state: State | None = None,
        lengths: Array | None = None,
        rng: np.random.Generator | None = None,
        out: Cache | None = None,
    ) -> tuple[Array, State, Cache]:
        W = self._weight_by_slot(params)
        x = validation.features(x, self.input_size, W.dtype)
        B, T, _ = x.shape
        padding_mask = validation.padding_mask(lengths, B, T)
        first, filled = validation.state(
            state, self.initial_state(B, x.dtype)
        )
        real = (
            np.ones((B, T), bool) if padding_mask is None else ~padding_mask
        )
        check_max_steps(int((filled + real.sum(1)).max()), self.window)

        # Row b, step t lies in slot filled[b] + t; a[:, p] has seen 0 to p.
        b, t = np.nonzero(real)
        at = b, filled[b] + t
        slots = first.copy()
        slots[at] = x[real]
        said = slots.swapaxes(0, 1) @ W.swapaxes(1, 2)
        a = np.cumsum(said, 0).swapaxes(0, 1) + params["bias"]
        y = np.zeros((B, T, self.hidden_size), x.dtype)
        y[real] = tanh(a[at])
        state = (slots.copy(), filled + real.sum(1))
        return y, state, (slots, at, real, y.copy())

    def backward(
        self,
        params: Params,
        dy: Array,
        dstate: StateGradient | None,
        cache: Cache,
    ) -> tuple[Array, StateGradient, Params]:
        slots, at, real, y = cache
        B, T, H = y.shape
        W = self._weight_by_slot(params)
        da = np.zeros((B, self.window, H), y.dtype)
        da[at] = tanh_backward(dy[real], y[real])
        # Slot p is part of every answer from its step on.
        dsaid = np.cumsum(da[:, ::-1], 1)[:, ::-1].swapaxes(0, 1)

        dslots = (dsaid @ W).swapaxes(0, 1)
        if dstate is not None and dstate[0] is not None:
            dslots = dslots + dstate[0]
        dx = np.zeros((B, T, self.input_size), y.dtype)
        dx[real] = dslots[at]
        dslots[at] = 0  # written over, so the first state had no say there

        dW = dsaid.swapaxes(1, 2) @ slots.swapaxes(0, 1)
        dweight = dW.swapaxes(0, 1).reshape(params["weight"].shape)
        return dx, (dslots, None), {"weight": dweight, "bias": da.sum((0, 1))}

    def _weight_by_slot(self, params: Params) -> Array:
        """Look at the weight (H, window * D) as (window, H, D)."""
        W = params["weight"].reshape(
            self.hidden_size, self.window, self.input_size
        )
        return W.swapaxes(0, 1)
