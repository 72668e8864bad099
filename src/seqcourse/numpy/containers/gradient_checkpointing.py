"""Gradient checkpointing over time: read again what was not kept."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass

import numpy as np

from seqcourse.numpy.containers.container import Container
from seqcourse.numpy.contract import arguments, validation
from seqcourse.numpy.contract.chunks import chunks
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
class GradientCheckpointing(Container):
    """Keep the state at every k-th step alone, and compute the rest again::

        state[k], state[2 k], ... are kept while reading;
        from the last piece to the first, its k steps are read again
        from the state that was kept, and gone back through.

    For one more reading, the memory that training needs falls from O(T) to
    O(T / k + k), the input and the output not counted; it is least where k is
    the square root of T. The results and the gradients are the core's own.

    Parameters
    ----------
    core
        What reads; it must not see the future.
    every
        Steps k between two states that are kept.

    Raises
    ------
    ValueError
        If the core sees the future or reads no features, or k is not a whole
        number of at least 1.

    Examples
    --------
    >>> from seqcourse.numpy import RNN
    >>> layer = GradientCheckpointing(RNN(3, 4), every=10)
    >>> params = layer.init(np.random.default_rng(0))
    >>> y, (h,), cache = layer.forward(params, np.zeros((2, 95, 3)))
    >>> y.shape, sorted(params)[0]
    ((2, 95, 4), 'core.bias_hh')

    References
    ----------
    Gruslys et al. (2016), Memory-efficient backpropagation through time;
    Chen et al. (2016), Training deep nets with sublinear memory cost.
    """

    core: Layer
    every: int

    def __post_init__(self) -> None:
        input_features("core", self.core)
        arguments.check_positive(every=self.every)
        if not self.core.causal:
            raise ValueError(
                "core: expected one that sees no future (core.causal), "
                f"got {type(self.core).__name__}"
            )

    @property
    def output_size(self) -> int:
        """Features of the core's output."""
        return self.core.output_size

    def children(self) -> dict[str, Layer]:
        return {"core": self.core}

    def step(
        self, params: Params, x_t: Array, state: State | None = None
    ) -> tuple[Array, State]:
        return self.core.step(child(params, "core"), x_t, state)

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
        params = child(params, "core")
        B, T, _ = x.shape
        state = validation.state(state, self.core.initial_state(B, x.dtype))
        y = np.zeros((B, T, self.output_size), x.dtype)
        kept, scratch = [], None
        for rows, span, left in chunks(lengths, T, self.every):
            first = tuple(part[rows].copy() for part in state)
            begin = first, deepcopy(rng)
            with inside_a_model():
                y[rows, span], last, scratch = self.core.forward(
                    params, x[rows, span], first, left, rng, scratch
                )
            state = _replaced(state, rows, last, B)
            kept.append((rows, span, left, *begin))
        ends = tuple((part.shape, part.dtype) for part in state)
        return y, state, (x, tuple(kept), ends)

    def backward(
        self,
        params: Params,
        dy: Array,
        dstate: StateGradient | None,
        cache: Cache,
    ) -> tuple[Array, StateGradient, Params]:
        x, kept, ends = cache
        params = child(params, "core")
        d: StateGradient = dstate or tuple(
            np.zeros(shape, dtype) if dtype.kind == "f" else None
            for shape, dtype in ends
        )
        dx, scratch = np.zeros_like(x), None
        grads: Params = {}
        for rows, span, left, first, rng in reversed(kept):
            with inside_a_model():
                _, last, scratch = self.core.forward(
                    params, x[rows, span], first, left, deepcopy(rng), scratch
                )
            after = tuple(
                None if part is None else _sized(part[rows], end.shape)
                for part, end in zip(d, last, strict=True)
            )
            dx[rows, span], before, of_piece = self.core.backward(
                params, dy[rows, span], after, scratch
            )
            d = _replaced(d, rows, before, len(x))
            for name, g in of_piece.items():
                grads[name] = grads[name] + g if name in grads else g
        return dx, d, prefixed(grads, "core")


def _replaced(
    state: StateGradient, rows: Array | slice, new: StateGradient, B: int
) -> tuple[Array, ...]:
    """Put some sequences' new state among the others' old."""
    if isinstance(rows, slice) or len(rows) == B:
        return new  # type: ignore[return-value]
    whole: list[Array | None] = []
    for old, part in zip(state, new, strict=True):
        both = None
        if old is not None and part is not None:
            sizes = tuple(map(max, old.shape[1:], part.shape[1:]))
            both = _sized(old, (len(old), *sizes))
            both[rows] = _sized(part, (len(part), *sizes))
        whole.append(both)
    return tuple(whole)  # type: ignore[arg-type]


def _sized(part: Array, shape: tuple[int, ...]) -> Array:
    """Copy an array into zeros of another size, as far as it goes.

    A memory that grows is not as large for all sequences; what lies beyond a
    sequence's own is zeros.
    """
    sized = np.zeros(shape, part.dtype)
    both = tuple(map(slice, map(min, shape, part.shape)))
    sized[both] = part[both]
    return sized
