"""Attention to another sequence: queries from one, keys from the other."""

from __future__ import annotations

from typing import Any

import numpy as np

from seqcourse.numpy.attention.block_mask import BlockMask
from seqcourse.numpy.attention.dispatch import dispatch, dispatch_backward
from seqcourse.numpy.attention.heads import HeadLayout, merge_heads
from seqcourse.numpy.attention.key_value_cache import CachePositions
from seqcourse.numpy.contract import parameters, shapes, validation
from seqcourse.numpy.contract.buffers import Workspace
from seqcourse.numpy.contract.layer import Array, Cache, Params
from seqcourse.numpy.contract.validation import mask_padded_steps


class CrossAttention:
    """What attention does when it is given something else to look at::

        q[n]       = W_in[n] x + b_in[n]
        k[n], v[n] = W_in[n] memory + b_in[n]
        y          = W_out (attend(q, k, v) of all n) + b_out

    on the weights of the `MultiHeadAttention` that this is a part of.

    Examples
    --------
    >>> from seqcourse.numpy import MultiHeadAttention
    >>> layer = MultiHeadAttention(embed_dim=6, num_heads=2)
    >>> params = layer.init(np.random.default_rng(0))
    >>> x, memory = np.ones((2, 5, 6)), np.ones((2, 9, 6))
    >>> y, cache = layer.attend_to(params, x, memory)
    >>> dx, dmemory, grads = layer.attend_to_backward(params, y, cache)
    >>> dx.shape, dmemory.shape
    ((2, 5, 6), (2, 9, 6))

    References
    ----------
    Vaswani et al. (2017), Attention is all you need, section 3.2.3.
    """

    embed_dim: int
    bias: bool
    dropout: float
    soft_cap: float | None
    num_heads: int
    num_kv_heads: int | None
    algorithm: str

    def attend_to(
        self,
        params: Params,
        x: Array,
        memory: Array,
        memory_lengths: Array | None = None,
        rng: np.random.Generator | None = None,
        *,
        lengths: Array | None = None,
        out: Cache | None = None,
    ) -> tuple[Array, Cache]:
        """Look from each step at all steps of another sequence.

        Parameters
        ----------
        params
            The weights.
        x
            What asks (B, S, E).
        memory
            What is looked at (B, T, E).
        memory_lengths
            Real steps of each sequence of the memory (B,); None for all T.
        rng
            Switches dropout on.
        lengths
            Real steps of each sequence of x (B,); None for all S.
        out
            The cache of an earlier call whose buffers may be written again.

        Returns
        -------
        y
            Output (B, S, E), zeros beyond each length.
        cache
            What `attend_to_backward` needs; `attention_weights` takes
            ``cache[0]``.

        Raises
        ------
        ValueError
            If an argument has the wrong shape, type or values, or the layer
            has a window, a position or a direction, which mean nothing
            between two sequences.
        """
        self.check_cross_attention()
        parameters.check_parameter_shapes(
            params, self.heads.parameter_shapes(self.bias)
        )
        E, dtype = self.embed_dim, params["in_proj_weight"].dtype
        x = validation.features(x, E, dtype)
        (B, S, _), padding_mask = (
            x.shape,
            validation.padding_mask(lengths, *x.shape[:2]),
        )
        with shapes.called(x="memory", lengths="memory_lengths"):
            memory = validation.features(memory, E, dtype)
            memory_padding_mask = validation.padding_mask(
                memory_lengths, *memory.shape[:2]
            )
        shapes.check_same_batch(memory.shape, B)
        T = memory.shape[1]
        x = mask_padded_steps(x, padding_mask).reshape(B * S, E)
        memory = mask_padded_steps(memory, memory_padding_mask).reshape(
            B * T, E
        )

        W = params["in_proj_weight"]
        q, kv = x @ W[:E].T, memory @ W[E:].T
        if self.bias:
            q += params["in_proj_bias"][:E]
            kv += params["in_proj_bias"][E:]
        k, v = np.split(self.heads.split_heads(kv, B), 2, 1)
        here, there = np.arange(S)[None], np.arange(T)[None]
        block_mask = BlockMask(
            CachePositions(
                here,
                there,
                None if memory_padding_mask is None else ~memory_padding_mask,
            )
        )
        q, old = self.heads.split_heads(q, B), out and out[0]
        context, read = dispatch(q, k, v, block_mask, rng, old, **self.how)
        context = merge_heads(context)
        y = self.project_out(params, context, padding_mask, B)
        workspace = out[-1] if out else Workspace()
        return y, (read, B, x, memory, context, padding_mask, workspace)

    def attend_to_backward(
        self, params: Params, dy: Array, cache: Cache
    ) -> tuple[Array, Array, Params]:
        """Carry gradients back through one call of `attend_to`.

        Parameters
        ----------
        params
            The weights that `attend_to` was given.
        dy
            Gradient of the loss for y (B, S, E).
        cache
            What `attend_to` returned.

        Returns
        -------
        dx
            Gradient for what asks (B, S, E).
        dmemory
            Gradient for what was looked at (B, T, E).
        grads
            Gradient for every weight, under the weight's name.
        """
        read, B, x, memory, context, padding_mask, workspace = cache
        E, W = self.embed_dim, params["in_proj_weight"]
        S = len(x) // B
        shapes.check_gradient_shape(dy.shape, (B, S, E))
        part = dy, context, padding_mask, workspace
        dcontext, grads = self.project_out_backward(params, *part)
        dq, dk, dv = dispatch_backward(dcontext, read)
        dq, dkv = merge_heads(dq), merge_heads(dk, dv)
        slopes = dq.T @ x, dkv.T @ memory
        grads["in_proj_weight"] = np.concatenate(slopes)
        if self.bias:
            grads["in_proj_bias"] = np.concatenate([dq.sum(0), dkv.sum(0)])
        dx = (dq @ W[:E]).reshape(B, S, E)
        return dx, (dkv @ W[E:]).reshape(B, -1, E), grads

    @property
    def heads(self) -> HeadLayout:
        """How the features are cut into heads."""
        return HeadLayout(self.embed_dim, self.num_heads, self.num_kv_heads)

    @property
    def how(self) -> dict[str, Any]:
        """What `dispatch` is told of the layer."""
        return {
            "algorithm": self.algorithm,
            "soft_cap": self.soft_cap,
            "dropout": self.dropout,
        }

    def project_out(
        self,
        params: Params,
        context: Array,
        padding_mask: Array | None,
        B: int,
    ) -> Array:
        """Lead all heads out into one answer.

        Parameters
        ----------
        params
            The weights.
        context
            What each step took along in all heads (B * S, E).
        padding_mask
            True at [b, t] where sequence b has no step t; None for nowhere.
        B
            Sequences.

        Returns
        -------
        y
            Output (B, S, E), zeros where a sequence has ended.
        """
        y = context @ params["out_proj.weight"].T
        if self.bias:
            y += params["out_proj.bias"]
        y = y.reshape(B, len(context) // B, self.embed_dim)
        if padding_mask is not None:
            y[padding_mask] = 0
        return y

    def project_out_backward(
        self,
        params: Params,
        dy: Array,
        context: Array,
        padding_mask: Array | None,
        workspace: Workspace,
    ) -> tuple[Array, Params]:
        """Carry a gradient back through `project_out`.

        Parameters
        ----------
        params
            The weights.
        dy
            Gradient for the answer (B, S, E).
        context
            What each step took along in all heads (B * S, E).
        padding_mask
            What `project_out` was told.
        workspace
            Where the gradient for the context is written.

        Returns
        -------
        dcontext
            Gradient for what each head took along (B, N, S, K).
        grads
            Gradient for the weights that lead out.
        """
        B, S, E = dy.shape
        dy = mask_padded_steps(dy, padding_mask).reshape(B * S, E)
        grads = {"out_proj.weight": dy.T @ context}
        if self.bias:
            grads["out_proj.bias"] = dy.sum(0)
        dcontext = workspace.like("dcontext", context)
        np.matmul(dy, params["out_proj.weight"], out=dcontext)
        return self.heads.split_heads(dcontext, B), grads

    def check_cross_attention(self) -> None:
        """Refuse what means something within one sequence alone.

        Raises
        ------
        ValueError
            If the layer has a window, a position or a direction.
        """
        for name, none in NOTHING.items():
            if getattr(self, name) != none:
                raise ValueError(
                    f"attend_to: expected {name}={none} between two "
                    f"sequences, got {getattr(self, name)!r}"
                )


#: What a layer must have none of, to look at another sequence.
NOTHING = {"causal": False, "window": None, "position": None}
