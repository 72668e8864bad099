"""The transformer: a stack of blocks on one residual stream."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import DTypeLike

from seqcourse.numpy.attention.multi_head_attention import ONE_STEP
from seqcourse.numpy.containers.container import Container
from seqcourse.numpy.contract import arguments, shapes
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
from seqcourse.numpy.functional.unchecked import dropout
from seqcourse.numpy.transformer.transformer_block import TransformerBlock

#: Each has weights of its own to name; a damaged file may ask for more.
MOST_LAYERS = 10_000


@dataclass(frozen=True)
class Transformer(Container):
    """Encode the positions, and read through L blocks::

        x = dropout(position(x))
        x = layers[l](x)        for l = 0, ..., L - 1
        y = norm(x)             where the blocks normalise first

    It is a decoder where the block is causal, and can then be asked step by
    step; else it is an encoder. The state is that of the positions, if they
    have one, then each block's, one after the other.

    Parameters
    ----------
    block
        What each of the layers is like; each has weights of its own.
    num_layers
        How many blocks L.
    position
        What encodes the positions before the first block:
        `SinusoidalPositionEmbedding` or `LearnedPositionEmbedding`; None
        where the block's attention does, or nothing does.
    dropout
        How likely a number of the input is left out, positions included,
        where `rng` is given.
    init_std
        The standard deviation of all initial matrices and positions, 0.02 in
        GPT-2; the last matrix of a branch begins at init_std / sqrt(2 L), and
        biases begin at zero. None leaves each part its own.

    Raises
    ------
    ValueError
        If the block is none, a part does not fit, or a number is out of its
        range.

    Examples
    --------
    >>> from seqcourse.numpy import FeedForward, LearnedPositionEmbedding
    >>> from seqcourse.numpy import MultiHeadAttention
    >>> attention = MultiHeadAttention(6, num_heads=2, causal=True)
    >>> core = Transformer(
    ...     TransformerBlock(attention, FeedForward(6, 24)),
    ...     num_layers=2,
    ...     position=LearnedPositionEmbedding(max_length=50, embed_dim=6),
    ... )
    >>> params = core.init(np.random.default_rng(0))
    >>> y, state, _ = core.forward(params, np.ones((1, 5, 6)))
    >>> y.shape, len(state)  # positions; keys, values, count, twice
    ((1, 5, 6), 7)

    References
    ----------
    Vaswani et al. (2017), Attention is all you need, figure 1; the last norm
    and `init_std`: Radford et al. (2019), Language models are unsupervised
    multitask learners, section 2.3. ``layers`` and ``norm`` are called as in
    ``torch.nn.TransformerEncoder``.
    """

    block: TransformerBlock
    num_layers: int
    position: Layer | None = None
    dropout: float = 0.0
    init_std: float | None = None

    def __post_init__(self) -> None:
        # By name, so that a reader's own copy of the class will do.
        kinds = {cls.__name__ for cls in type(self.block).__mro__}
        if TransformerBlock.__name__ not in kinds:
            raise ValueError(
                f"block: expected a TransformerBlock, got {self.block!r}"
            )
        arguments.check_positive(num_layers=self.num_layers)
        if self.num_layers > MOST_LAYERS:
            raise ValueError(
                f"num_layers: expected at most {MOST_LAYERS}, "
                f"got {self.num_layers}"
            )
        arguments.check_below_one(dropout=self.dropout)
        if self.init_std is not None:
            arguments.check_above_zero(init_std=self.init_std)
        if self.position is not None:
            found, E = input_features("position", self.position), self.width
            if found != E:
                raise ValueError(
                    f"position: expected {E} features, the block's, "
                    f"got {found}"
                )

    @property
    def width(self) -> int:
        """Features E of the residual stream."""
        return self.block.output_size

    @property
    def output_size(self) -> int:
        """Features of one step of the output."""
        return self.width

    @property
    def causal(self) -> bool:  # type: ignore[override]
        """Whether no step sees a later one."""
        return self.block.causal

    def children(self) -> dict[str, Layer]:
        parts: dict[str, Layer] = {}
        if self.position is not None:
            parts["position"] = self.position
        for i in range(self.num_layers):
            parts[f"layers.{i}"] = self.block
        if self.block.norm_first:
            parts["norm"] = self.block.normalization()
        return parts

    def init(
        self, rng: np.random.Generator, dtype: DTypeLike = np.float32
    ) -> Params:
        params = super().init(rng, dtype)
        if self.init_std is None:
            return params
        for name, weight in params.items():
            std = self.init_std
            if name.endswith(("out_proj.weight", "linear2.weight")):
                std /= np.sqrt(2 * self.num_layers)
            if weight.ndim == 2:
                weight[...] = std * rng.standard_normal(weight.shape)
            elif name.endswith("bias"):
                weight[...] = 0
        return params

    def cross_attention_state(
        self, memory: Array, memory_lengths: Array | None = None
    ) -> State:
        """Begin, with a memory for every block to attend to.

        Parameters
        ----------
        memory
            What another model has made of another sequence (B, S, E).
        memory_lengths
            Real steps of each (B,); None for all S.

        Returns
        -------
        state
            To hand to `forward` or `step`. Of its gradient, that of the
            memory is the sum over the blocks.

        Raises
        ------
        ValueError
            If the block has no `cross_attn`, or an argument has the wrong
            shape, type or values.
        """
        state = self.block.cross_attention_state(memory, memory_lengths)
        dtype, first = state[0].dtype, State()
        if self.position is not None:
            first = self.position.initial_state(len(memory), dtype)
        return first + self.num_layers * state

    def step(
        self, params: Params, x_t: Array, state: State | None = None
    ) -> tuple[Array, State]:
        if not self.causal:
            raise NotImplementedError(ONE_STEP)
        shapes.check_step_shape(np.shape(x_t), self.width)
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
        x = self.check_input(params, x, lengths)
        last, read, mask = State(), [], None
        if self.position is None:
            x, mask = dropout(x, self.dropout, rng)
        parts = zip(
            self.children().items(), self.split_state(state), strict=True
        )
        for i, ((name, layer), part) in enumerate(parts):
            with inside_a_model(first_state=len(last)):
                x, after, cache = layer.forward(
                    child(params, name),
                    x,
                    part,
                    lengths,
                    rng,
                    out and out[0][i],
                )
            last += after
            read.append(cache)
            if name == "position":
                x, mask = dropout(x, self.dropout, rng)
        return x, last, (tuple(read), mask)

    def backward(
        self,
        params: Params,
        dy: Array,
        dstate: StateGradient | None,
        cache: Cache,
    ) -> tuple[Array | None, StateGradient, Params]:
        read, mask = cache
        dx: Array | None = dy
        first, grads = StateGradient(), Params()
        parts = [
            *zip(
                self.children().items(),
                self.split_state(dstate),
                read,
                strict=True,
            )
        ]
        for (name, layer), part, kept in reversed(parts):
            assert dx is not None  # no part takes integers
            if mask is not None and name == "position":
                dx = dx * mask
            dx, before, of_layer = layer.backward(
                child(params, name), dx, part, kept
            )
            first = before + first
            grads |= prefixed(of_layer, name)
        if mask is not None and self.position is None and dx is not None:
            dx = dx * mask
        return dx, first, grads
