"""Which cases are right and which are wrong, and what parts them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

from seqcourse.diagnosis.trial import Trial, arrays, shared, sizes


def right_where(trials: Sequence[Trial]) -> str | None:
    """Tell by which size the cases that are right part from the others.

    Parameters
    ----------
    trials
        All of them, those that ended with an error too.

    Returns
    -------
    sentence
        None where no size parts them, or nearly all are of one kind.

    Examples
    --------
    >>> right_where([
    ...     Trial({"T": T}, T, min(T, 3), T <= 3) for T in (2, 3, 4, 5)
    ... ])
    'It is right where `T` is at most 3, and wrong in every other case.'
    """
    right = [trial for trial in trials if trial.right]
    wrong = [trial for trial in trials if not trial.right]
    if len(right) < 2 or len(wrong) < 2:
        return None
    # A value that is written down, or a shape that happens to be square.
    for make in (_one_value, _equal_sizes, _bounds):
        for words in make(right, wrong):
            return f"It is right {words}, and wrong in every other case."
    return None


def _tables(
    right: Sequence[Trial], wrong: Sequence[Trial]
) -> Iterator[tuple[str, list[Any], list[Any]]]:
    """Give each size that all cases have, for both kinds."""
    rows = [_features(trial) for trial in (*right, *wrong)]
    for name, many in shared(rows).items():
        yield name, many[: len(right)], many[len(right) :]


def _features(trial: Trial) -> dict[str, Any]:
    found: dict[str, Any] = dict(sizes(trial.case))
    for name, value in trial.case.items():
        if value is None or isinstance(value, bool):
            found[name] = value
    for name, array in arrays(trial.case):
        if array.ndim == 0 and name not in found:
            found[name] = float(array)
    return found


def _one_value(
    right: Sequence[Trial], wrong: Sequence[Trial]
) -> Iterator[str]:
    for name, good, bad in _tables(right, wrong):
        if len(set(good)) == 1 and good[0] not in bad and len(set(bad)) > 1:
            yield f"only where `{name}` is {good[0]}"


def _equal_sizes(
    right: Sequence[Trial], wrong: Sequence[Trial]
) -> Iterator[str]:
    tables = list(_tables(right, wrong))
    for (one, good, bad), (other, well, ill) in combinations(tables, 2):
        if good == well and not any(
            a == b for a, b in zip(bad, ill, strict=True)
        ):
            yield f"only where `{one}` and `{other}` are the same"


def _bounds(right: Sequence[Trial], wrong: Sequence[Trial]) -> Iterator[str]:
    for name, good, bad in _tables(right, wrong):
        if not all(isinstance(value, int) for value in (*good, *bad)):
            continue
        if max(good) < min(bad):
            yield f"where `{name}` is at most {max(good)}"
        if min(good) > max(bad):
            yield f"where `{name}` is at least {min(good)}"
