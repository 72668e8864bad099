"""Which cases are right and which are wrong, and what parts them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from seqcourse.diagnosis.trial import Trial, arrays, shared, sizes

#: Trials of each kind that rule out a coincidence.
ENOUGH = 8
#: Draws cases of which nothing is known yet, and tries them.
Draw = Callable[[], Sequence[Trial]]


def right_where(trials: Sequence[Trial], further: Draw) -> str | None:
    """Tell by which size the cases that are right part from the others.

    In a few cases, sizes part them by chance. So what parts them is looked
    for again among many more, and is told only if nothing else does so.

    Parameters
    ----------
    trials
        All of them, those that ended with an error too.
    further
        Gives many more, if something parts these.

    Returns
    -------
    sentence
        None where no size parts them, or more than one.

    Examples
    --------
    >>> tried = [
    ...     Trial({"T": T, "B": B}, T, min(T, 3), T <= 3)
    ...     for T in range(2, 7) for B in (1, 2, 3, 4)
    ... ]
    >>> right_where(tried[4:12], lambda: tried)
    'It is right where `T` is at most 3, and wrong in every other case.'
    """
    if not _reasons(trials, least=2):
        return None
    more = further()
    reasons = _reasons([*trials, *more], least=ENOUGH) if more else []
    if len({reason.of for reason in reasons}) != 1:
        return None
    return f"It is right {reasons[0].words}, and wrong in every other case."


@dataclass(frozen=True)
class _Reason:
    """What parts the cases: in words, and the sizes of which it speaks.

    Those are given by how they change from case to case, so that a length
    and the same length plus one are the same.
    """

    words: str
    of: tuple[Any, ...]


@dataclass(frozen=True)
class _Column:
    """One feature of all cases: where the answer is right, and elsewhere."""

    name: str
    good: list[Any]
    bad: list[Any]

    @property
    def of(self) -> tuple[Any, ...]:
        values = [*self.good, *self.bad]
        if all(type(value) is int for value in values):
            return tuple(value - values[0] for value in values)
        return tuple(values)


def _reasons(trials: Sequence[Trial], least: int) -> list[_Reason]:
    """Give all that parts the cases, what is most telling first."""
    right = [trial for trial in trials if trial.right]
    wrong = [trial for trial in trials if not trial.right]
    if min(len(right), len(wrong)) < least:
        return []
    rows = shared([_features(trial) for trial in (*right, *wrong)])
    columns = [
        _Column(name, many[: len(right)], many[len(right) :])
        for name, many in rows.items()
        if len(set(many)) > 1
    ]
    # A value that is written down, or a shape that happens to be square.
    made = (_one_value, _equal_sizes, _bounds)
    return [reason for make in made for reason in make(columns)]


def _features(trial: Trial) -> dict[str, Any]:
    found: dict[str, Any] = dict(sizes(trial.case))
    for name, value in trial.case.items():
        if value is None or isinstance(value, bool):
            found[name] = value
    for name, array in arrays(trial.case):
        if array.ndim == 0 and name not in found:
            found[name] = float(array)
    return found


def _one_value(columns: Sequence[_Column]) -> Iterator[_Reason]:
    for column in columns:
        (value, *more), bad = set(column.good), set(column.bad)
        if more or value in bad:
            continue
        if type(value) is not int:
            words = f"only where `{column.name}` is {value}"
        elif len(bad) == 1:
            continue  # of two sizes one is the smaller
        elif value < min(bad):
            words = f"only where `{column.name}` is {value}, its lowest value"
        else:
            words = f"only where `{column.name}` is {value}"
        yield _Reason(words, column.of)


def _equal_sizes(columns: Sequence[_Column]) -> Iterator[_Reason]:
    for one, other in combinations(columns, 2):
        if one.good == other.good and not any(
            a == b for a, b in zip(one.bad, other.bad, strict=True)
        ):
            words = f"only where `{one.name}` and `{other.name}` are the same"
            yield _Reason(words, (one.of, other.of))


def _bounds(columns: Sequence[_Column]) -> Iterator[_Reason]:
    for column in columns:
        good, bad = column.good, column.bad
        if any(type(value) is not int for value in (*good, *bad)):
            continue
        if max(good) < min(bad):
            words = f"where `{column.name}` is at most {max(good)}"
            yield _Reason(words, column.of)
        if min(good) > max(bad):
            words = f"where `{column.name}` is at least {min(good)}"
            yield _Reason(words, column.of)
