"""A core with cross-attention: each step attends to a given memory."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import DTypeLike

from seqcourse.numpy.attention.attention_mechanism import AttentionMechanism
from seqcourse.numpy.containers.container import Container
from seqcourse.numpy.contract import shapes, validation
from seqcourse.numpy.contract.calls.function import check_reading, edge
from seqcourse.numpy.contract.composition import input_features
from seqcourse.numpy.contract.layer import (
    Array,
    Cache,
    Layer,
    Params,
    State,
    StateGradient,
)
from seqcourse.numpy.contract.module import Module
from seqcourse.numpy.contract.parameters import child, prefixed
from seqcourse.numpy.contract.validation import inside_a_model
from seqcourse.numpy.functional.unchecked import tanh, tanh_backward
from seqcourse.numpy.layers.linear import Linear, made_once


@dataclass(frozen=True)
class AttentionDecoder(Container):
    """Let a core attend to a memory, and combine the two::

        h[t]       = core(x)[t]
        context[t] = attention(h[t], memory)
        y[t]       = tanh(W [context[t]; h[t]])

    The context enters the output and not the next step's input, so the core
    reads a whole sequence first, and then all its steps attend at once. The
    memory is part of the state: first the core's state, then the memory
    (B, S, M), then each memory's own length (B,). The initial state has a
    memory without positions, and its context is zero.

    Parameters
    ----------
    core
        What reads step by step.
    attention
        How its output attends to the memory.

    Raises
    ------
    ValueError
        If the core reads no features, the attention is none, or its queries
        are of another size than the core's output.

    Examples
    --------
    >>> from seqcourse.numpy import RNN, DotAttention
    >>> layer = AttentionDecoder(RNN(3, 4), DotAttention(4, 4))
    >>> params = layer.init(np.random.default_rng(0))
    >>> state = np.zeros((2, 4)), np.ones((2, 7, 4)), np.array([7, 5])
    >>> y, (h, memory, lengths), _ = layer.forward(
    ...     params, np.ones((2, 5, 3)), state
    ... )
    >>> y.shape, h.shape, memory.shape
    ((2, 5, 4), (2, 4), (2, 7, 4))

    References
    ----------
    Luong, Pham and Manning (2015), Effective approaches to attention-based
    neural machine translation: the global attention of section 3.1, equation
    5, without the input feeding of section 3.3.
    """

    core: Layer
    attention: AttentionMechanism

    def __post_init__(self) -> None:
        input_features("core", self.core)
        if not isinstance(self.attention, AttentionMechanism):
            raise ValueError(
                "attention: expected AdditiveAttention or DotAttention, "
                f"got {self.attention!r}"
            )
        if self.attention.query_size != self.core.output_size:
            raise ValueError(
                f"attention: expected query_size {self.core.output_size}, "
                "the core's output_size, "
                f"got {self.attention.query_size}"
            )

    @property
    def output_size(self) -> int:
        """Features of the output, as many as the core's."""
        return self.core.output_size

    @property
    def causal(self) -> bool:  # type: ignore[override]
        """Whether the core sees no future; the memory is no part of it."""
        return self.core.causal

    @property
    def mix(self) -> Linear:
        """The W that combines context and core."""
        H, M = self.output_size, self.attention.key_size
        return made_once(M + H, H, bias=False)

    def children(self) -> dict[str, Module]:
        return {
            "core": self.core,
            "attention": self.attention,
            "mix": self.mix,
        }

    def initial_state(self, batch_size: int, dtype: DTypeLike) -> State:
        return (
            *super().initial_state(batch_size, dtype),
            np.zeros((batch_size, 0, self.attention.key_size), dtype),
            np.zeros(batch_size, np.int64),
        )

    def state_bytes(self, T: int, dtype: DTypeLike = np.float32) -> int:
        return super().state_bytes(T, dtype) + np.int64().itemsize

    def step(
        self, params: Params, x_t: Array, state: State | None = None
    ) -> tuple[Array, State]:
        shapes.check_step_shape(np.shape(x_t), self.input_size)
        state = self._checked(state, len(x_t), params["mix.weight"].dtype)
        *before, memory, lengths = state
        h_t, after = self.core.step(child(params, "core"), x_t, tuple(before))
        context, _, _ = self.attention.forward(
            child(params, "attention"), h_t[:, None], memory, lengths
        )
        both = np.concatenate([context[:, 0], h_t], 1)
        y_t = tanh(both @ params["mix.weight"].T)
        return y_t, (*after, memory.copy(), lengths.copy())

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
        *before, memory, seen = self._checked(state, len(x), x.dtype)
        old = out or (None,) * 4
        h, after, read = self.core.forward(
            child(params, "core"), x, tuple(before), lengths, rng, old[0]
        )
        context, _, attention = self.attention.forward(
            child(params, "attention"), h, memory, seen, old[1]
        )
        with inside_a_model():
            mixed, _, mixing = self.mix.forward(
                child(params, "mix"),
                np.concatenate([context, h], -1),
                (),
                lengths,
            )
        y = tanh(mixed)
        state = (*after, memory.copy(), np.array(seen))
        return y.copy(), state, (read, attention, mixing, y)

    def backward(
        self,
        params: Params,
        dy: Array,
        dstate: StateGradient | None,
        cache: Cache,
    ) -> tuple[Array | None, StateGradient, Params]:
        read, attention, mixing, y = cache
        shapes.check_gradient_shape(dy.shape, y.shape)
        dboth, _, of_mix = self.mix.backward(
            child(params, "mix"), tanh_backward(dy, y), (), mixing
        )
        dcontext, dh = np.split(dboth, [self.attention.key_size], -1)
        dquery, dmemory, of_attention = self.attention.backward(
            child(params, "attention"), dcontext, attention
        )
        if dstate is not None:  # the memory is also handed on
            dmemory += 0 if dstate[-2] is None else dstate[-2]
        dx, dbefore, of_core = self.core.backward(
            child(params, "core"), dh + dquery, dstate and dstate[:-2], read
        )
        grads = prefixed(of_core, "core")
        grads |= prefixed(of_attention, "attention")
        grads |= prefixed(of_mix, "mix")
        return dx, (*dbefore, dmemory, None), grads

    @edge("weights", check=check_reading)
    def attention_weights(
        self,
        params: Params,
        x: Array,
        state: State | None = None,
        lengths: Array | None = None,
    ) -> Array:
        """Give the attention weights of each step.

        Parameters
        ----------
        params
            The weights.
        x
            Input (B, T, D).
        state
            The core's state, the memory and its lengths.
        lengths
            Real steps of each sequence (B,), 1 to T; None means all T.

        Returns
        -------
        weights
            One row per step (B, T, S); 0 beyond a length.

        Raises
        ------
        ValueError
            If an argument has the wrong shape, type or values.
        """
        y, _, (_, attention, _, _) = self.forward(params, x, state, lengths)
        padding_mask = validation.padding_mask(
            lengths, y.shape[0], y.shape[1]
        )
        weights: Array = attention[1]
        if padding_mask is not None:
            weights[padding_mask] = 0
        return weights

    def _checked(
        self, state: State | None, B: int, dtype: DTypeLike
    ) -> State:
        """Check a state, whose memory may have any number of positions."""
        first = self.initial_state(B, dtype)
        if isinstance(state, tuple) and len(state) == len(first):
            S = (*np.shape(state[-2]), 0, 0)[1]
            positions = np.zeros((B, S, self.attention.key_size), dtype)
            first = (*first[:-2], positions, first[-1])
        state = validation.state(state, first)
        check_memory_lengths(
            state[-2].shape[1], int(state[-1].max()), len(state)
        )
        return state


def check_memory_lengths(positions: int, longest: int, count: int) -> None:
    """Refuse a length beyond the memory's end.

    Parameters
    ----------
    positions
        What the memory has.
    longest
        The largest length.
    count
        Arrays in the state, the lengths being the last.

    Raises
    ------
    ValueError
        If the largest length is beyond the last place.

    Examples
    --------
    >>> check_memory_lengths(4, 5, 3)
    Traceback (most recent call last):
    ValueError: state[2]: expected lengths of at most 4, the memory's places
    on its axis 1, got 5
    """
    if longest > positions:
        raise ValueError(
            f"state[{count - 1}]: expected lengths of at most {positions}, "
            f"the memory's places on its axis 1, got {longest}"
        )
