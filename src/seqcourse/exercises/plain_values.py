"""What a learner's code returns, as values that cannot do any harm.

A returned object may raise in its ``__eq__``, its ``__len__`` or its
``__repr__``, hold itself, or be a tensor that NumPy cannot read. It is copied
once into Python's own types and NumPy's.
"""

from __future__ import annotations

import array
import inspect
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from numbers import Number
from typing import Any

import numpy as np

from seqcourse.exercises.time_limit import TimeIsUpError
from seqcourse.numpy.contract.annotations.values import one

#: Numbers in an array, and parts of lists within lists; answers have few.
LARGEST, PARTS = 10**7, 10**5


@dataclass(frozen=True)
class Strange:
    """A value that is no number, word, tuple, list, dictionary or array.

    Parameters
    ----------
    kind
        What it is, with its article.

    Examples
    --------
    >>> Strange("a generator").kind
    'a generator'
    """

    kind: str


def plain(value: Any) -> Any:
    """Copy a value into Python's own types and NumPy's.

    Parameters
    ----------
    value
        Anything.

    Returns
    -------
    copy
        The same numbers, words and arrays; tensors as arrays, and a
        `Strange` in the place of what is anything else, or fails.

    Examples
    --------
    >>> plain((1, [np.ones(2)], (n for n in range(3))))
    (1, [array([1., 1.])], Strange(kind='a generator'))
    """
    strange = _strange(type(value))
    return safely(lambda: _plain(value, iter(range(PARTS))), strange)


def safely(call: Callable[[], Any], otherwise: Any) -> Any:
    """Call what may run a learner's code.

    Parameters
    ----------
    call
        What is called.
    otherwise
        What is given where it fails.

    Returns
    -------
    value
        What the call gives. The keyboard's interrupt and the end of the time
        pass.

    Examples
    --------
    >>> safely(lambda: 1 // 0, "nothing")
    'nothing'
    """
    try:
        return call()
    except (KeyboardInterrupt, TimeIsUpError):
        raise
    except BaseException:
        return otherwise


def _plain(value: Any, parts: Iterator[int]) -> Any:
    next(parts)  # fails where there are too many: a list may hold itself
    kind = type(value)
    if value is None or kind in (bool, int, float, complex, str):
        return value
    if issubclass(kind, str):
        return str.__str__(value)
    if issubclass(kind, np.generic):
        same = np.asarray(value)[()]
        return bool(same) if kind is np.bool_ else same
    if issubclass(kind, np.ndarray):
        return _array(value)
    if issubclass(kind, (range, deque, array.array)):
        kind, value = list, list(islice(value, PARTS))
    for many in (dict, list, tuple):
        if issubclass(kind, many):
            return _copies(many, value, parts)
    if issubclass(kind, Number):
        return int.__int__(value) if issubclass(kind, int) else float(value)
    if hasattr(kind, "detach") and value.numel() <= LARGEST:  # of PyTorch
        return _array(np.asarray(value.detach().cpu()))
    if hasattr(kind, "__array__") and not hasattr(kind, "detach"):
        return _array(np.asarray(value))
    if inspect.iscoroutine(value):
        value.close()  # or Python complains that nobody has awaited it
    return _strange(kind)


def _copies(many: Any, value: Any, parts: Iterator[int]) -> Any:
    if many is dict:
        return {
            key if type(key) in (str, int, bool) else _strange(type(key)): (
                _plain(part, parts)
            )
            for key, part in dict.items(value)
        }
    return many([_plain(part, parts) for part in many.__iter__(value)])


def _array(value: Any) -> Any:
    """Copy an array; a view may be larger than all memory."""
    if value.size > LARGEST:
        return Strange(f"an array of shape {value.shape}")
    return np.array(value.view(np.ndarray))


def _strange(kind: type) -> Strange:
    return Strange(one(kind, name_of(kind)))


def name_of(kind: type) -> str:
    """Give a class's own name, whatever its metaclass says.

    Parameters
    ----------
    kind
        The class.

    Returns
    -------
    name
        Without its module.

    Examples
    --------
    >>> name_of(ValueError)
    'ValueError'
    """
    name: str = type.__dict__["__name__"].__get__(kind)
    return name
