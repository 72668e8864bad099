"""Attention to another sequence: queries from one, keys from the other."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from seqcourse import numpy as reference
from seqcourse.numpy.contract import shapes
from seqcourse.torch.attention.scaled_dot_product import attend
from seqcourse.torch.contract import validation
from seqcourse.torch.contract.layer import Layer
from seqcourse.torch.contract.validation import mask_padded_steps


class CrossAttention(Layer):
    """What attention does when it is given something else to look at::

        q[n]       = W_in[n] x + b_in[n]
        k[n], v[n] = W_in[n] memory + b_in[n]
        y          = W_out (attend(q, k, v) of all n) + b_out

    on the weights of the `MultiHeadAttention` that this is a part of.

    Parameters
    ----------
    config
        The NumPy layer.
    device
        Where the weights lie.
    dtype
        Floating type of the weights.

    Examples
    --------
    >>> import torch
    >>> from seqcourse.torch import MultiHeadAttention
    >>> layer = MultiHeadAttention(embed_dim=6, num_heads=2)
    >>> y = layer.attend_to(torch.ones(2, 5, 6), torch.ones(2, 9, 6))
    >>> tuple(y.shape)
    (2, 5, 6)

    References
    ----------
    Vaswani et al. (2017), Attention is all you need, section 3.2.3.
    """

    config: reference.MultiHeadAttention
    in_proj_weight: Tensor
    in_proj_bias: Tensor | None
    out_proj: Any
    fused: bool

    def attend_to(
        self,
        x: Tensor,
        memory: Tensor,
        memory_lengths: Tensor | None = None,
        *,
        lengths: Tensor | None = None,
    ) -> Tensor:
        """Look from each step at all steps of another sequence.

        Parameters
        ----------
        x
            What asks (B, S, E).
        memory
            What is looked at (B, T, E).
        memory_lengths
            Real steps of each sequence of the memory (B,); None for all T.
        lengths
            Real steps of each sequence of x (B,); None for all S.

        Returns
        -------
        y
            Output (B, S, E), zeros beyond each length.

        Raises
        ------
        ValueError
            If an argument has the wrong shape, type or values, or the layer
            has a window, a position or a direction, which mean nothing
            between two sequences.
        """
        self.config.check_cross_attention()
        E, W, b = self.config.embed_dim, self.in_proj_weight, None
        x = validation.features(x, E, W)
        with shapes.called(x="memory", lengths="memory_lengths"):
            memory = validation.features(memory, E, W)
            memory_padding_mask = validation.padding_mask(
                memory_lengths, memory
            )
        shapes.check_same_batch(tuple(memory.shape), len(x))
        padding_mask = validation.padding_mask(lengths, x)
        x, memory = (
            mask_padded_steps(x, padding_mask),
            mask_padded_steps(memory, memory_padding_mask),
        )

        if self.in_proj_bias is not None:
            b = self.in_proj_bias
        q = self.split_heads(F.linear(x, W[:E], b if b is None else b[:E]))
        kv = self.split_heads(
            F.linear(memory, W[E:], b if b is None else b[E:])
        )
        k, v = kv.chunk(2, 1)
        mask = (
            None
            if memory_padding_mask is None
            else ~memory_padding_mask[:, None, None, :]
        )
        return mask_padded_steps(
            self.project_out(q, k, v, mask), padding_mask
        )

    def split_heads(self, steps: Tensor) -> Tensor:
        """Look at the features of each step as heads.

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
        heads = steps.view(B, T, -1, self.config.heads.width)
        return heads.transpose(1, 2)

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
        """Attend, and lead all heads out into one answer.

        Parameters
        ----------
        q
            Queries (B, N, S, K).
        k
            Keys (B, N_kv, T, K).
        v
            Values (B, N_kv, T, K).
        mask
            True where a query may look; None for everywhere.
        bias
            Added to the scores.
        is_causal
            Whether the mask only hides what comes after, so that the kernel
            needs none.

        Returns
        -------
        y
            Output (B, S, E).
        """
        dropout = self.config.dropout if self.training else 0.0
        if not self.fused:
            soft_cap = self.config.soft_cap
            context = attend(
                q, k, v, mask, bias=bias, soft_cap=soft_cap, dropout=dropout
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
                enable_gqa=k.shape[1] < q.shape[1],
            )
        context = context.transpose(1, 2).flatten(2)
        return F.linear(context, self.out_proj.weight, self.out_proj.bias)
