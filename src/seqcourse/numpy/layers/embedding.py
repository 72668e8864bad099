"""From a token's number to a vector that can be learned."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import DTypeLike

from seqcourse.numpy.contract import arguments, validation
from seqcourse.numpy.contract.layer import (
    Array,
    Cache,
    Layer,
    Params,
    State,
    StateGradient,
)


@dataclass(frozen=True)
class Embedding(Layer):
    """Look up a vector for each token::

        y[t] = weight[x[t]]

    It alone takes integers (B, T), so its dx is None.

    Parameters
    ----------
    num_embeddings
        Tokens V in the vocabulary.
    embedding_dim
        Features of a token's vector.

    Raises
    ------
    ValueError
        If a size is not a whole number of at least 1.

    Examples
    --------
    >>> layer = Embedding(num_embeddings=10, embedding_dim=4)
    >>> params = layer.init(np.random.default_rng(0))
    >>> y, _, _ = layer.forward(params, np.array([[1, 5, 1]]))
    >>> y.shape, bool((y[0, 0] == y[0, 2]).all())
    ((1, 3, 4), True)

    References
    ----------
    Names, shapes and first weights (standard normal) are those of
    ``torch.nn.Embedding``.
    """

    num_embeddings: int
    embedding_dim: int

    def __post_init__(self) -> None:
        arguments.check_positive(
            num_embeddings=self.num_embeddings,
            embedding_dim=self.embedding_dim,
        )

    @property
    def output_size(self) -> int:
        """Features of a token's vector."""
        return self.embedding_dim

    def parameter_shapes(self) -> dict[str, tuple[int, ...]]:
        return {"weight": (self.num_embeddings, self.embedding_dim)}

    def init(
        self, rng: np.random.Generator, dtype: DTypeLike = np.float32
    ) -> Params:
        shape = self.parameter_shapes()["weight"]
        return {"weight": rng.standard_normal(shape).astype(dtype)}

    def _check_x(
        self, x: Array, dtype: DTypeLike | None, one_step: bool = False
    ) -> Array:
        return validation.tokens(x, self.num_embeddings, one_step)

    def forward(
        self,
        params: Params,
        x: Array,
        state: State | None = None,
        lengths: Array | None = None,
        rng: np.random.Generator | None = None,
        out: Cache | None = None,
    ) -> tuple[Array, State, Cache]:
        x = validation.tokens(x, self.num_embeddings)
        padding_mask = validation.padding_mask(lengths, *x.shape)
        validation.state(state, ())

        y = params["weight"][x]
        if padding_mask is not None:
            y[padding_mask] = 0
        return y, (), (x, padding_mask)

    def backward(
        self,
        params: Params,
        dy: Array,
        dstate: StateGradient | None,
        cache: Cache,
    ) -> tuple[None, StateGradient, Params]:
        x, padding_mask = cache
        dweight = np.zeros_like(params["weight"])
        real = (
            np.ones(x.shape, bool) if padding_mask is None else ~padding_mask
        )
        np.add.at(dweight, x[real], dy[real])  # a token may come many times
        return None, (), {"weight": dweight}
