"""The GRU: one memory, one gate that keeps it, and one that looks past it.

Where the LSTM has a gate for letting go and another for taking in, the GRU
takes in what it lets go of: both shares are one number, and add up to 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import DTypeLike

from seqcourse.numpy.contract import arguments, parameters, shapes, validation
from seqcourse.numpy.contract.buffers import buffer
from seqcourse.numpy.contract.initialization import uniform
from seqcourse.numpy.contract.layer import (
    Array,
    Cache,
    Layer,
    Params,
    State,
    StateGradient,
)
from seqcourse.numpy.functional.activations import activate_gates, sigmoid
from seqcourse.numpy.recurrent.gate_biases import (
    check_gate_biases,
    chrono_bias,
)

#: Of r, z and n: two sigmoids and a tanh, as `activate_gates` takes them.
SCALE = (0.5, 0.5, 1.0)


@dataclass(frozen=True)
class GRU(Layer):
    """Mix the memory with a proposal n, in shares that a gate decides::

        r[t], z[t] = sigmoid(W_ih x[t] + b_ih + W_hh h[t-1] + b_hh)
        n[t] = tanh(W_ih x[t] + b_ih + r[t] (W_hh h[t-1] + b_hh))
        h[t] = (1 - z[t]) n[t] + z[t] h[t-1]

    each gate with its own rows of the weights. On the way back, from the last
    step to the first, with da the gradient before a gate is squashed::

        dh[t]   = dy[t] + z[t+1] dh[t+1]
                  + W_hh' (da_r[t+1], da_z[t+1], r[t+1] da_n[t+1])
        da_n[t] = dh[t] (1 - z[t]) (1 - n[t]**2)
        da_z[t] = dh[t] (h[t-1] - n[t])          z[t] (1 - z[t])
        da_r[t] = da_n[t] (W_hh h[t-1] + b_hh)   r[t] (1 - r[t])

    The state is (h,), the output y[t] is h[t].

    There are two GRUs. The one above is that of cuDNN and ``torch.nn``. The
    other resets the memory before its product with the weights::

        n[t] = tanh(W_ih x[t] + b_ih + W_hh (r[t] h[t-1]) + b_hh)

    In the first, r chooses among what the memory says about each number of n;
    in the second, among the numbers of the memory itself. They compute
    different things from the same weights, so weights trained for one are of
    no use to the other.

    Parameters
    ----------
    input_size
        Features D of one step.
    hidden_size
        Width H of the memory.
    bias
        Whether there are b_ih and b_hh.
    reset_after
        Whether r comes after the product with W_hh, or before.
    chrono
        The longest span to remember, in steps. The first biases of z are then
        log U(1, chrono - 1).

    Raises
    ------
    ValueError
        If a size is not a whole number of at least 1, or chrono is given and
        is below 2 or there are no biases.

    Examples
    --------
    >>> layer = GRU(input_size=3, hidden_size=4)
    >>> params = layer.init(np.random.default_rng(0))
    >>> y, (h,), cache = layer.forward(params, np.zeros((2, 5, 3)))
    >>> y.shape, h.shape
    ((2, 5, 4), (2, 4))

    References
    ----------
    Cho et al. (2014), Learning phrase representations using RNN
    encoder-decoder: arXiv 1406.1078 resets after the product in version 1,
    before it in version 3. Chrono is of Tallec and Ollivier (2018). Names,
    shapes, the gates' order and first weights are those of ``torch.nn.GRU``.
    """

    input_size: int
    hidden_size: int
    bias: bool = True
    reset_after: bool = True
    chrono: int | None = None

    def __post_init__(self) -> None:
        arguments.check_positive(
            input_size=self.input_size, hidden_size=self.hidden_size
        )
        check_gate_biases(self.bias, self.chrono)

    @property
    def output_size(self) -> int:
        """Width of the memory, which is also the output."""
        return self.hidden_size

    def parameter_shapes(self) -> dict[str, tuple[int, ...]]:
        D, H = self.input_size, self.hidden_size
        weights = {"weight_ih": (3 * H, D), "weight_hh": (3 * H, H)}
        biases = {"bias_ih": (3 * H,), "bias_hh": (3 * H,)}
        return {**weights, **(biases if self.bias else {})}

    def init(
        self, rng: np.random.Generator, dtype: DTypeLike = np.float32
    ) -> Params:
        H = self.hidden_size
        params = uniform(rng, self.parameter_shapes(), H, dtype)
        if self.chrono is not None:
            params["bias_ih"][H : 2 * H] = chrono_bias(rng, self.chrono, H)
            params["bias_hh"][H : 2 * H] = 0
        return params

    def initial_state(self, batch_size: int, dtype: DTypeLike) -> State:
        return (np.zeros((batch_size, self.hidden_size), dtype),)

    def step(
        self, params: Params, x_t: Array, state: State | None = None
    ) -> tuple[Array, State]:
        shapes.check_step_shape(np.shape(x_t), self.input_size)
        W_hh = params["weight_hh"]
        (h,) = validation.state(
            state, self.initial_state(len(x_t), W_hh.dtype)
        )
        W_hr, W_hz, W_hn = np.split(W_hh, 3)
        a_r, a_z, a_n = np.split(x_t @ params["weight_ih"].T, 3, axis=1)
        b_hn = np.zeros_like(h[0])
        if self.bias:
            b_ir, b_iz, b_in = np.split(params["bias_ih"], 3)
            b_hr, b_hz, b_hn = np.split(params["bias_hh"], 3)
            a_r, a_z, a_n = a_r + b_ir + b_hr, a_z + b_iz + b_hz, a_n + b_in
        r = sigmoid(a_r + h @ W_hr.T)
        z = sigmoid(a_z + h @ W_hz.T)
        if self.reset_after:
            n = np.tanh(a_n + r * (h @ W_hn.T + b_hn))
        else:
            n = np.tanh(a_n + (r * h) @ W_hn.T + b_hn)
        h = (1 - z) * n + z * h
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
        H = self.hidden_size
        padding_mask = validation.padding_mask(lengths, B, T)
        (h0,) = validation.state(state, self.initial_state(B, x.dtype))
        _, a, h, m, _ = out or (None,) * 5
        a = buffer(a, (T, B, 3, H), x.dtype)
        h = buffer(h, (T + 1, B, H), x.dtype)
        m = buffer(m, (T, B, H), x.dtype)

        # Each gate's weights times its scale, so that tanh serves as sigmoid.
        scale = np.array(SCALE, x.dtype)[:, None]
        rows = scale.repeat(H, axis=0)
        W_gates = (rows * W_hh)[: 2 * H].T.copy()
        W_n = W_hh[2 * H :].T.copy()
        b_n = params["bias_hh"][2 * H :] if self.bias else W_hh.dtype.type(0)
        x = x.swapaxes(0, 1).reshape(T * B, D)
        np.matmul(x, (rows * W_ih).T, out=a.reshape(T * B, 3 * H))
        if self.bias:
            bias = params["bias_ih"].copy()
            bias[: 2 * H] += params["bias_hh"][: 2 * H]
            a += scale * bias.reshape(3, H)

        # h[t + 1] is the memory after x[:, t]; m[t] is what n hears of h[t].
        h[0] = h0
        r, z, n = a.transpose(2, 0, 1, 3)
        for t in range(T):
            a[t, :, :2] += (h[t] @ W_gates).reshape(B, 2, H)
            activate_gates(a[t, :, :2], scale[:2])
            if self.reset_after:
                m[t] = h[t] @ W_n + b_n
                n[t] += r[t] * m[t]
            else:
                m[t] = r[t] * h[t]
                n[t] += m[t] @ W_n + b_n
            np.tanh(n[t], out=n[t])
            h[t + 1] = n[t] + z[t] * (h[t] - n[t])
            if padding_mask is not None:
                np.copyto(h[t + 1], h[t], where=padding_mask[:, t, None])

        y = h[1:].swapaxes(0, 1).copy()
        if padding_mask is not None:
            y[padding_mask] = 0
        return y, (h[T].copy(),), (x, a, h, m, padding_mask)

    def backward(
        self,
        params: Params,
        dy: Array,
        dstate: StateGradient | None,
        cache: Cache,
    ) -> tuple[Array, StateGradient, Params]:
        x, a, h, m, padding_mask = cache
        T, B, _, H = a.shape
        shapes.check_gradient_shape(dy.shape, (B, T, H))
        W_gates, W_n = np.split(params["weight_hh"], [2 * H])
        r, z, n = a.transpose(2, 0, 1, 3)

        # What each gate makes of its gradient, for all steps at once.
        da = np.empty_like(a)
        da_r, da_z, da_n = da.transpose(2, 0, 1, 3)
        heard = m if self.reset_after else h[:-1]
        np.multiply(heard, r * (1 - r), out=da_r)
        np.multiply(h[:-1] - n, z * (1 - z), out=da_z)
        np.multiply(1 - z, 1 - n * n, out=da_n)

        dm = np.empty_like(m)
        dh = np.zeros((B, H), h.dtype)
        if dstate is not None and dstate[0] is not None:
            dh += dstate[0]
        for t in reversed(range(T)):
            dh_t = dy[:, t] + dh
            da[t, :, 1:] *= dh_t[:, None]
            if self.reset_after:
                da_r[t] *= da_n[t]
                dm[t] = r[t] * da_n[t]
                dh_before = dm[t] @ W_n
            else:
                dm[t] = da_n[t] @ W_n
                da_r[t] *= dm[t]
                dh_before = r[t] * dm[t]
            dh_before += z[t] * dh_t
            dh_before += da[t, :, :2].reshape(B, 2 * H) @ W_gates
            if (
                padding_mask is not None
            ):  # where nothing was read, dh passes by
                padded = padding_mask[:, t]
                dh_before[padded] = dh[padded]
                da[t, padded] = dm[t, padded] = 0
            dh = dh_before

        da = da.reshape(T * B, 3 * H)
        dx = (da @ params["weight_ih"]).reshape(T, B, -1).swapaxes(0, 1)
        # The weights of n meet the memory before the reset, or after it.
        h, m, dm = (part.reshape(T * B, H) for part in (h[:-1], m, dm))
        of_n, met = (dm, h) if self.reset_after else (da[:, 2 * H :], m)
        grads = {
            "weight_ih": da.T @ x,
            "weight_hh": np.concatenate([da[:, : 2 * H].T @ h, of_n.T @ met]),
        }
        if self.bias:
            grads["bias_ih"] = da.sum(0)
            grads["bias_hh"] = grads["bias_ih"].copy()
            grads["bias_hh"][2 * H :] = of_n.sum(0)
        return dx, (dh,), grads
