"""The decoder with attention, on autograd."""

from __future__ import annotations

import torch
from torch import Tensor

from seqcourse import numpy as reference
from seqcourse.numpy.contract import shapes
from seqcourse.numpy.contract.calls.function import check_reading
from seqcourse.numpy.seq2seq.attention_decoder import check_memory_lengths
from seqcourse.torch.attention.attention_mechanism import AttentionMechanism
from seqcourse.torch.containers.container import Container
from seqcourse.torch.contract import validation
from seqcourse.torch.contract.composition import configs_of
from seqcourse.torch.contract.edge import edge
from seqcourse.torch.contract.layer import Layer, State
from seqcourse.torch.contract.validation import inside_a_model


class AttentionDecoder(Container):
    """`seqcourse.numpy.AttentionDecoder` on autograd.

    W has the core's device and type.
    """

    def __init__(self, core: Layer, attention: AttentionMechanism) -> None:
        super().__init__(
            reference.AttentionDecoder(*configs_of(core, attention))
        )
        self.core = core
        self.attention = attention
        self.mix = self.new_child("mix", next(core.parameters()))

    def step(
        self, x_t: Tensor, state: State | None = None
    ) -> tuple[Tensor, State]:
        shapes.check_step_shape(tuple(x_t.shape), self.config.input_size)
        *before, positions, seen = self._checked(state, len(x_t))
        h_t, after = self.core.step(x_t, tuple(before))
        context, _ = self.attention(h_t[:, None], positions, seen)
        both = torch.cat([context[:, 0], h_t], 1)
        y_t = torch.tanh(both @ self.mix.weight.T)
        return y_t, (*after, positions, seen)

    def forward(
        self,
        x: Tensor,
        state: State | None = None,
        lengths: Tensor | None = None,
    ) -> tuple[Tensor, State]:
        y, state, _ = self._attended(x, state, lengths)
        return y, state

    @edge("weights", check=check_reading)
    def attention_weights(
        self,
        x: Tensor,
        state: State | None = None,
        lengths: Tensor | None = None,
    ) -> Tensor:
        """`seqcourse.numpy.AttentionDecoder.attention_weights` in tensors."""
        _, _, weights = self._attended(x, state, lengths)
        padding_mask = validation.padding_mask(lengths, x)
        if padding_mask is None:
            return weights
        return weights.masked_fill(padding_mask[..., None], 0)

    def _attended(
        self, x: Tensor, state: State | None, lengths: Tensor | None
    ) -> tuple[Tensor, State, Tensor]:
        x = self.check_input(x, lengths)
        *before, positions, seen = self._checked(state, len(x))
        h, after = self.core(x, tuple(before), lengths)
        context, weights = self.attention(h, positions, seen)
        with inside_a_model():
            mixed, _ = self.mix(torch.cat([context, h], -1), (), lengths)
        return torch.tanh(mixed), (*after, positions, seen), weights

    def _checked(self, state: State | None, B: int) -> State:
        """Check a state and its memory of any length."""
        first = self.initial_state(B)
        if isinstance(state, tuple) and len(state) == len(first):
            S = (*state[-2].shape, 0, 0)[1]
            empty = first[-2]
            positions = empty.new_zeros((B, S, empty.shape[2]))
            first = (*first[:-2], positions, first[-1])
        state = validation.state(state, first)
        if state[-1].numel():
            check_memory_lengths(
                state[-2].shape[1], int(state[-1].max()), len(state)
            )
        return state
