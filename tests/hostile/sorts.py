"""Sorts of values: what annotations accept, and what anyone hands in."""

from __future__ import annotations

import collections.abc
import inspect
import math
import types
import typing
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import ArrayLike, DTypeLike

#: Annotations that NumPy writes as long unions, and their sorts: fewer than
#: NumPy says, because no function takes strings or complex numbers.
LONG = {
    ArrayLike: {"array", "list", "tuple", "int", "float", "bool"},
    DTypeLike: {"anything"},
}
SEQUENCES = {
    collections.abc.Iterable,
    collections.abc.Sequence,
    list,
}


class Thing:
    """What no argument may be."""

    def __repr__(self) -> str:
        return "object()"


def accepted(hint: Any) -> set[str]:
    """Name the sorts of values that an annotation lets through."""
    if is_union(hint):
        found: set[str] = set()
        arms = set(typing.get_args(hint))
        for long, sorts in LONG.items():
            if set(typing.get_args(long)) <= arms:
                arms -= set(typing.get_args(long))
                found |= sorts
        return found.union(*map(accepted, arms))
    if hint in {None, type(None)}:
        return {"none"}
    origin = typing.get_origin(hint) or hint
    if not inspect.isclass(origin) or hint in {Any, object}:
        return {"anything"}
    if origin is np.ndarray or origin.__name__ == "Tensor":
        return {"array", "list", "tuple"}
    if origin in {bool, str, bytes, int}:
        return {origin.__name__}
    if origin is float:
        return {"int", "float", "bool"}
    if issubclass(origin, Path):
        return {"path"}
    if origin is collections.abc.Callable:
        return {"callable", "class"}
    if issubclass(origin, dict) or origin is collections.abc.Mapping:
        return {"dict"}
    if issubclass(origin, tuple) or origin in SEQUENCES:
        sorts = {"tuple", "list", "array"}
        if origin in SEQUENCES and typing.get_args(hint)[:1] == (str,):
            sorts |= {"str"}
        if origin is collections.abc.Iterable:
            sorts |= {"dict", "set"}
        return sorts
    if origin is np.random.Generator:
        return {"generator"}
    if origin.__module__ == "torch":
        return {"anything"}  # a device, a dtype: written in many ways
    return {"ours"}


def is_union(hint: Any) -> bool:
    return typing.get_origin(hint) in {typing.Union, types.UnionType}


def item_hint(hint: Any, i: int, kind: type = tuple) -> Any:
    """Give what an annotation of a sequence says of its item i."""
    arms = typing.get_args(hint) if is_union(hint) else (hint,)
    if kind is list and set(typing.get_args(ArrayLike)) <= set(arms):
        return Any  # numbers, where a tuple may be more
    found: list[Any] = []
    for arm in arms:
        origin, inside = typing.get_origin(arm), typing.get_args(arm)
        if origin is tuple and inside and Ellipsis not in inside:
            found.append(inside[i] if i < len(inside) else Any)
        elif inside and (origin is tuple or origin in SEQUENCES):
            found.append(inside[0])
    return typing.Union[tuple(found)] if found else Any  # noqa: UP007


def value_hint(hint: Any) -> Any:
    """Give what an annotation of a mapping says of its values."""
    for arm in typing.get_args(hint) if is_union(hint) else (hint,):
        if accepted(arm) == {"dict"} and typing.get_args(arm):
            return typing.get_args(arm)[-1]
    return Any


#: What anyone might hand in, with its sort.
ANYTHING: dict[str, tuple[str, st.SearchStrategy[Any]]] = {
    "None": ("none", st.none()),
    "a string": ("str", st.sampled_from(["nonsense", "", "1", "é\0"])),
    "bytes": ("bytes", st.sampled_from([b"", b"1", b"\xff"])),
    "a bool": ("bool", st.booleans()),
    "an int": ("int", st.sampled_from([0, 1, 2, -1, 7])),
    "a broken number": ("float", st.sampled_from([0.5, 1.5, -2.5])),
    "NaN": ("nan", st.sampled_from([math.nan, np.float32("nan")])),
    "infinity": ("nan", st.sampled_from([math.inf, -math.inf])),
    "a complex number": ("complex", st.just(1 + 2j)),
    "a list of strings": ("strings", st.builds(lambda: ["a", "b"])),
    "a ragged list": ("mixed", st.builds(lambda: [[1.0, 2.0], [3.0]])),
    "a list of None": ("mixed", st.builds(lambda: [None, None])),
    "a list of objects": ("mixed", st.builds(lambda: [Thing()])),
    "a dictionary": (
        "dict",
        st.sampled_from([(), (("a", 1),), ((1, 2),)]).map(dict),
    ),
    "an object": ("object", st.builds(Thing)),
    "a class": ("class", st.just(Thing)),
    "a function": ("callable", st.just(len)),
    "a set": ("set", st.builds(lambda: {1, 2})),
    "a generator": (
        "generator",
        st.builds(np.random.default_rng, st.just(0)),
    ),
    "an old generator": (
        "object",
        st.builds(np.random.RandomState, st.just(0)),
    ),
    "an array of objects": (
        "mixed",
        st.builds(lambda: np.array([None, Thing()], dtype=object)),
    ),
    "an array of strings": (
        "strings",
        st.builds(lambda: np.array(["a", "b"])),
    ),
}
