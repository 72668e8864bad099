"""Two readers, one from each end: every answer knows what comes after it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

import numpy as np

from seqcourse.numpy.containers.container import Container
from seqcourse.numpy.contract.composition import input_features
from seqcourse.numpy.contract.layer import (
    Array,
    Cache,
    Layer,
    Params,
    State,
    StateGradient,
)
from seqcourse.numpy.contract.parameters import child, prefixed
from seqcourse.numpy.contract.validation import inside_a_model


@dataclass(frozen=True)
class Bidirectional(Container):
    """Read from the front and from the back, and lay both side by side::

        a[1], ..., a[n] = forward_layer(x[1], ..., x[n])
        b[n], ..., b[1] = backward_layer(x[n], ..., x[1])
        y[t] = (a[t], b[t])

    where n is the sequence's own length: the reader from the back begins at
    the last real step, not in the padding. The state is both states: the
    first after step n, the second after step 1. So the output at step n
    holds all that the first reader knows and little of the second.

    Parameters
    ----------
    forward_layer
        The core that reads from the front.
    backward_layer
        The core that reads from the back.

    Raises
    ------
    ValueError
        If one of them reads no features, or they read different numbers.

    Examples
    --------
    >>> from seqcourse.numpy import RNN
    >>> layer = Bidirectional(RNN(3, 4), RNN(3, 5))
    >>> params = layer.init(np.random.default_rng(0))
    >>> y, (front, back), cache = layer.forward(params, np.ones((2, 6, 3)))
    >>> y.shape, front.shape, back.shape
    ((2, 6, 9), (2, 4), (2, 5))
    >>> bool((y[:, -1, :4] == front).all() and (y[:, 0, 4:] == back).all())
    True
    >>> layer.causal
    False

    References
    ----------
    Schuster and Paliwal (1997), Bidirectional recurrent neural networks.
    The halves stand as in ``torch.nn.RNN``.
    """

    causal = False

    forward_layer: Layer
    backward_layer: Layer

    def __post_init__(self) -> None:
        taken = input_features("forward_layer", self.forward_layer)
        got = input_features("backward_layer", self.backward_layer)
        if got != taken:
            raise ValueError(
                f"backward_layer: expected input_size {taken}, "
                f"forward_layer's, got {got}"
            )

    @property
    def output_size(self) -> int:
        """Features of both outputs together."""
        return (
            self.forward_layer.output_size + self.backward_layer.output_size
        )

    @property
    def complete_at(self) -> tuple[tuple[str, int], ...]:
        """The last step for one half, the first for the other."""
        turned = {"last": "first", "first": "last"}
        ahead = self.forward_layer.complete_at
        back = self.backward_layer.complete_at
        if not ahead or not back:
            return ()
        return ahead + tuple((turned[step], n) for step, n in back)

    def children(self) -> dict[str, Layer]:
        return {
            "forward_layer": self.forward_layer,
            "backward_layer": self.backward_layer,
        }

    def step(
        self, params: Params, x_t: Array, state: State | None = None
    ) -> NoReturn:
        raise NotImplementedError(ONE_STEP)

    def forward(
        self,
        params: Params,
        x: Array,
        state: State | None = None,
        lengths: Array | None = None,
        rng: np.random.Generator | None = None,
        out: Cache | None = None,
    ) -> tuple[Array, State, Cache]:
        x = self.check_input(params, x, lengths)
        lengths = None if lengths is None else np.array(lengths)
        ahead, back = self.split_state(state)
        old = out or (None, None)
        with inside_a_model():
            a, a_last, a_read = self.forward_layer.forward(
                child(params, "forward_layer"), x, ahead, lengths, rng, old[0]
            )
        x = reverse_sequences(x, lengths)
        with inside_a_model(first_state=len(a_last)):
            b, b_last, b_read = self.backward_layer.forward(
                child(params, "backward_layer"), x, back, lengths, rng, old[1]
            )
        y = np.concatenate([a, reverse_sequences(b, lengths)], -1)
        return y, a_last + b_last, (a_read, b_read, lengths)

    def backward(
        self,
        params: Params,
        dy: Array,
        dstate: StateGradient | None,
        cache: Cache,
    ) -> tuple[Array, StateGradient, Params]:
        a_read, b_read, lengths = cache
        ahead, back = self.split_state(dstate)
        da, db = np.split(dy, [self.forward_layer.output_size], -1)
        dx, a_first, a_grads = self.forward_layer.backward(
            child(params, "forward_layer"), da, ahead, a_read
        )
        db = reverse_sequences(db, lengths)
        dx_b, b_first, b_grads = self.backward_layer.backward(
            child(params, "backward_layer"), db, back, b_read
        )
        assert dx is not None
        assert dx_b is not None
        grads = prefixed(a_grads, "forward_layer")
        grads |= prefixed(b_grads, "backward_layer")
        return dx + reverse_sequences(dx_b, lengths), a_first + b_first, grads


#: Why there is no step.
ONE_STEP = (
    "step: a Bidirectional layer answers only once it has read the whole "
    "sequence, from both ends; call forward"
)


def reverse_sequences(x: Array, lengths: Array | None) -> Array:
    """Give each sequence from its own last step to its first.

    Parameters
    ----------
    x
        Sequences (B, T, ...).
    lengths
        Real steps of each sequence (B,), or None if all have T.

    Returns
    -------
    x
        The same steps in the other order; padding stays where it is.

    Examples
    --------
    >>> x = np.array([[1, 2, 3, 0], [4, 5, 6, 7]])
    >>> reverse_sequences(x, np.array([3, 4]))
    array([[3, 2, 1, 0],
           [7, 6, 5, 4]])
    """
    if lengths is None:
        return x[:, ::-1]
    t, n = np.arange(x.shape[1]), lengths[:, None]
    source = np.where(t < n, n - 1 - t, t)
    return x[np.arange(len(x))[:, None], source]
