"""Writing: from scores of the next token to whole sequences.

A model that writes gives at each step a score to every token. One is taken,
and read as the next step's input, until the end token or the longest length.
`greedy` takes the likeliest, `sample` draws, `beam_search` follows several.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.layer import Array, Params
from seqcourse.numpy.decoding.next_token import (
    NextTokenModel,
    as_next_token_model,
    begin,
)
from seqcourse.numpy.functional.unchecked import log_softmax


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


def greedy(
    model: Any,
    params: Params,
    sources: Array | None = None,
    source_lengths: Array | None = None,
    *,
    prefix: Array | int,
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
        Tokens to go on from (B, P); a number for one token that all begin
        with.
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

    Examples
    --------
    >>> from seqcourse.numpy import RNN, Embedding, LanguageModel
    >>> model = LanguageModel(Embedding(9, 4), RNN(4, 8))
    >>> params = model.init(np.random.default_rng(0))
    >>> greedy(model, params, prefix=3, max_length=5).tokens.shape
    (1, 5)
    """
    return one_by_one(
        as_next_token_model(model, params),
        (sources, source_lengths, prefix),
        end,
        max_length,
        lambda log_p: log_p.argmax(-1),
    )


def one_by_one(
    next_token_model: NextTokenModel,
    given: tuple[Any, Any, Any],
    end: int | None,
    max_length: int,
    choose: Callable[[Array], Array],
) -> Decoded:
    """Write token after token, each chosen from its log-probabilities.

    Parameters
    ----------
    next_token_model
        Who writes.
    given
        Sources, source lengths and prefix, as `greedy` takes them.
    end
        The token that ends a sequence; None for none.
    max_length
        The most tokens to write.
    choose
        From log-probabilities (B, V) to tokens (B,).

    Returns
    -------
    decoded
        What was written.

    Raises
    ------
    ValueError
        If an argument is not what it must be; the message names it.

    Examples
    --------
    >>> from seqcourse.numpy import RNN, Embedding, LanguageModel
    >>> model = LanguageModel(Embedding(9, 4), RNN(4, 8))
    >>> params = model.init(np.random.default_rng(0))
    >>> unlikeliest = one_by_one(
    ...     NextTokenModel(model, params),
    ...     (None, None, 3),
    ...     None,
    ...     5,
    ...     lambda log_p: log_p.argmin(-1),
    ... )
    >>> unlikeliest.tokens.shape
    (1, 5)
    """
    arguments.check_positive(max_length=max_length)
    prefix, first = begin(next_token_model, *given)
    scores, state = next_token_model.read(prefix, first)
    check_end(end, scores.shape[1])
    B, _ = scores.shape
    tokens = np.full((B, max_length), end or 0)
    lengths, total = np.zeros(B, np.int64), np.zeros(B)
    ended = np.zeros(B, bool)
    for t in range(max_length):
        log_p = log_softmax(scores)
        chosen = choose(log_p)
        going = ~ended
        tokens[going, t] = chosen[going]
        total[going] += log_p[going, chosen[going]]
        lengths[going] += 1
        ended |= tokens[:, t] == end
        if ended.all() or t == max_length - 1:
            break
        scores, state = next_token_model.step(tokens[:, t], state)
    tokens = tokens[:, : lengths.max()]
    attention_weights = attention_weights_of(
        next_token_model, prefix, first, tokens, lengths
    )
    return Decoded(tokens, lengths, total, ended, attention_weights)


def check_end(end: int | None, vocabulary: int) -> None:
    """Refuse an end token that the model cannot write.

    Parameters
    ----------
    end
        The token, or None.
    vocabulary
        How many tokens there are.

    Raises
    ------
    ValueError
        If it is none of them.

    Examples
    --------
    >>> check_end(9, 9)
    Traceback (most recent call last):
    ValueError: end: expected a token from 0 to 8 or None, got 9
    """
    whole = isinstance(end, (int, np.integer)) and not isinstance(end, bool)
    if end is not None and not (whole and 0 <= end < vocabulary):
        raise ValueError(
            f"end: expected a token from 0 to {vocabulary - 1} or None, "
            f"got {end!r}"
        )


def attention_weights_of(
    next_token_model: NextTokenModel,
    prefix: Array,
    first: Any,
    tokens: Array,
    lengths: Array,
) -> Array | None:
    """Tell where a model looked as it wrote, by letting it read that again.

    Parameters
    ----------
    next_token_model
        Who wrote.
    prefix
        What stood already (B, P).
    first
        What it was begun from.
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
    >>> next_token_model = NextTokenModel(model, {})
    >>> attention_weights_of(next_token_model, one, None, one, one[0]) is None
    True
    """
    before = prefix.shape[1] - 1
    given = np.concatenate([prefix, tokens[:, :-1]], 1)
    steps = np.maximum(before + lengths, 1)
    weights = next_token_model.attention_weights(given, first, steps)
    return None if weights is None else weights[:, before:]
