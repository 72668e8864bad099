"""The LSTM: a recurrent network with a cell state behind gates.

At each step the network decides how much of the cell state c it keeps, what
it adds, and how much of it shows in the hidden state h.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import DTypeLike

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.layer import Array, Params, State
from seqcourse.numpy.functional.unchecked import (
    activate_gates,
    gate_scale,
    sigmoid,
)
from seqcourse.numpy.recurrent.gate_biases import (
    check_gate_biases,
    chrono_bias,
)
from seqcourse.numpy.recurrent.recurrent_layer import RecurrentLayer, rows

#: Of the gates i, f, g, o: sigmoids but for g, as `activate_gates` wants.
SCALE = (0.5, 0.5, 1.0, 0.5)


@dataclass(frozen=True)
class LSTM(RecurrentLayer):
    """Carry a hidden state and a cell state, which changes through gates::

        a[t] = W_ih x[t] + b_ih + W_hh h[t-1] + b_hh
        i[t], f[t], o[t] = sigmoid(a_i[t]), sigmoid(a_f[t]), sigmoid(a_o[t])
        g[t] = tanh(a_g[t])
        c[t] = f[t] c[t-1] + i[t] g[t]
        h[t] = o[t] tanh(c[t])

    a_i, a_f, a_g and a_o are the four quarters of a: each gate has its own
    rows of the weights. In the backward pass, from the last step to the
    first, with da the gradient of these sums::

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
        Width H of the cell state.
    bias
        Whether there are b_ih and b_hh.
    forget_bias
        What is added to the initial b_ih of f; with 1, f is about 0.73.
    chrono
        The longest span to remember, in steps. The initial biases of f are
        then log U(1, chrono - 1), and those of i the negative of that.
    peepholes
        Whether i and f see c[t-1], and o sees c[t], each through one weight
        per cell.
    proj_size
        Width P < H of h, which is then W_hr (o[t] tanh(c[t])); None for H.

    Raises
    ------
    ValueError
        If a size is not a whole number of at least 1, P is not below H, or
        initial biases are asked for without biases or in two ways.

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
    Ollivier (2018). Names, shapes, the gates' order and the default
    initialisation are those of ``torch.nn.LSTM``.
    """

    input_size: int
    hidden_size: int
    bias: bool = True
    forget_bias: float = 0.0
    chrono: int | None = None
    peepholes: bool = False
    proj_size: int | None = None

    num_gates: ClassVar[int] = 4
    num_saved: ClassVar[int] = 5  # the gates and tanh(c)

    def __post_init__(self) -> None:
        super().__post_init__()
        H, P = self.hidden_size, self.proj_size
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
        H, P = self.hidden_size, self.output_size
        peepholes = {f"peephole_{gate}": (H,) for gate in "ifo"}
        return {
            **super().parameter_shapes(),
            **(peepholes if self.peepholes else {}),
            **({"weight_hr": (P, H)} if self.proj_size else {}),
        }

    def init(
        self, rng: np.random.Generator, dtype: DTypeLike = np.float32
    ) -> Params:
        H = self.hidden_size
        params = super().init(rng, dtype)
        if self.forget_bias:
            params["bias_ih"][H : 2 * H] += self.forget_bias
        if self.chrono is not None:
            b = chrono_bias(rng, self.chrono, H)
            params["bias_ih"][: 2 * H] = np.concatenate([-b, b])
            params["bias_hh"][: 2 * H] = 0
        return params

    def initial_state(self, batch_size: int, dtype: DTypeLike) -> State:
        (h,) = super().initial_state(batch_size, dtype)
        return h, np.zeros((batch_size, self.hidden_size), dtype)

    def step(
        self, params: Params, x_t: Array, state: State | None = None
    ) -> tuple[Array, State]:
        h, c = self.check_step(params, x_t, state)
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
        return h.copy(), (h, c)

    def prepare(self, params: Params, batch_size: int) -> Params:
        # The trick: sigmoid(x) = (tanh(x / 2) + 1) / 2, so with the weights
        # of i, f and o halved, one tanh serves all four gates.
        H, P = self.hidden_size, self.output_size
        W_hh = params["weight_hh"]
        like = np.empty((4, batch_size, H), W_hh.dtype)
        scale = gate_scale(SCALE, like)
        halved = scale[:, 0].reshape(4 * H)
        W_hh = (W_hh * halved[:, None]).reshape(4, H, P)
        prepared = {
            **super().prepare(params, batch_size),
            "scale": scale,
            "weight_ih": params["weight_ih"] * halved[:, None],
            "weight_hh": W_hh.swapaxes(1, 2).copy(),
        }
        if self.bias:
            prepared["bias"] *= halved
        return prepared

    def cell(self, params: Params, a: Array, state: State) -> State:
        h, c = state
        i, f, g, o, tanh_c = a
        gates = a[:4]
        gates += h @ params["weight_hh"]
        if self.peepholes:
            i += 0.5 * params["peephole_i"] * c
            f += 0.5 * params["peephole_f"] * c
        ready = 3 if self.peepholes else 4  # with peepholes, o waits for c
        activate_gates(a[:ready], params["scale"][:ready])
        c = f * c + i * g  # c[t] = f[t] c[t-1] + i[t] g[t]
        if self.peepholes:
            o += 0.5 * params["peephole_o"] * c
            activate_gates(o, params["scale"][3])
        np.tanh(c, out=tanh_c)
        h = o * tanh_c  # h[t] = o[t] tanh(c[t])
        if self.proj_size:
            h = h @ params["weight_hr"].T
        return h, c

    def cell_backward(
        self,
        params: Params,
        dstate: State,
        a: Array,
        state: State,
        da: Array,
    ) -> State:
        (dh, dc), (_, c) = dstate, state
        i, f, g, o, tanh_c = a
        da_i, da_f, da_g, da_o = da
        if self.proj_size:
            dh = dh @ params["weight_hr"]
        gates = a[:4]
        slope_i, slope_f, _, slope_o = gates * (1 - gates)
        da_o[...] = dh * tanh_c * slope_o
        dc = dc + dh * o * (1 - tanh_c * tanh_c)
        if self.peepholes:
            dc += da_o * params["peephole_o"]
        da_i[...] = dc * g * slope_i
        da_f[...] = dc * c * slope_f
        da_g[...] = dc * i * (1 - g * g)
        dc = dc * f
        if self.peepholes:
            dc += da_i * params["peephole_i"]
            dc += da_f * params["peephole_f"]
        # dh[t-1] = W_hh' da[t], the gates of a sequence side by side
        dh = da.swapaxes(0, 1).reshape(len(c), -1) @ params["weight_hh"]
        return dh, dc

    def cell_gradients(
        self, params: Params, da: Array, a: Array, states: State, dh: Array
    ) -> Params:
        grads: Params = {}
        if self.peepholes:
            c = states[1]
            da_i, da_f, _, da_o = da.transpose(2, 0, 1, 3)
            grads["peephole_i"] = (da_i * c[:-1]).sum((0, 1))
            grads["peephole_f"] = (da_f * c[:-1]).sum((0, 1))
            grads["peephole_o"] = (da_o * c[1:]).sum((0, 1))
        if self.proj_size:
            shown = a[:, 3] * a[:, 4]
            grads["weight_hr"] = rows(dh).T @ rows(shown)
        return {**grads, **super().cell_gradients(params, da, a, states, dh)}
