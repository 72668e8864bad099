"""Arrays in tuples and dictionaries, and sentences where two are not equal.

What a layer takes and gives is nested: a state is a tuple, weights are a
dictionary. A sentence calls each array by the name it has there, such as
``grads['weight_hh']`` or ``state[0]``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from seqcourse.numpy.contract.layer import Array


def require(held: bool, sentence: str) -> None:
    """Say that a promise is broken.

    An ``assert`` would be left out where Python runs with ``-O``.

    Parameters
    ----------
    held
        Whether it was kept.
    sentence
        What was found where it was not.

    Raises
    ------
    AssertionError
        With the sentence.

    Examples
    --------
    >>> require(False, "y has 3 features; expected 4")
    Traceback (most recent call last):
    AssertionError: y has 3 features; expected 4
    """
    if not held:
        raise AssertionError(sentence)


def tree(function: Callable[[Array], Any]) -> Callable[[Any], Any]:
    """Apply a function to every array in tuples and dictionaries.

    Parameters
    ----------
    function
        What happens to one array.

    Returns
    -------
    apply
        What does it to all of them.

    Examples
    --------
    >>> tree(np.shape)({"y": np.ones(3), "state": (np.ones((2, 1)), None)})
    {'y': (3,), 'state': ((2, 1), None)}
    """

    def apply(value: Any) -> Any:
        if isinstance(value, tuple | list):
            parts = [apply(part) for part in value]
            named = hasattr(value, "_fields")
            return type(value)(*parts) if named else tuple(parts)
        if isinstance(value, dict):
            return {name: apply(part) for name, part in value.items()}
        return function(value) if isinstance(value, np.ndarray) else value

    return apply


def arrays(value: Any) -> list[Array]:
    """List every array in tuples and dictionaries.

    Parameters
    ----------
    value
        Where they are.

    Returns
    -------
    found
        The arrays.

    Examples
    --------
    >>> len(arrays({"y": np.ones(3), "state": (np.ones(2), None)}))
    2
    """
    found: list[Array] = []
    tree(found.append)(value)
    return found


def copies(value: Any) -> Any:
    """Copy every array in tuples and dictionaries.

    Parameters
    ----------
    value
        Where they are.

    Returns
    -------
    copied
        The same tuples and dictionaries, of new arrays.

    Examples
    --------
    >>> y = np.ones(3)
    >>> np.shares_memory(copies((y,))[0], y)
    False
    """
    return tree(np.ndarray.copy)(value)


def freeze(value: Any) -> None:
    """Forbid writing to every array in tuples and dictionaries.

    Parameters
    ----------
    value
        Where they are.

    Examples
    --------
    >>> y = np.ones(3)
    >>> freeze((y,))
    >>> y[0] = 2
    Traceback (most recent call last):
    ValueError: assignment destination is read-only
    """
    for array in arrays(value):
        array.flags.writeable = False


def pairs(a: Any, b: Any, where: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Go through two trees of arrays side by side.

    Parameters
    ----------
    a
        Tuples and dictionaries of arrays, None where there is none.
    b
        The same tuples and dictionaries of other arrays.
    where
        What both are called.

    Yields
    ------
    name
        What an array is called.
    left
        The array of a.
    right
        That of b.

    Raises
    ------
    AssertionError
        If one has an array where the other has none.

    Examples
    --------
    >>> left, right = {"state": (np.ones(2),)}, {"state": (np.zeros(2),)}
    >>> [name for name, _, _ in pairs(left, right)]
    ['state[0]']
    """
    if isinstance(a, tuple | list):
        count = len(b) if isinstance(b, tuple | list) else None
        require(
            len(a) == count, f"{where} has {len(a)} arrays beside {count}"
        )
        names = getattr(
            a, "_fields", [f"{where}[{i}]" for i in range(len(a))]
        )
        for name, left, right in zip(names, a, b, strict=True):
            yield from pairs(left, right, name)
    elif isinstance(a, dict):
        names = set(b) if isinstance(b, dict) else set()
        require(
            a.keys() == names,
            f"{where} has {', '.join(sorted(a)) or 'nothing'} "
            f"beside {', '.join(sorted(names)) or 'nothing'}",
        )
        for name in a:
            path = f"{where}[{name!r}]" if where else name
            yield from pairs(a[name], b[name], path)
    elif a is None or b is None:
        require(a is b, f"{where} is None in one of two cases")
    else:
        yield where, a, b


def named(value: Any) -> Iterator[tuple[str, Any]]:
    """Go through a tree of arrays, with the name of each.

    Parameters
    ----------
    value
        Tuples and dictionaries of arrays.

    Yields
    ------
    name
        What an array is called.
    array
        The array.

    Examples
    --------
    >>> [name for name, _ in named({"grads": {"weight": np.ones(2)}})]
    ["grads['weight']"]
    """
    for name, array, _ in pairs(value, value):
        yield name, array


def require_close(
    a: Any, b: Any, sentence: str, tolerance: float = 1e-12
) -> None:
    """Say that a promise is broken where numbers are too far apart.

    Parameters
    ----------
    a
        Tuples and dictionaries of arrays.
    b
        The same of other arrays.
    sentence
        The complaint about an array that differs; its name comes first.
    tolerance
        How large a relative difference is taken for rounding.

    Raises
    ------
    AssertionError
        With the name, the sentence and the difference.

    Examples
    --------
    >>> a, b = {"y": np.ones(2)}, {"y": np.array([1.0, 2.0])}
    >>> require_close(a, b, "changes with the weather")
    Traceback (most recent call last):
    AssertionError: y changes with the weather (relative difference 5.0e-01)
    """
    for where, left, right in pairs(a, b):
        require(
            np.shape(left) == np.shape(right),
            f"{where} {sentence} (shapes {np.shape(left)} "
            f"and {np.shape(right)})",
        )
        if left.size == 0:  # a memory without a place
            continue
        size = max(1.0, np.abs(left).max(), np.abs(right).max())
        apart = np.abs(left - right).max() / size
        require(
            bool(apart <= tolerance),  # not so for a NaN
            f"{where} {sentence} (relative difference {apart:.1e})",
        )


def require_same_bits(a: Any, b: Any, sentence: str) -> None:
    """Say that a promise is broken where two arrays differ in any bit.

    Parameters
    ----------
    a
        Tuples and dictionaries of arrays.
    b
        The same of other arrays.
    sentence
        The complaint about an array that differs; its name comes first.

    Raises
    ------
    AssertionError
        With the name and the sentence.

    Examples
    --------
    >>> a, b = {"y": np.ones(2)}, {"y": np.ones(2, np.float32)}
    >>> require_same_bits(a, b, "changes with the weather")
    Traceback (most recent call last):
    AssertionError: y changes with the weather
    """
    for where, left, right in pairs(a, b):
        require(
            left.dtype == right.dtype
            and left.shape == right.shape
            and left.tobytes() == right.tobytes(),
            f"{where} {sentence}",
        )
