"""The block of a transformer: look around, then think, and add both to x."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from seqcourse import numpy as reference
from seqcourse.numpy.attention.multi_head_attention import ONE_STEP
from seqcourse.numpy.contract import shapes
from seqcourse.numpy.contract.validation import inside_a_model
from seqcourse.numpy.transformer.block_memory import check_memory
from seqcourse.torch.attention.multi_head_attention import MultiHeadAttention
from seqcourse.torch.containers.container import Container
from seqcourse.torch.contract import validation
from seqcourse.torch.contract.layer import State
from seqcourse.torch.contract.validation import mask_padded_steps
from seqcourse.torch.layers.normalization import normalization
from seqcourse.torch.transformer.feed_forward import FeedForward


class TransformerBlock(Container):
    """Add to each step what attention finds, then what thinking makes of it::

        x = x + self_attn(norm1(x))             norm_first=True
        x = x + cross_attn(norm2(x), memory)    where there is one
        x = x + feed_forward(norm3(x))          norm2 where there is not

        x = norm1(x + self_attn(x))             norm_first=False, and so on

    Each line is a branch beside the road: x itself goes straight through, and
    so does its gradient.

    The state is the attention's: its keys and values, where it is causal.
    With `cross_attn` there follow what is looked at (B, S, E), and how many
    steps of it are real (B,); they are handed on as they are. `cross_attention_state`
    begins such a state. Of a memory of no steps nothing is taken along.

    Parameters
    ----------
    self_attn
        Attention within the sequence; its own options (heads, window, shared
        keys, position, direction, engine) are the block's.
    feed_forward
        What works on each step.
    norm
        ``"layer"`` for `LayerNorm`, which has a bias where the feed-forward
        has one, or ``"rms"`` for `RMSNorm`.
    norm_first
        Whether each branch normalises what it reads, or what is on the road
        is normalised after each branch.
    dropout
        How likely a number that a branch adds is left out, in ``train()``.
    cross_attn
        Attention to another sequence; None for a block that knows no other.
    layer_norm_eps
        Keeps the normalisations from dividing by zero.

    Raises
    ------
    ValueError
        If the parts are of another kind, do not fit together, or the
        cross-attention has what means nothing between two sequences.

    Examples
    --------
    >>> from seqcourse.torch import FeedForward, MultiHeadAttention
    >>> attention = MultiHeadAttention(6, num_heads=2, causal=True)
    >>> block = TransformerBlock(attention, FeedForward(6, 24))
    >>> y, (keys, values, seen) = block(torch.ones(1, 5, 6))
    >>> tuple(y.shape), tuple(keys.shape), seen.tolist()
    ((1, 5, 6), (1, 2, 5, 3), [5])

    References
    ----------
    Vaswani et al. (2017), Attention is all you need, section 3.1; the
    normalisation within the branches: Xiong et al. (2020), On layer
    normalization in the transformer architecture. The parts are called as
    those of ``torch.nn.TransformerEncoderLayer`` and, but for `cross_attn`,
    of ``torch.nn.TransformerDecoderLayer``.
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
        parts: list[Any] = [
            getattr(part, "config", part)
            for part in (self_attn, feed_forward, cross_attn)
        ]
        config = reference.TransformerBlock(
            self_attn=parts[0],
            feed_forward=parts[1],
            norm=norm,
            norm_first=norm_first,
            dropout=dropout,
            cross_attn=parts[2],
            layer_norm_eps=layer_norm_eps,
        )
        super().__init__(config)
        self.self_attn = self_attn
        if cross_attn is not None:
            self.cross_attn = cross_attn
        self.feed_forward = feed_forward
        like = next(self_attn.parameters())
        for name, part in config.children().items():
            if name.startswith("norm"):
                made = normalization(part, like, self_attn.engine)
                self.add_module(name, made)

    def cross_attention_state(
        self, memory: Tensor, memory_lengths: Tensor | None = None
    ) -> State:
        """Begin, with something to look at.

        Parameters
        ----------
        memory
            What another model has made of another sequence (B, S, E).
        memory_lengths
            Real steps of each (B,); None for all S.

        Returns
        -------
        state
            To hand to the block or to `step`.

        Raises
        ------
        ValueError
            If the block has no `cross_attn`, or an argument has the wrong
            shape, type or values.
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
        return super().step(x_t, state)

    def forward(
        self,
        x: Tensor,
        state: State | None = None,
        lengths: Tensor | None = None,
    ) -> tuple[Tensor, State]:
        x = self.checked(x, lengths)
        state = validation.state(state, self.initial_state(len(x)))
        how = self.config
        count = len(state) - (0 if how.cross_attn is None else 2)
        last, seen = state[:count], state[count:]
        if seen:
            # what is refused is refused in NumPy's words, by its shapes
            S = np.empty((1, seen[0].shape[1], 1), np.float32)
            check_memory(count, S, seen[1].cpu().numpy())
        x = mask_padded_steps(x, validation.padding_mask(lengths, x))

        branches = [n for n in how.children() if not n.startswith("norm")]
        for i, name in enumerate(branches, 1):
            layer, norm = getattr(self, name), getattr(self, f"norm{i}")
            y = x
            with inside_a_model():
                if how.norm_first:
                    y, _ = norm(y, (), lengths)
                if name == "cross_attn":
                    y = self._elsewhere(y, seen, lengths)
                elif name == "self_attn":
                    y, last = layer(y, last, lengths)
                else:
                    y, _ = layer(y, (), lengths)
                x = x + F.dropout(y, how.dropout, self.training)
                if not how.norm_first:
                    x, _ = norm(x, (), lengths)
        return x, last + tuple(part.clone() for part in seen)

    def _elsewhere(
        self, x: Tensor, seen: State, lengths: Tensor | None
    ) -> Tensor:
        """Look at the other sequence, if it has any steps."""
        cross_attend, real = seen
        if not cross_attend.shape[1]:
            return torch.zeros_like(x)
        whole = None if bool((real == cross_attend.shape[1]).all()) else real
        attention: Any = self.cross_attn
        y: Tensor = attention.attend_to(
            x, cross_attend, whole, lengths=lengths
        )
        return y
