"""The language model: what comes next, after all that was read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import DTypeLike

from seqcourse.numpy.contract.layer import (
    Array,
    Cache,
    Layer,
    Params,
    StateGradient,
)
from seqcourse.numpy.layers.embedding import Embedding
from seqcourse.numpy.layers.linear import Linear, made_once
from seqcourse.numpy.models.sequence_classifier import _Model


@dataclass(frozen=True)
class LanguageModel(_Model):
    """Say at every step which token comes next::

        scores[t] = readout(core(embedding(x))[t])

    The softmax of the scores is p(x[t+1] | x[1], ..., x[t]).

    Where it is tied, a token's vector is also what it is recognised by: the
    read-out is the embedding's own matrix, without a bias, ::

        scores[t] = core(embedding(x))[t] embedding.weight'

    and the gradients of both uses are added up.

    Parameters
    ----------
    embedding
        The tokens' vectors; their number is the size of the vocabulary.
    core
        What carries the memory; it must not see the future.
    tied
        Whether the read-out has the embedding's weights. These then begin
        with the core's `init_std`, if it has one, or a standard deviation of
        1 / sqrt(E), so that the first scores are of size 1 or less.

    Raises
    ------
    ValueError
        If the core sees the future, the embedding is none for tokens, or it
        is tied to a core that gives another number of features.

    Examples
    --------
    >>> from seqcourse.numpy import RNN, Embedding
    >>> model = LanguageModel(Embedding(9, 4), RNN(4, 8))
    >>> params = model.init(np.random.default_rng(0))
    >>> scores, _, _ = model.forward(params, np.array([[1, 5, 2]]))
    >>> scores.shape
    (1, 3, 9)
    >>> tied = LanguageModel(Embedding(9, 4), RNN(4, 4), tied=True)
    >>> sorted({*model.parameter_shapes()} - {*tied.parameter_shapes()})
    ['readout.bias', 'readout.weight']

    References
    ----------
    Mikolov et al. (2010), Recurrent neural network based language model. One
    matrix for both: Press and Wolf (2017), Using the output embedding to
    improve language models.
    """

    tied: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.embedding, Embedding):
            raise ValueError(
                "embedding: expected an Embedding for tokens, "
                f"got {type(self.embedding).__name__}"
            )
        if not self.core.causal:
            raise ValueError(
                "core: expected one that sees no future (core.causal), "
                f"got {type(self.core).__name__}"
            )
        given, wanted = self.core.output_size, self.embedding.output_size
        if self.tied and given != wanted:
            raise ValueError(
                f"core: expected output_size {wanted}, the embedding's, "
                f"where tied=True, got {given}"
            )

    @property
    def output_size(self) -> int:
        """Tokens in the vocabulary."""
        assert isinstance(self.embedding, Embedding)
        return self.embedding.num_embeddings

    @property
    def readout(self) -> Linear:
        """The weighted sum from the core's output to the scores."""
        return made_once(
            self.core.output_size, self.output_size, not self.tied
        )

    @property
    def first_size(self) -> float:
        """Standard deviation with which tied weights begin."""
        asked = getattr(self.core, "init_std", None)
        return float(asked or self.core.output_size**-0.5)

    def _readout_params(self, params: Params) -> Params:
        """Find the weights of the read-out among the model's."""
        if self.tied:
            return {"weight": params["embedding.weight"]}
        return super()._readout_params(params)

    def children(self) -> dict[str, Layer]:
        parts = super().children()
        if self.tied:
            del parts["readout"]
        return parts

    def init(
        self, rng: np.random.Generator, dtype: DTypeLike = np.float32
    ) -> Params:
        params = super().init(rng, dtype)
        if self.tied:
            params["embedding.weight"] *= self.first_size
        return params

    def backward(
        self,
        params: Params,
        dy: Array,
        dstate: StateGradient | None,
        cache: Cache,
    ) -> tuple[Array | None, StateGradient, Params]:
        dx, dstate, grads = super().backward(params, dy, dstate, cache)
        if self.tied:
            grads["embedding.weight"] += grads.pop("readout.weight")
        return dx, dstate, grads
