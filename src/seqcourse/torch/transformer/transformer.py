"""The transformer on autograd."""

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
from seqcourse.numpy.contract.arrays import Array
from seqcourse.torch.containers.container import Container
from seqcourse.torch.contract.composition import configs_of
from seqcourse.torch.contract.edge import edge
from seqcourse.torch.contract.layer import Layer, State
from seqcourse.torch.contract.validation import inside_a_model
from seqcourse.torch.layers.normalization import normalization
from seqcourse.torch.transformer.transformer_block import (
    TransformerBlock,
    check_cross_attention_state,
)


class Transformer(Container):
    """`seqcourse.numpy.Transformer` on autograd.

    Each layer is a copy of the block, with its engine and new weights.
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
        given = configs_of(block, num_layers, position, dropout, init_std)
        config = reference.Transformer(*given)
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
        params = config.init(np.random.default_rng(seed), np.float64)
        self.load_params(params).to(like.dtype)

    @edge("state", check=check_cross_attention_state)
    def cross_attention_state(
        self, memory: Tensor, memory_lengths: Tensor | Array | None = None
    ) -> State:
        """`seqcourse.numpy.Transformer.cross_attention_state` in tensors.

        They are on the module's device, the memory in its type.
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
        y_t, state = super().step(x_t, state)
        return y_t, state

    def forward(
        self,
        x: Tensor,
        state: State | None = None,
        lengths: Tensor | None = None,
    ) -> tuple[Tensor, State]:
        x = self.check_input(x, lengths)
        last: State = ()
        how = self.config
        if how.position is None:
            x = F.dropout(x, how.dropout, self.training)
        for name, part in zip(
            how.children(), self.split_state(state), strict=True
        ):
            with inside_a_model(first_state=len(last)):
                x, after = self.get_submodule(name)(x, part, lengths)
            last += after
            if name == "position":
                x = F.dropout(x, how.dropout, self.training)
        return x, last
