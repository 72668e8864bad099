"""A core that looks back: at each step into a memory that it was given."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from seqcourse import numpy as reference
from seqcourse.numpy.contract import shapes
from seqcourse.numpy.contract.validation import inside_a_model
from seqcourse.numpy.seq2seq.attention_decoder import check_memory_lengths
from seqcourse.torch.attention.attention_mechanism import AttentionMechanism
from seqcourse.torch.contract import validation
from seqcourse.torch.contract.layer import Layer, State
from seqcourse.torch.layers.linear import Linear


class AttentionDecoder(Layer):
    """Let a core look into a memory, and answer from what it saw::

        h[t]       = core(x)[t]
        context[t] = attention(h[t], memory)
        y[t]       = tanh(W [context[t]; h[t]])

    What was seen enters the answer and not the next step's input, so the core
    reads a whole sequence at once, and then looks at all steps at once. The
    memory is part of the state: first the core's state, then the memory
    (B, S, M), then each memory's own length (B,). A beginning from nothing
    has a memory without a place, where nothing is seen.

    Parameters
    ----------
    core
        What reads step by step.
    attention
        How its output looks into the memory.

    Raises
    ------
    ValueError
        If the core reads no features, the attention is none, or its queries
        are of another size than the core's output.

    Examples
    --------
    >>> from seqcourse.torch import RNN, DotAttention
    >>> layer = AttentionDecoder(RNN(3, 4), DotAttention(4, 4))
    >>> given = torch.ones(2, 7, 4), torch.tensor([7, 5])
    >>> y, (h, memory, lengths) = layer(
    ...     torch.ones(2, 5, 3), (torch.zeros(2, 4), *given)
    ... )
    >>> tuple(y.shape), tuple(h.shape), tuple(memory.shape)
    ((2, 5, 4), (2, 4), (2, 7, 4))

    References
    ----------
    Luong, Pham and Manning (2015), Effective approaches to attention-based
    neural machine translation: the global attention of section 3.1, equation
    5, without the input feeding of section 3.3.
    """

    def __init__(self, core: Layer, attention: AttentionMechanism) -> None:
        nn.Module.__init__(self)
        configs: list[Any] = [
            getattr(part, "config", part) for part in (core, attention)
        ]
        self.config = config = reference.AttentionDecoder(*configs)
        self.core = core
        self.attention = attention
        like = next(core.parameters())
        self.mix = Linear(
            config.mix.in_features,
            config.mix.out_features,
            bias=False,
            device=like.device,
            dtype=like.dtype,
        )
        self.input_size = config.input_size

    def step(
        self, x_t: Tensor, state: State | None = None
    ) -> tuple[Tensor, State]:
        shapes.check_step_shape(tuple(x_t.shape), self.input_size)
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

    def attention_weights(
        self,
        x: Tensor,
        state: State | None = None,
        lengths: Tensor | None = None,
    ) -> Tensor:
        """Tell where the core looks at each step.

        Parameters
        ----------
        x
            Input (B, T, D).
        state
            The core's state, the memory and its lengths.
        lengths
            Real steps of each sequence (B,), 1 to T; None means all T.

        Returns
        -------
        weights
            How much of each place at each step (B, T, S); 0 beyond a length.
        """
        _, _, weights = self._attended(x, state, lengths)
        padding_mask = validation.padding_mask(lengths, x)
        if padding_mask is None:
            return weights
        return weights.masked_fill(padding_mask[..., None], 0)

    def _attended(
        self, x: Tensor, state: State | None, lengths: Tensor | None
    ) -> tuple[Tensor, State, Tensor]:
        x = validation.features(x, self.input_size, self.mix.weight)
        validation.padding_mask(lengths, x)
        *before, positions, seen = self._checked(state, len(x))
        h, after = self.core(x, tuple(before), lengths)
        context, weights = self.attention(h, positions, seen)
        with inside_a_model():
            mixed, _ = self.mix(torch.cat([context, h], -1), (), lengths)
        return torch.tanh(mixed), (*after, positions, seen), weights

    def _checked(self, state: State | None, B: int) -> State:
        """Check a state, whose memory may have any number of places."""
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
