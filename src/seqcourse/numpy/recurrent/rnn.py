"""The Elman network: the simplest way to carry a memory.

At each step the network mixes what it sees with what it remembers, and the
mixture is the new memory.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import DTypeLike

from seqcourse.numpy.contract import arguments, parameters, shapes, validation
from seqcourse.numpy.contract.buffers import buffer
from seqcourse.numpy.contract.initialization import orthogonal, uniform
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
class RNN(Layer):
    """Read step by step and carry one vector of memory::

        h[t] = tanh(W_ih x[t] + b_ih + W_hh h[t-1] + b_hh)

    and, on the way back from the last step to the first::

        da[t]   = (dy[t] + dh[t]) (1 - h[t]**2)
        dh[t-1] = W_hh' da[t]

    The state is (h,), the output y[t] is h[t].

    Parameters
    ----------
    input_size
        Features D of one step.
    hidden_size
        Width H of the memory.
    nonlinearity
        ``"tanh"`` or ``"relu"``.
    bias
        Whether there are b_ih and b_hh.
    orthogonal
        Whether W_hh begins as a rotation, which keeps the length of what it
        turns.

    Raises
    ------
    ValueError
        If a size is not a whole number of at least 1, or the nonlinearity is
        unknown.

    Examples
    --------
    >>> layer = RNN(input_size=3, hidden_size=4)
    >>> params = layer.init(np.random.default_rng(0))
    >>> y, (h,), cache = layer.forward(params, np.zeros((2, 5, 3)))
    >>> y.shape, h.shape
    ((2, 5, 4), (2, 4))
    >>> layer.state_bytes(5) == layer.state_bytes(5000)
    True

    References
    ----------
    Elman (1990), Finding structure in time. Names, shapes and first weights
    are those of ``torch.nn.RNN``; orthogonal ones are of Saxe, McClelland and
    Ganguli (2014), Exact solutions to the nonlinear dynamics of learning.
    """

    input_size: int
    hidden_size: int
    nonlinearity: str = "tanh"
    bias: bool = True
    orthogonal: bool = False

    def __post_init__(self) -> None:
        arguments.check_positive(
            input_size=self.input_size, hidden_size=self.hidden_size
        )
        arguments.check_one_of(NONLINEARITIES, nonlinearity=self.nonlinearity)

    @property
    def output_size(self) -> int:
        """Width of the memory, which is also the output."""
        return self.hidden_size

    def parameter_shapes(self) -> dict[str, tuple[int, ...]]:
        D, H = self.input_size, self.hidden_size
        weights = {"weight_ih": (H, D), "weight_hh": (H, H)}
        biases = {"bias_ih": (H,), "bias_hh": (H,)} if self.bias else {}
        return {**weights, **biases}

    def init(
        self, rng: np.random.Generator, dtype: DTypeLike = np.float32
    ) -> Params:
        H = self.hidden_size
        params = uniform(rng, self.parameter_shapes(), H, dtype)
        if self.orthogonal:
            params["weight_hh"] = orthogonal(rng, H).astype(dtype)
        return params

    def initial_state(self, batch_size: int, dtype: DTypeLike) -> State:
        return (np.zeros((batch_size, self.hidden_size), dtype),)

    def step(
        self, params: Params, x_t: Array, state: State | None = None
    ) -> tuple[Array, State]:
        shapes.check_step_shape(np.shape(x_t), self.input_size)
        dtype = params["weight_hh"].dtype
        (h,) = validation.state(state, self.initial_state(len(x_t), dtype))
        activation, _ = NONLINEARITIES[self.nonlinearity]
        from_input = x_t @ params["weight_ih"].T
        from_memory = h @ params["weight_hh"].T
        if self.bias:
            from_input = from_input + params["bias_ih"]
            from_memory = from_memory + params["bias_hh"]
        h = activation(from_input + from_memory)
        return h, (h,)

    def forward(
        self,
        params: Params,
        x: Array,
        state: State | None = None,
        lengths: Array | None = None,
        rng: np.random.Generator | None = None,
        out: Cache | None = None,
    ) -> tuple[Array, State, Cache]:
        parameters.check_parameter_shapes(params, self.parameter_shapes())
        W_ih, W_hh = params["weight_ih"], params["weight_hh"]
        x = validation.features(x, self.input_size, W_hh.dtype)
        B, T, D = x.shape
        padding_mask = validation.padding_mask(lengths, B, T)
        (h0,) = validation.state(state, self.initial_state(B, x.dtype))
        activation, _ = NONLINEARITIES[self.nonlinearity]

        # h[t + 1] is the memory after x[:, t]; until then, what x[:, t] says.
        x = x.swapaxes(0, 1).reshape(T * B, D)
        h = buffer(
            out[1] if out else None, (T + 1, B, self.hidden_size), x.dtype
        )
        h[0] = h0
        np.matmul(x, W_ih.T, out=h[1:].reshape(T * B, -1))
        if self.bias:
            h[1:] += params["bias_ih"] + params["bias_hh"]
        for t in range(T):
            h[t + 1] = activation(h[t + 1] + h[t] @ W_hh.T)
            if padding_mask is not None:
                np.copyto(h[t + 1], h[t], where=padding_mask[:, t, None])

        y = h[1:].swapaxes(0, 1).copy()
        if padding_mask is not None:
            y[padding_mask] = 0
        return y, (h[T].copy(),), (x, h, padding_mask)

    def backward(
        self,
        params: Params,
        dy: Array,
        dstate: StateGradient | None,
        cache: Cache,
    ) -> tuple[Array, StateGradient, Params]:
        x, h, padding_mask = cache
        T, B, H = h.shape[0] - 1, h.shape[1], h.shape[2]
        shapes.check_gradient_shape(dy.shape, (B, T, H))
        _, activation_backward = NONLINEARITIES[self.nonlinearity]

        da = np.empty((T, B, H), h.dtype)
        dh = np.zeros((B, H), h.dtype)
        if dstate is not None and dstate[0] is not None:
            dh += dstate[0]
        for t in reversed(range(T)):
            da[t] = activation_backward(dy[:, t] + dh, h[t + 1])
            if padding_mask is None:
                dh = da[t] @ params["weight_hh"]
            else:  # where nothing was read, dh passes by unchanged
                padded = padding_mask[:, t, None]
                np.copyto(da[t], 0, where=padded)
                dh = np.where(padded, dh, da[t] @ params["weight_hh"])

        da = da.reshape(T * B, H)
        grads = {
            "weight_ih": da.T @ x,
            "weight_hh": da.T @ h[:-1].reshape(T * B, H),
        }
        if self.bias:
            grads["bias_ih"] = da.sum(0)
            grads["bias_hh"] = grads["bias_ih"].copy()
        dx = (da @ params["weight_ih"]).reshape(T, B, -1).swapaxes(0, 1)
        return dx, (dh,), grads
