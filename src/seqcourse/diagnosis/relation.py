"""A relation between what came back and what is right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import TypeAlias

import numpy as np

from seqcourse.diagnosis.trial import Trial
from seqcourse.numpy.contract.layer import Array


@dataclass(frozen=True)
class Pair:
    """One part of a result, as numbers, in one trial.

    Parameters
    ----------
    trial
        The trial.
    expected
        What is right.
    got
        What came, in the same shape.
    right
        Whether this part agrees.

    Examples
    --------
    >>> Pair(Trial({}, 1, 2, False), np.ones(1), np.ones(1), True).right
    True
    """

    trial: Trial
    expected: Array
    got: Array
    right: bool


#: Says what relates all pairs that are wrong, or gives None.
Relation: TypeAlias = Callable[[Sequence[Pair]], str | None]


def wrong(pairs: Sequence[Pair]) -> list[Pair]:
    """Choose the pairs that differ.

    Parameters
    ----------
    pairs
        Of all trials.

    Returns
    -------
    wrong
        Those of which a relation is told.

    Examples
    --------
    >>> wrong([])
    []
    """
    return [pair for pair in pairs if not pair.right]


def telling(pairs: Sequence[Pair]) -> bool:
    """Tell whether some pairs hold enough numbers to rule out a coincidence.

    Parameters
    ----------
    pairs
        Those that differ.

    Returns
    -------
    enough
        Whether at least three different numbers were expected.

    Examples
    --------
    >>> zeros = np.zeros(4)
    >>> telling([Pair(Trial({}, 0, 0, False), zeros, zeros, False)])
    False
    """
    seen = {
        number
        for pair in pairs
        for number in np.round(pair.expected.ravel()[:50], 9).tolist()
    }
    return len(seen) >= 3


def of_telling(relation: Relation) -> Relation:
    """Hand a relation the pairs that differ, if they are telling.

    Parameters
    ----------
    relation
        It takes the pairs that differ alone.

    Returns
    -------
    relation
        It takes those of all trials, and gives None where they tell nothing.

    Examples
    --------
    >>> of_telling(lambda differ: "they differ")([])
    """

    @wraps(relation)
    def asked(pairs: Sequence[Pair]) -> str | None:
        differ = wrong(pairs)
        return relation(differ) if telling(differ) else None

    return asked
