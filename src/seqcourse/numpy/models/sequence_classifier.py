"""Whole models: an embedding, a core that carries the memory, a read-out.

Any core fits any of them. What differs is when the model answers: once at the
end, or at every step; `LanguageModel` answers about the next one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.composition import Composite, check_parts
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
from seqcourse.numpy.layers.linear import Linear, made_once


@dataclass(frozen=True)
class _Model(Composite):
    """What the whole models share: read, remember, answer at every step."""

    embedding: Layer | None
    core: Layer

    def __post_init__(self) -> None:
        check_parts(self.embedding, self.core)

    @property
    def readout(self) -> Linear:
        """The weighted sum from the core's output to the answer."""
        return made_once(self.core.output_size, self.output_size)

    def _readout_params(self, params: Params) -> Params:
        """Find the weights of the read-out among the model's."""
        return child(params, "readout")

    def _gathered(self, y: Array, lengths: Array | None) -> Array:
        """Put what the readout needs at the steps where it is read."""
        del lengths
        return y

    def _gathered_backward(self, d: Array, lengths: Array | None) -> Array:
        """Carry gradients back through one call of `_gathered`."""
        del lengths
        return d

    @property
    def causal(self) -> bool:  # type: ignore[override]
        """Whether an answer depends on nothing after it."""
        return self.core.causal

    def children(self) -> dict[str, Layer]:
        parts: dict[str, Layer] = {}
        if self.embedding is not None:
            parts["embedding"] = self.embedding
        return parts | {"core": self.core, "readout": self.readout}

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
                self._readout_params(params),
                self._gathered(y, lengths),
                (),
                lengths,
                rng,
                old[2],
            )
        kept = None if lengths is None else np.array(lengths)
        return answers, state, (embedded, read, answered, kept)

    def backward(
        self,
        params: Params,
        dy: Array,
        dstate: StateGradient | None,
        cache: Cache,
    ) -> tuple[Array | None, StateGradient, Params]:
        embedded, read, answered, lengths = cache
        d, _, grads = self.readout.backward(
            self._readout_params(params), dy, (), answered
        )
        d = self._gathered_backward(d, lengths)
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

    A core that reads from the back has read everything at its first step, not
    at the last: what `Bidirectional` gives the readout is a[length] and b[1],
    the final state of both readers.

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
        If num_classes is not a whole number of at least 1, or the core has
        no step at which it has read everything (``core.complete_at``).

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

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.core.complete_at:
            raise ValueError(
                "core: expected one that has read everything at some step "
                f"(core.complete_at), got {self.core!r}"
            )

    @property
    def complete_at_first(self) -> Array | None:
        """Which features of the core are read at the first step, if any."""
        steps, counts = zip(*self.core.complete_at, strict=True)
        if "first" not in steps:
            return None
        return np.repeat([step == "first" for step in steps], counts)

    def _gathered(self, y: Array, lengths: Array | None) -> Array:
        first = self.complete_at_first
        if first is None:
            return y
        y, at = y.copy(), _last_steps(y, lengths)
        y[at] = np.where(first, y[:, 0], y[at])
        return y

    def _gathered_backward(self, d: Array, lengths: Array | None) -> Array:
        first = self.complete_at_first
        if first is None:
            return d
        at = _last_steps(d, lengths)
        there, moved = d[at], np.zeros_like(d)  # no other step was asked
        moved[at] = np.where(first, 0, there)
        moved[:, 0] += np.where(first, there, 0)
        return moved

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
        at = _last_steps(answers, lengths)
        return answers[at], state, (cache, at, answers.shape)

    def backward(
        self,
        params: Params,
        dy: Array,
        dstate: StateGradient | None,
        cache: Cache,
    ) -> tuple[Array | None, StateGradient, Params]:
        cache, at, shape = cache
        answers = np.zeros(shape, dy.dtype)
        answers[at] = dy
        return super().backward(params, answers, dstate, cache)


def _last_steps(y: Array, lengths: Array | None) -> tuple[Array, Array]:
    """Index the last real step of each sequence."""
    B, T, _ = y.shape
    last = np.full(B, T) if lengths is None else np.asarray(lengths)
    return np.arange(B), last - 1
