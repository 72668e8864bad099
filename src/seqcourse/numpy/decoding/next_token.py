"""What writing asks of a model: score the next token, one step at a time.

Greedy decoding, sampling and beam search are written against this, so that
they serve every model that writes, of either backend.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import singledispatch
from typing import Any

import numpy as np

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.annotations import described
from seqcourse.numpy.contract.layer import Array, Layer, Params
from seqcourse.numpy.contract.parameters import check_params
from seqcourse.numpy.contract.validation import inside_a_model
from seqcourse.numpy.layers.embedding import Embedding


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
    >>> params = model.init(np.random.default_rng(0))
    >>> next_token_model = NextTokenModel(model, params)
    >>> scores, state = next_token_model.read(np.array([[3, 1, 4]]), None)
    >>> scores, state = next_token_model.step(np.array([1]), state)
    >>> scores.shape
    (1, 9)
    """

    model: Any
    params: Params

    @property
    def config(self) -> Any:
        """The model as a NumPy layer, if it is a layer of either backend."""
        return self.model

    def check_vocabulary(self, scored: int) -> None:
        """Refuse a model that cannot read every token that it scores.

        Parameters
        ----------
        scored
            Tokens that have a score.

        Raises
        ------
        ValueError
            If its embedding has another number of tokens.
        """
        words = embedding_of(self.config)
        if words is not None and words.num_embeddings != scored:
            raise ValueError(
                "model: expected a score for each of the "
                f"{words.num_embeddings} tokens that it reads, got {scored}"
            )

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

    @np.errstate(over="ignore", invalid="ignore")  # the scores tell
    def read(
        self, tokens: Array, state: Any, lengths: Array | None = None
    ) -> tuple[Array, Any]:
        """Read what stands already.

        Parameters
        ----------
        tokens
            What was written (B, T).
        state
            What to begin from; None for nothing.
        lengths
            Real tokens of each row (B,); None for all T.

        Returns
        -------
        scores
            For the token after the last real one (B, V), float64.
        state
            The memory after it.
        """
        with inside_a_model():
            scores, state, _ = self.model.forward(
                self.params, tokens, state, lengths
            )
        return last_of(scores, self.model, lengths), state

    @np.errstate(over="ignore", invalid="ignore")
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
        with inside_a_model():
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
        with inside_a_model():
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


def last_of(scores: Any, model: Any, lengths: Array | None = None) -> Array:
    """Give the scores after the last step, or refuse what is no such model.

    Parameters
    ----------
    scores
        What the model said (B, T, V).
    model
        Which one, for the refusal.
    lengths
        Real steps of each sequence (B,); None for all T.

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
    B, T, _ = scores.shape
    at = T - 1 if lengths is None else lengths - 1
    last: Array = np.asarray(scores[np.arange(B), at], np.float64)
    return last


@singledispatch
def as_next_token_model(
    model: Any,
    params: Params,  # noqa: ARG001
) -> NextTokenModel:
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
        If the model is of neither backend, or cannot write tokens.

    Examples
    --------
    >>> params = {"weight": np.zeros((3, 3))}
    >>> as_next_token_model(Embedding(3, 3), params).model
    Embedding(num_embeddings=3, embedding_dim=3)
    """
    raise ValueError(
        f"model: expected a model that writes tokens, got {described(model)}"
    )


@as_next_token_model.register
def _(model: Layer, params: Params) -> NextTokenModel:
    check_writes(model)
    check_params(params, model)
    for name, weight in params.items():
        arguments.check_finite_array(**{f"params[{name!r}]": weight})
    return NextTokenModel(model, params)


def check_writes(model: Layer) -> None:
    """Refuse a layer that cannot write token by token.

    Parameters
    ----------
    model
        A NumPy layer.

    Raises
    ------
    ValueError
        If it sees the future, or reads features and not tokens.

    Examples
    --------
    >>> from seqcourse.numpy import RNN
    >>> check_writes(RNN(3, 4))
    Traceback (most recent call last):
    ValueError: model: expected one that reads tokens, as a LanguageModel
    does, got RNN
    """
    name = type(model).__name__
    if not model.causal:
        raise ValueError(
            "model: expected one that sees no future (model.causal), "
            f"got {name}"
        )
    features = any(
        hasattr(model, size) for size in ("input_size", "in_features")
    )
    if features or (hasattr(model, "embedding") and not embedding_of(model)):
        raise ValueError(
            "model: expected one that reads tokens, as a LanguageModel "
            f"does, got {name}"
        )


def embedding_of(model: Any) -> Embedding | None:
    """Find the embedding of the tokens that a model reads as it writes.

    Parameters
    ----------
    model
        A NumPy layer, or anything else.

    Returns
    -------
    embedding
        None where it is not known.

    Examples
    --------
    >>> from seqcourse.numpy import RNN, LanguageModel
    >>> embedding_of(LanguageModel(Embedding(9, 4), RNN(4, 8)))
    Embedding(num_embeddings=9, embedding_dim=4)
    """
    found = getattr(model, "target_embedding", None)
    found = found or getattr(model, "embedding", None) or model
    return found if isinstance(found, Embedding) else None
