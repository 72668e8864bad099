"""Things in JSON's own types, so that two of them can be compared.

A thing is described by the qualified name of its type and by its fields. What
is long is described by its SHA-256. A function has a qualified name, too;
where that name does not find it again (a lambda, a function within another),
its code and the values of the variables that it uses are added.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import types
from collections.abc import Mapping
from hashlib import sha256
from inspect import getattr_static
from typing import Any

import numpy as np

from seqcourse.numpy.contract.annotations import described
from seqcourse.numpy.contract.annotations.values import class_name

#: Characters or entries from which on a hash stands for the whole.
LONG = 200
_PLAIN = (bool, int, str, type(None))


def description(name: str, value: Any) -> Any:
    """Describe anything in JSON's own types.

    Of a dataclass, the fields count that it compares; of another object, all
    attributes of its own but cached properties. An object may say itself what
    counts, with a ``to_config`` method.

    Parameters
    ----------
    name
        What the caller calls it.
    value
        A task, an optimiser, a schedule.

    Returns
    -------
    description
        Equal for equal things, in every process.

    Raises
    ------
    ValueError
        If something in it cannot be described; the message says what.

    Examples
    --------
    >>> from seqcourse.tasks import DelayedRecall
    >>> description("task", DelayedRecall(delay=3))
    {'type': 'seqcourse.tasks.DelayedRecall', 'delay': 3, 'symbols': 8}
    """
    try:
        return _described(name, value, ())
    except RecursionError:
        raise _refusal(name, value, "what is nested too deep") from None


def _described(place: str, value: Any, above: tuple[int, ...]) -> Any:
    if isinstance(value, np.generic) and not isinstance(
        value, (np.datetime64, np.timedelta64)
    ):
        value = value.item()
    if isinstance(value, float):
        return value if np.isfinite(value) else repr(value)
    if isinstance(value, str) and len(value) > LONG:
        data = value.encode(errors="surrogatepass")
        return _hash(data, f"{len(value)} characters")
    if isinstance(value, _PLAIN):
        return value
    if isinstance(value, (bytes, bytearray)):
        return _hash(bytes(value), f"{len(value)} bytes")
    if id(value) in above:
        return {"itself": above.index(id(value))}
    above = (*above, id(value))
    if isinstance(value, (list, tuple)):
        parts = [
            _described(f"{place}[{i}]", part, above)
            for i, part in enumerate(value)
        ]
        return _short(parts, f"{len(parts)} entries")
    if isinstance(value, (set, frozenset)):
        parts = [_described(place, part, above) for part in value]
        return sorted(map(json.dumps, parts))
    if isinstance(value, Mapping):
        return {
            str(key): _described(f"{place}[{key!r}]", part, above)
            for key, part in value.items()
        }
    if hasattr(value, "__array__"):
        return _array(place, value, above)
    if isinstance(value, np.random.Generator):
        state = value.bit_generator.state
        return _described(f"{place}.bit_generator.state", state, above)
    if isinstance(value, types.ModuleType):
        return value.__name__
    if isinstance(value, type):
        return _name_of(value)
    if callable(value) and not _has_fields(value):
        return _function(place, value, above)
    return _object(place, value, above)


def _array(place: str, value: Any, above: tuple[int, ...]) -> Any:
    try:
        array = np.asarray(value)
    except Exception:  # a tensor on a device, or of a type NumPy lacks
        try:
            array = value.detach().cpu().double().numpy()
        except Exception:
            raise _refusal(place, value) from None
    if array.dtype.kind == "O":
        return _described(place, array.tolist(), above)
    data = np.ascontiguousarray(array).tobytes()
    return _hash(data, f"{array.dtype} {array.shape}")


def _has_fields(value: Any) -> bool:
    return not isinstance(
        value,
        (
            types.FunctionType,
            types.BuiltinFunctionType,
            types.MethodType,
            functools.partial,
            np.ufunc,
        ),
    )


def _function(place: str, value: Any, above: tuple[int, ...]) -> Any:
    if isinstance(value, functools.partial):
        parts = {"args": value.args, "keywords": value.keywords}
        function = _described(place, value.func, above)
        return {"partial": function, **_described(place, parts, above)}
    if isinstance(value, types.MethodType):
        owner = _described(f"{place}.__self__", value.__self__, above)
        return {"method": value.__name__, "of": owner}
    name = getattr(value, "__qualname__", value.__name__)
    found: dict[str, Any] = {"function": f"{value.__module__}.{name}"}
    if isinstance(value, types.FunctionType) and "<" in name:
        found["code"] = _hash(_code(value.__code__).encode(), "its code")
        cells = value.__closure__ or ()
        inside = {
            variable: cell.cell_contents
            for variable, cell in zip(
                value.__code__.co_freevars, cells, strict=True
            )
        }
        for variable in value.__code__.co_names:
            if variable in value.__globals__:
                inside[variable] = value.__globals__[variable]
        inside["defaults"] = value.__defaults__
        inside |= value.__kwdefaults__ or {}
        found |= _described(place, inside, above)
    return found


def _code(code: types.CodeType) -> str:
    """Write out what a function does, without where it is written."""
    constants = list[str]()
    for part in code.co_consts:
        if isinstance(part, frozenset):  # in another order in each process
            constants.append(repr(sorted(map(repr, part))))
        else:
            inner = isinstance(part, types.CodeType)
            constants.append(_code(part) if inner else repr(part))
    return repr((code.co_code.hex(), constants, code.co_names))


def _object(place: str, value: Any, above: tuple[int, ...]) -> Any:
    kind = type(value)
    if callable(getattr(value, "to_config", None)):
        fields = dict(value.to_config())
    elif dataclasses.is_dataclass(value):
        fields = {
            field.name: getattr(value, field.name)
            for field in dataclasses.fields(value)
            if field.compare
        }
    elif hasattr(value, "__dict__"):
        fields = {
            name: part
            for name, part in vars(value).items()
            if not isinstance(
                getattr_static(kind, name, None), functools.cached_property
            )
        }
    elif " at 0x" not in repr(value):
        return {"type": _name_of(kind), "value": repr(value)}
    else:
        raise _refusal(place, value)
    return {
        "type": _name_of(kind),
        **{
            str(name): _described(f"{place}.{name}", part, above)
            for name, part in fields.items()
        },
    }


def _refusal(place: str, value: Any, why: str = "") -> ValueError:
    return ValueError(
        f"{place}: expected something that a checkpoint can describe, or an "
        "owner whose to_config method says what counts, got "
        f"{why or described(value)}"
    )


def _name_of(kind: type) -> str:
    if kind.__module__.startswith("seqcourse."):
        return class_name(kind)
    return f"{kind.__module__}.{kind.__qualname__}"


def _hash(data: bytes, what: str) -> str:
    return f"sha256:{sha256(data).hexdigest()} of {what}"


def _short(parts: list[Any], what: str) -> Any:
    if len(parts) <= LONG:
        return parts
    return _hash(json.dumps(parts).encode(), what)


def difference(
    expected: Any, got: Any, place: str = ""
) -> tuple[str, Any, Any] | None:
    """Find the first place where two descriptions differ.

    Parameters
    ----------
    expected
        The one.
    got
        The other.
    place
        What the caller calls both.

    Returns
    -------
    place
        Where, or None where there is no difference at all.
    expected
        What the one has there.
    got
        What the other has.

    Examples
    --------
    >>> difference({"task": {"delay": 20}}, {"task": {"delay": 3}})
    ('task.delay', 20, 3)
    """
    if isinstance(expected, dict) and isinstance(got, dict):
        for name in dict.fromkeys(["type", *expected, *got]):
            within = f"{place}.{name}" if place else name
            mine, theirs = expected.get(name), got.get(name)
            if found := difference(mine, theirs, within):
                return found
        return None
    if isinstance(expected, list) and isinstance(got, list):
        if len(expected) != len(got):
            return f"len({place})", len(expected), len(got)
        for i, (mine, theirs) in enumerate(zip(expected, got, strict=True)):
            if found := difference(mine, theirs, f"{place}[{i}]"):
                return found
        return None
    return None if expected == got else (place, expected, got)
