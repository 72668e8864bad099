"""The transformer block: attention and a feed-forward network, added to x."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from seqcourse.numpy.attention import cross_attention
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
from seqcourse.numpy.functional.unchecked import dropout
from seqcourse.numpy.layers.normalization import normalization
from seqcourse.numpy.transformer.feed_forward import FeedForward


@dataclass(frozen=True)
class TransformerBlock(Container):
    """Add to each step what attention finds, then what a network computes::

        x = x + self_attn(norm1(x))             norm_first=True
        x = x + cross_attn(norm2(x), memory)    where there is one
        x = x + feed_forward(norm3(x))          norm2 where there is not

        x = norm1(x + self_attn(x))             norm_first=False, and so on

    Each line adds a residual branch: x itself passes unchanged, and so does
    its gradient. With ``norm_first`` the normalisation is within the branch
    (pre-norm), so that deep stacks can be trained without a warm-up; the
    paper of 2017 normalised each sum (post-norm).

    The state is the attention's: its keys and values, where it is causal.
    With `cross_attn` there follow the memory that it attends to (B, S, E),
    and how many steps of it are real (B,); they are handed on as they are,
    and their gradient comes back in their place. `cross_attention_state`
    begins such a state. From a memory of no steps nothing is added.

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
        Whether each branch normalises what it reads (pre-norm), or each sum
        is normalised (post-norm).
    dropout
        How likely a number that a branch adds is left out, where `rng` is
        given.
    cross_attn
        Attention to another sequence; None for a block without it.
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
        kinds: dict[str, type] = {
            "self_attn": MultiHeadAttention,
            "feed_forward": FeedForward,
        }
        if self.cross_attn is not None:
            kinds["cross_attn"] = MultiHeadAttention
        for name, kind in kinds.items():
            part = getattr(self, name)
            # By name, so that a reader's own copy of the class will do.
            if kind.__name__ not in {k.__name__ for k in type(part).__mro__}:
                raise ValueError(
                    f"{name}: expected a {kind.__name__}, got {part!r}"
                )
            if part.embed_dim != self.self_attn.embed_dim:
                raise ValueError(
                    f"{name}: expected embed_dim {self.self_attn.embed_dim}, "
                    f"the attention's, got {part.embed_dim}"
                )
        if self.cross_attn is not None:
            cross_attention.check_cross_attention(self.cross_attn)
        arguments.check_below_one(dropout=self.dropout)
        arguments.check_above_zero(layer_norm_eps=self.layer_norm_eps)
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

    @property
    def norms(self) -> tuple[str, str, str]:
        """Each branch's norm; without cross-attention there are two."""
        last = "norm2" if self.cross_attn is None else "norm3"
        return "norm1", "norm2", last

    def branch_states(self, state: Any) -> dict[str, Any]:
        """Give each branch its own part of the state, or of its gradient.

        Parameters
        ----------
        state
            The whole, or None.

        Returns
        -------
        states
            By the branch's name; None where None was given.
        """
        count = 3 if self.causal else 0
        return {
            "self_attn": state and state[:count],
            "cross_attn": state and state[count:],
        }

    def children(self) -> dict[str, Layer]:
        parts: dict[str, Layer] = {"self_attn": self.self_attn}
        if self.cross_attn is not None:
            parts["cross_attn"] = self.cross_attn
        parts["feed_forward"] = self.feed_forward
        norm = self.normalization()
        return parts | {f"norm{i}": norm for i in range(1, len(parts) + 1)}

    def initial_state(self, batch_size: int, dtype: DTypeLike) -> State:
        state = self.self_attn.initial_state(batch_size, dtype)
        if self.cross_attn is not None:
            E = self.output_size
            state += cross_attention.empty_memory(batch_size, E, dtype)
        return state

    def state_bytes(self, T: int, dtype: DTypeLike = np.float32) -> int:
        size = self.self_attn.state_bytes(T, dtype)
        if self.cross_attn is not None:
            size += np.int64().itemsize  # of no memory, how long it is
        return size

    def cross_attention_state(
        self, memory: Array, memory_lengths: Array | None = None
    ) -> State:
        """Begin, with a memory to attend to.

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
        seen = cross_attention.memory_state(
            memory, memory_lengths, self.output_size
        )
        B, dtype = len(seen[0]), seen[0].dtype
        return self.self_attn.initial_state(B, dtype) + seen

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
        x, states, padding_mask = self._begin(params, x, state, lengths)
        forward, kept, masks = self._each("forward"), {}, {}
        old = out[0] if out else {}

        def run(name: str, x: Array) -> Any:
            own, state = child(params, name), states.get(name, ())
            y, states[name], kept[name] = forward[name](
                own, x, state, lengths, rng, old.get(name)
            )
            return y

        def branch(name: str, x: Array) -> Array:
            y, masks[name] = dropout(run(name, x), self.dropout, rng)
            return y

        attn, cross_attn, mlp = (partial(branch, name) for name in BRANCHES)
        norm1, norm2, norm3 = (partial(run, name) for name in self.norms)
        with inside_a_model():
            if self.norm_first:
                x = x + attn(norm1(x))
                if self.cross_attn is not None:
                    x = x + cross_attn(norm2(x))
                x = x + mlp(norm3(x))
            else:
                x = norm1(x + attn(x))
                if self.cross_attn is not None:
                    x = norm2(x + cross_attn(x))
                x = norm3(x + mlp(x))
        state = states["self_attn"] + states["cross_attn"]
        return x, state, (kept, masks, padding_mask)

    def backward(
        self,
        params: Params,
        dy: Array,
        dstate: StateGradient | None,
        cache: Cache,
    ) -> tuple[Array, StateGradient, Params]:
        kept, masks, padding_mask = cache
        backward, dstates = self._each("backward"), self.branch_states(dstate)
        # In one order, whatever is normalised: a norm of all gradients adds
        # their squares up in it.
        pairs = [*zip(BRANCHES, self.norms, strict=True)][::-1]
        grads = {name: Params() for pair in pairs for name in pair}

        def back(name: str, d: Array) -> Array:
            d, dstates[name], grads[name] = backward[name](
                child(params, name), d, dstates.get(name, ()), kept[name]
            )
            return d

        def branch(name: str, d: Array) -> Array:
            mask = masks[name]
            return back(name, d if mask is None else d * mask)

        attn, cross_attn, mlp = (partial(branch, name) for name in BRANCHES)
        norm1, norm2, norm3 = (partial(back, name) for name in self.norms)
        dx = mask_padded_steps(dy, padding_mask)
        if self.norm_first:
            dx = dx + norm3(mlp(dx))
            if self.cross_attn is not None:
                dx = dx + norm2(cross_attn(dx))
            dx = dx + norm1(attn(dx))
        else:
            dx = norm3(dx)
            dx = dx + mlp(dx)
            if self.cross_attn is not None:
                dx = norm2(dx)
                dx = dx + cross_attn(dx)
            dx = norm1(dx)
            dx = dx + attn(dx)
        dstate = *(dstates["self_attn"] or ()), *(dstates["cross_attn"] or ())
        whole: Params = {}
        for name, of_part in grads.items():
            whole |= prefixed(of_part, name)
        return dx, dstate, whole

    def _begin(
        self,
        params: Params,
        x: Array,
        state: State | None,
        lengths: Array | None,
    ) -> tuple[Array, dict[str, State], Array | None]:
        """Check what came in; give each branch its own part of the state."""
        x = self.check_input(params, x, lengths)
        padding_mask = validation.padding_mask(lengths, *x.shape[:2])
        state = validation.state(state, self.initial_state(len(x), x.dtype))
        states = self.branch_states(state)
        first = len(states["self_attn"])
        cross_attention.check_memory(first, *states["cross_attn"])
        return mask_padded_steps(x, padding_mask), states, padding_mask

    def _each(self, way: str) -> dict[str, Any]:
        """Give each part's ``forward``, or each part's ``backward``."""
        found = {
            name: getattr(part, way) for name, part in self.children().items()
        }
        if self.cross_attn is not None:
            there: dict[str, Any] = {
                "forward": cross_attention.cross_attend,
                "backward": cross_attention.cross_attend_backward,
            }
            found["cross_attn"] = partial(there[way], self.cross_attn)
        return found


#: The branches, in the order in which they are added.
BRANCHES = ("self_attn", "cross_attn", "feed_forward")
