"""Relations in which each row, or each column, is off in its own way."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from seqcourse.diagnosis.relation import Pair, Relation, of_telling
from seqcourse.diagnosis.trial import alike
from seqcourse.numpy.contract.layer import Array


@of_telling
def columns(differ: Sequence[Pair]) -> str | None:
    """Tell that each column, or each row, is off by a number of its own.

    Parameters
    ----------
    differ
        The pairs that differ.

    Returns
    -------
    sentence
        None where it does not hold.

    Examples
    --------
    >>> columns([])
    """
    if any(p.got.ndim < 2 or min(p.got.shape) < 2 for p in differ):
        return None
    off = [pair.got - pair.expected for pair in differ]
    if not all(np.isfinite(o).all() for o in off):
        return None
    if _same_along(off, -1):
        return (
            "Each row is off by one number of its own. What is added to, or "
            "taken from, a whole row?"
        )
    if _same_along(off, 0):
        return (
            "Each column is off by one number of its own, as where a bias is "
            "missing or comes twice."
        )
    ratio = [p.got / p.expected for p in differ]
    if _same_along(ratio, None):
        return (
            "In each case all numbers are off by one factor. What are they "
            "divided or multiplied by?"
        )
    if _same_along(ratio, -1):
        return (
            "Each row is off by a factor of its own. What is it divided or "
            "multiplied by?"
        )
    if _same_along(ratio, 0):
        return (
            "Each column is off by a factor of its own. What is it divided "
            "or multiplied by?"
        )
    return None


def _same_along(each: Sequence[Array], axis: int | None) -> bool:
    """Tell whether numbers are the same all along an axis, or throughout."""
    return all(
        alike(a, np.broadcast_to(a.mean(axis, keepdims=True), a.shape))
        for a in each
    )


#: Each with its name; the first that holds is told.
RELATIONS: dict[str, Relation] = {"one number a row": columns}
