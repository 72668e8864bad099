"""From a model's scores to the distribution that a token is drawn from."""

from __future__ import annotations

import numpy as np

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.layer import Array
from seqcourse.numpy.functional.checking import floating


@checked
@np.errstate(over="ignore", invalid="ignore")
def next_token_distribution(
    scores: Array,
    *,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    min_p: float | None = None,
    repetition_penalty: float = 1.0,
    seen: Array | None = None,
) -> Array:
    r"""Turn scores into the probabilities that a token is drawn with.

    In this order: scores of tokens seen before are penalised, all scores are
    divided by the temperature, a softmax makes probabilities of them,

    .. math:: p_i = \frac{e^{s_i / \tau}}{\sum_j e^{s_j / \tau}},

    and then tokens are left out: all but the ``top_k`` likeliest; all but the
    fewest likeliest that together have the probability ``top_p``; all that
    are less likely than ``min_p`` times the likeliest. The likeliest token
    always stays.

    Parameters
    ----------
    scores
        Of the next token (B, V).
    temperature
        Below 1 for more of what is likely, above 1 for less.
    top_k
        How many tokens may be drawn; None for all.
    top_p
        Probability that is kept, above 0 to 1; None for all.
    min_p
        Smallest probability that is kept, as a fraction of the largest, from
        0 to 1; None for all.
    repetition_penalty
        A seen token's score is divided by it if it is positive, and else
        multiplied, so that above 1 it always falls; 1 changes nothing.
    seen
        Which tokens are penalised (B, V), as booleans.

    Returns
    -------
    p
        Probabilities (B, V), float64; 0 for each token that is filtered out.

    Raises
    ------
    ValueError
        If an argument is out of its range, a score is ``nan`` or plus
        infinity, or no token of a row can be.

    Examples
    --------
    >>> scores = np.log([[0.5, 0.3, 0.15, 0.05]])
    >>> next_token_distribution(scores, top_p=0.75).round(3)
    array([[0.625, 0.375, 0.   , 0.   ]])
    >>> next_token_distribution(scores, min_p=0.2).round(3)
    array([[0.526, 0.316, 0.158, 0.   ]])

    References
    ----------
    Top-k: Fan, Lewis and Dauphin (2018), Hierarchical neural story
    generation. Top-p: Holtzman et al. (2020), The curious case of neural text
    degeneration. Min-p: Nguyen et al. (2025), Turning up the heat: Min-p
    sampling for creative and coherent LLM outputs. Repetition penalty: Keskar
    et al. (2019), CTRL: A conditional transformer language model for
    controllable generation, section 4.1, where negative scores are divided,
    too, and so become likelier.
    """
    (scores,) = floating(scores=scores)
    arguments.check_array_shape(("B", "V"), scores=scores)
    check_sampling(temperature, top_k, top_p, min_p, repetition_penalty)
    best = scores.max(-1)
    if not np.isfinite(best).all():
        b = np.flatnonzero(~np.isfinite(best))[0]
        raise ValueError(
            f"scores: expected finite numbers, got {best[b]} in row {b}"
        )
    scores = scores.astype(np.float64)
    if repetition_penalty != 1 and seen is None:
        raise ValueError(
            "seen: expected the tokens to penalise (B, V), got None"
        )
    if seen is not None:
        if seen.shape != scores.shape or seen.dtype != bool:
            raise ValueError(
                f"seen: expected booleans of shape {scores.shape}, got "
                f"{seen.dtype} of shape {seen.shape}"
            )
        scores = penalized(scores, seen, repetition_penalty)
    order, ranked = ranked_distribution(
        scores, temperature, top_k, top_p, min_p
    )
    p = np.zeros_like(scores)
    np.put_along_axis(p, order, ranked, -1)
    return p


def check_sampling(
    temperature: float,
    top_k: int | None,
    top_p: float | None,
    min_p: float | None,
    repetition_penalty: float,
) -> None:
    """Refuse settings out of their range.

    Parameters
    ----------
    temperature
        Above 0.
    top_k
        At least 1, or None.
    top_p
        Above 0 to 1, or None.
    min_p
        From 0 to 1, or None.
    repetition_penalty
        Above 0.

    Raises
    ------
    ValueError
        If one is not; the message names it.

    Examples
    --------
    >>> check_sampling(1.0, None, None, 1.5, 1.0)
    Traceback (most recent call last):
    ValueError: min_p: expected 0 to 1, got 1.5
    """
    arguments.check_above_zero(
        temperature=temperature, repetition_penalty=repetition_penalty
    )
    if top_k is not None:
        arguments.check_positive(top_k=top_k)
    if top_p is not None and not 0 < top_p <= 1:
        raise ValueError(f"top_p: expected above 0 to 1, got {top_p!r}")
    if min_p is not None and not 0 <= min_p <= 1:
        raise ValueError(f"min_p: expected 0 to 1, got {min_p!r}")


def penalized(scores: Array, seen: Array, penalty: float) -> Array:
    """Make tokens that were seen less likely.

    Parameters
    ----------
    scores
        Of the next token (B, V).
    seen
        Which tokens (B, V), as booleans.
    penalty
        Above 1 to make them less likely.

    Returns
    -------
    scores
        The seen tokens' are divided by the penalty where they are positive,
        and multiplied where they are negative.

    Examples
    --------
    >>> seen = np.array([[True, True, False]])
    >>> penalized(np.array([[2.0, -2.0, 1.0]]), seen, 2.0)
    array([[ 1., -4.,  1.]])
    """
    lower = np.where(scores > 0, scores / penalty, scores * penalty)
    return np.where(seen, lower, scores)


def ranked_distribution(
    scores: Array,
    temperature: float,
    top_k: int | None,
    top_p: float | None,
    min_p: float | None,
) -> tuple[Array, Array]:
    """Give the probabilities of `next_token_distribution`, likeliest first.

    Parameters
    ----------
    scores
        Of the next token (B, V).
    temperature, top_k, top_p, min_p
        As there, checked.

    Returns
    -------
    order
        Tokens by their scores (B, V), the likeliest first; of equally likely
        ones, the lowest.
    p
        Their probabilities (B, V).

    Examples
    --------
    >>> scores = np.log([[0.2, 0.8]])
    >>> order, p = ranked_distribution(scores, 1.0, None, 0.7, None)
    >>> order, p
    (array([[1, 0]]), array([[1., 0.]]))
    """
    order = np.argsort(-scores, -1, kind="stable")
    ranked = np.take_along_axis(scores, order, -1)
    # With a temperature near 0, all but the likeliest overflow to -inf.
    p = np.exp((ranked - ranked[:, :1]) / temperature)
    if top_k is not None:
        p[:, top_k:] = 0
    p /= p.sum(-1, keepdims=True)
    # Of all tokens, the sum of all but the last may round to 1.
    if top_p is not None and top_p < 1:
        p[np.cumsum(p, -1) - p >= top_p] = 0
    if min_p is not None:
        p[p < min_p * p[:, :1]] = 0
    p /= p.sum(-1, keepdims=True)
    return order, p
