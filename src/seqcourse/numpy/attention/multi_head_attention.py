"""Attention as a layer: every step looks back at all that was read.

The memory is not a summary. It is everything: a key and a value for each
step, and it grows with the sequence.
"""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from seqcourse.numpy.attention.block_mask import BlockMask
from seqcourse.numpy.attention.dispatch import (
    ALGORITHMS,
    NO_DROPOUT,
    dispatch,
    dispatch_backward,
)
from seqcourse.numpy.attention.heads import HeadLayout, merge_heads
from seqcourse.numpy.attention.key_value_cache import (
    cache_positions,
    cache_update,
    cached_length,
    check_cache,
    updated_cache,
    updated_cache_backward,
)
from seqcourse.numpy.attention.position_encodings import PositionEncoding
from seqcourse.numpy.attention.scaled_dot_product import attention_weights
from seqcourse.numpy.contract import arguments, parameters, shapes, validation
from seqcourse.numpy.contract.buffers import Workspace, buffer
from seqcourse.numpy.contract.calls.function import check_reading, edge
from seqcourse.numpy.contract.layer import (
    Array,
    Cache,
    Layer,
    Params,
    State,
    StateGradient,
)
from seqcourse.numpy.contract.validation import mask_padded_steps


@dataclass(frozen=True)
class MultiHeadAttention(Layer):
    """Let each step ask, in several heads, and take along what answers::

        q[n], k[n], v[n] = W_in[n] x + b_in[n]
        context[n]       = softmax(q[n] k[n]' / sqrt(K) where visible) v[n]
        y                = W_out (context[1], ..., context[N]) + b_out

    What is visible to step i are the steps j of its sequence, with ``j <= i``
    where it is causal, and with ``i - j < window`` where there is a window.

    Where it is causal the state is (keys, values, seen): the keys and values
    of what was read (B, N_kv, S, K), and how many steps that were (B,). It
    grows by one slot a step, to ``window - 1`` slots where there is a window.
    Where it is not causal there is no state, since no answer is final before
    the last step is known.

    Parameters
    ----------
    embed_dim
        Features E of one step, which are also those of the output.
    num_heads
        Heads N, each of width K = E / N.
    bias
        Whether there are b_in and b_out.
    dropout
        How likely a weight of the softmax is left out, where `rng` is given.
    causal
        Whether the steps after a step are hidden from it. As in
        ``torch.nn.MultiheadAttention`` they are not, unless it is said.
    num_kv_heads
        Heads N_kv of the keys and values, each shared by N / N_kv heads of
        the queries; None for N.
    window
        How many steps one can see, itself included; None for all.
    scale
        The factor of the products of queries and keys; None for 1 / sqrt(K).
    soft_cap
        What no score exceeds in size; None for no such bound.
    position
        `RotaryPositionEmbedding` or `ALiBi`; None where order is told
        otherwise, or not.
    algorithm
        ``"plain"`` holds the whole table of scores; ``"blocked"`` never does,
        and knows no dropout; ``"auto"`` chooses, as `dispatch` does.

    Raises
    ------
    ValueError
        If a size is not a whole number of at least 1, one does not divide
        the other, or a number is out of its range.

    Examples
    --------
    >>> layer = MultiHeadAttention(embed_dim=6, num_heads=2, causal=True)
    >>> params = layer.init(np.random.default_rng(0))
    >>> x = np.random.default_rng(1).normal(size=(2, 5, 6))
    >>> y, (keys, values, seen), cache = layer.forward(params, x)
    >>> y.shape, keys.shape, seen
    ((2, 5, 6), (2, 2, 5, 3), array([5, 5]))
    >>> layer.attention_weights(params, x)[0, 0, 0]
    array([1., 0., 0., 0., 0.], dtype=float32)

    References
    ----------
    Vaswani et al. (2017), Attention is all you need, section 3.2. Names,
    shapes and first weights are those of ``torch.nn.MultiheadAttention``.
    Shared keys: Ainslie et al. (2023), GQA; the window: Beltagy, Peters and
    Cohan (2020), Longformer; the soft cap: Gemma Team (2024), Gemma 2.
    """

    embed_dim: int
    num_heads: int
    _: KW_ONLY
    bias: bool = True
    dropout: float = 0.0
    causal: bool = False  # type: ignore[misc]
    num_kv_heads: int | None = None
    window: int | None = None
    scale: float | None = None
    soft_cap: float | None = None
    position: PositionEncoding | None = None
    algorithm: str = "auto"

    def __post_init__(self) -> None:
        heads = self.heads  # which refuses sizes that do not fit
        if self.window is not None:
            arguments.check_positive(window=self.window)
        if self.scale is not None:
            arguments.check_above_zero(scale=self.scale)
        if self.soft_cap is not None:
            arguments.check_above_zero(soft_cap=self.soft_cap)
        arguments.check_below_one(dropout=self.dropout)
        arguments.check_one_of(ALGORITHMS, algorithm=self.algorithm)
        if self.algorithm == "blocked" and self.dropout:
            raise ValueError(NO_DROPOUT.format(self.dropout))
        if not isinstance(self.position_encoding, PositionEncoding):
            raise ValueError(
                "position: expected RotaryPositionEmbedding, ALiBi or None, "
                f"got {self.position_encoding!r}"
            )
        self.position_encoding.check(heads.width)

    @property
    def heads(self) -> HeadLayout:
        """How the features are cut into heads.

        :meta private:
        """
        return HeadLayout(self.embed_dim, self.num_heads, self.num_kv_heads)

    @property
    def dispatch_options(self) -> dict[str, Any]:
        """What `dispatch` is told of the layer.

        :meta private:
        """
        return {
            "algorithm": self.algorithm,
            "scale": self.scale,
            "soft_cap": self.soft_cap,
            "dropout": self.dropout,
        }

    @property
    def position_encoding(self) -> PositionEncoding:
        """What tells it where steps stand, be it nothing."""
        return self.position or PositionEncoding()

    @property
    def input_size(self) -> int:
        """Features of one step of the input."""
        return self.embed_dim

    @property
    def output_size(self) -> int:
        """Features of one step of the output."""
        return self.embed_dim

    def parameter_shapes(self) -> dict[str, tuple[int, ...]]:
        return self.heads.parameter_shapes(self.bias)

    def init(
        self, rng: np.random.Generator, dtype: DTypeLike = np.float32
    ) -> Params:
        return self.heads.init(rng, dtype, self.bias)

    def initial_state(self, batch_size: int, dtype: DTypeLike) -> State:
        return self._nothing(batch_size, dtype) if self.causal else ()

    def _nothing(self, B: int, dtype: DTypeLike) -> State:
        _, shared, _ = self.heads.counts
        none = np.zeros((B, shared, 0, self.heads.width), dtype)
        return none, none.copy(), np.zeros(B, np.int64)

    def state_bytes(self, T: int, dtype: DTypeLike = np.float32) -> int:
        if not self.causal:
            return 0
        _, *shared = self.heads.counts
        slots = int(cached_length(np.array(T), self.window))
        numbers = slots * sum(shared) * self.heads.width
        return numbers * np.dtype(dtype).itemsize + np.int64().itemsize

    def step(
        self, params: Params, x_t: Array, state: State | None = None
    ) -> tuple[Array, State]:
        if not self.causal:
            raise NotImplementedError(ONE_STEP)
        shapes.check_step_shape(np.shape(x_t), self.embed_dim)
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
        parameters.check_parameter_shapes(params, self.parameter_shapes())
        heads, dtype = self.heads, params["in_proj_weight"].dtype
        x = validation.features(x, self.embed_dim, dtype)
        B, T, E = x.shape
        padding_mask = validation.padding_mask(lengths, B, T)
        state = validation.state(state, self.initial_state(B, dtype))
        keys, values, seen = state or self._nothing(B, dtype)
        slots = keys.shape[2]
        check_cache(slots, values.shape[2], seen, self.window)
        old_qkv, old_read = out[:2] if out else (None, None)
        workspace = out[-1] if out else Workspace()

        x = mask_padded_steps(x, padding_mask).reshape(B * T, E)  # (B T, E)
        W = params["in_proj_weight"]
        qkv = np.matmul(x, W.T, out=buffer(old_qkv, (B * T, len(W)), dtype))
        if self.bias:
            qkv += params["in_proj_bias"]
        N, shared, _ = heads.counts
        q, k, v = np.split(heads.split_heads(qkv, B), [N, N + shared], 1)
        # q is (B, N, T, K); k and v are (B, N_kv, T, K)
        at = cache_positions(seen, slots, padding_mask, T, self.window)
        q, k = (
            self.position_encoding.rotated(part, at.queries)
            for part in (q, k)
        )
        if slots:
            k = np.concatenate([keys, k], 2)  # (B, N_kv, S + T, K)
            v = np.concatenate([values, v], 2)  # the same
        block_mask = BlockMask(
            at, self.causal, self.window, self.position_encoding
        )
        context, read = dispatch(
            q, k, v, block_mask, rng, old_read, **self.dispatch_options
        )
        context = merge_heads(context)  # (B T, E)
        y = heads.project_out(params, context, padding_mask, B)  # (B, T, E)
        which = None
        if self.causal:
            seen = seen + (
                T if padding_mask is None else (~padding_mask).sum(1)
            )
            which = cache_update(at, seen, self.window, slots + T)
            state = updated_cache(k, which), updated_cache(v, which), seen
        return (
            y,
            state,
            (qkv, read, x, context, at, which, padding_mask, workspace),
        )

    def backward(
        self,
        params: Params,
        dy: Array,
        dstate: StateGradient | None,
        cache: Cache,
    ) -> tuple[Array, StateGradient, Params]:
        qkv, read, x, context, at, which, padding_mask, workspace = cache
        E, (_, T) = self.embed_dim, at.queries.shape
        B = len(x) // T
        shapes.check_gradient_shape(dy.shape, (B, T, E))
        dcontext, grads = self.heads.project_out_backward(
            params, dy, context, padding_mask, workspace
        )
        dq, dk, dv = dispatch_backward(dcontext, read)
        for whole, d in zip((dk, dv), dstate or (), strict=False):
            if d is not None:
                updated_cache_backward(whole, d, which)
        slots = dk.shape[2] - T
        (dkeys, dk), (dvalues, dv) = (
            np.split(whole, [slots], 2) for whole in (dk, dv)
        )
        dq, dk = (
            self.position_encoding.rotated(d, -at.queries) for d in (dq, dk)
        )  # back
        dqkv = merge_heads(dq, dk, dv, out=workspace.like("dqkv", qkv))
        grads["in_proj_weight"] = dqkv.T @ x
        if self.bias:
            grads["in_proj_bias"] = dqkv.sum(0)
        dx = (dqkv @ params["in_proj_weight"]).reshape(B, T, E)
        dstate = dkeys.copy(), dvalues.copy(), None
        return dx, dstate if self.causal else (), grads

    @edge("weights", check=check_reading)
    def attention_weights(
        self,
        params: Params,
        x: Array,
        state: State | None = None,
        lengths: Array | None = None,
    ) -> Array:
        """Tell where each step looks.

        Parameters
        ----------
        params
            The weights of the layer.
        x
            Input (B, T, E).
        state
            What an earlier call handed on; None begins from nothing.
        lengths
            Real steps of each sequence (B,), or None.

        Returns
        -------
        weights
            How much of each step each step takes along (B, N, T, S + T): the
            state's S slots come first. Zeros beyond each length.
        """
        plain = replace(self, algorithm="plain")
        _, _, cache = plain.forward(params, x, state, lengths)
        weights = attention_weights(cache[1])
        if lengths is not None:
            weights.swapaxes(1, 2)[cache[-2]] = 0
        return weights


#: Why there is no step.
ONE_STEP = (
    "step: a MultiHeadAttention that is not causal answers only once it has "
    "read the whole sequence, to both ends; call forward"
)
