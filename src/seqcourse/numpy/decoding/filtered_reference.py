"""Temperature and filters as their equations say it, for one distribution."""

from __future__ import annotations

import numpy as np

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.layer import Array
from seqcourse.numpy.decoding.next_token_distribution import check_sampling
from seqcourse.numpy.functional.softmax import softmax


@checked
def filtered_reference(
    scores: Array,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float = 1.0,
    min_p: float = 0.0,
) -> Array:
    """Turn the scores of one position into what a token is drawn from.

    `next_token_distribution` gives the same for a batch, and has a repetition
    penalty as well.

    Parameters
    ----------
    scores
        Of the next token (V,), finite.
    temperature
        What they are divided by, above 0.
    top_k
        How many of the most probable tokens are kept; None for all.
    top_p
        Probability that is kept, above 0 to 1.
    min_p
        Smallest probability that is kept, as a fraction of the largest, from
        0 to 1.

    Returns
    -------
    p
        Probabilities (V,); 0 for each token that is filtered out.

    Raises
    ------
    ValueError
        If an argument is out of its range.

    Examples
    --------
    >>> scores = np.log([0.5, 0.3, 0.15, 0.05])
    >>> filtered_reference(scores, top_p=0.75).round(3)
    array([0.625, 0.375, 0.   , 0.   ])
    >>> filtered_reference(scores, min_p=0.2).round(3)
    array([0.526, 0.316, 0.158, 0.   ])
    """
    arguments.check_array_shape(("V",), scores=scores)
    arguments.check_finite_array(scores=scores)
    check_sampling(temperature, top_k, top_p, min_p, repetition_penalty=1.0)
    p = softmax(scores / temperature)
    order = np.argsort(-p, kind="stable")[:top_k]
    q = p[order] / p[order].sum()
    if top_p < 1:  # the sum of all but the last may round to 1
        q = q[np.cumsum(q) - q < top_p]
    q = q[q >= min_p * q[0]]
    filtered = np.zeros_like(p)
    filtered[order[: len(q)]] = q / q.sum()
    return filtered
