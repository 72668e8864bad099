"""Multi-head attention on autograd, or by torch's kernel."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from seqcourse import numpy as reference
from seqcourse.numpy.attention.key_value_cache import (
    check_cache,
    check_same_slots,
)
from seqcourse.numpy.attention.multi_head_attention import ONE_STEP
from seqcourse.numpy.attention.position_encodings import PositionEncoding
from seqcourse.numpy.contract import shapes
from seqcourse.numpy.contract.calls.function import check_reading
from seqcourse.torch.attention import position_encodings
from seqcourse.torch.attention.key_value_cache import (
    CachePositions,
    cache_positions,
    updated_cache,
)
from seqcourse.torch.attention.masks import visible
from seqcourse.torch.attention.scaled_dot_product import (
    attend,
    attention_weights,
)
from seqcourse.torch.contract import engines, validation
from seqcourse.torch.contract.edge import edge
from seqcourse.torch.contract.layer import Layer, State
from seqcourse.torch.contract.validation import mask_padded_steps


class MultiHeadAttention(Layer):
    """`seqcourse.numpy.MultiHeadAttention` on autograd, or by torch's kernel.

    Parameters
    ----------
    algorithm
        For the NumPy twin alone; here the engine decides.
    engine
        ``"reference"`` runs the equations, ``"fused"`` runs
        ``torch.nn.functional.scaled_dot_product_attention``, which has no
        soft cap; ``"auto"`` runs the kernel unless there is a soft cap.
    device
        Where the weights lie.
    dtype
        Floating type of the weights.

    Raises
    ------
    ValueError
        As there, if the engine is unknown, or if a soft cap meets
        ``"fused"``.

    Examples
    --------
    >>> fused, x = MultiHeadAttention(6, num_heads=2), torch.ones(2, 5, 6)
    >>> plain = MultiHeadAttention(6, num_heads=2, engine="reference")
    >>> plain = plain.load_params(fused.to_params())
    >>> torch.allclose(fused(x)[0], plain(x)[0], atol=1e-6)
    True
    """

    config: reference.MultiHeadAttention
    in_proj_weight: Tensor
    in_proj_bias: Tensor | None
    out_proj: Any

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
        scale: float | None = None,
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
            scale=scale,
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
        y_t, state = super().step(x_t, state)
        return y_t, state

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
        begins = self._begins(k.shape[2] - q.shape[2])
        if how.causal:
            kept = (
                updated_cache(part, at, seen, how.window, begins=begins)
                for part in (k, v)
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
        slots = keys.shape[2]
        if torch.compiler.is_compiling():  # no value may be looked at
            check_same_slots(slots, values.shape[2])
        else:
            counts = seen.cpu().numpy()
            check_cache(slots, values.shape[2], counts, how.window)

        qkv = F.linear(
            mask_padded_steps(x, padding_mask),
            self.in_proj_weight,
            self.in_proj_bias,
        )
        q, k, v = torch.split(self.split_heads(qkv), list(heads.counts), 1)
        # q is (B, N, T, K); k and v are (B, N_kv, T, K)
        begins = self._begins(slots)
        at = cache_positions(
            seen, slots, padding_mask, T, how.window, begins=begins
        )
        q = position_encodings.rotated(how.position, q, at.queries)
        k = position_encodings.rotated(how.position, k, at.queries)
        k, v = torch.cat([keys, k], 2), torch.cat([values, v], 2)
        seen = seen + (T if padding_mask is None else (~padding_mask).sum(1))
        return q, k, v, at, padding_mask, seen

    def _begins(self, slots: int) -> bool:
        """Tell by the shapes alone whether nothing was read before.

        A window of one step keeps nothing of what was read.
        """
        return slots == 0 and self.config.window != 1

    def split_heads(self, steps: Tensor) -> Tensor:
        """Split the features of each step into heads.

        Parameters
        ----------
        steps
            Any number of heads, side by side (B, T, features).

        Returns
        -------
        heads
            The same numbers (B, heads, T, K).
        """
        B, T, _ = steps.shape
        heads = steps.view(B, T, -1, self.config.heads.width)  # (B, T, N, K)
        return heads.transpose(1, 2)  # (B, N, T, K)

    def project_out(
        self,
        q: Tensor,
        k: Tensor,
        v: Tensor,
        mask: Tensor | None,
        bias: Tensor | None = None,
        *,
        is_causal: bool = False,
    ) -> Tensor:
        """Attend in every head, and project the heads to the output.

        Parameters
        ----------
        q
            Queries (B, N, S, K).
        k
            Keys (B, N_kv, T, K).
        v
            Values (B, N_kv, T, K).
        mask
            True where a query may attend; None for everywhere.
        bias
            Added to the scores.
        is_causal
            Whether the mask hides only later steps, so that the kernel needs
            none.

        Returns
        -------
        y
            Output (B, S, E).
        """
        how = self.config
        dropout = how.dropout if self.training else 0.0
        if not self.fused:
            scored = {"scale": how.scale, "soft_cap": how.soft_cap}
            context = attend(
                q, k, v, mask, bias=bias, dropout=dropout, **scored
            )
        else:
            if is_causal:
                mask = None
            elif bias is not None:
                hide = None if mask is None else ~mask
                mask = (
                    bias
                    if hide is None
                    else bias.masked_fill(hide, -torch.inf)
                )
            context = F.scaled_dot_product_attention(
                q,
                k,
                v,
                mask,
                dropout,
                is_causal,
                scale=how.scale,
                enable_gqa=k.shape[1] < q.shape[1],
            )
        context = context.transpose(1, 2).flatten(2)  # (B, S, E)
        return F.linear(context, self.out_proj.weight, self.out_proj.bias)

    @edge("weights", check=check_reading)
    def attention_weights(
        self,
        x: Tensor,
        state: State | None = None,
        lengths: Tensor | None = None,
    ) -> Tensor:
        """`seqcourse.numpy.MultiHeadAttention.attention_weights`.

        The weights are a tensor.
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
            scale=how.scale,
            bias=None if bias is None else bias.to(q.dtype),
            soft_cap=how.soft_cap,
        )
        if padding_mask is not None:
            weights = weights.masked_fill(padding_mask[:, None, :, None], 0)
        return weights
