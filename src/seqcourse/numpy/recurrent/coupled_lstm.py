"""An LSTM that keeps one minus what it writes: one gate sets both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import DTypeLike

from seqcourse.numpy.contract.layer import Array, Params, State
from seqcourse.numpy.functional.unchecked import sigmoid
from seqcourse.numpy.recurrent.recurrent_layer import RecurrentLayer


@dataclass(frozen=True)
class CoupledLSTM(RecurrentLayer):
    """An LSTM whose input gate is one minus its forget gate::

        a[t] = W_ih x[t] + b_ih + W_hh h[t-1] + b_hh
        f[t], o[t] = sigmoid(a_f[t]), sigmoid(a_o[t])
        g[t] = tanh(a_g[t])
        c[t] = f[t] c[t-1] + (1 - f[t]) g[t]
        h[t] = o[t] tanh(c[t])

    a_f, a_g and a_o are the three thirds of a. In the backward pass, from the
    last step to the first, with da the gradient of these sums::

        dh[t]   = dy[t] + W_hh' da[t+1]
        dc[t]   = dc[t+1] f[t+1] + dh[t] o[t] (1 - tanh(c[t])**2)
        da_f[t] = dc[t] (c[t-1] - g[t]) f[t] (1 - f[t])
        da_g[t] = dc[t] (1 - f[t])      (1 - g[t]**2)
        da_o[t] = dh[t] tanh(c[t])      o[t] (1 - o[t])

    The state is (h, c), the output y[t] is h[t].

    Parameters
    ----------
    input_size
        Features D of one step.
    hidden_size
        Width H of the cell state.
    bias
        Whether there are b_ih and b_hh.

    Raises
    ------
    ValueError
        If a size is not a whole number of at least 1.

    Examples
    --------
    >>> layer = CoupledLSTM(input_size=3, hidden_size=4)
    >>> params = layer.init(np.random.default_rng(0))
    >>> y, (h, c), cache = layer.forward(params, np.zeros((2, 5, 3)))
    >>> y.shape, h.shape, c.shape
    ((2, 5, 4), (2, 4), (2, 4))

    References
    ----------
    Greff et al. (2017), LSTM: a search space odyssey, where it is called
    CIFG, for coupled input and forget gate.
    """

    input_size: int
    hidden_size: int
    bias: bool = True

    num_gates: ClassVar[int] = 3
    num_saved: ClassVar[int] = 4  # the gates and tanh(c)

    def initial_state(self, batch_size: int, dtype: DTypeLike) -> State:
        (h,) = super().initial_state(batch_size, dtype)
        return h, np.zeros_like(h)

    def step(
        self, params: Params, x_t: Array, state: State | None = None
    ) -> tuple[Array, State]:
        h, c = self.check_step(params, x_t, state)
        a = x_t @ params["weight_ih"].T + h @ params["weight_hh"].T
        if self.bias:
            a = a + params["bias_ih"] + params["bias_hh"]
        a_f, a_g, a_o = np.split(a, 3, axis=1)
        f = sigmoid(a_f)
        c = f * c + (1 - f) * np.tanh(a_g)
        h = sigmoid(a_o) * np.tanh(c)
        return h.copy(), (h, c)

    def cell(self, params: Params, a: Array, state: State) -> State:
        h, c = state
        f, g, o, tanh_c = a
        B, H = c.shape
        sums = (h @ params["weight_hh"].T).reshape(B, 3, H)
        a[:3] += sums.swapaxes(0, 1)
        f[...], o[...] = sigmoid(f), sigmoid(o)
        np.tanh(g, out=g)
        c = f * c + (1 - f) * g
        np.tanh(c, out=tanh_c)
        return o * tanh_c, c

    def cell_backward(
        self,
        params: Params,
        dstate: State,
        a: Array,
        state: State,
        da: Array,
    ) -> State:
        (dh, dc), (_, c), (f, g, o, tanh_c) = dstate, state, a
        da_f, da_g, da_o = da
        dc = dc + dh * o * (1 - tanh_c * tanh_c)
        da_f[...] = dc * (c - g) * f * (1 - f)
        da_g[...] = dc * (1 - f) * (1 - g * g)
        da_o[...] = dh * tanh_c * o * (1 - o)
        # dh[t-1] = W_hh' da[t], the gates of a sequence side by side
        dh = da.swapaxes(0, 1).reshape(len(c), -1) @ params["weight_hh"]
        return dh, dc * f
