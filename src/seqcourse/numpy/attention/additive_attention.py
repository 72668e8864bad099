"""Additive attention: a small network scores a place against a query."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from seqcourse.numpy.attention.attention_mechanism import AttentionMechanism
from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.buffers import buffer
from seqcourse.numpy.contract.initialization import uniform
from seqcourse.numpy.contract.layer import Array, Params


@dataclass(frozen=True)
class AdditiveAttention(AttentionMechanism):
    """Score a query against a place with a network of one hidden layer::

        a[s, t]     = tanh(W query[s] + U memory[t])
        score[s, t] = v' a[s, t]

    On the way back, with d the gradient for the score::

        da[s, t]   = d[s, t] v (1 - a[s, t]**2)
        dquery[s]  = W' sum over t of da[s, t]
        dmemory[t] = U' sum over s of da[s, t]

    Weights and context are those of `AttentionMechanism`.

    Parameters
    ----------
    query_size
        Features Dq of a query.
    key_size
        Features Dk of a place of the memory.
    hidden_size
        Width of the network.

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
        B, S, _ = query.shape
        _, T, _ = memory.shape
        q = query @ params["weight_query"].T
        k = memory @ params["weight_key"].T
        a = buffer(out and out[2], (S, B, T, self.hidden_size), q.dtype)
        scores = np.empty((B, S, T), q.dtype)
        for s in range(S):
            np.tanh(q[:, s, None] + k, out=a[s])
            scores[:, s] = a[s] @ params["weight_score"]
        return scores, (query, memory, a)

    def compare_backward(
        self, params: Params, dscores: Array, kept: Any
    ) -> tuple[Array, Array, Params]:
        query, memory, a = kept
        S, B, T, H = a.shape
        d = np.ascontiguousarray(dscores.swapaxes(0, 1))
        dq = np.empty((B, S, H), a.dtype)
        dk = np.zeros((B, T, H), a.dtype)
        for s in range(S):
            slope = 1 - a[s] * a[s]
            dq[:, s] = (d[s][:, None] @ slope)[:, 0]
            slope *= d[s][..., None]
            dk += slope
        dq *= params["weight_score"]
        dk *= params["weight_score"]
        grads = {
            "weight_query": np.tensordot(dq, query, ((0, 1), (0, 1))),
            "weight_key": np.tensordot(dk, memory, ((0, 1), (0, 1))),
            "weight_score": d.reshape(-1) @ a.reshape(-1, H),
        }
        return dq @ params["weight_query"], dk @ params["weight_key"], grads
