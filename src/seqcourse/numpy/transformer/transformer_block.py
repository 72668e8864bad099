"""The block of a transformer: look around, then think, and add both to x."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from seqcourse.numpy.attention.multi_head_attention import (
    ONE_STEP,
    MultiHeadAttention,
)
from seqcourse.numpy.containers.container import Container
from seqcourse.numpy.contract import arguments, shapes, validation
from seqcourse.numpy.contract.layer import (
    Array,
    Cache,
    Layer,
    Params,
    State,
    StateGradient,
)
from seqcourse.numpy.contract.parameters import child, prefixed
from seqcourse.numpy.contract.validation import (
    inside_a_model,
    mask_padded_steps,
)
from seqcourse.numpy.functional.dropout import dropout
from seqcourse.numpy.layers.normalization import normalization
from seqcourse.numpy.transformer.block_memory import (
    check_block_parts,
    check_memory,
    cross_attend,
    cross_attend_backward,
    empty_memory,
)
from seqcourse.numpy.transformer.feed_forward import FeedForward


@dataclass(frozen=True)
class TransformerBlock(Container):
    """Add to each step what attention finds, then what thinking makes of it::

        x = x + self_attn(norm1(x))             norm_first=True
        x = x + cross_attn(norm2(x), memory)    where there is one
        x = x + feed_forward(norm3(x))          norm2 where there is not

        x = norm1(x + self_attn(x))             norm_first=False, and so on

    Each line is a branch beside the road: x itself goes straight through, and
    so does its gradient. With ``norm_first`` nothing stands on that road, so
    that deep stacks can be trained without a gentle start; the paper
    of 2017 put the normalisation on it.

    The state is the attention's: its keys and values, where it is causal.
    With `cross_attn` there follow what is looked at (B, S, E), and how many
    steps of it are real (B,); they are handed on as they are, and their
    gradient comes back in their place. `cross_attention_state` begins such a state. Of a
    memory of no steps nothing is taken along.

    Parameters
    ----------
    self_attn
        Attention within the sequence; its own options (heads, window, shared
        keys, position, direction) are the block's.
    feed_forward
        What works on each step.
    norm
        ``"layer"`` for `LayerNorm`, which has a bias where the feed-forward
        has one, or ``"rms"`` for `RMSNorm`.
    norm_first
        Whether each branch normalises what it reads, or what is on the road
        is normalised after each branch.
    dropout
        How likely a number that a branch adds is left out, where `rng` is
        given.
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
    >>> from seqcourse.numpy import FeedForward, MultiHeadAttention
    >>> attention = MultiHeadAttention(6, num_heads=2, causal=True)
    >>> block = TransformerBlock(attention, FeedForward(6, 24))
    >>> params = block.init(np.random.default_rng(0))
    >>> y, (keys, values, seen), _ = block.forward(params, np.ones((1, 5, 6)))
    >>> y.shape, keys.shape, seen
    ((1, 5, 6), (1, 2, 5, 3), array([5]))

    References
    ----------
    Vaswani et al. (2017), Attention is all you need, section 3.1; the
    normalisation within the branches: Xiong et al. (2020), On layer
    normalization in the transformer architecture. The parts are called as
    those of ``torch.nn.TransformerEncoderLayer`` and, but for `cross_attn`,
    of ``torch.nn.TransformerDecoderLayer``.
    """

    self_attn: MultiHeadAttention
    feed_forward: FeedForward
    norm: str = "layer"
    norm_first: bool = True
    dropout: float = 0.0
    cross_attn: MultiHeadAttention | None = None
    layer_norm_eps: float = 1e-5

    def __post_init__(self) -> None:
        check_block_parts(self.self_attn, self.feed_forward, self.cross_attn)
        arguments.check_below_one(dropout=self.dropout)
        self.normalization()  # which refuses what it does not know

    @property
    def output_size(self) -> int:
        """Features of one step of the output."""
        return self.self_attn.embed_dim

    @property
    def causal(self) -> bool:  # type: ignore[override]
        """Whether no step sees a later one."""
        return self.self_attn.causal

    def normalization(self) -> Layer:
        """Give what normalises, the same for each branch.

        Returns
        -------
        layer
            `LayerNorm` or `RMSNorm`; each branch has weights of its own.
        """
        E, eps = self.self_attn.embed_dim, self.layer_norm_eps
        return normalization(self.norm, E, eps, self.feed_forward.bias)

    def children(self) -> dict[str, Layer]:
        parts: dict[str, Layer] = {"self_attn": self.self_attn}
        if self.cross_attn is not None:
            parts["cross_attn"] = self.cross_attn
        parts["feed_forward"] = self.feed_forward
        return parts | {
            f"norm{i}": self.normalization() for i in range(1, len(parts) + 1)
        }

    def initial_state(self, batch_size: int, dtype: DTypeLike) -> State:
        state = self.self_attn.initial_state(batch_size, dtype)
        if self.cross_attn is not None:
            state += empty_memory(batch_size, self.output_size, dtype)
        return state

    def state_bytes(self, T: int, dtype: DTypeLike = np.float32) -> int:
        size = self.self_attn.state_bytes(T, dtype)
        if self.cross_attn is not None:
            size += np.int64().itemsize  # of no memory, how long it is
        return size

    def cross_attention_state(
        self, memory: Array, memory_lengths: Array | None = None
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
            To hand to `forward` or `step`.

        Raises
        ------
        ValueError
            If the block has no `cross_attn`, or an argument has the wrong
            shape, type or values.
        """
        if self.cross_attn is None:
            raise ValueError("memory: this block has no cross_attn to see it")
        memory = np.asarray(memory)
        with shapes.called(x="memory", lengths="memory_lengths"):
            validation.features(memory, self.output_size, memory.dtype)
            B, S, _ = memory.shape
            validation.padding_mask(memory_lengths, B, S)
        counts = np.full(B, S) if memory_lengths is None else memory_lengths
        state = self.self_attn.initial_state(B, memory.dtype)
        return *state, memory, np.asarray(counts, np.int64)

    def step(
        self, params: Params, x_t: Array, state: State | None = None
    ) -> tuple[Array, State]:
        if not self.causal:
            raise NotImplementedError(ONE_STEP)
        shapes.check_step_shape(np.shape(x_t), self.input_size)
        return super().step(params, x_t, state)

    def forward(
        self,
        params: Params,
        x: Array,
        state: State | None = None,
        lengths: Array | None = None,
        rng: np.random.Generator | None = None,
        out: Cache | None = None,
    ) -> tuple[Array, State, Cache]:
        x = self.checked(params, x, lengths)
        B, T, _ = x.shape
        padding_mask = validation.padding_mask(lengths, B, T)
        state = validation.state(state, self.initial_state(B, x.dtype))
        count = len(state) - (0 if self.cross_attn is None else 2)
        last, seen = state[:count], state[count:]
        check_memory(count, *seen)
        x = mask_padded_steps(x, padding_mask)
        normal, read = self.normalization(), []

        for i, (name, layer) in enumerate(self._branches(), 1):
            old = out[0][i - 1] if out else (None, None)
            how, norm = child(params, name), child(params, f"norm{i}")
            y, stood = x, None
            with inside_a_model():
                if self.norm_first:
                    y, _, stood = normal.forward(
                        norm, x, (), lengths, rng, old[0]
                    )
                if name == "cross_attn":
                    y, cache = cross_attend(
                        layer, how, y, seen, lengths, rng, old[1]
                    )
                else:
                    first = last if name == "self_attn" else ()
                    y, after, cache = layer.forward(
                        how, y, first, lengths, rng, old[1]
                    )
                    last = after if name == "self_attn" else last
                y, mask = dropout(y, self.dropout, rng)
                y += x  # which is ours: the branch has just made it
                if not self.norm_first:
                    y, _, stood = normal.forward(
                        norm, y, (), lengths, rng, old[0]
                    )
            x = y
            read.append((stood, cache, mask))
        last += tuple(part.copy() for part in seen)
        return x, last, (tuple(read), padding_mask)

    def backward(
        self,
        params: Params,
        dy: Array,
        dstate: StateGradient | None,
        cache: Cache,
    ) -> tuple[Array, StateGradient, Params]:
        read, padding_mask = cache
        grads: Params = {}
        count = 3 if self.causal else 0
        dlast = dstate and dstate[:count]
        dseen: list[Array | None] = list((dstate or ())[count:])
        dx: Any = mask_padded_steps(dy, padding_mask)
        normal = self.normalization()

        for i, (name, layer) in reversed([*enumerate(self._branches(), 1)]):
            how, norm = child(params, name), child(params, f"norm{i}")
            stood, cache, mask = read[i - 1]
            if not self.norm_first:
                dx, _, of_norm = normal.backward(norm, dx, (), stood)
            d = dx if mask is None else dx * mask
            if name == "cross_attn":
                d, dmemory, of_layer = cross_attend_backward(
                    layer, how, d, cache
                )
                if dseen and dseen[0] is not None:
                    dmemory += dseen[0]
                dseen = [dmemory, None]
            else:
                own = dlast if name == "self_attn" else ()
                d, first, of_layer = layer.backward(how, d, own, cache)
                dlast = first if name == "self_attn" else dlast
            if self.norm_first:
                d, _, of_norm = normal.backward(norm, d, (), stood)
            d += dx  # which is ours: the branch has just made it
            dx = d
            grads |= prefixed(of_layer, name)
            grads |= prefixed(of_norm, f"norm{i}")
        return dx, (*(dlast or ()), *dseen), grads

    def _branches(self) -> list[tuple[str, Any]]:
        """Give the branches in the order in which they leave the road."""
        return [
            (name, part)
            for name, part in self.children().items()
            if not name.startswith("norm")
        ]
