"""Relations to the arguments: one that is missing, or one too many."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np

from seqcourse.diagnosis.relation import Pair, Relation, telling, wrong
from seqcourse.diagnosis.trial import alike, arrays
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
    for name in _names(differ):
        if all(_is(pair, name) for pair in differ):
            return f"It is `{name}`, as it went in."
    return None


def _is(pair: Pair, name: str) -> bool:
    return alike(pair.got, dict(arrays(pair.trial.case))[name])


def term(pairs: Sequence[Pair]) -> str | None:
    """Tell that an argument, or a product of two, is added or left out.

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
    >>> term([])
    """
    differ = wrong(pairs)
    if not telling(differ):
        return None
    for name in _terms(differ):
        made = _all_made(differ, name)
        if made is None:
            continue
        off = [pair.got - pair.expected for pair in differ]
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


def factor(pairs: Sequence[Pair]) -> str | None:
    """Tell that an argument is multiplied once too often or not at all.

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
    >>> factor([])
    """
    differ = wrong(pairs)
    if not telling(differ):
        return None
    for name in _names(differ):
        made = _all_made(differ, name)
        if made is None or any(alike(m, np.ones_like(m)) for m in made):
            continue
        both = list(zip(differ, made, strict=True))
        if all(alike(p.got * m, p.expected) for p, m in both):
            return f"A factor `{name}` is missing."
        if all(alike(p.got, p.expected * m) for p, m in both):
            return f"It is multiplied by `{name}` once too often."
    return None


def _names(pairs: Sequence[Pair]) -> list[str]:
    each = [
        [name for name, array in arrays(pair.trial.case)] for pair in pairs
    ]
    return [n for n in each[0] if all(n in e for e in each)] if each else []


def _terms(pairs: Sequence[Pair]) -> Iterator[str]:
    names = _names(pairs)
    yield from names
    for one, other in combinations(names, 2):
        yield f"{one} * {other}"


def _all_made(pairs: Sequence[Pair], name: str) -> list[Array] | None:
    """Give an argument or a product in the shape of each result."""
    made = []
    for pair in pairs:
        found = dict(arrays(pair.trial.case))
        product: Array = np.ones(())
        for part in name.split(" * "):
            try:
                product = np.broadcast_to(
                    product * found[part], pair.got.shape
                )
            except ValueError:
                return None
        made.append(product)
    return made


#: Each with its name; the first that holds is told.
RELATIONS: dict[str, Relation] = {
    "a term": term,
    "a factor": factor,
}
