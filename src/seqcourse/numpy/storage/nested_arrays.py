"""Arrays in dictionaries in dictionaries: flat for a file, and back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np

from seqcourse.numpy.contract.annotations import described

#: Between the names of a nested dictionary; no weight's name has one.
INSIDE = "/"
#: What a safetensors file can hold.
_KINDS = re.compile(r"bool|u?int(8|16|32|64)|float(16|32|64)")


def flat(kept: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give every array a name that says where it was.

    Parameters
    ----------
    kept
        Arrays, numbers and None by name, in dictionaries in dictionaries.

    Returns
    -------
    arrays
        By their places.
    forms
        What was no array, by its place: the package of a number's type, or
        None and the empty dictionary themselves.

    Raises
    ------
    ValueError
        If there is something else.

    Examples
    --------
    >>> flat({"mean": {"bias": np.ones(1)}, "n": 3})
    ({'mean/bias': array([1.]), 'n': array(3)}, {'n': 'builtins'})
    """
    arrays, forms = dict[str, Any](), dict[str, Any]()
    for place, leaf in _leaves(kept):
        if leaf is None or isinstance(leaf, dict):
            forms[place] = leaf
            continue
        arrays[place] = _array(place, leaf)
        if not isinstance(leaf, np.ndarray):
            forms[place] = type(leaf).__module__
    return arrays, forms


def nested(arrays: dict[str, Any], forms: dict[str, Any]) -> dict[str, Any]:
    """Put everything back where it was.

    Parameters
    ----------
    arrays
        By their places.
    forms
        What was no array.

    Returns
    -------
    kept
        As `flat` was given it.

    Examples
    --------
    >>> nested({"mean/bias": np.ones(1)}, {})
    {'mean': {'bias': array([1.])}}
    """
    kept: dict[str, Any] = {}
    for place, value in (forms | arrays).items():
        *folders, last = place.split(INSIDE)
        within = kept
        for folder in folders:
            within = within.setdefault(folder, {})
        if place not in forms or place not in arrays:
            within[last] = value
        else:
            ours = forms[place] == "builtins"
            within[last] = value.item() if ours else value[()]
    return kept


def check_like(place: str, expected: Any, got: Any) -> None:
    """Refuse arrays of other names, shapes or types than expected.

    Parameters
    ----------
    place
        What the caller calls them.
    expected
        Arrays and numbers, in dictionaries in dictionaries.
    got
        What shall be like it.

    Raises
    ------
    ValueError
        If it is not.

    Examples
    --------
    >>> check_like("params", {"bias": np.ones(2)}, {"bias": np.ones(3)})
    Traceback (most recent call last):
    ValueError: params/bias: expected float64 (2,), got float64 (3,)
    """
    if isinstance(expected, dict):
        names = got.keys() if isinstance(got, dict) else [described(got)]
        if {*names} != {*expected}:
            raise ValueError(
                f"{place}: expected {', '.join(sorted(expected)) or 'none'}, "
                f"got {', '.join(sorted(names)) or 'none'}"
            )
        for name, part in expected.items():
            check_like(f"{place}{INSIDE}{name}", part, got[name])
    elif _form(expected) != _form(got):
        raise ValueError(
            f"{place}: expected {_form(expected)}, got {_form(got)}"
        )


def _form(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"{value.dtype} {value.shape}"
    return type(value).__name__


def _leaves(kept: dict[str, Any], before: str = "") -> Iterator[Any]:
    for name, value in kept.items():
        if not isinstance(name, str) or INSIDE in name:
            raise ValueError(
                f"{before or 'kept'}: expected names without {INSIDE!r}, "
                f"got {described(name)}"
            )
        if isinstance(value, dict) and value:
            yield from _leaves(value, f"{before}{name}{INSIDE}")
        else:
            yield f"{before}{name}", value


def _array(place: str, leaf: Any) -> Any:
    numbers = (np.ndarray, np.generic, bool, int, float)
    array = np.asarray(leaf) if isinstance(leaf, numbers) else None
    if array is None or not _KINDS.fullmatch(array.dtype.name):
        raise ValueError(
            f"{place}: expected an array or a number to save, "
            f"got {described(leaf)}"
        )
    return np.ascontiguousarray(array).reshape(array.shape)
