"""The twin of temperature and filters for one distribution."""

from __future__ import annotations

import torch
from torch import Tensor


def filtered_reference(
    scores: Tensor,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float = 1.0,
    min_p: float = 0.0,
) -> Tensor:
    """Give the NumPy twin's probabilities.

    `seqcourse.numpy.decoding.filtered_reference.filtered_reference` says what
    each argument may be.

    Parameters
    ----------
    scores
        Of the next token (V,).
    temperature
        What they are divided by.
    top_k
        How many tokens are kept.
    top_p
        Probability that is kept.
    min_p
        Smallest fraction of the largest that is kept.

    Returns
    -------
    p
        Probabilities (V,).

    Examples
    --------
    >>> scores = torch.tensor([0.5, 0.3, 0.15, 0.05]).log()
    >>> [round(p, 3) for p in filtered_reference(scores, top_k=2).tolist()]
    [0.625, 0.375, 0.0, 0.0]
    """
    p = (scores / temperature).softmax(0)
    order = p.argsort(descending=True, stable=True)[:top_k]
    q = p[order] / p[order].sum()
    if top_p < 1:
        q = q[q.cumsum(0) - q < top_p]
    q = q[q >= min_p * q[0]]
    filtered = torch.zeros_like(p)
    filtered[order[: len(q)]] = q / q.sum()
    return filtered
