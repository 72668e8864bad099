"""What writing asks of a model: score the next token, one step at a time.

Greedy decoding, sampling and beam search are written against this, so that
they serve every model that writes, of either backend.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import singledispatch
from typing import Any

import numpy as np

from seqcourse.numpy.contract.layer import Array, Layer, Params
from seqcourse.numpy.contract.task import ReadsSources


@dataclass(frozen=True)
class NextTokenModel:
    """A model and its weights, asked for nothing but the next token's scores.

    Parameters
    ----------
    model
        `LanguageModel`, `EncoderDecoder`, or another that scores the next
        token at every step.
    params
        Its weights.

    Examples
    --------
    >>> from seqcourse.numpy import RNN, Embedding, LanguageModel
    >>> model = LanguageModel(Embedding(9, 4), RNN(4, 8))
    >>> next_token_model = NextTokenModel(model, model.init(np.random.default_rng(0)))
    >>> scores, state = next_token_model.read(np.array([[3, 1, 4]]), None)
    >>> scores, state = next_token_model.step(np.array([1]), state)
    >>> scores.shape
    (1, 9)
    """

    model: Any
    params: Params

    def encode(self, sources: Array, lengths: Array | None) -> Any:
        """Read sources.

        Parameters
        ----------
        sources
            What the model's encoder reads.
        lengths
            Real steps of each source (B,), or None.

        Returns
        -------
        state
            What to begin to write from.
        """
        state, _ = self.model.encode(self.params, sources, lengths)
        return state

    def read(self, tokens: Array, state: Any) -> tuple[Array, Any]:
        """Read what stands already.

        Parameters
        ----------
        tokens
            What was written (B, T).
        state
            What to begin from; None for nothing.

        Returns
        -------
        scores
            For the token after the last.
        state
            The memory after the last.
        """
        scores, state, _ = self.model.forward(self.params, tokens, state)
        return last_of(scores, self.model), state

    def step(self, tokens: Array, state: Any) -> tuple[Array, Any]:
        """Read one token more.

        Parameters
        ----------
        tokens
            What was written last (B,).
        state
            The memory so far.

        Returns
        -------
        scores
            For the next token (B, V), float64.
        state
            The memory now.
        """
        scores, state = self.model.step(self.params, tokens, state)
        return scores.astype(np.float64), state

    def attention_weights(
        self, tokens: Array, state: Any, lengths: Array
    ) -> Array | None:
        """Tell where the model looked as it wrote.

        Parameters
        ----------
        tokens
            What it was given at each step (B, T).
        state
            What it began from.
        lengths
            Real steps (B,).

        Returns
        -------
        weights
            How much of each place of the source (B, T, S), or None.
        """
        if not hasattr(self.model, "attention_weights"):
            return None
        weights: Array | None = self.model.attention_weights(
            self.params, tokens, state, lengths
        )
        return weights

    def rows(self, state: Any, rows: Array) -> Any:
        """Give the memories of some sequences, in a given order.

        Parameters
        ----------
        state
            Arrays with the batch first, whatever their other axes are.
        rows
            Which sequences; one may come many times.

        Returns
        -------
        state
            Their memories.
        """
        return tuple(part[rows] for part in state)


def last_of(scores: Any, model: Any) -> Array:
    """Give the scores after the last step, or refuse what is no such model.

    Parameters
    ----------
    scores
        What the model said (B, T, V).
    model
        Which one, for the refusal.

    Returns
    -------
    scores
        (B, V), float64.

    Raises
    ------
    ValueError
        If the model does not answer at every step.

    Examples
    --------
    >>> last_of(np.array([[[1, 2], [3, 4]]]), "a model")
    array([[3., 4.]])
    """
    if scores.ndim != 3:
        raise ValueError(
            "model: expected one that scores the next token at every step, "
            f"got {type(model).__name__}"
        )
    last: Array = np.asarray(scores[:, -1], np.float64)
    return last


@singledispatch
def as_next_token_model(model: Any, params: Params) -> NextTokenModel:  # noqa: ARG001
    """Give the scorer of a model of either backend.

    Parameters
    ----------
    model
        A NumPy layer, or a module of ``seqcourse.torch``.
    params
        Its weights, as NumPy arrays.

    Returns
    -------
    next_token_model
        What the decoders ask.

    Raises
    ------
    ValueError
        If the model is of neither backend.

    Examples
    --------
    >>> from seqcourse.numpy import RNN
    >>> as_next_token_model(RNN(3, 4), {}).model == RNN(3, 4)
    True
    """
    raise ValueError(
        f"model: expected a model that writes tokens, got {model!r}"
    )


@as_next_token_model.register
def _(model: Layer, params: Params) -> NextTokenModel:
    return NextTokenModel(model, params)


def begin(
    next_token_model: NextTokenModel,
    sources: Array | None,
    source_lengths: Array | None,
    prefix: Array | int,
) -> tuple[Array, Any]:
    """Check what is to be gone on from, and read the source if there is one.

    Parameters
    ----------
    next_token_model
        Who shall write.
    sources
        What is read first, or None for a model that reads none.
    source_lengths
        Real steps of each source (B,), or None.
    prefix
        Tokens that stand already (B, P); a number for one token that all
        begin with.

    Returns
    -------
    prefix
        The tokens (B, P).
    state
        What to read them from.

    Raises
    ------
    ValueError
        If there is a source too many or too few, or a prefix is no prefix.

    Examples
    --------
    >>> from seqcourse.numpy import RNN, Embedding, LanguageModel
    >>> model = LanguageModel(Embedding(9, 4), RNN(4, 8))
    >>> begin(NextTokenModel(model, {}), None, None, 3)
    (array([[3]]), None)
    """
    state, B = None, 1
    name = type(next_token_model.model).__name__
    reads = isinstance(next_token_model.model, ReadsSources)
    if reads != (sources is not None):
        expected = "the sources to read" if reads else "None"
        raise ValueError(
            f"sources: expected {expected} for {name}, "
            f"got {'None' if sources is None else type(sources).__name__}"
        )
    if sources is not None:
        B = len(sources)
        state = next_token_model.encode(sources, source_lengths)
    prefix = np.asarray(prefix)
    if prefix.ndim == 0:
        prefix = np.full((B, 1), prefix)
    fits = prefix.ndim == 2 and prefix.shape[1] > 0
    if not fits or (reads and len(prefix) != B):
        raise ValueError(
            f"prefix: expected a token, or tokens ({B if reads else 'B'}, P) "
            f"with P of at least 1, got shape {prefix.shape}"
        )
    return prefix, state
