"""The Elman network: the simplest recurrent network.

At each step it adds what the input says to what the hidden state says; the
activation function of that sum is the new hidden state.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import DTypeLike

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.initialization import orthogonal
from seqcourse.numpy.contract.layer import Array, Params, State
from seqcourse.numpy.functional.activations import NONLINEARITIES
from seqcourse.numpy.recurrent.recurrent_layer import RecurrentLayer


@dataclass(frozen=True)
class RNN(RecurrentLayer):
    """Read step by step and carry one hidden state::

        h[t] = tanh(W_ih x[t] + b_ih + W_hh h[t-1] + b_hh)

    and, in the backward pass, from the last step to the first::

        dh[t] = dy[t] + W_hh' da[t+1]
        da[t] = dh[t] (1 - h[t]**2)

    The state is (h,), the output y[t] is h[t].

    Parameters
    ----------
    input_size
        Features D of one step.
    hidden_size
        Size H of the hidden state.
    nonlinearity
        ``"tanh"`` or ``"relu"``.
    bias
        Whether there are b_ih and b_hh.
    orthogonal
        Whether W_hh is initialised as an orthogonal matrix, which keeps the
        norm of every vector.
    identity
        Whether W_hh is initialised as the identity matrix, and the biases
        as zero. With ``"relu"`` and a small `input_scale` this is the IRNN.
    input_scale
        A factor on W_ih, b_ih and b_hh as they are initialised: on all that
        a step adds to W_hh h[t-1].

    Raises
    ------
    ValueError
        If a size is not a whole number of at least 1, the nonlinearity is
        unknown, W_hh is to be both orthogonal and the identity, or the scale
        is not above 0.

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
    Elman (1990), Finding structure in time. Names, shapes and default
    initialisation are those of ``torch.nn.RNN``; the orthogonal one is from
    Saxe, McClelland and Ganguli (2014), Exact solutions to the nonlinear
    dynamics of learning, the identity from Le, Jaitly and Hinton (2015), A
    simple way to initialize recurrent networks of rectified linear units.
    """

    input_size: int
    hidden_size: int
    nonlinearity: str = "tanh"
    bias: bool = True
    orthogonal: bool = False
    identity: bool = False
    input_scale: float = 1.0

    def __post_init__(self) -> None:
        super().__post_init__()
        arguments.check_one_of(NONLINEARITIES, nonlinearity=self.nonlinearity)
        arguments.check_above_zero(input_scale=self.input_scale)
        if self.orthogonal and self.identity:
            raise ValueError(
                "identity: expected False where orthogonal=True, got True"
            )

    def init(
        self, rng: np.random.Generator, dtype: DTypeLike = np.float32
    ) -> Params:
        H = self.hidden_size
        params = super().init(rng, dtype)
        for name in params.keys() - {"weight_hh"}:
            params[name] *= self.input_scale
            if self.identity and name.startswith("bias"):
                params[name][:] = 0
        if self.orthogonal:
            params["weight_hh"] = orthogonal(rng, H).astype(dtype)
        if self.identity:
            params["weight_hh"] = np.eye(H, dtype=dtype)
        return params

    def step(
        self, params: Params, x_t: Array, state: State | None = None
    ) -> tuple[Array, State]:
        (h,) = self.check_step(params, x_t, state)
        activation, _ = NONLINEARITIES[self.nonlinearity]
        from_input = x_t @ params["weight_ih"].T
        from_state = h @ params["weight_hh"].T
        if self.bias:
            from_input = from_input + params["bias_ih"]
            from_state = from_state + params["bias_hh"]
        h = activation(from_input + from_state)
        return h.copy(), (h,)

    def cell(self, params: Params, a: Array, state: State) -> State:
        activation, _ = NONLINEARITIES[self.nonlinearity]
        # h[t] = tanh(a[t] + W_hh h[t-1])
        sums = state[0] @ params["weight_hh"].T
        sums += a[0]
        return (activation(sums),)

    def cell_backward(
        self,
        params: Params,
        dstate: State,
        a: Array,
        state: State,
        da: Array,
    ) -> State:
        _, activation_backward = NONLINEARITIES[self.nonlinearity]
        dh, h = dstate[0], a[0]  # h[t] stands where its sum stood
        # da[t] = dh[t] (1 - h[t]**2),  dh[t-1] = W_hh' da[t]
        da[0] = activation_backward(dh, h)
        return (da[0] @ params["weight_hh"],)
