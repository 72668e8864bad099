"""Relations to the arguments: one that is missing, or one too many."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np

from seqcourse.diagnosis.relation import Pair, Relation, of_telling, wrong
from seqcourse.diagnosis.trial import alike, arrays, shared
from seqcourse.numpy.contract.layer import Array


def came_back(pairs: Sequence[Pair]) -> str | None:
    """Tell that an argument comes back as it went in.

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
    >>> came_back([])
    """
    differ = wrong(pairs)
    for name, given in _given(differ).items():
        if all(alike(p.got, a) for p, a in zip(differ, given, strict=True)):
            return f"It is `{name}`, as it went in."
    return None


@of_telling
def term(differ: Sequence[Pair]) -> str | None:
    """Tell that an argument, or a product of two, is added or left out.

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
    >>> term([])
    """
    off = [pair.got - pair.expected for pair in differ]
    for name, made in _terms(differ):
        both = list(zip(off, made, strict=True))
        if all(alike(o, -m) for o, m in both):
            return f"Exactly `{name}` is missing. Is it to be added?"
        if all(alike(o, m) for o, m in both):
            return (
                f"Exactly `{name}` is too much. Is it added once too often?"
            )
        for twice in (2, -2):
            # Of a count, twice a term may be another term.
            if differ[0].got.ndim and all(
                alike(o, twice * m) for o, m in both
            ):
                return f"`{name}` goes in with the opposite sign."
    return None


@of_telling
def factor(differ: Sequence[Pair]) -> str | None:
    """Tell that an argument is multiplied once too often or not at all.

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
    >>> factor([])
    """
    for name, given in _given(differ).items():
        made = _stretched(differ, given)
        if made is None or any(alike(m, np.ones_like(m)) for m in made):
            continue
        both = list(zip(differ, made, strict=True))
        if all(alike(p.got * m, p.expected) for p, m in both):
            return f"A factor `{name}` is missing."
        if all(alike(p.got, p.expected * m) for p, m in both):
            return f"It is multiplied by `{name}` once too often."
    return None


def _given(pairs: Sequence[Pair]) -> dict[str, list[Array]]:
    """Give each array or number that all trials take, trial by trial."""
    return shared([dict(arrays(pair.trial.case)) for pair in pairs])


def _terms(pairs: Sequence[Pair]) -> Iterator[tuple[str, list[Array]]]:
    """Give arguments, and products of two, in the shape of each result."""
    given = _given(pairs)
    for name, each in given.items():
        if (made := _stretched(pairs, each)) is not None:
            yield name, made
    for (one, a), (other, b) in combinations(given.items(), 2):
        if (made := _stretched(pairs, a, b)) is not None:
            yield f"{one} * {other}", made


def _stretched(
    pairs: Sequence[Pair], *given: Sequence[Array]
) -> list[Array] | None:
    """Stretch arrays to the results and multiply them, if they fit."""
    try:
        return [
            np.prod([np.broadcast_to(a, pair.got.shape) for a in each], 0)
            for pair, *each in zip(pairs, *given, strict=True)
        ]
    except ValueError:
        return None


#: Each with its name; the first that holds is told.
RELATIONS: dict[str, Relation] = {
    "a term": term,
    "a factor": factor,
}
