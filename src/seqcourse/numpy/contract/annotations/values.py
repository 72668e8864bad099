"""Checks of single values, and the words for a value of another kind."""

from __future__ import annotations

import reprlib
from collections.abc import Callable
from types import NoneType
from typing import Any, TypeAlias, cast

import numpy as np

#: Gives a value in the type that is asked for, or raises `MismatchError`.
Convert: TypeAlias = Callable[[Any], Any]

_BRIEF = reprlib.Repr()
_BRIEF.maxstring = _BRIEF.maxother = 60


class MismatchError(Exception):
    """A value of another kind.

    Parameters
    ----------
    expected
        What was expected, with an article.
    got
        What came.
    inside
        Where in the argument: ``[0]`` or ``['weight']``.

    Examples
    --------
    >>> MismatchError("a whole number", "3").got
    '3'
    """

    def __init__(self, expected: str, got: Any, inside: str = "") -> None:
        super().__init__(expected)
        self.expected, self.got, self.inside = expected, got, inside


def described(value: Any) -> str:
    """Tell briefly what a value is, for the end of a refusal.

    Parameters
    ----------
    value
        What came.

    Returns
    -------
    what
        The value itself where it is short; never raises.

    Examples
    --------
    >>> described(np.zeros((2, 3))), described("tanh"), described(None)
    ('an array of shape (2, 3)', "'tanh'", 'None')
    """
    if isinstance(value, (np.generic, np.dtype)):
        return str(value)
    shape = getattr(value, "shape", None)
    if isinstance(shape, tuple) and not isinstance(value, type):
        kind = type(value)
        what = "an array" if kind is np.ndarray else one(kind)
        return f"{what} of shape {tuple(shape)}"
    plain = (bool, int, float, complex, str, bytes, list, tuple, dict, set)
    if value is None or isinstance(value, plain):
        try:
            return _BRIEF.repr(value)
        except Exception:  # a reader's own __repr__ inside
            return one(type(value))
    if isinstance(value, type):
        return f"the class {class_name(value)}"
    if callable(value) and hasattr(value, "__name__"):
        return f"the function {value.__name__}"
    return one(type(value))


def one(kind: type, called: str | None = None) -> str:
    """Name a class with its article.

    Parameters
    ----------
    kind
        A class.
    called
        Its name; None for that of `class_name`.

    Returns
    -------
    name
        For the middle of a sentence.

    Examples
    --------
    >>> one(int), one(object)
    ('an int', 'an object')
    """
    name = called or class_name(kind)
    return f"an {name}" if name[0] in "aeiouAEIO" else f"a {name}"


def class_name(kind: type) -> str:
    """Call a class by its name and the package that a reader imports it from.

    Parameters
    ----------
    kind
        A class.

    Returns
    -------
    name
        The name alone where it is Python's own.

    Examples
    --------
    >>> from seqcourse.numpy import RNN
    >>> class_name(RNN), class_name(int)
    ('seqcourse.numpy.RNN', 'int')
    """
    module = kind.__module__.split(".")
    if module[0] == "builtins":
        return kind.__name__
    room = ".".join(module[:2] if module[0] == "seqcourse" else module[:1])
    return f"{room}.{kind.__name__}"


def _whole(value: Any) -> int:
    if type(value) is int:
        return value
    if isinstance(value, (int, np.integer)) and not isinstance(value, bool):
        return int(value)
    raise MismatchError("a whole number", value)


def _number(value: Any) -> float:
    if isinstance(value, (np.floating, np.integer)):
        value = value.item()
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise MismatchError("a number", value)
    if value != value:
        raise MismatchError("a finite number", value)
    return cast("float", value)


def _boolean(value: Any) -> bool:
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    raise MismatchError("True or False", value)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return str(value)
    raise MismatchError("a string", value)


def _nothing(value: Any) -> None:
    if value is not None:
        raise MismatchError("None", value)


def array(value: Any) -> Any:
    """Take an array of numbers, or nested lists of them.

    Parameters
    ----------
    value
        What came.

    Returns
    -------
    array
        The same array where it is one.

    Raises
    ------
    MismatchError
        If it is something else, or ragged.

    Examples
    --------
    >>> array([[1, 2]]).shape
    (1, 2)
    """
    if isinstance(value, np.ndarray):
        if value.dtype.kind not in "fiub":
            raise MismatchError("an array of numbers", value.dtype)
        return value
    plain = (bool, int, float, list, tuple, np.generic)
    if not isinstance(value, plain):
        raise MismatchError("an array of numbers", value)
    try:
        array = np.asarray(value)
    except Exception:  # ragged, no numbers, or another package's own
        raise MismatchError("an array of numbers", value) from None
    if array.dtype.kind not in "fiub":
        raise MismatchError("an array of numbers", value)
    return array


def array_like(value: Any) -> Any:
    """Take whatever NumPy can make an array of numbers from.

    Parameters
    ----------
    value
        What came.

    Returns
    -------
    array
        The same array where it is one.

    Raises
    ------
    MismatchError
        If it is something else.

    Examples
    --------
    >>> array_like(range(3))
    array([0, 1, 2])
    """
    foreign = isinstance(value, range) or hasattr(type(value), "__array__")
    if not foreign or isinstance(value, (np.ndarray, np.generic)):
        return array(value)
    try:
        return array(np.asarray(value))
    except Exception:  # another package's own, as for a tensor on a device
        raise MismatchError("an array of numbers", value) from None


def floating_type(value: Any) -> Any:
    """Take the name or type of floating-point numbers.

    Parameters
    ----------
    value
        What came.

    Returns
    -------
    dtype
        The same.

    Raises
    ------
    MismatchError
        If it is something else; integers would cut off every weight.

    Examples
    --------
    >>> floating_type("float32")
    'float32'
    """
    expected = "a floating type such as np.float32"
    try:
        dtype = None if value is None else np.dtype(value)
    except Exception:  # whatever NumPy says of what it does not know
        raise MismatchError(expected, value) from None
    if dtype is None or dtype.kind != "f":
        raise MismatchError(expected, value)
    return value


def _generator(value: Any) -> np.random.Generator:
    if not isinstance(value, np.random.Generator):
        expected = "a generator as np.random.default_rng(0) makes it"
        raise MismatchError(expected, value)
    return value


#: By class: the check of a value.
PLAIN: dict[Any, Convert] = {
    int: _whole,
    float: _number,
    bool: _boolean,
    str: _text,
    NoneType: _nothing,
    np.random.Generator: _generator,
}
