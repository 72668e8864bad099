"""A case to look at: what went in, what came back, and what is right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from seqcourse.diagnosis.trial import numbers
from seqcourse.exercises.calling import Failure
from seqcourse.exercises.plain_values import Strange, safely
from seqcourse.numpy.contract.annotations.values import one
from seqcourse.numpy.contract.layer import Array

#: Numbers that are shown of one argument, and in a row of a result.
MOST, WIDEST = 24, 6
#: Characters that are shown of a word.
LONGEST = 60


@dataclass(frozen=True)
class Example:
    """One case, as it is shown.

    Parameters
    ----------
    given
        Each argument's name, and what it was.
    place
        Where in the result the numbers stand: ``h[0]``; empty for all of it.
    yours
        What came back there, number by number.
    right
        What is right there.
    first
        Which of these is the first that differs.

    Examples
    --------
    >>> print(Example((("x", "2"),), "h", ("3", "4"), ("3", "5"), 1))
      with  x = 2
     yours  h = 3 4
     right  h = 3 5
                  ^
    """

    given: tuple[tuple[str, str], ...]
    place: str
    yours: tuple[str, ...]
    right: tuple[str, ...]
    first: int

    def __str__(self) -> str:
        lines = []
        for number, (name, text) in enumerate(self.given):
            head = "  with  " if number == 0 else 8 * " "
            inner = text.replace("\n", "\n" + (11 + len(name)) * " ")
            lines.append(f"{head}{name} = {inner}")
        wide = [
            max(len(a), len(b))
            for a, b in zip(self.yours, self.right, strict=True)
        ]
        head = f"{self.place} = " if self.place else ""
        for label, cells in (("yours", self.yours), ("right", self.right)):
            row = " ".join(
                cell.rjust(width)
                for cell, width in zip(cells, wide, strict=True)
            )
            lines.append(f" {label}  {head}{row}")
        if len(wide) > 1:
            before = sum(wide[: self.first]) + self.first
            at = 8 + len(head) + before
            lines.append(at * " " + wide[self.first] * "^")
        return "\n".join(lines)


def example(
    given: Mapping[str, Any],
    expected: Any,
    got: Any,
    parts: tuple[str, ...] = (),
    tolerance: float = 1e-6,
    part: str = "",
) -> Example | None:
    """Lay out a case in which an answer differs.

    Parameters
    ----------
    given
        The arguments by name.
    expected
        What is right.
    got
        What came back.
    parts
        The names of the parts of a result that has several.
    tolerance
        The largest relative difference of numbers that is none.
    part
        Which part is shown, if it differs; else it is the first that does.

    Returns
    -------
    example
        None where nothing came back that could stand beside what is right.

    Examples
    --------
    >>> print(example({"x": 0.5}, np.array([1.0, 2.0]), np.array([1.0, 3.0])))
      with  x = 0.5
     yours  1 3
     right  1 2
              ^
    """
    if got is None or isinstance(got, Strange):
        return None
    place, right, yours = _first_part(expected, got, parts, tolerance, part)
    shown = tuple(
        (name, shown_argument(value)) for name, value in _entries(given)
    )
    a, b = _numbers(right), _numbers(yours)
    if a is None or b is None or a.shape != b.shape:
        cells = (_brief(yours, right),), (_brief(right, yours),)
        return Example(shown, place, *cells, 0)
    at = _first_difference(a, b, tolerance)
    if not at:
        (mine,), (true,) = _pair(b.ravel(), a.ravel(), 0)
        return Example(shown, place, (mine,), (true,), 0)
    start = _start(at[-1], a.shape[-1])
    stop = min(start + WIDEST, a.shape[-1])
    mine, true = (row[at[:-1]][start:stop] for row in (b, a))
    first = at[-1] - start
    yours, right = _pair(mine, true, first)
    where = _index(place, at[:-1], start, stop, a.shape[-1])
    return Example(shown, where, tuple(yours), tuple(right), first)


def _index(
    place: str, row: tuple[int, ...], start: int, stop: int, size: int
) -> str:
    """Write where a row lies, as one would ask NumPy for it."""
    index = [str(number) for number in row]
    if stop - start < size:
        index.append(f"{start}:{stop}")
    return f"{place or 'result'}[{', '.join(index)}]" if index else place


def _entries(given: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Name each argument, and each entry of a dictionary."""
    for name, value in given.items():
        if isinstance(value, Mapping):
            for key, part in value.items():
                yield f'{name}["{key}"]', part
        else:
            yield name, value


def _first_part(
    expected: Any,
    got: Any,
    parts: tuple[str, ...],
    tolerance: float,
    wanted: str,
) -> tuple[str, Any, Any]:
    """Give a part that differs, with its name; the first, if any will do."""
    if isinstance(expected, Mapping) and isinstance(got, Mapping):
        for key, right in expected.items():
            if key not in got:
                return repr(key), right, "nothing"
            if not _agree(right, got[key], tolerance):
                return str(key), right, got[key]
    if parts and isinstance(got, tuple | list) and len(got) == len(parts):
        named = list(zip(parts, expected, got, strict=True))
        named.sort(key=lambda each: each[0] != wanted)
        for name, right, yours in named:
            if not _agree(right, yours, tolerance):
                return name, right, yours
    return "", expected, got


def _agree(right: Any, yours: Any, tolerance: float) -> bool:
    a, b = _numbers(right), _numbers(yours)
    if a is None or b is None or a.shape != b.shape:
        return False
    return not _apart(a, b, tolerance).any()


def _apart(a: Array, b: Array, tolerance: float) -> Array:
    a, b = a.astype(np.float64), b.astype(np.float64)
    size = float(np.abs(a).max(initial=0))
    with np.errstate(invalid="ignore"):
        far: Array = ~(np.abs(a - b) <= tolerance * size)
    return far


def _first_difference(
    a: Array, b: Array, tolerance: float
) -> tuple[int, ...]:
    """Give the indices of the first number that differs."""
    far = _apart(a, b, tolerance)
    where = far if far.any() else a != b
    flat = int(where.argmax()) if where.size else 0
    return tuple(int(n) for n in np.unravel_index(flat, a.shape))


def _start(at: int, size: int) -> int:
    """Say where to begin, so that the difference is in view."""
    if size <= WIDEST or at < WIDEST - 1:
        return 0
    return min(at - WIDEST // 2, size - WIDEST)


def _numbers(value: Any) -> Array | None:
    """Read what there is to show; truths stay what they are."""
    array = numbers(value)
    if array is None or array.size == 0:
        return None
    given = np.asarray(value)
    return given if given.dtype.kind == "b" else array


def shown_argument(value: Any) -> str:
    """Write an argument, if it is small; else say what it is.

    Parameters
    ----------
    value
        An argument of an exercise.

    Returns
    -------
    text
        On a line, or on several for an array with rows.

    Examples
    --------
    >>> print(shown_argument(np.array([[0.5, -1.0], [2.0, 0.25]])))
    [[ 0.50 -1.00]
     [ 2.00  0.25]]
    >>> shown_argument(np.zeros((8, 9)))
    'an array of shape (8, 9)'
    """
    if isinstance(value, np.ndarray):
        return _shown_array(value)
    if isinstance(value, tuple | list):
        if all(isinstance(part, int | float) for part in value):
            return f"[{', '.join(map(_short, value[:MOST]))}]"
        return "\n".join(f"{shown_argument(part)}" for part in value)
    if callable(value):
        return "a function"
    if isinstance(value, str):
        cut = value if len(value) <= LONGEST else f"{value[:LONGEST]}…"
        return repr(cut)
    if isinstance(value, int | float | np.number | None):
        return _short(value)
    text = repr(value)
    return text if len(text) <= LONGEST else one(type(value))


def _shown_array(array: Array) -> str:
    if array.size > MOST or array.ndim > 3 or array.dtype.kind not in "fiub":
        return f"an array of shape {array.shape}"
    cells = np.array(_texts(array), object)
    return _brackets(cells.reshape(array.shape))


def _brackets(cells: Any) -> str:
    if cells.ndim == 0:
        return str(cells[()])
    if cells.ndim == 1:
        return f"[{' '.join(cells)}]"
    inner = [_brackets(row).replace("\n", "\n ") for row in cells]
    return "[" + "\n ".join(inner) + "]"


def _texts(array: Array, more: int = 0) -> list[str]:
    """Write numbers alike, right-aligned, with so many digits more."""
    flat = [part.item() for part in np.asarray(array).ravel()]
    texts = [_written(flat, number, more) for number in flat]
    width = max(map(len, texts), default=0)
    return [text.rjust(width) for text in texts]


def _written(flat: list[Any], number: Any, more: int) -> str:
    if isinstance(number, bool):
        return str(number)
    finite = [abs(n) for n in flat if np.isfinite(n)]
    largest = max(finite, default=0)
    if not np.isfinite(number):
        return str(number)
    if number == round(number) and abs(number) < 1e15 and _whole(finite):
        return str(int(number))
    if not 0.01 <= largest < 1e5:
        return f"{number:.{4 + more}g}"
    exact = [d for d in range(1, 3) if _exact(finite, d)]
    text = f"{number:.{(exact or [3])[0] + more}f}"
    return text.replace("-0.000", "0.000") if float(text) == 0 else text


def _whole(flat: list[float]) -> bool:
    return all(number == round(number) for number in flat)


def _exact(flat: list[float], decimals: int) -> bool:
    return all(abs(round(n, decimals) - n) < 1e-9 for n in flat)


def _pair(yours: Array, right: Array, first: int) -> list[list[str]]:
    """Write two rows with as many digits as part them at one place."""
    for more in (0, 1, 3, 6, 9):
        texts = _texts(np.array([yours, right]), more)
        rows = [texts[: yours.size], texts[yours.size :]]
        if rows[0][first].strip() != rows[1][first].strip():
            break
    return rows


def _short(value: Any) -> str:
    if isinstance(value, float | np.floating):
        return f"{value:.4g}"
    return str(value)


def _brief(value: Any, beside: Any) -> str:
    """Say what a result is that cannot be compared number by number."""
    if isinstance(beside, Failure) and isinstance(value, tuple):
        return ", ".join(_brief(part, beside) for part in value)
    array = _numbers(value)
    if array is not None and array.ndim == 0:
        return _short(value)
    if isinstance(value, list | tuple | str) and not (
        isinstance(beside, list | tuple) and isinstance(value, tuple)
    ):
        text: str = safely(lambda: repr(value), one(type(value)))
        return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
    if array is not None:
        return f"shape {array.shape}"
    if isinstance(value, tuple):
        return f"{len(value)} things"
    return "an error" if isinstance(value, Failure) else one(type(value))
