"""Additive attention: a small network scores a key against a query."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from seqcourse.numpy.attention.attention_mechanism import AttentionMechanism
from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.buffers import buffer
from seqcourse.numpy.contract.initialization import uniform
from seqcourse.numpy.contract.layer import Array, Params
from seqcourse.numpy.functional.unchecked import softmax


@dataclass(frozen=True)
class AdditiveAttention(AttentionMechanism):
    """Score a query against a position with one hidden layer::

        a[t, s]     = tanh(W query[t] + U memory[s])
        score[t, s] = v' a[t, s]

    In the backward pass, with d the gradient for the score::

        da[t, s]   = d[t, s] v (1 - a[t, s]**2)
        dquery[t]  = W' sum over s of da[t, s]
        dmemory[s] = U' sum over t of da[t, s]

    Weights and context are those of `AttentionMechanism`.

    Parameters
    ----------
    query_size
        Features Dq of a query.
    key_size
        Features Dk of a position of the memory.
    hidden_size
        Width of the hidden layer.

    Raises
    ------
    ValueError
        If a size is not a whole number of at least 1.

    Examples
    --------
    >>> attention = AdditiveAttention(query_size=3, key_size=4, hidden_size=5)
    >>> params = attention.init(np.random.default_rng(0))
    >>> context, weights, cache = attention.forward(
    ...     params, np.ones((2, 1, 3)), np.ones((2, 6, 4))
    ... )
    >>> context.shape, weights.shape
    ((2, 1, 4), (2, 1, 6))

    References
    ----------
    Bahdanau, Cho and Bengio (2015), Neural machine translation by jointly
    learning to align and translate, appendix A.1.2; without biases, as there.
    """

    query_size: int
    key_size: int
    hidden_size: int

    def __post_init__(self) -> None:
        arguments.check_positive(
            query_size=self.query_size,
            key_size=self.key_size,
            hidden_size=self.hidden_size,
        )

    def parameter_shapes(self) -> dict[str, tuple[int, ...]]:
        return {
            "weight_query": (self.hidden_size, self.query_size),
            "weight_key": (self.hidden_size, self.key_size),
            "weight_score": (self.hidden_size,),
        }

    def init(
        self, rng: np.random.Generator, dtype: DTypeLike = np.float32
    ) -> Params:
        params: Params = {}
        for name, shape in self.parameter_shapes().items():
            params |= uniform(rng, {name: shape}, shape[-1], dtype)
        return params

    def compare(
        self,
        params: Params,
        query: Array,
        memory: Array,
        out: Any | None = None,
    ) -> tuple[Array, Any]:
        B, T, _ = query.shape
        S = memory.shape[1]
        q = query @ params["weight_query"].T
        k = memory @ params["weight_key"].T
        a = buffer(out and out[2], (T, B, S, self.hidden_size), q.dtype)
        scores = np.empty((B, T, S), q.dtype)
        for t in range(T):
            np.tanh(q[:, t, None] + k, out=a[t])
            scores[:, t] = a[t] @ params["weight_score"]
        return scores, (query, memory, a)

    def compare_backward(
        self, params: Params, dscores: Array, kept: Any
    ) -> tuple[Array, Array, Params]:
        query, memory, a = kept
        T, B, S, H = a.shape
        d = np.ascontiguousarray(dscores.swapaxes(0, 1))
        dq = np.empty((B, T, H), a.dtype)
        dk = np.zeros((B, S, H), a.dtype)
        for t in range(T):
            slope = 1 - a[t] * a[t]
            dq[:, t] = (d[t][:, None] @ slope)[:, 0]
            slope *= d[t][..., None]
            dk += slope
        dq *= params["weight_score"]
        dk *= params["weight_score"]
        grads = {
            "weight_query": np.tensordot(dq, query, ((0, 1), (0, 1))),
            "weight_key": np.tensordot(dk, memory, ((0, 1), (0, 1))),
            "weight_score": d.reshape(-1) @ a.reshape(-1, H),
        }
        return dq @ params["weight_query"], dk @ params["weight_key"], grads


@checked
def additive_reference(
    params: Params, s: Array, h: Array
) -> tuple[Array, Array]:
    """Attend with one query as the equations say, for reading::

        e[i]     = v' tanh(W s + U h[i])
        alpha[i] = exp(e[i]) / sum over j of exp(e[j])
        c        = sum over i of alpha[i] h[i]

    `AdditiveAttention.forward` gives the same for many queries, and has
    lengths and a backward pass.

    Parameters
    ----------
    params
        Of `AdditiveAttention`: W, U and v are ``weight_query``,
        ``weight_key`` and ``weight_score``.
    s
        State of the decoder (B, Dq).
    h
        States of the encoder (B, S, Dk).

    Returns
    -------
    c
        The attention output (B, Dk).
    alpha
        The attention weights (B, S).

    Examples
    --------
    >>> attention = AdditiveAttention(query_size=3, key_size=4, hidden_size=5)
    >>> params = attention.init(np.random.default_rng(0))
    >>> c, alpha = additive_reference(
    ...     params, np.ones((2, 3)), np.ones((2, 6, 4))
    ... )
    >>> c.shape, alpha.shape
    ((2, 4), (2, 6))
    """
    W, U = params["weight_query"], params["weight_key"]
    v = params["weight_score"]
    query = (s @ W.T)[:, None]  # (B, 1, H)
    keys = h @ U.T  # (B, S, H)
    e = np.tanh(query + keys) @ v  # (B, S)
    alpha = softmax(e)
    c: Array = (alpha[..., None] * h).sum(axis=1)
    return c, alpha
