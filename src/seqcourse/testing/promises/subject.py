"""A layer that is asked for its promises, and what is true of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from seqcourse.numpy.contract.layer import Array, Params
from seqcourse.testing.promises.example import (
    LONGER,
    B,
    Example,
    T,
    drawn_like,
)


@dataclass(frozen=True)
class Subject:
    """A layer, and what is true of it.

    Parameters
    ----------
    name
        What it is called.
    make
        What makes it.
    vocabulary
        How many tokens it knows; None where real numbers come in.
    one_output
        Whether y is (B, C), not (B, T, C).
    window
        The most steps it can read; None for no such limit.
    causal
        Whether it sees no future.
    width
        Features that come in.
    constant
        The names of weights that are not drawn at first, from a dot on.
    cross_attends
        Whether it looks at another sequence, too.
    memory_steps
        How many steps the memory has that its state holds.
    encoder_parts
        How the names of weights begin that ``forward`` does not use.
    longest
        The most steps that it is given to read.
    own_words
        Whether its refusals may be in other words than ours, once they
        have named the argument.

    Examples
    --------
    >>> from seqcourse.numpy import RNN
    >>> subject = Subject("RNN", lambda: RNN(7, 9))
    >>> subject.example().x.shape
    (3, 5, 7)
    """

    name: str
    make: Callable[[], Any]
    vocabulary: int | None = None
    one_output: bool = False
    window: int | None = None
    causal: bool = True
    width: int = 7
    constant: tuple[str, ...] = ()
    cross_attends: bool = False
    memory_steps: int = 0
    encoder_parts: tuple[str, ...] = ()
    longest: int = LONGER
    own_words: bool = False

    def drawn(self, params: Params) -> dict[str, Array]:
        """Leave out the weights that begin as constants.

        Parameters
        ----------
        params
            First weights.

        Returns
        -------
        drawn
            Those that come from the random numbers.
        """
        return {
            name: weight
            for name, weight in params.items()
            if not f".{name}".endswith(
                tuple(f".{end}" for end in self.constant)
            )
        }

    def draw_x(
        self,
        rng: np.random.Generator,
        B: int = B,
        T: int = T,
        dtype: DTypeLike = np.float64,
    ) -> Array:
        """Draw something to read.

        Parameters
        ----------
        rng
            Where the randomness comes from.
        B
            Sequences.
        T
            Steps.
        dtype
            Type of the real numbers.

        Returns
        -------
        x
            Real numbers (B, T, D), or tokens (B, T).
        """
        if self.vocabulary is not None:
            return rng.integers(0, self.vocabulary, (B, T))
        return rng.standard_normal((B, T, self.width)).astype(dtype)

    def example(
        self,
        lengths: Array | None = None,
        *,
        dtype: DTypeLike = np.float64,
        seed: int = 0,
        B: int = B,
        T: int = T,
        scale: float = 1.0,
    ) -> Example:
        """Make the layer, with weights and something to read.

        Parameters
        ----------
        lengths
            Real steps of each sequence (B,), or None.
        dtype
            Type of all real numbers.
        seed
            Fixes them.
        B
            Sequences.
        T
            Steps.
        scale
            What all weights are multiplied by.

        Returns
        -------
        example
            All that ``forward`` and ``backward`` take.
        """
        layer = self.make()
        rng = np.random.default_rng(seed)
        like = drawn_like(rng, dtype)
        first = layer.initial_state(B, dtype)
        if (
            self.memory_steps
        ):  # a beginning from nothing has a memory of no place
            *others, memory, lengths_of = first
            memory = np.zeros((B, self.memory_steps, memory.shape[2]), dtype)
            first = (*others, memory, lengths_of)
        state = last = like(first)
        params = layer.init(rng, dtype)
        drawn = self.drawn(params)
        for name in params:
            if name not in drawn:
                params[name] = like(params[name])
            if scale != 1:
                params[name] = scale * params[name]
        x = self.draw_x(rng, B, T, dtype)
        if not all(part.size for part in state):  # it grows: read something
            begun = None
            if self.cross_attends:
                seen = rng.standard_normal((B, 4, self.width)).astype(dtype)
                begun = layer.cross_attention_state(
                    seen, 1 + np.arange(B) % 4
                )
            read = 1 + np.arange(B) % 3
            before = self.draw_x(rng, B, 3, dtype)
            _, state, _ = layer.forward(params, before, begun, read)
            _, last, _ = layer.forward(params, x, state, lengths)
        dstate = tuple(
            like(part) if part.dtype.kind == "f" else None for part in last
        )
        shape = (B,) if self.one_output else (B, T)
        dy = rng.standard_normal((*shape, layer.output_size)).astype(dtype)
        return Example(self, layer, params, x, state, lengths, dy, dstate)
