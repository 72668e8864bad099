"""A causal convolution: one window of weights, used at every position."""

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
from seqcourse.numpy.functional.activations import NONLINEARITIES


@dataclass(frozen=True)
class Convolution(Layer):
    """Slide one window of weights along the sequence::

        y[t] = tanh(W[0] x[t-k+1] + ... + W[k-1] x[t] + b)

    with zeros where the window reaches back beyond the first step. The
    weights are the same at every t, so shifting the input shifts the output:
    the layer is translation equivariant, except at the start, where the
    window sees those zeros. It never sees beyond step t, so it is causal.

    The backward pass, with da[t] the gradient before the activation::

        da[t]  = dy[t] (1 - y[t]**2)
        dW[j]  = sum over t of da[t] x[t-k+1+j]'
        dx[t]  = W[k-1]' da[t] + W[k-2]' da[t+1] + ... + W[0]' da[t+k-1]

    The state is (inputs,), the last k-1 inputs, oldest first.

    Parameters
    ----------
    input_size
        Features D of one step.
    hidden_size
        Width H of the output.
    kernel_size
        Width k of the window, in steps; at least 2, since a window of one
        step is a `Linear` layer.
    nonlinearity
        ``"tanh"`` or ``"relu"``.

    Raises
    ------
    ValueError
        If a size is not a whole number of at least 1, kernel_size is below
        2, or the nonlinearity is unknown.

    Examples
    --------
    >>> layer = Convolution(input_size=3, hidden_size=4, kernel_size=2)
    >>> params = layer.init(np.random.default_rng(0))
    >>> x = np.random.default_rng(1).normal(size=(1, 6, 3))
    >>> y, (inputs,), _ = layer.forward(params, x)
    >>> y.shape, inputs.shape
    ((1, 6, 4), (1, 1, 3))
    >>> later, _, _ = layer.forward(params, np.roll(x, 1, axis=1))
    >>> bool(np.allclose(later[:, 2:], y[:, 1:-1]))  # shifted with the input
    True

    References
    ----------
    Waibel et al. (1989), Phoneme recognition using time-delay neural
    networks. Names, shapes and initial weights are those of
    ``torch.nn.Conv1d``, whose input is padded on both sides or on neither.
    """

    input_size: int
    hidden_size: int
    kernel_size: int
    nonlinearity: str = "tanh"

    def __post_init__(self) -> None:
        arguments.check_positive(
            input_size=self.input_size,
            hidden_size=self.hidden_size,
            kernel_size=self.kernel_size,
        )
        if self.kernel_size == 1:
            raise ValueError(
                "kernel_size: expected at least 2, got 1; a window of one "
                "step is a Linear layer"
            )
        arguments.check_one_of(NONLINEARITIES, nonlinearity=self.nonlinearity)

    @property
    def output_size(self) -> int:
        """Width of the output."""
        return self.hidden_size

    def parameter_shapes(self) -> dict[str, tuple[int, ...]]:
        D, H = self.input_size, self.hidden_size
        return {"weight": (H, D, self.kernel_size), "bias": (H,)}

    def init(
        self, rng: np.random.Generator, dtype: DTypeLike = np.float32
    ) -> Params:
        fan_in = self.kernel_size * self.input_size
        return uniform(rng, self.parameter_shapes(), fan_in, dtype)

    def initial_state(self, batch_size: int, dtype: DTypeLike) -> State:
        inputs = (batch_size, self.kernel_size - 1, self.input_size)
        return (np.zeros(inputs, dtype),)

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
        activation, _ = NONLINEARITIES[self.nonlinearity]
        x = validation.features(x, self.input_size, W.dtype)
        B, T, _ = x.shape
        padding_mask = validation.padding_mask(lengths, B, T)
        (before,) = validation.state(state, self.initial_state(B, x.dtype))

        inputs = np.concatenate([before, x], axis=1)
        a = np.zeros((B, T, self.hidden_size), x.dtype) + b
        for j in range(self.kernel_size):
            # inputs[:, j + t] is x[t-k+1+j], also where that was before x.
            a += inputs[:, j : j + T] @ W[:, :, j].T
        y = validation.mask_padded_steps(activation(a), padding_mask)

        last = self._last_inputs(
            np.full(B, T) if lengths is None else lengths
        )
        kept = inputs[last]
        return y, (kept,), (inputs, last, padding_mask, y.copy())

    def backward(
        self,
        params: Params,
        dy: Array,
        dstate: StateGradient | None,
        cache: Cache,
    ) -> tuple[Array, StateGradient, Params]:
        inputs, last, padding_mask, y = cache
        W = params["weight"]
        _, activation_backward = NONLINEARITIES[self.nonlinearity]
        (B, T, _), before = y.shape, self.kernel_size - 1

        dy = validation.mask_padded_steps(dy, padding_mask)
        da = activation_backward(dy, y)
        dinputs, dW = np.zeros_like(inputs), np.empty_like(W)
        if dstate is not None and dstate[0] is not None:
            dinputs[last] = dstate[0]
        for j in range(self.kernel_size):
            dinputs[:, j : j + T] += da @ W[:, :, j]
            x = inputs[:, j : j + T].reshape(B * T, -1)
            dW[:, :, j] = da.reshape(B * T, -1).T @ x
        grads = {"weight": dW, "bias": da.sum((0, 1))}
        return dinputs[:, before:], (dinputs[:, :before],), grads

    def _last_inputs(self, lengths: Array) -> tuple[Array, Array]:
        """Index each sequence's last k-1 inputs, counted with the state's."""
        rows = np.arange(len(lengths))[:, None]
        return rows, lengths[:, None] + np.arange(self.kernel_size - 1)
