"""The GRU: a hidden state, and one gate that sets both keeping and writing.

The LSTM has a gate for what it keeps and another for what it writes. In the
GRU the two weights add up to 1, so one gate sets both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import DTypeLike

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

#: Of r, z and n: two sigmoids and a tanh, as `activate_gates` takes them.
SCALE = (0.5, 0.5, 1.0)


@dataclass(frozen=True)
class GRU(RecurrentLayer):
    """Interpolate between the old state and a candidate n::

        r[t], z[t] = sigmoid(W_ih x[t] + b_ih + W_hh h[t-1] + b_hh)
        n[t] = tanh(W_ih x[t] + b_ih + r[t] (W_hh h[t-1] + b_hh))
        h[t] = (1 - z[t]) n[t] + z[t] h[t-1]

    each gate with its own rows of the weights. In the backward pass, from the
    last step to the first, with da the gradient of a gate's sum::

        dh[t]   = dy[t] + z[t+1] dh[t+1]
                  + W_hh' (da_r[t+1], da_z[t+1], r[t+1] da_n[t+1])
        da_n[t] = dh[t] (1 - z[t]) (1 - n[t]**2)
        da_z[t] = dh[t] (h[t-1] - n[t])          z[t] (1 - z[t])
        da_r[t] = da_n[t] (W_hh h[t-1] + b_hh)   r[t] (1 - r[t])

    The state is (h,), the output y[t] is h[t].

    There are two GRUs. The one above is that of cuDNN and ``torch.nn``. The
    other resets the state before its product with the weights::

        n[t] = tanh(W_ih x[t] + b_ih + W_hh (r[t] h[t-1]) + b_hh)

    In the first, r scales the sums that h adds to n; in the second, it scales
    h itself. They compute different functions of the same weights, so weights
    trained for one are of no use to the other.

    Parameters
    ----------
    input_size
        Features D of one step.
    hidden_size
        Width H of the state.
    bias
        Whether there are b_ih and b_hh.
    reset_after
        Whether r comes after the product with W_hh, or before.
    chrono
        The longest span to remember, in steps. The initial biases of z are
        then log U(1, chrono - 1).

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
    shapes, the gates' order and the default initialisation are those of
    ``torch.nn.GRU``.
    """

    input_size: int
    hidden_size: int
    bias: bool = True
    reset_after: bool = True
    chrono: int | None = None

    num_gates: ClassVar[int] = 3
    num_saved: ClassVar[int] = 4  # the gates and m

    def __post_init__(self) -> None:
        super().__post_init__()
        check_gate_biases(self.bias, self.chrono)

    def init(
        self, rng: np.random.Generator, dtype: DTypeLike = np.float32
    ) -> Params:
        H = self.hidden_size
        params = super().init(rng, dtype)
        if self.chrono is not None:
            params["bias_ih"][H : 2 * H] = chrono_bias(rng, self.chrono, H)
            params["bias_hh"][H : 2 * H] = 0
        return params

    def step(
        self, params: Params, x_t: Array, state: State | None = None
    ) -> tuple[Array, State]:
        (h,) = self.check_step(params, x_t, state)
        W_hr, W_hz, W_hn = np.split(params["weight_hh"], 3)
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
        return h.copy(), (h,)

    def prepare(self, params: Params, batch_size: int) -> Params:
        # The trick: sigmoid(x) = (tanh(x / 2) + 1) / 2, so the weights of r
        # and z are halved. The b_hh of n is left to the cell.
        H, W_hh = self.hidden_size, params["weight_hh"]
        scale = gate_scale(SCALE, np.empty((3, batch_size, H), W_hh.dtype))
        halved = scale[:, 0].reshape(3 * H)
        prepared = {
            "scale": scale[:2],
            "weight_ih": params["weight_ih"] * halved[:, None],
            "weight_rz": (W_hh * halved[:, None])[: 2 * H].T.copy(),
            "weight_n": W_hh[2 * H :].T.copy(),
            "bias_n": W_hh.dtype.type(0),
        }
        if self.bias:
            bias = params["bias_ih"].copy()
            bias[: 2 * H] += params["bias_hh"][: 2 * H]
            prepared["bias"] = halved * bias
            prepared["bias_n"] = params["bias_hh"][2 * H :]
        return prepared

    def cell(self, params: Params, a: Array, state: State) -> State:
        (h,) = state
        r, z, n, m = a  # m is the term of n with h
        B, H = h.shape
        sums = (h @ params["weight_rz"]).reshape(B, 2, H)
        gates = a[:2]
        gates += sums.swapaxes(0, 1)
        activate_gates(gates, params["scale"])
        if self.reset_after:
            np.add(h @ params["weight_n"], params["bias_n"], out=m)
            n += r * m
        else:
            np.multiply(r, h, out=m)
            n += m @ params["weight_n"] + params["bias_n"]
        np.tanh(n, out=n)
        # h[t] = (1 - z[t]) n[t] + z[t] h[t-1], with one product less
        return (n + z * (h - n),)

    def cell_backward(
        self,
        params: Params,
        dstate: State,
        a: Array,
        state: State,
        da: Array,
    ) -> State:
        (dh,), (h,) = dstate, state
        r, z, n, m = a
        da_r, da_z, da_n = da
        H = self.hidden_size
        W_rz, W_n = params["weight_hh"][: 2 * H], params["weight_hh"][2 * H :]
        gates = a[:2]
        slope_r, slope_z = gates * (1 - gates)
        np.multiply((1 - z) * (1 - n * n), dh, out=da_n)
        np.multiply((h - n) * slope_z, dh, out=da_z)
        if self.reset_after:
            np.multiply(m * slope_r, da_n, out=da_r)
            dh_before = (r * da_n) @ W_n
        else:
            dm = da_n @ W_n
            np.multiply(h * slope_r, dm, out=da_r)
            dh_before = r * dm
        dh_before += z * dh
        dh_before += da[:2].swapaxes(0, 1).reshape(len(h), 2 * H) @ W_rz
        return (dh_before,)

    def cell_gradients(
        self, params: Params, da: Array, a: Array, states: State, dh: Array
    ) -> Params:
        # The weights of n multiply h before the reset, or after it.
        h, rz = rows(states[0][:-1]), 2 * self.hidden_size
        of_n, met = rows(da)[:, rz:], rows(a[:, 3])
        if self.reset_after:
            of_n, met = rows(a[:, 0] * da[:, :, 2]), h
        W_hh = [rows(da)[:, :rz].T @ h, of_n.T @ met]
        grads = {"weight_hh": np.concatenate(W_hh)}
        if self.bias:
            b_rz = rows(da).sum(0)[:rz]
            grads["bias_hh"] = np.concatenate([b_rz, of_n.sum(0)])
        return grads
