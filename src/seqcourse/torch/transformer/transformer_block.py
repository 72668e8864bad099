"""The transformer block on autograd."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from seqcourse import numpy as reference
from seqcourse.numpy.attention.cross_attention import check_memory
from seqcourse.numpy.attention.multi_head_attention import ONE_STEP
from seqcourse.numpy.contract import shapes
from seqcourse.numpy.contract.arrays import Array
from seqcourse.numpy.transformer.transformer_block import BRANCHES
from seqcourse.torch.attention.cross_attention import cross_attend
from seqcourse.torch.attention.multi_head_attention import MultiHeadAttention
from seqcourse.torch.containers.container import Container
from seqcourse.torch.contract import validation
from seqcourse.torch.contract.composition import configs_of
from seqcourse.torch.contract.edge import edge
from seqcourse.torch.contract.layer import State
from seqcourse.torch.contract.validation import (
    inside_a_model,
    mask_padded_steps,
)
from seqcourse.torch.layers.normalization import normalization
from seqcourse.torch.transformer.feed_forward import FeedForward


def check_cross_attention_state(
    layer: Any, memory: Any, memory_lengths: Any
) -> dict[str, Any]:
    """`seqcourse.numpy.TransformerBlock.cross_attention_state` as a check.

    Parameters
    ----------
    layer
        A NumPy block, or a transformer.
    memory, memory_lengths
        As it takes them, in arrays.

    Returns
    -------
    replaced
        Nothing.

    Examples
    --------
    >>> block = reference.TransformerBlock(
    ...     reference.MultiHeadAttention(6, 2), reference.FeedForward(6, 24)
    ... )
    >>> check_cross_attention_state(block, np.ones((1, 2, 6)), None)
    Traceback (most recent call last):
    ValueError: memory: this block has no cross_attn to see it
    """
    layer.cross_attention_state(memory, memory_lengths)
    return {}


class TransformerBlock(Container):
    """`seqcourse.numpy.TransformerBlock` on autograd.

    The norms have the engine, the device and the type of `self_attn`.

    Examples
    --------
    >>> from seqcourse.torch import FeedForward, MultiHeadAttention
    >>> attention = MultiHeadAttention(6, num_heads=2, engine="reference")
    >>> TransformerBlock(attention, FeedForward(6, 24)).norm1.engine
    'reference'
    """

    config: reference.TransformerBlock

    def __init__(
        self,
        self_attn: MultiHeadAttention,
        feed_forward: FeedForward,
        norm: str = "layer",
        norm_first: bool = True,
        dropout: float = 0.0,
        cross_attn: MultiHeadAttention | None = None,
        layer_norm_eps: float = 1e-5,
    ) -> None:
        given = configs_of(
            self_attn,
            feed_forward,
            norm,
            norm_first,
            dropout,
            cross_attn,
            layer_norm_eps,
        )
        super().__init__(reference.TransformerBlock(*given))
        self.self_attn = self_attn
        if cross_attn is not None:
            self.cross_attn = cross_attn
        self.feed_forward = feed_forward
        like = next(self_attn.parameters())
        for name, part in self.config.children().items():
            if name.startswith("norm"):
                made = normalization(part, like, self_attn.engine)
                self.add_module(name, made)

    @edge("state", check=check_cross_attention_state)
    def cross_attention_state(
        self, memory: Tensor, memory_lengths: Tensor | Array | None = None
    ) -> State:
        """`seqcourse.numpy.TransformerBlock.cross_attention_state`.

        The state is on the module's device, the memory in its type.
        """
        if self.config.cross_attn is None:
            raise ValueError("memory: this block has no cross_attn to see it")
        like = next(self.parameters())
        with shapes.called(x="memory", lengths="memory_lengths"):
            memory = validation.features(
                memory, self.config.output_size, like
            )
            validation.padding_mask(memory_lengths, memory)
        B, S, _ = memory.shape
        counts = torch.full((B,), S, device=like.device)
        if memory_lengths is not None:
            counts = torch.as_tensor(memory_lengths, device=like.device)
        return *self.initial_state(B)[:-2], memory, counts.long()

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
        x, states = self._begin(x, state, lengths)
        how = self.config

        def run(name: str, x: Tensor) -> Any:
            part: Any = getattr(self, name)
            if name == "cross_attn":
                part = partial(cross_attend, part)
            y, states[name] = part(x, states.get(name, ()), lengths)
            return y

        def branch(name: str, x: Tensor) -> Tensor:
            return F.dropout(run(name, x), how.dropout, self.training)

        attn, cross_attn, mlp = (partial(branch, name) for name in BRANCHES)
        norm1, norm2, norm3 = (partial(run, name) for name in how.norms)
        with inside_a_model():
            if how.norm_first:
                x = x + attn(norm1(x))
                if how.cross_attn is not None:
                    x = x + cross_attn(norm2(x))
                x = x + mlp(norm3(x))
            else:
                x = norm1(x + attn(x))
                if how.cross_attn is not None:
                    x = norm2(x + cross_attn(x))
                x = norm3(x + mlp(x))
        return x, states["self_attn"] + states["cross_attn"]

    def _begin(
        self, x: Tensor, state: State | None, lengths: Tensor | None
    ) -> tuple[Tensor, dict[str, State]]:
        """Check the arguments and split the state by branch."""
        x = self.check_input(x, lengths)
        state = validation.state(state, self.initial_state(len(x)))
        states = self.config.branch_states(state)
        if len(states["cross_attn"]) and not torch.compiler.is_compiling():
            # what is refused is refused in NumPy's words, by its shapes
            seen, real = states["cross_attn"]
            S = np.empty((1, seen.shape[1], 1), np.float32)
            check_memory(len(states["self_attn"]), S, real.cpu().numpy())
        return mask_padded_steps(
            x, validation.padding_mask(lengths, x)
        ), states
