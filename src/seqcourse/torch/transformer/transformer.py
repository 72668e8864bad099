"""The transformer: blocks one upon the other, on one road from end to end."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from seqcourse import numpy as reference
from seqcourse.numpy.attention.multi_head_attention import ONE_STEP
from seqcourse.numpy.contract import shapes
from seqcourse.numpy.contract.validation import inside_a_model
from seqcourse.torch.containers.container import Container
from seqcourse.torch.contract.layer import Layer, State
from seqcourse.torch.layers.normalization import normalization
from seqcourse.torch.transformer.transformer_block import TransformerBlock


class Transformer(Container):
    """Say where each step stands, and read through L blocks::

        x = dropout(position(x))
        x = layers[l](x)        for l = 0, ..., L - 1
        y = norm(x)             where the blocks normalise first

    It is a decoder where the block is causal, and can then be asked step by
    step; else it is an encoder. The state is that of the positions, if they
    have one, then each block's, one after the other.

    Parameters
    ----------
    block
        What each of the layers is like; each has weights of its own, and the
        block's engine.
    num_layers
        How many blocks L.
    position
        What tells a step its place before the first block: `SinusoidalPositionEmbedding` or
        `LearnedPositionEmbedding`; None where the block's attention knows, or nobody does.
    dropout
        How likely a number of the input is left out, places included, in
        ``train()``.
    init_std
        The standard deviation of all first matrices and places, 0.02 in
        GPT-2; those that lead back to the road begin at init_std / sqrt(2 L),
        and what is added begins at zero. None leaves to each part its own.

    Raises
    ------
    ValueError
        If the block is none, a part does not fit, or a number is out of its
        range.

    Examples
    --------
    >>> from seqcourse.torch import FeedForward, LearnedPositionEmbedding, MultiHeadAttention
    >>> attention = MultiHeadAttention(6, num_heads=2, causal=True)
    >>> core = Transformer(
    ...     TransformerBlock(attention, FeedForward(6, 24)),
    ...     num_layers=2,
    ...     position=LearnedPositionEmbedding(max_length=50, embed_dim=6),
    ... )
    >>> y, state = core(torch.ones(1, 5, 6))
    >>> tuple(y.shape), len(state)  # cache_positions; keys, values and a count, twice
    ((1, 5, 6), 7)

    References
    ----------
    Vaswani et al. (2017), Attention is all you need, figure 1; the last norm
    and `init_std`: Radford et al. (2019), Language models are unsupervised
    multitask learners, section 2.3. ``layers`` and ``norm`` are called as in
    ``torch.nn.TransformerEncoder``.
    """

    config: reference.Transformer

    def __init__(
        self,
        block: TransformerBlock,
        num_layers: int,
        position: Layer | None = None,
        dropout: float = 0.0,
        init_std: float | None = None,
    ) -> None:
        parts: list[Any] = [
            getattr(part, "config", part) for part in (block, position)
        ]
        config = reference.Transformer(
            parts[0], num_layers, parts[1], dropout, init_std
        )
        super().__init__(config)
        if position is not None:
            self.position = position
        self.layers = nn.ModuleList(
            deepcopy(block) for _ in range(num_layers)
        )
        like = next(block.parameters())
        if block.config.norm_first:
            self.norm = normalization(
                block.config.normalization(), like, block.self_attn.engine
            )
        seed = int(torch.randint(2**63 - 1, ()))
        first = config.init(np.random.default_rng(seed), np.float64)
        self.load_params(first).to(like.dtype)

    def cross_attention_state(
        self, memory: Tensor, memory_lengths: Tensor | None = None
    ) -> State:
        """Begin, with something for every block to look at.

        Parameters
        ----------
        memory
            What another model has made of another sequence (B, S, E).
        memory_lengths
            Real steps of each (B,); None for all S.

        Returns
        -------
        state
            To hand to the transformer or to `step`.

        Raises
        ------
        ValueError
            If the block has no `cross_attn`, or an argument has the wrong
            shape, type or values.
        """
        block: Any = self.layers[0]
        state: State = block.cross_attention_state(memory, memory_lengths)
        first: State = ()
        if self.config.position is not None:
            first = self.position.initial_state(len(memory))
            first = tuple(part.to(state[0].device) for part in first)
        return first + self.config.num_layers * state

    def step(
        self, x_t: Tensor, state: State | None = None
    ) -> tuple[Tensor, State]:
        if not self.config.causal:
            raise NotImplementedError(ONE_STEP)
        shapes.check_step_shape(tuple(x_t.shape), self.config.input_size)
        return super().step(x_t, state)

    def forward(
        self,
        x: Tensor,
        state: State | None = None,
        lengths: Tensor | None = None,
    ) -> tuple[Tensor, State]:
        x = self.checked(x, lengths)
        last, how = State(), self.config
        if how.position is None:
            x = F.dropout(x, how.dropout, self.training)
        for name, part in zip(
            how.children(), self.shares(state), strict=True
        ):
            with inside_a_model(first_state=len(last)):
                x, after = self.get_submodule(name)(x, part, lengths)
            last += after
            if name == "position":
                x = F.dropout(x, how.dropout, self.training)
        return x, last
