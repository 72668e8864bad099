"""Relations in which each row, or each column, is off in its own way."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from seqcourse.diagnosis.relation import Pair, Relation, telling, wrong
from seqcourse.diagnosis.trial import alike
from seqcourse.numpy.contract.layer import Array


def columns(pairs: Sequence[Pair]) -> str | None:
    """Tell that each column, or each row, is off by a number of its own.

    Parameters
    ----------
    pairs
        Of all trials.

    Returns
    -------
    sentence
        None where it does not hold.

    Examples
    --------
    >>> columns([])
    """
    differ = [pair for pair in wrong(pairs) if min((*pair.got.shape, 9)) > 1]
    whole = len(differ) == len(wrong(pairs))
    if (
        not whole
        or not telling(differ)
        or any(p.got.ndim < 2 for p in differ)
    ):
        return None
    off = [pair.got - pair.expected for pair in differ]
    if not all(np.isfinite(o).all() for o in off):
        return None
    if all(alike(o, np.broadcast_to(_mean(o, -1), o.shape)) for o in off):
        return (
            "Each row is off by one number of its own. What is added to, or "
            "taken from, a whole row?"
        )
    if all(alike(o, np.broadcast_to(_mean(o, 0), o.shape)) for o in off):
        return (
            "Each column is off by one number of its own, as where a bias is "
            "missing or comes twice."
        )
    with np.errstate(all="ignore"):
        ratio = [p.got / p.expected for p in differ]
    if all(alike(r, np.full(r.shape, r.mean())) for r in ratio):
        return (
            "In each case all numbers are off by one factor. What are they "
            "divided or multiplied by?"
        )
    if all(alike(r, np.broadcast_to(_mean(r, -1), r.shape)) for r in ratio):
        return (
            "Each row is off by a factor of its own. What is it divided or "
            "multiplied by?"
        )
    if all(alike(r, np.broadcast_to(_mean(r, 0), r.shape)) for r in ratio):
        return (
            "Each column is off by a factor of its own. What is it divided "
            "or multiplied by?"
        )
    return None


def _mean(a: Array, axis: int) -> Array:
    mean: Array = a.mean(axis, keepdims=True)
    return mean


#: Each with its name; the first that holds is told.
RELATIONS: dict[str, Relation] = {"one number a row": columns}
