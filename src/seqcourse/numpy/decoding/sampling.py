"""Sampling: draw what a model writes, token by token."""

from __future__ import annotations

from typing import Any

import numpy as np

from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.layer import Array, Params
from seqcourse.numpy.decoding.beginning import Beginning, Prefix, begin
from seqcourse.numpy.decoding.greedy import Decoded, one_by_one
from seqcourse.numpy.decoding.next_token import as_next_token_model
from seqcourse.numpy.decoding.next_token_distribution import (
    check_sampling,
    penalized,
    ranked_distribution,
)


@checked
@np.errstate(over="ignore", invalid="ignore")  # the scores tell
def sample(
    model: Any,
    params: Params,
    sources: Array | None = None,
    source_lengths: Array | None = None,
    *,
    prefix: Prefix,
    prefix_lengths: Array | None = None,
    end: int | None = None,
    max_length: int,
    rng: np.random.Generator,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    min_p: float | None = None,
    repetition_penalty: float = 1.0,
) -> Decoded:
    """Draw each token as likely as the model finds it, or a little otherwise.

    What temperature, top_k, top_p, min_p and repetition_penalty do to the
    probabilities, and in which order, is `next_token_distribution`.

    Parameters
    ----------
    model
        What writes, of either backend: `LanguageModel` or `EncoderDecoder`.
    params
        Its weights, as NumPy arrays.
    sources
        What is read first (B, S); None for a model that reads none.
    source_lengths
        Real steps of each source (B,); None means all S.
    prefix
        Tokens to go on from: (B, P), a list of rows that may differ in
        length, or one token that all begin with.
    prefix_lengths
        Real tokens of each row of a padded prefix (B,); None means all P.
    end
        The token that ends a sequence; None for none.
    max_length
        The most tokens to write.
    rng
        Where the randomness comes from. Each step draws one number for each
        sequence, in the batch's order, for those that have ended, too.
    temperature
        Below 1 for more of what is likely, above 1 for less; towards 0 it
        becomes `greedy`.
    top_k
        How many tokens may be drawn; None for all.
    top_p
        Probability that may be drawn, above 0 to 1; None for all.
    min_p
        Smallest probability that may be drawn, as a fraction of the largest,
        from 0 to 1; None for all.
    repetition_penalty
        Above 1, tokens of the prefix and tokens written become less likely.

    Returns
    -------
    decoded
        What was written; its scores are the model's own, before all of this.

    Raises
    ------
    ValueError
        If an argument is not what it must be; the message names it.
    DivergenceError
        If the scores of a sequence stop being finite.

    Examples
    --------
    >>> from seqcourse.numpy import RNN, Embedding, LanguageModel
    >>> model = LanguageModel(Embedding(9, 4), RNN(4, 8))
    >>> params = model.init(np.random.default_rng(0))
    >>> rng = np.random.default_rng(1)
    >>> drawn = sample(model, params, prefix=3, max_length=5, rng=rng)
    >>> drawn.tokens.shape
    (1, 5)
    """
    check_sampling(temperature, top_k, top_p, min_p, repetition_penalty)
    next_token_model = as_next_token_model(model, params)
    given = sources, source_lengths, prefix, prefix_lengths
    begun = begin(next_token_model, *given, end, max_length)
    draw = Draw(
        begun, rng, temperature, top_k, top_p, min_p, repetition_penalty
    )
    return one_by_one(next_token_model, begun, end, max_length, draw)


class Draw:
    """Draws the next token of each sequence from its scores.

    Parameters
    ----------
    begun
        What stands before the first token; its tokens count as seen.
    rng
        Where the randomness comes from: one number a sequence and step.
    temperature, top_k, top_p, min_p, repetition_penalty
        As `sample` has them, checked.

    Examples
    --------
    >>> scores = np.log([[0.5, 0.3, 0.2]])
    >>> one = np.ones((1, 1), np.int64)
    >>> begun = Beginning(one, one[0], None, scores, ())
    >>> draw = Draw(begun, np.random.default_rng(0), top_k=1)
    >>> draw(scores, scores)
    array([0])
    """

    def __init__(
        self,
        begun: Beginning,
        rng: np.random.Generator,
        temperature: float = 1.0,
        top_k: int | None = None,
        top_p: float | None = None,
        min_p: float | None = None,
        repetition_penalty: float = 1.0,
    ) -> None:
        self.rng = rng
        self.filters = temperature, top_k, top_p, min_p
        self.penalty = repetition_penalty
        real = np.arange(begun.tokens.shape[1]) < begun.lengths[:, None]
        self.seen = np.zeros(begun.scores.shape, bool)
        self.seen[np.nonzero(real)[0], begun.tokens[real]] = True

    def __call__(self, log_p: Array, scores: Array) -> Array:
        """Draw a token for each row.

        Parameters
        ----------
        log_p
            Log-probabilities (B, V).
        scores
            What the model said (B, V).

        Returns
        -------
        tokens
            One for each row (B,).
        """
        if self.penalty == 1:
            given = log_p
        else:
            given = penalized(scores, self.seen, self.penalty)
        order, p = ranked_distribution(given, *self.filters)
        up_to = np.cumsum(p, -1)
        up_to /= up_to[:, -1:]
        rank = (up_to <= self.rng.random((len(p), 1))).sum(-1, keepdims=True)
        tokens: Array = np.take_along_axis(order, rank, -1)[:, 0]
        self.seen[np.arange(len(tokens)), tokens] = True
        return tokens
