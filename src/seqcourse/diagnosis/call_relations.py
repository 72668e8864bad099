"""What another call tells: of the same arguments, or with one changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from seqcourse.diagnosis.trial import Trial, alike, numbers

#: Calls one of the two, and gives the value, or None where it fails.
Call = Callable[[Mapping[str, Any]], Any]
#: Cases in which arguments are changed.
PROBED = 8
#: How far numbers lie apart that are the same but for rounding.
SAME = 1e-9


def remembers(
    trials: Sequence[Trial], answer: Call, solution: Call
) -> str | None:
    """Tell that a second call with the same arguments gives another result.

    Parameters
    ----------
    trials
        All of them.
    answer
        Calls the answer.
    solution
        Not needed: what is right does not change.

    Returns
    -------
    sentence
        None where it does not hold.

    Examples
    --------
    >>> remembers([], len, len)
    """
    del solution
    failing = [trial for trial in trials if not trial.right]
    for trial in failing[:PROBED]:
        again = answer(trial.case)
        if again is None or _same(trial.got, again):
            return None
    if not failing:
        return None
    return (
        "Called again with the same arguments, it gives something else. Does "
        "it keep anything from one call to the next, or draw at random?"
    )


def ignores(
    trials: Sequence[Trial], answer: Call, solution: Call
) -> str | None:
    """Tell which argument makes no difference to the answer, and should.

    Parameters
    ----------
    trials
        All of them: what it leaves alone where it is right, it may use.
    answer
        Calls the answer.
    solution
        Calls the solution.

    Returns
    -------
    sentence
        None where it does not hold.

    Examples
    --------
    >>> ignores([], len, len)
    """
    failing = [trial for trial in trials if not trial.right][:PROBED]
    unused: list[str] = []
    for number, trial in enumerate([*failing, *_right(trials)]):
        ways = [dict(_changed(trial.case, way)) for way in (_other, _turned)]
        here = [
            name
            for name in ways[0]
            if all(_unmoved(trial, way[name], answer) for way in ways)
            and (trial.right or _moves(trial, ways, name, solution))
        ]
        unused = [n for n in here if number == 0 or n in unused]
    if not unused:
        return None
    if len(unused) == 1:
        return (
            f"`{unused[0]}` makes no difference to what comes back. Where "
            "should it go in?"
        )
    names = ", ".join(f"`{name}`" for name in unused[:-1])
    return (
        f"{names} and `{unused[-1]}` make no difference to what comes back. "
        "Where should they go in?"
    )


def _right(trials: Sequence[Trial]) -> list[Trial]:
    return [trial for trial in trials if trial.right][:PROBED]


def _unmoved(trial: Trial, changed: Mapping[str, Any], answer: Call) -> bool:
    given = answer(changed)
    return given is not None and _same(trial.got, given)


def _moves(
    trial: Trial,
    ways: Sequence[Mapping[str, Mapping[str, Any]]],
    name: str,
    solution: Call,
) -> bool:
    """Tell whether some change of an argument moves the solution."""
    rights = [solution(way[name]) for way in ways]
    return any(
        right is not None and not _same(trial.expected, right)
        for right in rights
    )


def right_with(
    trials: Sequence[Trial], answer: Call, solution: Call
) -> str | None:
    """Tell how an argument must be for the answer to be right.

    Parameters
    ----------
    trials
        Those that fail.
    answer
        Calls the answer.
    solution
        Calls the solution.

    Returns
    -------
    sentence
        None where it does not hold.

    Examples
    --------
    >>> right_with([], len, len)
    """
    for words, change in _WAYS.items():
        found = None
        for trial in trials[:PROBED]:
            here = [
                name
                for name, changed in _changed(trial.case, change)
                if _mended(trial, changed, answer, solution)
                and _leaves_the_rest(trial, name, changed, solution)
            ]
            found = here if found is None else [n for n in found if n in here]
        if found:
            return words.format(name=f"`{found[0]}`")
    return None


def _mended(
    trial: Trial, changed: Mapping[str, Any], answer: Call, solution: Call
) -> bool:
    """Tell whether a change makes an answer right, and not by chance."""
    right = solution(changed)
    if right is None or not _tells(right, trial.expected):
        return False
    given = answer(changed)
    return given is not None and _same(right, given)


def _leaves_the_rest(
    trial: Trial, name: str, changed: Mapping[str, Any], solution: Call
) -> bool:
    """Tell whether a change takes out no more than an argument's own term.

    On scores that are all zero nearly any answer is right: no other argument
    makes a difference to them. Without a bias, all others do. Only a weight
    may go with what it multiplies, and the other way round.
    """
    right = solution(changed)
    off = _wrong_parts(trial)
    if any(_is_one_number(part) for part in _chosen(right, off)):
        return False
    before, still = (
        {
            other
            for way in (_other, _turned)
            for other, moves in _changed(case, way)
            if other != name and _differs(value, solution(moves), off)
        }
        for case, value in ((trial.case, trial.expected), (changed, right))
    )
    lost = {other for other in before - still if not _is_weight(other)}
    return bool(still) and (_is_weight(name) or not lost)


def _is_weight(name: str) -> bool:
    """Tell whether an argument is an entry of a dictionary of parameters."""
    return name.endswith("]")


def _wrong_parts(trial: Trial) -> list[int]:
    """Give the numbers of the parts that are wrong."""
    expected, got = _parts(trial.expected), _parts(trial.got)
    return [
        number
        for number, (one, other) in enumerate(
            zip(expected, got, strict=False)
        )
        if not _equal(one, other)
    ]


def _chosen(value: Any, which: Sequence[int]) -> list[Any]:
    parts = _parts(value)
    return [parts[number] for number in which]


def _is_one_number(part: Any) -> bool:
    """Tell whether an array of several numbers holds the same everywhere."""
    array = numbers(part)
    return array is not None and bool(
        array.size > 1 and np.ptp(array) <= SAME
    )


def _differs(value: Any, other: Any, parts: Sequence[int]) -> bool:
    """Tell whether two results differ in some of their parts."""
    return other is not None and not all(
        map(_equal, _chosen(value, parts), _chosen(other, parts))
    )


def _even(axis: int) -> Callable[[Any], Any]:
    """Make an array the same all along an axis."""

    def change(value: Any) -> Any:
        array = np.asarray(value)
        if array.ndim <= axis or array.shape[axis] < 2:
            return value
        mean = array.mean(axis, keepdims=True)
        return np.broadcast_to(mean, array.shape).copy()

    return change


#: What an argument is made, and what is said if that mends the answer; what
#: says where to look comes first.
_WAYS: dict[str, Callable[[Any], Any]] = {
    **{
        f"It is right where {{name}} is the same all along axis {axis}. Is "
        "each place taken where it belongs?": _even(axis)
        for axis in range(3)
    },
    "It is right where {name} is zero. Look at what you make of {name}.": (
        np.zeros_like
    ),
    "It is right where {name} is all ones. Look at what you multiply or "
    "divide by it.": np.ones_like,
}


def _changed(
    case: Mapping[str, Any], change: Callable[[Any], Any]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Change one array or number of floats after the other."""
    for name, value in case.items():
        if isinstance(value, Mapping):
            for key, part in value.items():
                if _is_float(part) and (new := change(part)) is not part:
                    inner = {**value, key: new}
                    yield f'{name}["{key}"]', {**case, name: inner}
        elif _is_float(value) and (new := change(value)) is not value:
            yield name, {**case, name: _as(value, new)}


def _as(value: Any, new: Any) -> Any:
    return new if isinstance(value, np.ndarray) else float(new)


def _other(value: Any) -> Any:
    """Give other numbers of the same shape."""
    turn = np.linspace(0.6, 0.9, np.size(value)).reshape(np.shape(value))
    return np.asarray(value) * turn


def _turned(value: Any) -> Any:
    """Give the same numbers in another order, with the opposite sign."""
    return -np.flip(np.asarray(value))


def _is_float(value: Any) -> bool:
    if isinstance(value, np.ndarray):
        return bool(value.dtype.kind == "f")
    return isinstance(value, float)


def _parts(value: Any) -> list[Any]:
    if isinstance(value, Mapping):
        return list(value.values())
    return list(value) if isinstance(value, tuple) else [value]


def _same(a: Any, b: Any) -> bool:
    one, other = _parts(a), _parts(b)
    return len(one) == len(other) and all(
        _equal(x, y) for x, y in zip(one, other, strict=True)
    )


def _equal(a: Any, b: Any) -> bool:
    one, other = numbers(a), numbers(b)
    if one is None or other is None:
        return isinstance(a, str) and isinstance(b, str) and a == b
    if one.shape == other.shape and not np.isfinite(one).all():
        return bool(np.array_equal(one, other, equal_nan=True))
    return alike(one, other)


def _tells(value: Any, before: Any) -> bool:
    """Tell whether a result has numbers that are not all the same.

    A single number must have changed, or it is right by chance.
    """
    for part, old in zip(_parts(value), _parts(before), strict=False):
        array = numbers(part)
        if array is None:
            continue
        if array.size > 1 and np.ptp(array) > SAME:
            return True
        if array.size == 1 and abs(array.item()) not in (0.0, 1.0):
            return not _equal(part, old)
    return False


#: Each with its name; the first that holds is told.
FIRST: dict[str, Callable[[Sequence[Trial], Call, Call], str | None]] = {
    "it remembers": remembers,
    "something is not used": ignores,
}
