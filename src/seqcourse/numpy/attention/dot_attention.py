"""Dot-product attention: a score is the product of query and key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from seqcourse.numpy.attention.attention_mechanism import AttentionMechanism
from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.initialization import uniform
from seqcourse.numpy.contract.layer import Array, Params

#: Ways to score; each in the docstring of `DotAttention`.
SCORES = ("dot", "general", "scaled_dot")


@dataclass(frozen=True)
class DotAttention(AttentionMechanism):
    """Score a query against a position with a dot product::

        dot          score[t, s] = query[t]' memory[s]
        general      score[t, s] = query[t]' W memory[s]
        scaled_dot   score[t, s] = query[t]' memory[s] / sqrt(Dk)

    With d the gradient for the score, the backward pass of the first is::

        dquery[t]  = sum over s of d[t, s] memory[s]
        dmemory[s] = sum over t of d[t, s] query[t]

    and of the others the same, times W or divided by sqrt(Dk). Weights and
    context are those of `AttentionMechanism`.

    Parameters
    ----------
    query_size
        Features Dq of a query.
    key_size
        Features Dk of a position of the memory.
    score
        ``"dot"``, ``"general"`` or ``"scaled_dot"``; only ``"general"`` has a
        weight, and only it takes sizes that differ.

    Raises
    ------
    ValueError
        If a size is not a whole number of at least 1, the score is unknown,
        or the sizes differ where there is no W between them.

    Examples
    --------
    >>> attention = DotAttention(query_size=3, key_size=4, score="general")
    >>> params = attention.init(np.random.default_rng(0))
    >>> context, weights, cache = attention.forward(
    ...     params, np.ones((2, 1, 3)), np.ones((2, 6, 4))
    ... )
    >>> context.shape, weights.shape
    ((2, 1, 4), (2, 1, 6))

    References
    ----------
    Luong, Pham and Manning (2015), Effective approaches to attention-based
    neural machine translation, section 3.1; the scale is that of Vaswani et
    al. (2017), Attention is all you need, section 3.2.1.
    """

    query_size: int
    key_size: int
    score: str = "dot"

    def __post_init__(self) -> None:
        Dq, Dk = self.query_size, self.key_size
        arguments.check_positive(query_size=Dq, key_size=Dk)
        arguments.check_one_of(SCORES, score=self.score)
        if self.score != "general" and Dq != Dk:
            raise ValueError(
                f"key_size: expected {Dq}, the query_size, "
                f"where score={self.score!r}, got {Dk}"
            )

    def parameter_shapes(self) -> dict[str, tuple[int, ...]]:
        general = self.score == "general"
        return {"weight": (self.query_size, self.key_size)} if general else {}

    def init(
        self, rng: np.random.Generator, dtype: DTypeLike = np.float32
    ) -> Params:
        return uniform(rng, self.parameter_shapes(), self.key_size, dtype)

    def compare(
        self,
        params: Params,
        query: Array,
        memory: Array,
        out: Any | None = None,
    ) -> tuple[Array, Any]:
        q = query
        if self.score == "general":
            q = query @ params["weight"]
        if self.score == "scaled_dot":
            q = query / np.sqrt(self.key_size).astype(query.dtype)
        return q @ memory.swapaxes(1, 2), (query, q, memory)

    def compare_backward(
        self, params: Params, dscores: Array, kept: Any
    ) -> tuple[Array, Array, Params]:
        query, q, memory = kept
        dq = dscores @ memory
        dmemory = dscores.swapaxes(1, 2) @ q
        if self.score == "general":
            grads = {"weight": np.tensordot(query, dq, ((0, 1), (0, 1)))}
            return dq @ params["weight"].T, dmemory, grads
        if self.score == "scaled_dot":
            dq /= np.sqrt(self.key_size).astype(dq.dtype)
        return dq, dmemory, {}
