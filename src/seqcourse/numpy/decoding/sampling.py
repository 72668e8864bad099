"""Sampling: draw what a model writes, token by token."""

from __future__ import annotations

from typing import Any

import numpy as np

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.layer import Array, Params
from seqcourse.numpy.decoding.beginning import Prefix, begin
from seqcourse.numpy.decoding.greedy import Decoded, one_by_one
from seqcourse.numpy.decoding.next_token import as_next_token_model


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
) -> Decoded:
    """Draw each token as likely as the model finds it, or a little otherwise.

    The scores are divided by the temperature. Of what results, the top_k
    likeliest are kept; of those, the fewest likeliest that together have at
    least the share top_p.

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
        Which share of the probability may be drawn, above 0 to 1.

    Returns
    -------
    decoded
        What was written; its scores are the model's own, before temperature,
        top_k and top_p.

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

    References
    ----------
    Top-k: Fan, Lewis and Dauphin (2018), Hierarchical neural story
    generation. Top-p: Holtzman et al. (2020), The curious case of neural text
    degeneration.
    """
    arguments.check_above_zero(temperature=temperature)
    if top_k is not None:
        arguments.check_positive(top_k=top_k)
    if top_p is not None and not 0 < top_p <= 1:
        raise ValueError(f"top_p: expected above 0 to 1, got {top_p!r}")

    def draw(log_p: Array) -> Array:
        order = np.argsort(-log_p, -1, kind="stable")
        ranked = np.take_along_axis(log_p, order, -1)
        # With a temperature near 0, all but the likeliest overflow to -inf.
        p = np.exp((ranked - ranked[:, :1]) / temperature)
        if top_k is not None:
            p[:, top_k:] = 0
        p /= p.sum(-1, keepdims=True)
        if top_p is not None:
            p[np.cumsum(p, -1) - p >= top_p] = 0
        up_to = np.cumsum(p, -1)
        up_to /= up_to[:, -1:]
        rank = (up_to <= rng.random((len(p), 1))).sum(-1, keepdims=True)
        return np.take_along_axis(order, rank, -1)[:, 0]

    next_token_model = as_next_token_model(model, params)
    given = sources, source_lengths, prefix, prefix_lengths
    begun = begin(next_token_model, *given, end, max_length)
    return one_by_one(next_token_model, begun, end, max_length, draw)
