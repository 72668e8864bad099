"""Cores one upon the other: each reads what the one below it says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from seqcourse.numpy.containers.container import Container
from seqcourse.numpy.contract import arguments, shapes
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
from seqcourse.numpy.functional.unchecked import dropout


@dataclass(frozen=True)
class Stack(Container):
    """Read the sequence, then read the reading, and so on upwards::

        y[0] = layers[0](x)
        y[l] = layers[l](dropout(y[l - 1]))

    The output is the last layer's; the state is the layers' states, one after
    the other. Dropout acts between layers, never from step to step and not
    after the last.

    Parameters
    ----------
    layers
        The cores from the bottom to the top, of any kinds.
    dropout
        How likely each number is left out between two layers, where `rng`
        is given.

    Raises
    ------
    ValueError
        If there is no layer, two do not fit, or the dropout is not in [0, 1).

    Examples
    --------
    >>> from seqcourse.numpy import RNN
    >>> stack = Stack((RNN(3, 4), RNN(4, 5)), dropout=0.2)
    >>> params = stack.init(np.random.default_rng(0))
    >>> sorted(params)[:2]
    ['layers.0.bias_hh', 'layers.0.bias_ih']
    >>> y, (h_0, h_1), cache = stack.forward(params, np.zeros((2, 6, 3)))
    >>> y.shape, h_0.shape, h_1.shape
    ((2, 6, 5), (2, 4), (2, 5))

    References
    ----------
    Graves et al. (2013), Speech recognition with deep recurrent neural
    networks, equation 11. Dropout between layers alone: Zaremba et al.
    (2014), Recurrent neural network regularization.
    """

    layers: tuple[Layer, ...]
    dropout: float = 0.0

    def __post_init__(self) -> None:
        if not isinstance(self.layers, tuple | list) or not self.layers:
            raise ValueError(
                f"layers: expected at least 1 layer, got {self.layers!r}"
            )
        object.__setattr__(self, "layers", tuple(self.layers))
        arguments.check_below_one(dropout=self.dropout)
        given = None
        for i, layer in enumerate(self.layers):
            taken = input_features(f"layers[{i}]", layer)
            if given not in (None, taken):
                raise ValueError(
                    f"layers[{i}]: expected input_size {given}, the "
                    f"output_size of layers[{i - 1}], got {taken}"
                )
            given = layer.output_size

    @property
    def output_size(self) -> int:
        """Features of the last layer's output."""
        return self.layers[-1].output_size

    @property
    def causal(self) -> bool:  # type: ignore[override]
        """Whether no layer sees the future."""
        return all(layer.causal for layer in self.layers)

    def children(self) -> dict[str, Layer]:
        return {f"layers.{i}": part for i, part in enumerate(self.layers)}

    def step(
        self, params: Params, x_t: Array, state: State | None = None
    ) -> tuple[Array, State]:
        shapes.check_step_shape(np.shape(x_t), self.input_size)
        parts = zip(
            self.children().items(), self.split_state(state), strict=True
        )
        last: State = ()
        for (name, layer), part in parts:
            with inside_a_model(first_state=len(last)):
                x_t, after = layer.step(child(params, name), x_t, part)
            last += after
        return x_t, last

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
        parts = zip(
            self.children().items(), self.split_state(state), strict=True
        )
        last: State = ()
        read, masks = [], []
        for i, ((name, layer), part) in enumerate(parts):
            mask = None
            if i > 0:
                x, mask = dropout(x, self.dropout, rng)
            with inside_a_model(first_state=len(last)):
                x, after, cache = layer.forward(
                    child(params, name),
                    x,
                    part,
                    lengths,
                    rng,
                    out and out[0][i],
                )
            last += after
            read.append(cache)
            masks.append(mask)
        return x, last, (tuple(read), tuple(masks))

    def backward(
        self,
        params: Params,
        dy: Array,
        dstate: StateGradient | None,
        cache: Cache,
    ) -> tuple[Array | None, StateGradient, Params]:
        read, masks = cache
        parts = self.split_state(dstate)
        d: Any = dy
        first: StateGradient = ()
        grads: Params = {}
        for i in reversed(range(len(self.layers))):
            name = f"layers.{i}"
            d, before, of_layer = self.layers[i].backward(
                child(params, name), d, parts[i], read[i]
            )
            if masks[i] is not None:
                d = d * masks[i]
            first = before + first
            grads |= prefixed(of_layer, name)
        return d, first, grads
