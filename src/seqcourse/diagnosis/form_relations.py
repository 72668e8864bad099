"""Relations of form: parts in another order, an axis that is gone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import permutations
from typing import Any

import numpy as np

from seqcourse.diagnosis.trial import Trial, alike, numbers
from seqcourse.numpy.contract.layer import Array


def parts_exchanged(
    trials: Sequence[Trial], parts: Sequence[str]
) -> str | None:
    """Tell that the parts of a result come in another order.

    Parameters
    ----------
    trials
        Those that fail.
    parts
        The names of the parts, in the right order.

    Returns
    -------
    sentence
        None where it does not hold.

    Examples
    --------
    >>> trial = Trial({}, (1.0, 2.0), (2.0, 1.0), False)
    >>> parts_exchanged([trial], ["h", "c"])
    'Both are right, in the other order: return `h, c`.'
    """
    count = len(parts)
    if not 2 <= count <= 4 or not all(
        isinstance(trial.got, tuple | list) and len(trial.got) == count
        for trial in trials
    ):
        return None
    for order in permutations(range(count)):
        if list(order) == sorted(order):
            continue
        if all(
            _equal(trial.got[place], trial.expected[part])
            for trial in trials
            for place, part in enumerate(order)
        ):
            which = "Both" if count == 2 else "All"
            other = "the other" if count == 2 else "another"
            asked = ", ".join(parts)
            return f"{which} are right, in {other} order: return `{asked}`."
    return None


def more_or_fewer(
    trials: Sequence[Trial], parts: Sequence[str]
) -> str | None:
    """Tell that parts are missing from a result, or one stands alone.

    Parameters
    ----------
    trials
        Those that fail.
    parts
        The names of the parts.

    Returns
    -------
    sentence
        None where it does not hold.

    Examples
    --------
    >>> more_or_fewer([Trial({}, (1.0, 2.0), 1.0, False)], ["h", "c"])
    'Only `h` comes back, and it is right. `c` is asked for too.'
    """
    for number, part in enumerate(parts):
        if all(_equal(t.got, t.expected[number]) for t in trials):
            rest = [f"`{other}`" for other in parts if other != part]
            verb = "is" if len(rest) == 1 else "are"
            return (
                f"Only `{part}` comes back, and it is right. "
                f"{' and '.join(rest)} {verb} asked for too."
            )
    if parts:
        return None
    if all(
        isinstance(t.got, tuple | list)
        and not isinstance(t.expected, tuple | list)
        and len(t.got) > 0
        and _equal(t.got[0], t.expected)
        for t in trials
    ):
        return (
            "The first thing that comes back is right; nothing else was "
            "asked for."
        )
    return None


def axes(trials: Sequence[Trial], parts: Sequence[str]) -> str | None:
    """Tell what was done to the axes of a result of another shape.

    Parameters
    ----------
    trials
        Those that fail.
    parts
        The names of the parts; none, for this is asked of single things.

    Returns
    -------
    sentence
        None where it does not hold.

    Examples
    --------
    >>> trial = Trial({}, np.eye(2, 3), np.eye(3, 2), False)
    >>> axes([trial], [])
    'It is right but for being transposed: its axes stand in another order.'
    """
    if parts:
        return None
    pairs = [(numbers(t.expected), numbers(t.got)) for t in trials]
    both = [(e, g) for e, g in pairs if e is not None and g is not None]
    if len(both) < len(trials) or any(e.shape == g.shape for e, g in both):
        return None
    for words, make in _WAYS.items():
        if all(_holds(make, e, g) for e, g in both):
            return words
    for axis in range(max(e.ndim for e, _ in both)):
        for name, reduce in _REDUCTIONS.items():
            if all(
                e.ndim > axis and alike(g, reduce(e, axis)) for e, g in both
            ):
                return (
                    f"It is right but for the {name} over axis {axis}, which "
                    "is one too many."
                )
    return None


def _holds(make: Callable[[Array], list[Array]], e: Array, g: Array) -> bool:
    return any(alike(g, made) for made in make(e))


def _orders(e: Array) -> list[Array]:
    if not 2 <= e.ndim <= 4:
        return []
    return [e.transpose(order) for order in permutations(range(e.ndim))]


#: What was done to an array, and what to say of it.
_WAYS: dict[str, Callable[[Array], list[Array]]] = {
    "It is right but for being transposed: its axes stand in another "
    "order.": _orders,
    "It is right but for an axis of size 1 that is too much. Is there a "
    "`keepdims` or a `[:, None]` that should go?": (
        lambda e: [np.expand_dims(e, axis) for axis in range(e.ndim + 1)]
    ),
    "It is right but for an axis of size 1 that is gone.": (
        lambda e: [e.squeeze()]
    ),
    "The right numbers, all in one row: the axes are gone.": (
        lambda e: [e.ravel()]
    ),
    "It is right as far as it goes, and stops one place before the end.": (
        lambda e: [e[:-1]] if e.ndim else []
    ),
    "It is right but for the first place, which is missing.": (
        lambda e: [e[1:]] if e.ndim else []
    ),
    "Only one place of the first axis comes back. All are asked for.": (
        lambda e: [e[-1], e[0]] if e.ndim else []
    ),
}
_REDUCTIONS: dict[str, Callable[[Array, int], Array]] = {
    "sum": lambda e, axis: e.sum(axis),
    "mean": lambda e, axis: e.mean(axis),
}


def counted(trials: Sequence[Trial], parts: Sequence[str]) -> str | None:
    """Tell where a list has other items than it should.

    Parameters
    ----------
    trials
        Those that fail.
    parts
        The names of the parts; none, for this is asked of single things.

    Returns
    -------
    sentence
        None where it does not hold.

    Examples
    --------
    >>> trials = [Trial({}, [1, 2, 3], [1], False)]
    >>> counted(trials, [])
    'It begins right and ends too early: 1 comes back where 3 were due.'
    """
    lists = [(t.expected, t.got) for t in trials]
    if parts or not all(
        isinstance(e, list) and isinstance(g, list) and len(e) != len(g)
        for e, g in lists
    ):
        return None
    right, given = lists[0]
    verb = "comes" if len(given) == 1 else "come"
    due = "was due" if len(right) == 1 else "were due"
    tail = f"{len(given)} {verb} back where {len(right)} {due}."
    if all(len(g) < len(e) and e[: len(g)] == g for e, g in lists):
        return f"It begins right and ends too early: {tail}"
    if all(len(g) > len(e) and g[: len(e)] == e for e, g in lists):
        return f"It begins right and goes on too long: {tail}"
    if all(e[1:] == g for e, g in lists):
        return f"The first is missing: {tail}"
    return None


def _equal(a: Any, b: Any) -> bool:
    one, other = numbers(a), numbers(b)
    if one is None or other is None:
        return False
    return alike(one, other)


#: Each with its name; the first that holds is told.
RELATIONS: dict[
    str, Callable[[Sequence[Trial], Sequence[str]], str | None]
] = {
    "the order of the parts": parts_exchanged,
    "the parts": more_or_fewer,
    "the length": counted,
    "the axes": axes,
}
