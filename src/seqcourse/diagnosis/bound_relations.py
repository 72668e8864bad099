"""Relations of size: what lies out of bounds, what is added up too much."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np

from seqcourse.diagnosis.relation import Pair, Relation, telling, wrong
from seqcourse.diagnosis.trial import shared, sizes

#: How often an argument may stand in a term, and how many are tried.
EXPONENTS, MOST = range(3), 6


def out_of_bounds(pairs: Sequence[Pair]) -> str | None:
    """Tell that numbers leave the bounds that all right ones keep.

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
    >>> out_of_bounds([])
    """
    differ = wrong(pairs)
    count = sum(pair.expected.size for pair in pairs)
    if (
        not telling(differ)
        or count < 20
        or not all(np.isfinite(pair.got).all() for pair in differ)
    ):
        return None
    low = min(float(pair.expected.min()) for pair in pairs)
    high = max(float(pair.expected.max()) for pair in pairs)
    for floor, ceiling, words in _BOUNDS:
        if not (floor <= low and high <= ceiling):
            continue
        if all(p.got.min() < floor or p.got.max() > ceiling for p in differ):
            return words
    return None


_BOUNDS = (
    (0.0, 1.0, "What is right lies between 0 and 1; yours does not."),
    (
        -1.0,
        1.0,
        "What is right lies between −1 and 1; yours does not.",
    ),
    (0.0, np.inf, "What is right is never negative; some of yours is."),
    (-np.inf, 0.0, "What is right is never positive; some of yours is."),
)


def counted_term(pairs: Sequence[Pair]) -> str | None:
    """Tell by which product of sizes a single number is off.

    Parameters
    ----------
    pairs
        Of all trials, each with one number.

    Returns
    -------
    sentence
        None where it does not hold.

    Examples
    --------
    >>> counted_term([])
    """
    differ = wrong(pairs)
    if len(differ) < 4 or any(pair.got.ndim for pair in differ):
        return None
    off = np.array([(pair.got - pair.expected).item() for pair in differ])
    if not np.isfinite(off).all():
        return None
    for words, made in _terms(differ):
        factors = off / made
        factor = float(factors[0])
        whole = round(factor * 2) / 2
        if whole and np.allclose(factors, whole, rtol=1e-9):
            times = "" if abs(whole) == 1 else f"{abs(whole):g} · "
            side = "large" if whole > 0 else "small"
            return f"It is too {side} by {times}{words} in every case."
    return None


def _terms(pairs: Sequence[Pair]) -> Iterator[tuple[str, np.ndarray]]:
    """Give products of the arguments that are whole numbers, short first."""
    rows = [
        {n: v for n, v in sizes(pair.trial.case) if n.isidentifier()}
        for pair in pairs
    ]
    columns = {
        name: many
        for name, many in shared(rows).items()
        if min(many) > 0 and len(set(many)) > 1
    }
    names = [*columns][:MOST]
    table = np.array([columns[name] for name in names], float).T
    powers = sorted(product(EXPONENTS, repeat=len(names)), key=sum)
    for power in powers[1:]:
        if sum(power) > 4:
            return
        words = [
            f"{name}{'' if times == 1 else '²'}"
            for name, times in zip(names, power, strict=True)
            if times
        ]
        yield " · ".join(words), (table ** np.array(power)).prod(1)


#: Each with its name; the first that holds is told.
RELATIONS: dict[str, Relation] = {
    "a term of sizes": counted_term,
    "the bounds": out_of_bounds,
}
