"""Beam search: follow the few best beginnings instead of one."""

from __future__ import annotations

from typing import Any

import numpy as np

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.layer import Array, Params
from seqcourse.numpy.decoding.greedy import (
    Decoded,
    attention_weights_of,
    check_end,
)
from seqcourse.numpy.decoding.next_token import as_next_token_model, begin
from seqcourse.numpy.functional.unchecked import log_softmax


def beam_search(
    model: Any,
    params: Params,
    sources: Array | None = None,
    source_lengths: Array | None = None,
    *,
    prefix: Array | int,
    end: int | None = None,
    max_length: int,
    width: int = 5,
    length_penalty: float = 0.0,
) -> Decoded:
    """Write several sequences side by side, and keep the likeliest.

    At each step every sequence of the beam is continued with every token, and
    of all these the likeliest are kept. One that has ended keeps its place
    and is continued no more, so that width 1 is `greedy`. Those that come to
    the most tokens without an end stand beside the others. They are ranked at
    the end, with n tokens written and ``length_penalty`` a, by::

        log p / ((5 + n) / 6)**a

    so that 0 ranks by probability, which favours what is short, and a larger
    number favours what is long.

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
    width
        Sequences K in the beam.
    length_penalty
        The exponent a, at least 0.

    Returns
    -------
    decoded
        The beam, with an axis K after the batch's, the best first: tokens
        (B, K, L), lengths, scores and ended (B, K), alignment (B, K, L, S).
        Where there are fewer than K sequences, the rest have a score of
        minus infinity and length 0.

    Raises
    ------
    ValueError
        If an argument is not what it must be; the message names it.

    Examples
    --------
    >>> from seqcourse.numpy import RNN, Embedding, LanguageModel
    >>> model = LanguageModel(Embedding(9, 4), RNN(4, 8))
    >>> params = model.init(np.random.default_rng(0))
    >>> found = beam_search(model, params, prefix=3, max_length=5, width=2)
    >>> found.tokens.shape, bool(found.scores[0, 0] >= found.scores[0, 1])
    ((1, 2, 5), True)

    References
    ----------
    Sutskever, Vinyals and Le (2014), Sequence to sequence learning with
    neural networks, section 3.2. The penalty: Wu et al. (2016), Google's
    neural machine translation system, equation 14, without coverage.
    """
    arguments.check_positive(max_length=max_length, width=width)
    if not 0 <= length_penalty < np.inf:
        raise ValueError(
            "length_penalty: expected a number of at least 0, "
            f"got {length_penalty!r}"
        )
    next_token_model = as_next_token_model(model, params)
    prefix, first = begin(next_token_model, sources, source_lengths, prefix)
    scores, state = next_token_model.read(prefix, first)
    (B, V), K = scores.shape, width
    check_end(end, V)
    rows = np.repeat(np.arange(B), K)
    scores, state = scores[rows], next_token_model.rows(state, rows)

    # At first all K are the same nothing: one of them is enough.
    total = np.full((B, K), -np.inf)
    total[:, 0] = 0
    tokens = np.full((B, K, max_length), end or 0)
    lengths, ended = np.zeros((B, K), np.int64), np.zeros((B, K), bool)
    for t in range(max_length):
        longer = total[..., None] + log_softmax(scores).reshape(B, K, V)
        longer[ended] = -np.inf
        if end is not None:
            longer[ended, end] = np.inf  # whose place is kept
        longer = longer.reshape(B, K * V)
        best = np.argsort(-longer, -1, kind="stable")[:, :K]
        parent, token = np.divmod(best, V)

        at = np.arange(B)[:, None], parent
        total, tokens = total[at], tokens[at]
        lengths, ended = lengths[at], ended[at]
        kept = ended & (token == end)
        total = np.where(kept, total, np.take_along_axis(longer, best, -1))
        tokens[..., t] = token
        lengths += ~kept
        possible = total > -np.inf
        ended = possible & (token == end)
        if (ended | ~possible).all() or t == max_length - 1:
            break
        rows = (np.arange(B)[:, None] * K + parent).reshape(-1)
        scores, state = next_token_model.step(
            token.reshape(-1), next_token_model.rows(state, rows)
        )

    lengths[total == -np.inf] = 0
    ranked = total / ((5 + lengths) / 6) ** length_penalty
    order = np.argsort(-ranked, -1, kind="stable")
    at = np.arange(B)[:, None], order
    ranked, tokens = ranked[at], tokens[at]
    lengths, ended = lengths[at], ended[at]
    tokens = tokens[..., : lengths.max()]
    tokens[np.arange(tokens.shape[2]) >= lengths[..., None]] = end or 0

    rows = np.repeat(np.arange(B), K)
    attention_weights = attention_weights_of(
        next_token_model,
        prefix[rows],
        None if first is None else next_token_model.rows(first, rows),
        tokens.reshape(B * K, -1),
        lengths.reshape(-1),
    )
    if attention_weights is not None:
        attention_weights = attention_weights.reshape(
            B, K, *attention_weights.shape[1:]
        )
        attention_weights[lengths == 0] = 0
    return Decoded(tokens, lengths, ranked, ended, attention_weights)
