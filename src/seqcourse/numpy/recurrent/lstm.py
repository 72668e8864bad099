"""The LSTM: a memory that is kept until a gate lets go of it.

The cell c is a conveyor belt: at each step the network decides what to take
off it, what to lay on it, and how much of it to show.
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
from seqcourse.numpy.functional.activations import (
    activate_gates,
    gate_scale,
    sigmoid,
)
from seqcourse.numpy.recurrent.gate_biases import (
    check_gate_biases,
    chrono_bias,
)

#: Of the gates i, f, g, o: sigmoids but for g, as `activate_gates` takes them.
SCALE = (0.5, 0.5, 1.0, 0.5)


@dataclass(frozen=True)
class LSTM(Layer):
    """Keep a cell beside the output, and gate what goes in and out of it::

        i[t], f[t], o[t] = sigmoid(W_ih x[t] + b_ih + W_hh h[t-1] + b_hh)
        g[t] = tanh(W_ih x[t] + b_ih + W_hh h[t-1] + b_hh)
        c[t] = f[t] c[t-1] + i[t] g[t]
        h[t] = o[t] tanh(c[t])

    each gate with its own rows of the weights. On the way back, from the last
    step to the first, with da the gradient before a gate is squashed::

        dh[t]   = dy[t] + W_hh' da[t+1]
        dc[t]   = dc[t+1] f[t+1] + dh[t] o[t] (1 - tanh(c[t])**2)
        da_i[t] = dc[t] g[t]       i[t] (1 - i[t])
        da_f[t] = dc[t] c[t-1]     f[t] (1 - f[t])
        da_g[t] = dc[t] i[t]       (1 - g[t]**2)
        da_o[t] = dh[t] tanh(c[t]) o[t] (1 - o[t])

    The state is (h, c), the output y[t] is h[t].

    Parameters
    ----------
    input_size
        Features D of one step.
    hidden_size
        Width H of the cell.
    bias
        Whether there are b_ih and b_hh.
    forget_bias
        What is added to the first b_ih of f; 1 keeps 73 % of the cell.
    chrono
        The longest span to remember, in steps. The first biases of f are then
        log U(1, chrono - 1), and those of i the same below zero.
    peepholes
        Whether i and f see c[t-1], and o sees c[t], each through a weight of
        its own for each number in the cell.
    proj_size
        Width P < H of h, which is then W_hr (o[t] tanh(c[t])); None for H.

    Raises
    ------
    ValueError
        If a size is not a whole number of at least 1, P is not below H, or
        first biases are asked for where there are none or for two reasons.

    Examples
    --------
    >>> layer = LSTM(input_size=3, hidden_size=4)
    >>> params = layer.init(np.random.default_rng(0))
    >>> y, (h, c), cache = layer.forward(params, np.zeros((2, 5, 3)))
    >>> y.shape, h.shape, c.shape
    ((2, 5, 4), (2, 4), (2, 4))

    References
    ----------
    Hochreiter and Schmidhuber (1997), Long short-term memory; the forget gate
    is of Gers, Schmidhuber and Cummins (2000), Learning to forget; peepholes
    of Gers and Schmidhuber (2000), Recurrent nets that time and count; the
    projection of Sak, Senior and Beaufays (2014); chrono of Tallec and
    Ollivier (2018). Names, shapes, the gates' order and first weights are
    those of ``torch.nn.LSTM``.
    """

    input_size: int
    hidden_size: int
    bias: bool = True
    forget_bias: float = 0.0
    chrono: int | None = None
    peepholes: bool = False
    proj_size: int | None = None

    def __post_init__(self) -> None:
        H, P = self.hidden_size, self.proj_size
        arguments.check_positive(input_size=self.input_size, hidden_size=H)
        if P is not None:
            arguments.check_positive(proj_size=P)
            if P >= H:
                raise ValueError(
                    f"proj_size: expected below hidden_size {H}, got {P}"
                )
        check_gate_biases(self.bias, self.chrono, self.forget_bias)

    @property
    def output_size(self) -> int:
        """Width of h, which is also the output."""
        return self.proj_size or self.hidden_size

    def parameter_shapes(self) -> dict[str, tuple[int, ...]]:
        D, H, P = self.input_size, self.hidden_size, self.output_size
        shapes = {"weight_ih": (4 * H, D), "weight_hh": (4 * H, P)}
        biases = {"bias_ih": (4 * H,), "bias_hh": (4 * H,)}
        peepholes = {f"peephole_{gate}": (H,) for gate in "ifo"}
        return {
            **shapes,
            **(biases if self.bias else {}),
            **(peepholes if self.peepholes else {}),
            **({"weight_hr": (P, H)} if self.proj_size else {}),
        }

    def init(
        self, rng: np.random.Generator, dtype: DTypeLike = np.float32
    ) -> Params:
        H = self.hidden_size
        params = uniform(rng, self.parameter_shapes(), H, dtype)
        if self.forget_bias:
            params["bias_ih"][H : 2 * H] += self.forget_bias
        if self.chrono is not None:
            b = chrono_bias(rng, self.chrono, H)
            params["bias_ih"][: 2 * H] = np.concatenate([-b, b])
            params["bias_hh"][: 2 * H] = 0
        return params

    def initial_state(self, batch_size: int, dtype: DTypeLike) -> State:
        h = np.zeros((batch_size, self.output_size), dtype)
        return h, np.zeros((batch_size, self.hidden_size), dtype)

    def step(
        self, params: Params, x_t: Array, state: State | None = None
    ) -> tuple[Array, State]:
        shapes.check_step_shape(np.shape(x_t), self.input_size)
        dtype = params["weight_hh"].dtype
        h, c = validation.state(state, self.initial_state(len(x_t), dtype))
        a = x_t @ params["weight_ih"].T + h @ params["weight_hh"].T
        if self.bias:
            a = a + params["bias_ih"] + params["bias_hh"]
        i, f, g, o = np.split(a, 4, axis=1)
        if self.peepholes:
            i = i + params["peephole_i"] * c
            f = f + params["peephole_f"] * c
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        if self.peepholes:
            o = o + params["peephole_o"] * c
        h = sigmoid(o) * np.tanh(c)
        if self.proj_size:
            h = h @ params["weight_hr"].T
        return h, (h, c)

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
        x = validation.features(x, self.input_size, params["weight_hh"].dtype)
        B, T, D = x.shape
        H, P = self.hidden_size, self.output_size
        padding_mask = validation.padding_mask(lengths, B, T)
        state = validation.state(state, self.initial_state(B, x.dtype))
        _, a, h, c, tanh_c, _ = out or (None,) * 6
        a = buffer(a, (T, 4, B, H), x.dtype)
        h = buffer(h, (T + 1, B, P), x.dtype)
        c = buffer(c, (T + 1, B, H), x.dtype)
        tanh_c = buffer(tanh_c, (T, B, H), x.dtype)

        # Each gate's weights times its scale, so that one tanh serves all.
        scale = gate_scale(SCALE, a[0])
        W_ih, W_hh = (
            params[name] * scale[:, 0].reshape(4 * H, 1)
            for name in ("weight_ih", "weight_hh")
        )
        W_hh = W_hh.reshape(4, H, P).swapaxes(1, 2).copy()
        x = x.swapaxes(0, 1).reshape(T * B, D)
        a[...] = (x @ W_ih.T).reshape(T, B, 4, H).swapaxes(1, 2)
        if self.bias:
            bias = params["bias_ih"] + params["bias_hh"]
            a += scale[:, :1] * bias.reshape(4, 1, H)
        if self.peepholes:
            p_i, p_f, p_o = (0.5 * params[f"peephole_{k}"] for k in "ifo")

        # h[t + 1] and c[t + 1] are the memory after x[:, t].
        h[0], c[0] = state
        i, f, g, o = a.swapaxes(0, 1)
        for t in range(T):
            a[t] += h[t] @ W_hh
            if not self.peepholes:
                activate_gates(a[t], scale)
                c[t + 1] = f[t] * c[t] + i[t] * g[t]
            else:  # o waits for the new cell
                i[t] += p_i * c[t]
                f[t] += p_f * c[t]
                activate_gates(a[t, :3], scale[:3])
                c[t + 1] = f[t] * c[t] + i[t] * g[t]
                o[t] += p_o * c[t + 1]
                activate_gates(o[t], scale[3])
            np.tanh(c[t + 1], out=tanh_c[t])
            shown = o[t] * tanh_c[t]
            h[t + 1] = (
                shown @ params["weight_hr"].T if self.proj_size else shown
            )
            if padding_mask is not None:
                np.copyto(h[t + 1], h[t], where=padding_mask[:, t, None])
                np.copyto(c[t + 1], c[t], where=padding_mask[:, t, None])

        y = h[1:].swapaxes(0, 1).copy()
        if padding_mask is not None:
            y[padding_mask] = 0
        return (
            y,
            (h[T].copy(), c[T].copy()),
            (x, a, h, c, tanh_c, padding_mask),
        )

    def backward(
        self,
        params: Params,
        dy: Array,
        dstate: StateGradient | None,
        cache: Cache,
    ) -> tuple[Array, StateGradient, Params]:
        x, a, h, c, tanh_c, padding_mask = cache
        T, _, B, H = a.shape
        shapes.check_gradient_shape(dy.shape, (B, T, self.output_size))
        i, f, g, o = a.swapaxes(0, 1)

        dh, dc = (
            np.zeros_like(end) if d is None else d.astype(end.dtype)
            for d, end in zip(
                dstate or (None, None), (h[T], c[T]), strict=True
            )
        )
        da = np.empty((T, B, 4, H), a.dtype)
        da_i, da_f, da_g, da_o = da.transpose(2, 0, 1, 3)
        dhs = np.empty_like(h[1:])
        for t in reversed(range(T)):
            dhs[t] = dh_t = dy[:, t] + dh
            if self.proj_size:
                dh_t = dh_t @ params["weight_hr"]
            slope_i, slope_f, _, slope_o = a[t] * (1 - a[t])
            da_o[t] = dh_t * tanh_c[t] * slope_o
            dc_t = dc + dh_t * o[t] * (1 - tanh_c[t] * tanh_c[t])
            if self.peepholes:
                dc_t += da_o[t] * params["peephole_o"]
            da_i[t] = dc_t * g[t] * slope_i
            da_f[t] = dc_t * c[t] * slope_f
            da_g[t] = dc_t * i[t] * (1 - g[t] * g[t])
            dh_before = da[t].reshape(B, 4 * H) @ params["weight_hh"]
            dc_before = dc_t * f[t]
            if self.peepholes:
                dc_before += da_i[t] * params["peephole_i"]
                dc_before += da_f[t] * params["peephole_f"]
            if (
                padding_mask is not None
            ):  # where nothing was read, all passes by
                padded = padding_mask[:, t]
                dh_before[padded], dc_before[padded] = dh[padded], dc[padded]
                da[t, padded] = dhs[t, padded] = 0
            dh, dc = dh_before, dc_before

        grads: Params = {}
        if self.peepholes:
            grads["peephole_i"] = (da_i * c[:-1]).sum((0, 1))
            grads["peephole_f"] = (da_f * c[:-1]).sum((0, 1))
            grads["peephole_o"] = (da_o * c[1:]).sum((0, 1))
        if self.proj_size:
            shown = (o * tanh_c).reshape(T * B, H)
            grads["weight_hr"] = dhs.reshape(T * B, -1).T @ shown
        da = da.reshape(T * B, 4 * H)
        grads["weight_ih"] = da.T @ x
        grads["weight_hh"] = da.T @ h[:-1].reshape(T * B, -1)
        if self.bias:
            grads["bias_ih"] = da.sum(0)
            grads["bias_hh"] = grads["bias_ih"].copy()
        dx = (da @ params["weight_ih"]).reshape(T, B, -1).swapaxes(0, 1)
        return dx, (dh, dc), grads
