"""One call of an answer, beside what is right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from seqcourse.numpy.contract.layer import Array

Value = TypeVar("Value")


@dataclass(frozen=True)
class Trial:
    """What went in, what should come back, and what came.

    Parameters
    ----------
    case
        The arguments by name.
    expected
        What the solution gives.
    got
        What the answer gives.
    right
        Whether both agree.

    Examples
    --------
    >>> Trial({"x": 2}, 4, 5, False).right
    False
    """

    case: Mapping[str, Any]
    expected: Any
    got: Any
    right: bool


def numbers(value: Any) -> Array | None:
    """Read a result as an array of floats.

    Parameters
    ----------
    value
        A number, an array, or a list of numbers.

    Returns
    -------
    array
        None where it holds anything but numbers, in equal rows.

    Examples
    --------
    >>> numbers([1, 2])
    array([1., 2.])
    >>> numbers("three")
    """
    if isinstance(value, str | dict):
        return None
    try:
        array = np.asarray(value)
    except (ValueError, RecursionError):  # rows of several lengths
        return None
    return array.astype(np.float64) if array.dtype.kind in "fiub" else None


def arrays(case: Mapping[str, Any]) -> Iterator[tuple[str, Array]]:
    """Name every number and array among some arguments.

    Parameters
    ----------
    case
        The arguments by name.

    Yields
    ------
    name
        As the learner would write it: ``params["bias_hh"]``.
    array
        Its numbers.

    Examples
    --------
    >>> [name for name, _ in arrays({"p": {"b": 1.0}, "f": len, "n": 2})]
    ['p["b"]', 'n']
    """
    for name, value in case.items():
        if isinstance(value, Mapping):
            parts = {f'{name}["{key}"]': part for key, part in value.items()}
            yield from arrays(parts)
            continue
        array = None if isinstance(value, list) else numbers(value)
        if array is not None:
            yield name, array


def sizes(case: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """Name every size among some arguments: axes, lengths and counts.

    Parameters
    ----------
    case
        The arguments by name.

    Yields
    ------
    name
        As the learner would write it: ``x.shape[1]``.
    size
        The number.

    Examples
    --------
    >>> list(sizes({"x": np.zeros((2, 3)), "window": 4, "words": ["a"]}))
    [('window', 4), ('len(words)', 1), ('x.shape[0]', 2), ('x.shape[1]', 3)]
    """
    for name, value in case.items():
        if isinstance(value, int | np.integer) and not isinstance(
            value, bool
        ):
            yield name, int(value)
        elif isinstance(value, list | tuple | str):
            yield f"len({name})", len(value)
    for name, array in arrays(case):
        for axis, size in enumerate(array.shape):
            place = f"{name}.shape[{axis}]"
            yield (place if array.ndim > 1 else f"len({name})"), size


def shared(rows: Sequence[Mapping[str, Value]]) -> dict[str, list[Value]]:
    """Give what all rows have, name by name.

    Parameters
    ----------
    rows
        What each trial has, by name.

    Returns
    -------
    columns
        The values of each name that no row lacks, row by row.

    Examples
    --------
    >>> shared([{"T": 3, "B": 2}, {"T": 4}])
    {'T': [3, 4]}
    """
    return {
        name: [row[name] for row in rows]
        for name in (rows[0] if rows else ())
        if all(name in row for row in rows)
    }


def alike(a: Any, b: Any, tolerance: float = 1e-6) -> bool:
    """Tell whether two arrays have one shape and nearly the same numbers.

    Parameters
    ----------
    a
        Any shape.
    b
        Anything that NumPy can read.
    tolerance
        The largest difference, in units of the largest number of `b`.

    Returns
    -------
    same
        False where a number is not finite.

    Examples
    --------
    >>> alike(np.ones(2), [1.0, 1.0 + 1e-9]), alike(np.ones(2), 1.0)
    (True, False)
    """
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    if a.shape != b.shape:
        return False
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        return False
    size = float(np.abs(b).max(initial=0))
    return bool(np.all(np.abs(a - b) <= tolerance * max(size, 1e-12)))
