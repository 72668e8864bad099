"""Writing: from scores of the next token to whole sequences.

A model that writes gives at each step a score to every token. One is taken,
and read as the next step's input, until the end token or the longest length.
`greedy` takes the likeliest, `sample` draws, `beam_search` follows several.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.divergence import DivergenceError
from seqcourse.numpy.contract.layer import Array, Params
from seqcourse.numpy.decoding.beginning import Beginning, Prefix, begin
from seqcourse.numpy.decoding.next_token import (
    NextTokenModel,
    as_next_token_model,
)
from seqcourse.numpy.functional.unchecked import log_softmax

#: From log-probabilities (B, V) and scores (B, V) to tokens (B,).
Choice: TypeAlias = Callable[[Array, Array], Array]


@dataclass(frozen=True, eq=False)
class Decoded:
    """What a model wrote.

    Where several were written to one source (`beam_search`), an axis K stands
    after the batch's, the best first.

    Parameters
    ----------
    tokens
        What was written (B, L), after the prefix and with the end token; end
        tokens beyond a length.
    lengths
        Tokens written to each (B,), the end token counted.
    scores
        The logarithm, in nats, of the probability that the model gives to
        what was written (B,); `beam_search` divides by its length penalty.
    ended
        Whether the end token was written (B,), and not just the most tokens.
    attention_weights
        How much of each place of the source was seen as each token was
        written (B, L, S), 0 beyond a length; None without attention.

    Examples
    --------
    >>> one = np.ones(1, np.int64)
    >>> decoded = Decoded(one[:, None], one, -0.5 * one, one > 0)
    >>> decoded.attention_weights is None
    True
    """

    tokens: Array
    lengths: Array
    scores: Array
    ended: Array
    attention_weights: Array | None = None


@checked
@np.errstate(over="ignore", invalid="ignore")  # the scores tell
def greedy(
    model: Any,
    params: Params,
    sources: Array | None = None,
    source_lengths: Array | None = None,
    *,
    prefix: Prefix,
    prefix_lengths: Array | None = None,
    end: int | None = None,
    max_length: int,
) -> Decoded:
    """Write the likeliest token at each step.

    The whole need not be the likeliest: a token that looked best may lead to
    nothing good. `beam_search` looks further.

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

    Returns
    -------
    decoded
        What was written. Of equally likely tokens, the first is taken.

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
    >>> greedy(model, params, prefix=3, max_length=5).tokens.shape
    (1, 5)
    """
    next_token_model = as_next_token_model(model, params)
    given = sources, source_lengths, prefix, prefix_lengths
    begun = begin(next_token_model, *given, end, max_length)
    return one_by_one(next_token_model, begun, end, max_length, likeliest)


def likeliest(log_p: Array, scores: Array) -> Array:  # noqa: ARG001
    """Choose the likeliest token.

    Parameters
    ----------
    log_p
        Log-probabilities (B, V).
    scores
        What they were made of (B, V).

    Returns
    -------
    tokens
        One for each row (B,); of equally likely ones, the lowest.

    Examples
    --------
    >>> likeliest(np.array([[-1.0, -0.5, -0.5]]), np.zeros((1, 3)))
    array([1])
    """
    tokens: Array = log_p.argmax(-1)
    return tokens


def one_by_one(
    next_token_model: NextTokenModel,
    begun: Beginning,
    end: int | None,
    max_length: int,
    choose: Choice,
) -> Decoded:
    """Write token after token, each chosen from its log-probabilities.

    Parameters
    ----------
    next_token_model
        Who writes.
    begun
        What stands already.
    end
        The token that ends a sequence; None for none.
    max_length
        The most tokens to write.
    choose
        From log-probabilities (B, V) and scores (B, V) to tokens (B,).

    Returns
    -------
    decoded
        What was written.

    Raises
    ------
    DivergenceError
        If the scores of a sequence stop being finite.

    Examples
    --------
    >>> from seqcourse.numpy import RNN, Embedding, LanguageModel
    >>> model = LanguageModel(Embedding(9, 4), RNN(4, 8))
    >>> params = model.init(np.random.default_rng(0))
    >>> next_token_model = NextTokenModel(model, params)
    >>> begun = begin(next_token_model, None, None, 3, None, None, 5)
    >>> unlikeliest = one_by_one(
    ...     next_token_model, begun, None, 5, lambda p, _: p.argmin(-1)
    ... )
    >>> unlikeliest.tokens.shape
    (1, 5)
    """
    B = len(begun.scores)
    written = list[Array]()
    lengths, total = np.zeros(B, np.int64), np.zeros(B)
    ended = np.zeros(B, bool)
    for tokens, log_p in steps(
        next_token_model, begun, end, max_length, choose
    ):
        written.append(tokens)
        total[~ended] += log_p[~ended]
        lengths[~ended] += 1
        ended |= tokens == end
    tokens = np.stack(written, 1)
    attention_weights = attention_weights_of(
        next_token_model, begun, tokens, lengths
    )
    return Decoded(tokens, lengths, total, ended, attention_weights)


def steps(
    next_token_model: NextTokenModel,
    begun: Beginning,
    end: int | None,
    max_length: int,
    choose: Choice,
) -> Iterator[tuple[Array, Array]]:
    """Write token after token, and hand each on as it is written.

    Parameters
    ----------
    next_token_model
        Who writes.
    begun
        What stands already.
    end
        The token that ends a sequence; None for none.
    max_length
        The most tokens to write.
    choose
        From log-probabilities (B, V) and scores (B, V) to tokens (B,).

    Yields
    ------
    tokens
        One for each sequence (B,); an end token for one that has ended.
    log_p
        Their log-probabilities (B,), in nats; for one that has ended, of no
        meaning.

    Raises
    ------
    DivergenceError
        If the scores of a sequence stop being finite.

    Examples
    --------
    >>> from seqcourse.numpy import RNN, Embedding, LanguageModel
    >>> model = LanguageModel(Embedding(9, 4), RNN(4, 8))
    >>> params = model.init(np.random.default_rng(0))
    >>> next_token_model = NextTokenModel(model, params)
    >>> begun = begin(next_token_model, None, None, 3, None, None, 5)
    >>> written = steps(
    ...     next_token_model, begun, None, 5, lambda log_p, _: log_p.argmax(1)
    ... )
    >>> tokens, log_p = next(written)
    >>> tokens.shape, log_p.shape
    ((1,), (1,))
    """
    scores, state = begun.scores, begun.state
    ended = np.zeros(len(scores), bool)
    for t in range(max_length):
        log_p = log_probabilities(scores, ~ended, t)
        chosen = choose(log_p, scores)
        tokens = np.where(ended, end or 0, chosen)
        yield tokens, log_p[np.arange(len(chosen)), chosen]
        ended |= tokens == end
        if ended.all() or t == max_length - 1:
            return
        scores, state = next_token_model.step(tokens, state)


def log_probabilities(scores: Array, going: Array, written: int) -> Array:
    """Give the logarithm of each token's probability.

    Parameters
    ----------
    scores
        For the next token (B, V).
    going
        Which sequences are written on (B,); others may have any scores.
    written
        Tokens written before, for the error.

    Returns
    -------
    log_p
        Log-probabilities (B, V), in nats.

    Raises
    ------
    DivergenceError
        If the scores of a sequence are not finite. Minus infinity is the
        score of a token that cannot be, as long as another can.

    Examples
    --------
    >>> going = np.array([True])
    >>> log_probabilities(np.array([[0.0, -np.inf]]), going, 0)
    array([[  0., -inf]])
    >>> log_probabilities(np.array([[0.0, np.nan]]), going, 3)
    Traceback (most recent call last):
    seqcourse.numpy.contract.divergence.DivergenceError: scores: expected
    finite numbers, got nan for sequence 0 after 3 tokens
    """
    best = scores.max(-1)  # which is nan where any score is
    finite = np.isfinite(best)
    if not finite.all():
        wrong = np.flatnonzero(going & ~finite)
        if len(wrong):
            raise DivergenceError(
                f"scores: expected finite numbers, got {best[wrong[0]]} for "
                f"sequence {wrong[0]} after {written} tokens"
            )
        scores = np.where(finite[:, None], scores, 0)
    return log_softmax(scores)


def attention_weights_of(
    next_token_model: NextTokenModel,
    begun: Beginning,
    tokens: Array,
    lengths: Array,
) -> Array | None:
    """Tell where a model looked as it wrote, by letting it read that again.

    Parameters
    ----------
    next_token_model
        Who wrote.
    begun
        What stood already.
    tokens
        What was written (B, L).
    lengths
        Tokens written to each (B,).

    Returns
    -------
    weights
        (B, L, S), or None where nothing was looked at.

    Examples
    --------
    >>> from seqcourse.numpy import RNN, Embedding, LanguageModel
    >>> model = LanguageModel(Embedding(9, 4), RNN(4, 8))
    >>> one = np.ones((1, 1), np.int64)
    >>> begun = Beginning(one, one[0], None, one, ())
    >>> next_token_model = NextTokenModel(model, {})
    >>> attention_weights_of(next_token_model, begun, one, one[0]) is None
    True
    """
    prefix, before = begun.tokens, begun.lengths - 1
    given = np.concatenate([prefix, tokens[:, :-1]], 1)
    # What was written follows each prompt's last real token.
    at = np.arange(given.shape[1])
    padding = prefix.shape[1] - begun.lengths[:, None]
    at = np.where(at > before[:, None], at + padding, at)
    given = np.take_along_axis(given, at.clip(max=given.shape[1] - 1), 1)
    steps = np.maximum(before + lengths, 1)
    weights = next_token_model.attention_weights(given, begun.first, steps)
    if weights is None:
        return None
    written = before[:, None] + np.arange(tokens.shape[1])
    return np.take_along_axis(weights, written[..., None], 1)
