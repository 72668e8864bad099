"""A small layer that keeps every promise; bugs are planted in it."""

from dataclasses import dataclass

import numpy as np

from seqcourse.numpy import Layer
from seqcourse.numpy.contract import arguments, parameters, shapes, validation
from seqcourse.numpy.contract.initialization import uniform


@dataclass(frozen=True)
class Leaky(Layer):
    """Read with one weight of its own for each number remembered::

    h[t] = tanh(W x[t] + u h[t-1])
    """

    input_size: int
    hidden_size: int

    def __post_init__(self):
        arguments.check_positive(
            input_size=self.input_size, hidden_size=self.hidden_size
        )

    @property
    def output_size(self):
        return self.hidden_size

    def parameter_shapes(self):
        H = self.hidden_size
        return {"weight": (H, self.input_size), "leak": (H,)}

    def init(self, rng, dtype=np.float32):
        return uniform(rng, self.parameter_shapes(), self.hidden_size, dtype)

    def initial_state(self, batch_size, dtype):
        return (np.zeros((batch_size, self.hidden_size), dtype),)

    def step(self, params, x_t, state=None):
        dtype = params["weight"].dtype
        (h,) = validation.state(state, self.initial_state(len(x_t), dtype))
        h = np.tanh(x_t @ params["weight"].T + params["leak"] * h)
        return h.copy(), (h,)

    def forward(
        self, params, x, state=None, lengths=None, rng=None, out=None
    ):
        parameters.check_parameter_shapes(params, self.parameter_shapes())
        weight, leak = params["weight"], params["leak"]
        x = validation.features(x, self.input_size, weight.dtype)
        B, T, _ = x.shape
        padding_mask = validation.padding_mask(lengths, B, T)
        (first,) = validation.state(state, self.initial_state(B, x.dtype))
        h = [first]
        for t in range(T):
            new = np.tanh(x[:, t] @ weight.T + leak * h[t])
            if padding_mask is not None:
                new = np.where(padding_mask[:, t, None], h[t], new)
            h.append(new)
        y = validation.mask_padded_steps(np.stack(h[1:], 1), padding_mask)
        return y, (h[T].copy(),), (x, h, padding_mask)

    def backward(self, params, dy, dstate, cache):
        x, h, padding_mask = cache
        B, T, _ = x.shape
        shapes.check_gradient_shape(dy.shape, (B, T, self.hidden_size))
        da = np.zeros_like(dy)
        dh = np.zeros_like(h[0])
        if dstate is not None:
            dh = dh + dstate[0]
        for t in reversed(range(T)):
            da[:, t] = (dy[:, t] + dh) * (1 - h[t + 1] ** 2)
            back = da[:, t] * params["leak"]
            if padding_mask is not None:
                padded = padding_mask[:, t, None]
                da[:, t] = np.where(padded, 0, da[:, t])
                back = np.where(padded, dh, back)
            dh = back
        grads = {
            "weight": np.einsum("bth,btd->hd", da, x),
            "leak": np.einsum("bth,tbh->h", da, np.array(h[:-1])),
        }
        return da @ params["weight"], (dh,), grads
