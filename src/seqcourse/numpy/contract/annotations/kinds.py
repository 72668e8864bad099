"""From an annotation to the check of a value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from operator import is_
from types import NoneType, UnionType
from typing import (
    Any,
    Literal,
    TypeVar,
    Union,
    get_args,
    get_origin,
    is_typeddict,
)

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from seqcourse.numpy.contract.annotations.values import (
    PLAIN,
    Convert,
    MismatchError,
    array,
    array_like,
    class_name,
    floating_type,
    one,
)


@cache
def conversion(hint: Any) -> Convert | None:
    """Give the check of an annotation.

    Parameters
    ----------
    hint
        What a parameter is annotated with.

    Returns
    -------
    convert
        Gives a value in the annotation's type, or raises `MismatchError`;
        None where anything goes.

    Examples
    --------
    >>> conversion(tuple[int, ...])([np.int64(2), 3])
    (2, 3)
    """
    if hint is Any or hint is object or isinstance(hint, TypeVar):
        return None
    if hint is None:
        return PLAIN[NoneType]
    if hint == DTypeLike:
        return floating_type
    if hint == ArrayLike:
        return array_like
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        # Unions, which have dissolved; from NumPy 2.4 on they are one name.
        dtypes, numbers = set(get_args(DTypeLike)), set(get_args(ArrayLike))
        if dtypes and dtypes <= set(inner):
            return _one_of((DTypeLike, NoneType))
        if numbers and numbers <= set(inner):
            others = (each for each in inner if each not in numbers)
            return _one_of((ArrayLike, *others))
        return _one_of(inner)
    if origin is Literal:
        return _word(inner)
    if origin is type:
        return _subclass(inner[0])
    if origin is Callable:
        return _function
    if origin is None:
        if is_typeddict(hint):
            return _of_class(dict)
        return _of_class(hint) if isinstance(hint, type) else None
    if issubclass(origin, np.ndarray):
        return array
    if origin is tuple:
        return _tuple(inner)
    if issubclass(origin, Mapping):
        return _mapping(inner)
    if issubclass(origin, Iterable) and len(inner) == 1:
        return _several(inner[0], issubclass(origin, Sequence))
    return _of_class(origin)


@cache
def _of_class(cls: Any) -> Convert:
    if cls in PLAIN:
        return PLAIN[cls]
    if issubclass(cls, np.ndarray):
        return array
    # A class of ours is called by its name alone: it has one in each backend.
    ours = cls.__module__.startswith("seqcourse.")
    expected = one(cls, cls.__name__ if ours else None)
    if getattr(cls, "_is_protocol", False):
        return _with_members(cls)

    def instance(value: Any) -> Any:
        if not isinstance(value, cls):
            raise MismatchError(expected, value)
        return value

    return instance


def _with_members(cls: Any) -> Convert:
    members = sorted(
        name
        for part in cls.__mro__
        if getattr(part, "_is_protocol", False)
        for name in {*vars(part), *vars(part).get("__annotations__", {})}
        if not name.startswith("_") or name == "__call__"
    )
    what = cls.__name__.removesuffix("Protocol").lower()
    expected = f"{one(cls, what)} with {', '.join(members)}"

    def like(value: Any) -> Any:
        if isinstance(value, type):  # the class, and no instance of it
            raise MismatchError(expected, value)
        for name in members:
            if not hasattr(type(value), name) and name not in getattr(
                value, "__dict__", ()
            ):
                raise MismatchError(expected, value)
        return value

    return like


def _order(expected: str) -> tuple[bool, bool, bool, str]:
    """Put numbers and strings first, then classes, functions and None."""
    function = expected == "a function"
    return expected == "None", function, "." in expected, expected


def _one_of(hints: tuple[Any, ...]) -> Convert | None:
    kinds = [conversion(hint) for hint in hints]
    if None in kinds:
        return None
    optional = NoneType in hints

    def convert(value: Any) -> Any:
        if value is None and optional:
            return None
        expected, got, deepest = list[str](), value, None
        for kind in kinds:
            assert kind is not None
            try:
                return kind(value)
            except MismatchError as other:
                if other.inside:
                    deepest = other
                if other.got is not value:
                    got = other.got
                expected.append(other.expected)
        if deepest is not None:
            raise deepest
        if "a number" in expected and "a whole number" in expected:
            expected.remove("a whole number")
        # In an order of its own: `A | B` and `B | A` are one to Python.
        either = sorted({*expected}, key=_order)
        raise MismatchError(" or ".join(either), got)

    return convert


def _word(choices: tuple[Any, ...]) -> Convert:
    expected = f"one of {', '.join(map(str, choices))}"

    def convert(value: Any) -> Any:
        for choice in choices:
            if type(value) is type(choice) and value == choice:
                return value
        raise MismatchError(expected, value)

    return convert


def _subclass(base: Any) -> Convert | None:
    if not isinstance(base, type):
        return None

    def convert(value: Any) -> Any:
        if not isinstance(value, type) or not issubclass(value, base):
            raise MismatchError(f"a subclass of {class_name(base)}", value)
        return value

    return convert


def _function(value: Any) -> Any:
    if not callable(value):
        raise MismatchError("a function", value)
    return value


def _within(kind: Convert | None, place: Any, value: Any) -> Any:
    if kind is None:
        return value
    try:
        return kind(value)
    except MismatchError as other:
        inside = f"[{place!r}]{other.inside}"
        raise MismatchError(other.expected, other.got, inside) from None


def _tuple(inner: tuple[Any, ...]) -> Convert:
    open_ended = len(inner) == 2 and inner[1] is Ellipsis
    count = None if open_ended else len(inner)
    kinds = [conversion(hint) for hint in inner if hint is not Ellipsis]

    def convert(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, (tuple, list)):
            raise MismatchError("a tuple", value)
        if count is not None and len(value) != count:
            raise MismatchError(f"a tuple of {count}", value)
        each = kinds * len(value) if open_ended else kinds
        made = [
            _within(kind, i, part)
            for i, (kind, part) in enumerate(zip(each, value, strict=True))
        ]
        if isinstance(value, tuple) and all(map(is_, made, value)):
            return value
        return tuple(made)

    return convert


def _mapping(inner: tuple[Any, ...]) -> Convert:
    kinds = [conversion(hint) for hint in inner]
    expected, named = "a dictionary", inner[:1] == (str,)

    def convert(value: Any) -> Any:
        if not isinstance(value, Mapping):
            raise MismatchError(expected, value)
        if named and kinds[1] and {*map(type, value)} == {str}:
            parts = value.values()
            with suppress(MismatchError):  # what is wrong, is found below
                if all(map(is_, map(kinds[1], parts), parts)):
                    return value
        made = {}
        for key, part in value.items():
            if named and not isinstance(key, str):
                raise MismatchError(f"{expected} by names", key, f"[{key!r}]")
            if inner and inner[0] is int:
                _within(kinds[0], key, key)
            made[key] = _within(kinds[1], key, part) if inner else part
        if all(map(is_, made.values(), value.values())):
            return value
        return made

    return convert


def _several(hint: Any, ordered: bool) -> Convert:
    kind = conversion(hint)
    expected = "several values, such as a list"

    def convert(value: Any) -> Any:
        if isinstance(value, np.ndarray) and value.ndim:
            if value.dtype.kind == "O" and hint in (int, float, bool):
                raise MismatchError(expected, value.dtype)
            value = [*value]
        wrong = isinstance(value, (str, bytes, Mapping))
        wanted = Sequence if ordered else Iterable
        if wrong or not isinstance(value, wanted):
            raise MismatchError(expected, value)
        if ordered and not isinstance(value, (list, tuple, range)):
            value = [*value]
        if not isinstance(value, (list, tuple, range)):
            return value  # an iterator can be read only once
        made = [_within(kind, i, part) for i, part in enumerate(value)]
        if all(map(is_, made, value)):
            return value
        return tuple(made) if isinstance(value, tuple) else made

    return convert
