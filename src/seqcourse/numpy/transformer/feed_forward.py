"""The feed-forward network of a transformer: each position by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

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
from seqcourse.numpy.contract.validation import mask_padded_steps
from seqcourse.numpy.functional.unchecked import dropout, gelu_and_slope


def relu_and_slope(a: Array, y: Array) -> None:
    """Write what is above zero, and the slope, 1 or 0, over the number.

    Parameters
    ----------
    a
        Numbers; the slopes are written over them.
    y
        Where the values are written.

    Examples
    --------
    >>> a, y = np.array([-2.0, 3.0]), np.empty(2)
    >>> relu_and_slope(a, y)
    >>> y, a
    (array([0., 3.]), array([0., 1.]))
    """
    np.maximum(a, 0, out=y)
    np.greater(a, 0, out=a)


def silu_and_slope(a: Array, y: Array) -> None:
    """Write ``a sigmoid(a)``, and its slope over the number.

    Parameters
    ----------
    a
        Numbers; the slopes are written over them.
    y
        Where the values are written.

    Examples
    --------
    >>> a, y = np.array([0.0, 1.0]), np.empty(2)
    >>> silu_and_slope(a, y)
    >>> y.round(4), a.round(4)
    (array([0.    , 0.7311]), array([0.5   , 0.9277]))
    """
    gate = np.tanh(0.5 * a)
    gate *= 0.5
    gate += 0.5
    np.multiply(a, gate, out=y)
    np.multiply(y, gate, out=a)
    np.subtract(y, a, out=a)  # y (1 - gate)
    a += gate


#: What comes between the two matrices; SwiGLU's gate is a SiLU.
ACTIVATIONS = {
    "relu": relu_and_slope,
    "gelu": gelu_and_slope,
    "swiglu": silu_and_slope,
}


@dataclass(frozen=True)
class FeedForward(Layer):
    """Widen each step, apply an activation function, and narrow it again::

        a[t] = W_1 x[t] + b_1
        h[t] = activation(a[t])                         "relu", "gelu"
        h[t] = silu(a[t]) (W_3 x[t] + b_3)              "swiglu"
        y[t] = W_2 dropout(h[t]) + b_2

    ``silu(a) = a sigmoid(a)``. Each position is computed separately. The
    slopes of the activation are kept in place of a, so that the backward pass
    is one product.

    Parameters
    ----------
    embed_dim
        Features E of one step, which are also those of the output.
    hidden_size
        Width of h; four times E is usual, and 8/3 of E for SwiGLU, which has
        a third matrix.
    activation
        ``"gelu"``, ``"relu"`` or ``"swiglu"``.
    bias
        Whether there are b_1, b_2 and b_3.
    dropout
        How likely each number of h is left out, where `rng` is given.

    Raises
    ------
    ValueError
        If a size is not a whole number of at least 1, the activation is
        unknown, or the dropout not in [0, 1).

    Examples
    --------
    >>> layer = FeedForward(embed_dim=3, hidden_size=12)
    >>> params = layer.init(np.random.default_rng(0))
    >>> y, _, _ = layer.forward(params, np.ones((2, 5, 3)))
    >>> y.shape, sorted(params)[0]
    ((2, 5, 3), 'linear1.bias')

    References
    ----------
    Vaswani et al. (2017), Attention is all you need, section 3.3; GELU:
    Hendrycks and Gimpel (2016); SwiGLU: Shazeer (2020), GLU variants improve
    transformer. Names, shapes and initial weights are those of
    ``torch.nn.TransformerEncoderLayer``.
    """

    stepwise: ClassVar[bool] = True

    embed_dim: int
    hidden_size: int
    activation: str = "gelu"
    bias: bool = True
    dropout: float = 0.0

    def __post_init__(self) -> None:
        arguments.check_positive(
            embed_dim=self.embed_dim, hidden_size=self.hidden_size
        )
        arguments.check_one_of(ACTIVATIONS, activation=self.activation)
        arguments.check_below_one(dropout=self.dropout)

    @property
    def input_size(self) -> int:
        """Features of one step of the input."""
        return self.embed_dim

    @property
    def output_size(self) -> int:
        """Features of one step of the output."""
        return self.embed_dim

    def parameter_shapes(self) -> dict[str, tuple[int, ...]]:
        E, H = self.embed_dim, self.hidden_size
        sizes = {"linear1": (H, E), "linear2": (E, H)}
        if self.activation == "swiglu":
            sizes["linear3"] = H, E
        shapes: dict[str, tuple[int, ...]] = {}
        for name, size in sizes.items():
            shapes[f"{name}.weight"] = size
            if self.bias:
                shapes[f"{name}.bias"] = size[:1]
        return shapes

    def init(
        self, rng: np.random.Generator, dtype: DTypeLike = np.float32
    ) -> Params:
        params: Params = {}
        for name, shape in self.parameter_shapes().items():
            back = name.startswith("linear2")
            fan_in = self.hidden_size if back else self.embed_dim
            params |= uniform(rng, {name: shape}, fan_in, dtype)
        return params

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
        E, H = self.embed_dim, self.hidden_size
        x = validation.features(x, E, params["linear1.weight"].dtype)
        B, T, _ = x.shape
        padding_mask = validation.padding_mask(lengths, B, T)
        validation.state(state, ())
        _, slope, activated, value, h, *_ = out or (None,) * 5
        x = mask_padded_steps(x, padding_mask).reshape(B * T, E)

        def widened(name: str, old: Array | None) -> Array:
            a = buffer(old, (B * T, H), x.dtype)
            np.matmul(x, params[f"{name}.weight"].T, out=a)
            if self.bias:
                a += params[f"{name}.bias"]
            return a

        slope = widened("linear1", slope)
        activated = buffer(activated, slope.shape, x.dtype)
        ACTIVATIONS[self.activation](slope, activated)
        if self.activation == "swiglu":
            value = widened("linear3", value)
            h = np.multiply(
                activated, value, out=buffer(h, activated.shape, x.dtype)
            )
        else:
            value, h = None, activated
        thinned, mask = dropout(h, self.dropout, rng)
        # Memory of its own, so that NumPy writes x + y over it.
        y = np.empty((B, T, E), x.dtype)
        np.matmul(thinned, params["linear2.weight"].T, out=y.reshape(-1, E))
        if self.bias:
            y += params["linear2.bias"]
        if padding_mask is not None:
            y[padding_mask] = 0
        return (
            y,
            (),
            (x, slope, activated, value, h, thinned, mask, padding_mask),
        )

    def backward(
        self,
        params: Params,
        dy: Array,
        dstate: StateGradient | None,
        cache: Cache,
    ) -> tuple[Array, StateGradient, Params]:
        x, slope, activated, value, _, thinned, mask, padding_mask = cache
        E, B = self.embed_dim, len(dy)
        shapes.check_gradient_shape(dy.shape, (B, len(x) // B, E))
        dy = mask_padded_steps(dy, padding_mask).reshape(x.shape)
        grads = {"linear2.weight": dy.T @ thinned}
        dh = dy @ params["linear2.weight"]
        if mask is not None:
            dh *= mask
        dvalue = None
        if value is not None:
            dvalue = dh * activated
            dh *= value
        da = np.multiply(dh, slope, out=dh)
        grads["linear1.weight"] = da.T @ x
        dx = da @ params["linear1.weight"]
        if dvalue is not None:
            grads["linear3.weight"] = dvalue.T @ x
            dx += dvalue @ params["linear3.weight"]
        if self.bias:
            grads["linear1.bias"] = da.sum(0)
            grads["linear2.bias"] = dy.sum(0)
            if dvalue is not None:
                grads["linear3.bias"] = dvalue.sum(0)
        return dx.reshape(B, -1, E), (), grads
