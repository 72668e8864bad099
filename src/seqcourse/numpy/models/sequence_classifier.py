"""Whole models: an embedding, a core that carries the memory, a read-out.

Any core fits any of them. What differs is when the model answers: once at the
end, or at every step; `LanguageModel` answers about the next one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import DTypeLike

from seqcourse.numpy.contract import arguments, parameters, shapes
from seqcourse.numpy.contract.composition import check_parts
from seqcourse.numpy.contract.layer import (
    Array,
    Cache,
    Layer,
    Params,
    State,
    StateGradient,
)
from seqcourse.numpy.contract.parameters import child, prefixed
from seqcourse.numpy.contract.validation import inside_a_model
from seqcourse.numpy.layers.linear import Linear


@dataclass(frozen=True)
class _Model(Layer):
    """What the whole models share: read, remember, answer at every step."""

    embedding: Layer | None
    core: Layer

    def __post_init__(self) -> None:
        check_parts(self.embedding, self.core)

    @property
    def readout(self) -> Linear:
        """The weighted sum from the core's output to the answer."""
        return Linear(self.core.output_size, self.output_size)

    def _readout_params(self, params: Params) -> Params:
        """Find the weights of the read-out among the model's."""
        return child(params, "readout")

    @property
    def causal(self) -> bool:  # type: ignore[override]
        """Whether an answer depends on nothing after it."""
        return self.core.causal

    def children(self) -> dict[str, Layer]:
        """Give the parts by their parameters' prefix, in reading order."""
        parts: dict[str, Layer] = {}
        if self.embedding is not None:
            parts["embedding"] = self.embedding
        return parts | {"core": self.core, "readout": self.readout}

    def parameter_shapes(self) -> dict[str, tuple[int, ...]]:
        shapes: dict[str, tuple[int, ...]] = {}
        for name, part in self.children().items():
            shapes |= prefixed(part.parameter_shapes(), name)
        return shapes

    def init(
        self, rng: np.random.Generator, dtype: DTypeLike = np.float32
    ) -> Params:
        params: Params = {}
        for name, part in self.children().items():
            params |= prefixed(part.init(rng, dtype), name)
        return params

    def initial_state(self, batch_size: int, dtype: DTypeLike) -> State:
        return self.core.initial_state(batch_size, dtype)

    def state_bytes(self, T: int, dtype: DTypeLike = np.float32) -> int:
        return self.core.state_bytes(T, dtype)

    def step(
        self, params: Params, x_t: Array, state: State | None = None
    ) -> tuple[Array, State]:
        x_t = np.asarray(x_t)
        if self.embedding is not None:
            x_t, _ = self.embedding.step(child(params, "embedding"), x_t)
        y_t, state = self.core.step(child(params, "core"), x_t, state)
        answer, _ = self.readout.step(self._readout_params(params), y_t)
        return answer, state

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
        old = out or (None, None, None)
        embedded = None
        if self.embedding is not None:
            x, _, embedded = self.embedding.forward(
                child(params, "embedding"), x, (), lengths, rng, old[0]
            )
        y, state, read = self.core.forward(
            child(params, "core"), x, state, lengths, rng, old[1]
        )
        with inside_a_model():
            answers, _, answered = self.readout.forward(
                self._readout_params(params), y, (), lengths, rng, old[2]
            )
        return answers, state, (embedded, read, answered)

    def backward(
        self,
        params: Params,
        dy: Array,
        dstate: StateGradient | None,
        cache: Cache,
    ) -> tuple[Array | None, StateGradient, Params]:
        embedded, read, answered = cache
        d, _, grads = self.readout.backward(
            self._readout_params(params), dy, (), answered
        )
        grads = prefixed(grads, "readout")
        dx, dstate, of_core = self.core.backward(
            child(params, "core"), d, dstate, read
        )
        grads |= prefixed(of_core, "core")
        if self.embedding is not None and dx is not None:
            dx, _, of_embedding = self.embedding.backward(
                child(params, "embedding"), dx, (), embedded
            )
            grads |= prefixed(of_embedding, "embedding")
        return dx, dstate, grads


@dataclass(frozen=True)
class SequenceTagger(_Model):
    """Answer at every step::

        answer[t] = readout(core(embedding(x))[t])

    Parameters
    ----------
    embedding
        `Embedding` for tokens, `Linear` for real numbers, None where the core
        reads the input as it is.
    core
        What carries the memory.
    num_classes
        Scores of one answer, or values where the task is a series.

    Raises
    ------
    ValueError
        If num_classes is not a whole number of at least 1.

    Examples
    --------
    >>> from seqcourse.numpy import RNN, Embedding
    >>> model = SequenceTagger(Embedding(9, 4), RNN(4, 8), num_classes=3)
    >>> params = model.init(np.random.default_rng(0))
    >>> answers, _, _ = model.forward(params, np.array([[1, 5, 2]]))
    >>> answers.shape
    (1, 3, 3)

    References
    ----------
    The arrangement of Elman (1990), Finding structure in time, figure 2.
    """

    num_classes: int

    def __post_init__(self) -> None:
        super().__post_init__()
        arguments.check_positive(num_classes=self.num_classes)

    @property
    def output_size(self) -> int:
        """Scores of one answer."""
        return self.num_classes


@dataclass(frozen=True)
class SequenceClassifier(SequenceTagger):
    """Answer once, after the last real step::

        answer = readout(core(embedding(x))[length])

    Parameters
    ----------
    embedding
        `Embedding` for tokens, `Linear` for real numbers, None where the core
        reads the input as it is.
    core
        What carries the memory.
    num_classes
        Scores of the answer.

    Raises
    ------
    ValueError
        If num_classes is not a whole number of at least 1.

    Examples
    --------
    >>> from seqcourse.numpy import RNN, Embedding
    >>> model = SequenceClassifier(Embedding(9, 4), RNN(4, 8), num_classes=3)
    >>> params = model.init(np.random.default_rng(0))
    >>> answer, _, _ = model.forward(params, np.array([[1, 5, 2]]))
    >>> answer.shape
    (1, 3)

    References
    ----------
    Sutskever et al. (2014), Sequence to sequence learning, section 2.
    """

    def forward(
        self,
        params: Params,
        x: Array,
        state: State | None = None,
        lengths: Array | None = None,
        rng: np.random.Generator | None = None,
        out: Cache | None = None,
    ) -> tuple[Array, State, Cache]:
        answers, state, cache = super().forward(
            params, x, state, lengths, rng, out and out[0]
        )
        B, T, _ = answers.shape
        last = np.full(B, T) if lengths is None else np.asarray(lengths)
        at = np.arange(B), last - 1
        return answers[at], state, (cache, at, answers.shape)

    def backward(
        self,
        params: Params,
        dy: Array,
        dstate: StateGradient | None,
        cache: Cache,
    ) -> tuple[Array | None, StateGradient, Params]:
        cache, at, shape = cache
        shapes.check_gradient_shape(dy.shape, (shape[0], shape[2]))
        answers = np.zeros(shape, dy.dtype)
        answers[at] = dy
        return super().backward(params, answers, dstate, cache)
