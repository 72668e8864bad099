"""Attention as a layer: every step looks back at all that was read.

The memory is not a summary. It is everything: a key and a value for each
step, and it grows with the sequence.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from seqcourse import numpy as reference
from seqcourse.numpy.attention.key_value_cache import check_cache
from seqcourse.numpy.attention.multi_head_attention import ONE_STEP
from seqcourse.numpy.attention.position_encodings import PositionEncoding
from seqcourse.numpy.contract import shapes
from seqcourse.torch.attention import position_encodings
from seqcourse.torch.attention.cross_attention import CrossAttention
from seqcourse.torch.attention.key_value_cache import (
    CachePositions,
    cache_positions,
    updated_cache,
)
from seqcourse.torch.attention.masks import visible
from seqcourse.torch.attention.scaled_dot_product import attention_weights
from seqcourse.torch.contract import engines, validation
from seqcourse.torch.contract.layer import State
from seqcourse.torch.contract.validation import mask_padded_steps


class MultiHeadAttention(CrossAttention):
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
        How likely a weight of the softmax is left out, in ``train()``.
    causal
        Whether the steps after a step are hidden from it. As in
        ``torch.nn.MultiheadAttention`` they are not, unless it is said.
    num_kv_heads
        Heads N_kv of the keys and values, each shared by N / N_kv heads of
        the queries; None for N.
    window
        How many steps one can see, itself included; None for all.
    soft_cap
        What no score exceeds in size; None for no such bound.
    position
        `RotaryPositionEmbedding` or `ALiBi`; None where order is told otherwise, or not.
    algorithm
        How the NumPy twin works; here the engine says how.
    engine
        ``"reference"`` runs the equations, ``"fused"`` torch's own
        ``scaled_dot_product_attention``, which knows no soft cap; ``"auto"``
        the kernel where there is no cap.
    device
        Where the weights lie.
    dtype
        Floating type of the weights.

    Raises
    ------
    ValueError
        If a size is not a whole number of at least 1, one does not divide
        the other, a number is out of its range, or the engine is unknown or
        has no kernel for this layer.

    Examples
    --------
    >>> layer = MultiHeadAttention(embed_dim=6, num_heads=2, causal=True)
    >>> y, (keys, values, seen) = layer(torch.ones(2, 5, 6))
    >>> tuple(y.shape), tuple(keys.shape), seen.tolist()
    ((2, 5, 6), (2, 2, 5, 3), [5, 5])

    References
    ----------
    Vaswani et al. (2017), Attention is all you need, section 3.2. Names,
    shapes and first weights are those of ``torch.nn.MultiheadAttention``.
    Shared keys: Ainslie et al. (2023), GQA; the window: Beltagy, Peters and
    Cohan (2020), Longformer; the soft cap: Gemma Team (2024), Gemma 2.
    """

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        *,
        bias: bool = True,
        dropout: float = 0.0,
        causal: bool = False,
        num_kv_heads: int | None = None,
        window: int | None = None,
        soft_cap: float | None = None,
        position: PositionEncoding | None = None,
        algorithm: str = "auto",
        engine: str = "auto",
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        config = reference.MultiHeadAttention(
            embed_dim,
            num_heads,
            bias=bias,
            dropout=dropout,
            causal=causal,
            num_kv_heads=num_kv_heads,
            window=window,
            soft_cap=soft_cap,
            position=position,
            algorithm=algorithm,
        )
        super().__init__(config, device, dtype)
        if not bias:
            self.in_proj_bias = self.out_proj.bias = None
        self.engine = engine
        capped = soft_cap is not None
        self.fused = engines.fused(
            engine, "soft_cap=None" if capped else None
        )

    def step(
        self, x_t: Tensor, state: State | None = None
    ) -> tuple[Tensor, State]:
        if not self.config.causal:
            raise NotImplementedError(ONE_STEP)
        shapes.check_step_shape(tuple(x_t.shape), self.config.embed_dim)
        return super().step(x_t, state)

    def forward(
        self,
        x: Tensor,
        state: State | None = None,
        lengths: Tensor | None = None,
    ) -> tuple[Tensor, State]:
        q, k, v, at, padding_mask, seen = self._read(x, state, lengths)
        how = self.config
        bias = position_encodings.bias(
            how.position, at.queries, at.keys, q.shape[1]
        )
        mask = visible(*at, causal=how.causal, window=how.window)
        if self.fused and padding_mask is not None and mask is not None:
            mask = (
                mask | padding_mask[:, None, :, None]
            )  # no row without a key
        y = self.project_out(
            q,
            k,
            v,
            mask,
            None if bias is None else bias.to(q.dtype),
            is_causal=how.causal
            and at.real is None
            and at.queries.shape == at.keys.shape
            and how.window is None
            and bias is None,
        )
        last: State = ()
        if how.causal:
            kept = (
                updated_cache(part, at, seen, how.window) for part in (k, v)
            )
            last = (*kept, seen)
        return mask_padded_steps(y, padding_mask), last

    def _read(
        self, x: Tensor, state: State | None, lengths: Tensor | None
    ) -> tuple[Tensor, Tensor, Tensor, CachePositions, Tensor | None, Tensor]:
        """Make queries, keys and values, those of the state included."""
        how, heads = self.config, self.config.heads
        x = validation.features(x, how.embed_dim, self.in_proj_weight)
        B, T, _ = x.shape
        padding_mask = validation.padding_mask(lengths, x)
        none = x.new_zeros(B, heads.counts[1], 0, heads.width)
        first = none, none, none.new_zeros(B, dtype=torch.int64)
        state = validation.state(state, first if how.causal else ())
        keys, values, seen = state or first
        slots, counts = keys.shape[2], seen.cpu().numpy()
        check_cache(slots, values.shape[2], counts, how.window)

        qkv = F.linear(
            mask_padded_steps(x, padding_mask),
            self.in_proj_weight,
            self.in_proj_bias,
        )
        q, k, v = torch.split(self.split_heads(qkv), list(heads.counts), 1)
        at = cache_positions(seen, slots, padding_mask, T, how.window)
        q = position_encodings.rotated(how.position, q, at.queries)
        k = position_encodings.rotated(how.position, k, at.queries)
        k, v = torch.cat([keys, k], 2), torch.cat([values, v], 2)
        seen = seen + (T if padding_mask is None else (~padding_mask).sum(1))
        return q, k, v, at, padding_mask, seen

    def attention_weights(
        self,
        x: Tensor,
        state: State | None = None,
        lengths: Tensor | None = None,
    ) -> Tensor:
        """Tell where each step looks.

        Parameters
        ----------
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
        q, k, _, at, padding_mask, _ = self._read(x, state, lengths)
        how = self.config
        bias = position_encodings.bias(
            how.position, at.queries, at.keys, q.shape[1]
        )
        weights = attention_weights(
            q,
            k,
            visible(*at, causal=how.causal, window=how.window),
            bias=None if bias is None else bias.to(q.dtype),
            soft_cap=how.soft_cap,
        )
        if padding_mask is not None:
            weights = weights.masked_fill(padding_mask[:, None, :, None], 0)
        return weights
