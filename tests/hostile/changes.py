"""What a hostile caller writes instead of an argument, and what must follow.

Each change knows whether it must be refused, may be refused, or must give
what the plain argument gives.
"""

from __future__ import annotations

import collections.abc
import copy
import dataclasses
import inspect
import math
import re
import types
import typing
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import ArrayLike

from tests.hostile.base_calls import FOLDER, Call
from tests.hostile.commands import hostile_lines

#: Nothing but a refusal is right.
REFUSED = "refused"
#: A refusal is right, and so is a success.
EITHER = "either"
#: A refusal is right, and so is a success with the plain call's result.
SAME_OR_REFUSED = "the same or refused"
#: Only the plain call's result is right.
SAME = "the same"


@dataclasses.dataclass(frozen=True)
class Change:
    """One argument replaced.

    Parameters
    ----------
    argument
        Its name.
    place
        The part that is replaced, such as ``params['weight']``.
    kind
        What stands there instead.
    verdict
        What must follow.
    values
        What to draw the new argument from.
    """

    argument: str
    place: str
    kind: str
    verdict: str
    values: st.SearchStrategy[Any]


@dataclasses.dataclass(frozen=True)
class Part:
    """An argument, or a part of one, and how to replace it.

    Parameters
    ----------
    place
        What a sentence may call it.
    hint
        What it may be.
    value
        What it is in a call that succeeds.
    put
        Makes the whole argument with something else in this place.
    told
        What the docstring says of the argument.
    """

    place: str
    hint: Any
    value: Any
    put: Callable[[Any], Any]
    told: str


#: Stands for NumPy's ``ArrayLike``, which is a union itself.
ARRAY_LIKE = (typing.TypeVar("ArrayLike"),)


class Thing:
    """What no argument may be."""

    def __repr__(self) -> str:
        return "object()"


def changes_of(call: Call) -> list[Change]:
    """Give every change of one argument of a call."""
    found = []
    if call.entry.name == "cli.command":
        lines = hostile_lines(call.arguments["argv"])
        return [
            Change("argv", "argv", kind, EITHER, values)
            for kind, values in lines.items()
        ]
    group = call.entry.group
    for name, parameter in call.entry.parameters.items():
        if parameter.kind in {parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD}:
            continue
        default = parameter.default
        if name not in call.arguments and default is parameter.empty:
            continue
        value = call.arguments.get(name, default)
        hint = call.entry.hints.get(name, Any)
        told = call.entry.described.get(name, "")
        part = Part(name, hint, value, lambda new: new, told)
        allocates = not re.match(r"constr.*numpy|optim|tasks", group)
        if type(value) is int and call.receiver is None and not allocates:
            huge = _replaced(part, "huge", EITHER, st.sampled_from(HUGE))
            found.append(dataclasses.replace(huge, argument=name))
        for each in _changes(part):
            verdict = _known(call, each)
            found.append(
                dataclasses.replace(each, argument=name, verdict=verdict)
            )
    return found


def _known(call: Call, change: Change) -> str:
    """Correct a verdict by what the entry does with the argument."""
    name, place, kind = call.entry.name, change.place, change.kind
    for pattern, where, what, verdict in RULES:
        if (
            re.search(pattern, name)
            and re.match(where, place)
            and re.match(what, kind)
        ):
            return verdict
    return change.verdict


#: Entries, places, kinds: what must follow where it is not what follows
#: elsewhere. The first that fits decides.
RULES = (
    # Weights are kept as they are, so they are to be sound.
    (r"(save|load_params|fit)$", r"params", r"(NaN|infinity) in", REFUSED),
    # Any weights are as good as others: nothing else says their names.
    (
        r"(Adam|AdamW|SGD)\.init|store\.save",
        r"params",
        r"(a missing|a key more|a renamed|axis|one (axis|number))",
        EITHER,
    ),
    # A weight without a gradient stays as it is.
    (r"\.update$", r"grads", r"a (missing|renamed) key", EITHER),
    # An answer is anything; what it is worth is the verdict.
    (r"exercises\.check$", r"answer", r"", EITHER),
    # What is not finite is infinitely wrong, and that is an answer.
    (r"relative_error$", r"[ab]$", r"(NaN|infinity)", EITHER),
    # A file that is there is replaced.
    (r"\.save$", r"path", r"(another|a truncated) file", EITHER),
)


# --- what an annotation accepts


def accepted(hint: Any) -> set[str]:
    """Name the sorts of values that an annotation lets through."""
    if hint in ARRAY_LIKE:
        return {"array", "list", "tuple", "int", "float", "bool"}
    if hint is Any or hint is object or isinstance(hint, typing.TypeVar):
        return {"anything"}
    if hint is None or hint is type(None):
        return {"none"}
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in {typing.Union, types.UnionType}:
        return set().union(*map(accepted, _arms(hint)))
    if origin is typing.Literal:
        return {"str"}
    if _is_array(hint):
        return {"array", "list", "tuple", "number array"}
    kind = origin or hint
    if not inspect.isclass(kind):
        return {"anything"}
    name = kind.__name__
    if name == "dtype" or "DType" in str(hint):
        return {"anything"}
    if name in {"Tensor", "device"}:
        return {"array"} if name == "Tensor" else {"anything"}
    if kind is bool:
        return {"bool"}
    if kind is int:
        return {"int"}
    if kind is float:
        return {"int", "float", "bool"}
    if kind is str:
        return {"str"}
    if issubclass(kind, Path):
        return {"path"}
    if kind is collections.abc.Callable:
        return {"callable", "class"}
    if issubclass(kind, dict) or kind is collections.abc.Mapping:
        return {"dict"}
    if issubclass(kind, tuple):
        return {"tuple", "list", "array"}
    if kind in {collections.abc.Sequence, collections.abc.Iterable, list}:
        more = {"str", "bytes"} if arguments[:1] == (str,) else set()
        more |= {"dict", "set"} if kind is collections.abc.Iterable else set()
        return {"tuple", "list", "array"} | more
    if kind is np.random.Generator:
        return {"generator"}
    return {"ours"}


def _is_array(hint: Any) -> bool:
    words = str(hint)
    return hint is np.ndarray or (
        "numpy.ndarray" in words
        and typing.get_origin(hint) is np.ndarray
        or "_typing._array_like" in words
        or "_SupportsArray" in words
    )


#: What anyone might hand in, by its sort.
ANYTHING: dict[str, tuple[str, st.SearchStrategy[Any]]] = {
    "None": ("none", st.none()),
    "a string": ("str", st.sampled_from(["nonsense", "", "1", "é\0"])),
    "bytes": ("bytes", st.sampled_from([b"", b"1", b"\xff"])),
    "True": ("bool", st.booleans()),
    "an int": ("int", st.sampled_from([0, 1, 2, -1, 7])),
    "a broken number": ("float", st.sampled_from([0.5, 1.5, -2.5])),
    "NaN": ("nan", st.sampled_from([math.nan, np.float32("nan")])),
    "infinity": ("nan", st.sampled_from([math.inf, -math.inf])),
    "a complex number": ("complex", st.just(1 + 2j)),
    "a list of strings": ("strings", st.just(["a", "b"])),
    "a ragged list": ("ragged", st.just([[1.0, 2.0], [3.0]])),
    "a list of None": ("nones", st.just([None, None])),
    "a dictionary": ("dict", st.sampled_from([{}, {"a": 1}, {1: 2}])),
    "an object": ("object", st.just(Thing())),
    "a class": ("class", st.just(Thing)),
    "a function": ("callable", st.just(len)),
    "a set": ("set", st.just({1, 2})),
    "a seed's generator": (
        "generator",
        st.builds(np.random.default_rng, st.just(0)),
    ),
    "an old generator": (
        "old generator",
        st.builds(np.random.RandomState, st.just(0)),
    ),
    "an array of objects": (
        "object array",
        st.just(np.array([None, Thing()], dtype=object)),
    ),
    "an array of strings": ("string array", st.just(np.array(["a", "b"]))),
    "a list of objects": ("objects", st.builds(lambda: [Thing()])),
}


def _changes(part: Part) -> Iterator[Change]:
    """Give every change of an argument, or of a part of it."""
    sorts = accepted(part.hint)
    for kind, (sort, values) in ANYTHING.items():
        if sort in sorts:
            continue
        if sort in {"strings", "nones", "ragged", "objects"} and sorts & {
            "list",
            "tuple",
        }:
            fits = sort == "strings" and _holds(part.hint, str)
            verdict = EITHER if fits or not _closed(part.hint) else REFUSED
        elif sort in {"str", "bytes"} and "path" in sorts:
            verdict = EITHER
        elif "array" in sort and "array" in sorts:
            verdict = EITHER if _holds(part.hint, str) else REFUSED
        else:
            verdict = EITHER if "anything" in sorts else REFUSED
        if sort == "class" and "callable" in sorts:
            verdict = EITHER
        yield _replaced(part, kind, verdict, values)
    value = part.value
    if part.place == "dtype":
        yield from _of_a_dtype(part)
    elif isinstance(value, bool):
        yield from _of_a_bool(part)
    elif isinstance(value, int):
        yield from _of_an_int(part)
    elif isinstance(value, float):
        yield from _of_a_float(part)
    elif isinstance(value, str | Path):
        yield from _of_a_text(part, sorts)
    elif isinstance(value, np.ndarray):
        yield from _of_an_array(part)
    elif type(value).__name__ in {"Tensor", "Parameter"}:
        yield from _of_a_tensor(part)
    elif isinstance(value, collections.abc.Mapping):
        yield from _of_a_mapping(part)
    elif isinstance(value, tuple | list):
        yield from _of_a_sequence(part)
    elif isinstance(value, np.random.Generator):
        pass
    elif callable(value) and "callable" in sorts:
        yield from _of_a_function(part)
    elif "ours" in sorts and value is not None:
        yield _as(part, "its class", REFUSED, lambda: type(value))
        if _has_a_twin(value):
            yield _as(part, "its twin", REFUSED, lambda: _other(value))


def _replaced(
    part: Part, kind: str, verdict: str, values: st.SearchStrategy[Any]
) -> Change:
    return Change("", part.place, kind, verdict, values.map(part.put))


def _as(
    part: Part, kind: str, verdict: str, *make: Callable[[], Any]
) -> Change:
    """Make a change whose values are made of the plain one when drawn."""
    values = st.sampled_from(make).map(lambda one: one())
    return _replaced(part, kind, verdict, values)


def _holds(hint: Any, kind: type) -> bool:
    """Tell whether the annotation lets a sequence of something through."""
    return re.search(rf"\b{kind.__name__}\b", str(hint)) is not None


def _closed(hint: Any) -> bool:
    """Tell whether the annotation says what it holds."""
    return "Any" not in str(typing.get_args(hint)) or _is_array(hint)


def _has_a_twin(value: Any) -> bool:
    import seqcourse.torch

    name = type(value).__name__
    return hasattr(value, "to_config") and hasattr(seqcourse.torch, name)


def _other(value: Any) -> Any:
    """Give the twin of a part of the other backend."""
    import seqcourse.numpy
    import seqcourse.torch

    ours = "torch" in type(value).__module__
    package = seqcourse.numpy if ours else seqcourse.torch
    return getattr(package, type(value).__name__).from_config(
        value.to_config()
    )


# --- numbers and texts


def _of_a_bool(part: Part) -> Iterator[Change]:
    value = part.value
    yield _as(part, "a NumPy bool", SAME_OR_REFUSED, lambda: np.bool_(value))
    yield _as(part, "the word", REFUSED, lambda: str(value))


def _of_a_dtype(part: Part) -> Iterator[Change]:
    """Give other types: weights and states are real numbers."""
    if "torch" in str(part.hint):
        import torch

        kinds: list[Any] = [torch.int64, torch.bool, torch.complex64]
    else:
        kinds = [np.int64, "bool", np.complex64, object, "datetime64", "U3"]
    yield _replaced(
        part, "not of real numbers", REFUSED, st.sampled_from(kinds)
    )


#: No constructor of NumPy's side allocates anything, whatever the size.
HUGE = [10**12, 2**63, 10**30]


def _of_an_int(part: Part) -> Iterator[Change]:
    value = part.value
    same = SAME_OR_REFUSED
    yield _as(part, "a NumPy int", same, lambda: np.int64(value))
    yield _as(part, "a short NumPy int", same, lambda: np.int32(value))
    yield _as(part, "an int as an array", EITHER, lambda: np.array(value))
    yield _as(part, "a whole float", EITHER, lambda: float(value))
    numbers = st.integers(-3, 40)
    yield _replaced(part, "another int", EITHER, numbers)
    if "seed" in part.place:
        below = st.integers(max_value=-1)
        yield _replaced(part, "a negative seed", REFUSED, below)


def _of_a_float(part: Part) -> Iterator[Change]:
    value = part.value
    yield _as(part, "a NumPy float", SAME_OR_REFUSED, lambda: np.float64(value))
    yield _as(part, "a float as an array", EITHER, lambda: np.array(value))
    edges = [0.0, -0.0, 1.0, -1.0, 1e39, 1e-300, 5e-324, 1e308, 0, 1, 10**400]
    numbers = st.sampled_from(edges) | st.floats(-2, 2)
    yield _replaced(part, "another float", EITHER, numbers)


TEXTS = [
    "",
    " ",
    "a",
    "\ufeff",
    "\ufeffa b",
    "nonsense",
    "é\0",
    "\ud800",
    "<script>&",
    "a" * 3000,
    "\n",
]


def _of_a_text(part: Part, sorts: set[str]) -> Iterator[Change]:
    if "path" in sorts or isinstance(part.value, Path):
        yield from _of_a_path(part)
        return
    chosen = re.escape(part.value) and re.search(
        rf"[\"`']{re.escape(part.value)}[\"`']", part.told
    )
    words = st.sampled_from(TEXTS) | st.text(max_size=5)
    if chosen:
        words = words.map(lambda word: word + "?")
        yield _replaced(part, "an unknown word", REFUSED, words)
    else:
        yield _replaced(part, "another text", EITHER, words)


def _of_a_path(part: Part) -> Iterator[Change]:
    for kind, path in (
        ("a folder", FOLDER),
        ("a missing folder", FOLDER / "no" / "such"),
        ("no name", ""),
        ("a name too long", FOLDER / ("a" * 300)),
        ("a NUL", f"{FOLDER}/a\0b"),
        ("below a file", FOLDER / "weights" / "below"),
    ):
        for sort in (str, Path):
            # An empty path is the folder that one is in.
            yield _as(
                part,
                f"{kind}, {sort.__name__}",
                REFUSED,
                lambda sort=sort, path=path: sort(path),
            )
    source = Path(part.value)
    if source.is_file():
        content = source.read_bytes()
        yield _replaced(
            part,
            "a truncated file",
            REFUSED,
            st.integers(0, len(content) - 1).map(
                lambda n: _written(content[:n])
            ),
        )
        header = min(len(content), 8 + int.from_bytes(content[:8], "little"))
        yield _replaced(
            part,
            "a flipped bit in the header",
            EITHER,
            st.integers(0, 8 * header - 1).map(
                lambda n: _written(_flipped(content, n))
            ),
        )
        yield _replaced(
            part,
            "a flipped bit",
            EITHER,
            st.integers(0, 8 * len(content) - 1).map(
                lambda n: _written(_flipped(content, n))
            ),
        )
        yield _replaced(
            part,
            "another file",
            REFUSED,
            st.binary(max_size=100).map(_written),
        )


def _written(content: bytes) -> Path:
    path = FOLDER / "damaged"
    path.write_bytes(content)
    return path


def _flipped(content: bytes, bit: int) -> bytes:
    changed = bytearray(content)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def _of_a_function(part: Part) -> Iterator[Change]:
    for answer in (None, "nonsense", math.nan, [], 10**400, np.zeros(3)):
        yield _as(
            part,
            f"a function that gives {str(answer)[:9]}",
            EITHER,
            lambda answer=answer: lambda *_, **__: answer,
        )


# --- arrays


def _of_an_array(part: Part) -> Iterator[Change]:
    x = part.value
    real, whole = x.dtype.kind == "f", x.dtype.kind in "iu"
    fixed = _fixed_rank(part)
    wrong = REFUSED if fixed else EITHER
    yield _as(part, "read-only", SAME, lambda: _read_only(x))
    if x.ndim > 1:
        yield _as(
            part, "not contiguous", SAME, lambda: np.asfortranarray(x)
        )
    if x.ndim:
        strided = np.repeat(x, 2, axis=-1)
        yield _as(part, "with strides", SAME, lambda: strided[..., ::2])
        yield _as(
            part,
            "backwards in memory",
            SAME,
            lambda: np.ascontiguousarray(x[..., ::-1])[..., ::-1],
        )
    yield _as(part, "a list of numbers", SAME_OR_REFUSED, lambda: x.tolist())
    yield _as(part, "one axis more", wrong, lambda: x[None])
    if x.ndim and x.size:
        yield _as(part, "one axis less", wrong, lambda: x[0].copy())
        yield _as(part, "one number", wrong, lambda: x.ravel()[0])
    for axis in range(x.ndim):
        yield from _sizes(part, axis, np)
    if x.size == 0:
        return
    if real:
        for name, number in (("NaN", math.nan), ("infinity", math.inf)):
            # What becomes of it may be finite: a row that nobody reads.
            lax = re.match(r"targets|params|d[a-z]+\b", part.place)
            verdict = EITHER if lax else REFUSED
            yield _as(
                part,
                f"{name} inside",
                verdict,
                lambda number=number: _with(x, number),
            )
        large = [1e39, -1e39, 1e308, 1e-300]
        yield _replaced(
            part,
            "a large number inside",
            EITHER,
            st.sampled_from(large).map(lambda n: _with(x, n)),
        )
        for kind in ("float16", "float32", "int64", "uint8"):
            with np.errstate(all="ignore"):
                other = np.clip(x, 0, 99).astype(kind)
            yield _as(part, f"of {kind}", EITHER, lambda other=other: other)
        yield _as(part, "of bools", REFUSED, lambda: x > 0)
    if whole:
        for kind in ("int32", "int8", "uint8", "uint64"):
            yield _as(
                part,
                f"of {kind}",
                SAME_OR_REFUSED,
                lambda kind=kind: x.astype(kind),
            )
        yield _as(part, "of floats", EITHER, lambda: x.astype(float))
        yield _as(part, "of broken numbers", REFUSED, lambda: x + 0.5)
        token = re.search(r"[Tt]oken", part.told)
        limited = REFUSED if token or "length" in part.place else EITHER
        yield _as(part, "-1 inside", limited, lambda: _with(x, -1))
        yield _as(part, "a huge one inside", limited, lambda: _with(x, 10**9))
        if x.size > 1:
            yield _as(
                part, "of bools", REFUSED, lambda: x.astype(bool)
            )
    if x.dtype.kind != "b":
        yield _as(part, "of complex", REFUSED, lambda: x.astype(complex))
    yield _as(part, "of objects", REFUSED, lambda: x.astype(object))
    yield _as(part, "of strings", REFUSED, lambda: x.astype(str))
    yield _as(part, "a tensor", SAME_OR_REFUSED, lambda: _tensor(x))


def _of_a_tensor(part: Part) -> Iterator[Change]:
    import torch

    x = part.value.detach()
    real = x.dtype.is_floating_point
    wrong = REFUSED if _fixed_rank(part) else EITHER
    yield _as(
        part,
        "with strides",
        SAME,
        lambda: torch.repeat_interleave(x, 2, -1)[..., ::2],
    )
    yield _as(part, "an array", SAME_OR_REFUSED, lambda: x.numpy())
    yield _as(part, "a list of numbers", SAME_OR_REFUSED, lambda: x.tolist())
    yield _as(part, "one axis more", wrong, lambda: x[None])
    if x.ndim and x.numel():
        yield _as(part, "one axis less", wrong, lambda: x[0].clone())
        yield _as(part, "one number", wrong, lambda: x.flatten()[0])
    for axis in range(x.ndim):
        yield from _sizes(part, axis, torch)
    if not x.numel():
        return
    if real:
        for name, number in (("NaN", math.nan), ("infinity", math.inf)):
            yield _as(
                part,
                f"{name} inside",
                EITHER if part.place.startswith("params") else REFUSED,
                lambda number=number: _with(x, number),
            )
        yield _as(part, "a large number", EITHER, lambda: _with(x, 1e38))
        for kind in (torch.float16, torch.bfloat16, torch.float32, torch.int64):
            yield _as(
                part, f"of {kind}", EITHER, lambda kind=kind: x.to(kind)
            )
        yield _as(part, "of bools", REFUSED, lambda: x > 0)
    else:
        for kind in (torch.int32, torch.int8, torch.uint8):
            yield _as(
                part,
                f"of {kind}",
                SAME_OR_REFUSED,
                lambda kind=kind: x.to(kind),
            )
        yield _as(part, "of floats", EITHER, lambda: x.double())
        yield _as(part, "of broken numbers", REFUSED, lambda: x + 0.5)
        yield _as(part, "-1 inside", REFUSED, lambda: _with(x, -1))
        if "state" not in part.place:
            yield _as(part, "a huge one inside", REFUSED, lambda: _with(x, 9**9))
        yield _as(part, "of bools", REFUSED, lambda: x > 0)
    yield _as(part, "of complex", REFUSED, lambda: x.to(torch.complex64))
    yield _as(part, "on another device", REFUSED, lambda: x.to("meta"))


def _sizes(part: Part, axis: int, package: Any) -> Iterator[Change]:
    """Give an axis other sizes; what they mean depends on the function."""
    x = part.value
    n = x.shape[axis]
    every = range(x.ndim)

    def taken(indices: list[int]) -> Any:
        at = tuple(
            indices if each == axis else slice(None) for each in every
        )
        return x[at]

    verdict = REFUSED if _tied(part, axis) else EITHER
    called = f"axis {axis}"
    if n:
        yield _as(
            part,
            f"{called} one longer",
            verdict,
            lambda: taken([*range(n), n - 1]),
        )
    if n > 1:
        yield _as(
            part, f"{called} one shorter", verdict, lambda: taken([*range(n - 1)])
        )
    if n > 2:
        yield _as(part, f"{called} of 1", verdict, lambda: taken([0]))
    if n:
        yield _as(part, f"{called} of 0", verdict, lambda: taken([]))


def _fixed_rank(part: Part) -> bool:
    """Tell whether the docstring gives an array one shape."""
    if re.match(r"(d?state|params)\[", part.place):
        return True
    shapes = set(re.findall(r"\(([A-Z]\w*(?:, [A-Za-z_]\w*)*),?\)", part.told))
    return len({shape.count(",") for shape in shapes}) == 1


def _tied(part: Part, axis: int) -> bool:
    """Tell whether an axis has the size that other arguments give it."""
    if part.place.startswith("params["):
        return True
    if re.match(r"d?state\[", part.place):
        return axis == 0
    shapes = re.findall(r"\(([A-Z]\w*(?:, \w+)*),?\)", part.told)
    if part.place == "lengths":
        return True
    if part.place in {"x", "x_t"} and len(shapes) == 1:
        letters = shapes[0].split(", ")
        return len(letters) > axis and letters[axis] in {"D", "H"}
    return part.place == "dy"


def _with(x: Any, number: float) -> Any:
    """Put a number into the first place of a copy."""
    changed = x.copy() if isinstance(x, np.ndarray) else x.clone()
    with np.errstate(all="ignore"):
        if isinstance(x, np.ndarray) and x.dtype.kind == "f":
            number = x.dtype.type(number)
        elif isinstance(x, np.ndarray):
            changed = changed.astype(np.int64)
        changed[(0,) * x.ndim] = number
    return changed


def _read_only(x: Any) -> Any:
    x = x.copy()
    x.flags.writeable = False
    return x


def _tensor(x: Any) -> Any:
    import torch

    return torch.tensor(x)


# --- what holds others


def _of_a_mapping(part: Part) -> Iterator[Change]:
    value = dict(part.value)
    weights = part.place.split("[")[0] in {"params", "grads"}
    verdict = REFUSED if weights or part.place == "config" else EITHER
    if not value:
        return
    names = list(value)
    first = names[0]
    if part.place != "config":
        yield _as(
            part,
            "a missing key",
            verdict,
            lambda: {k: v for k, v in value.items() if k != first},
        )
    else:
        yield _as(part, "no type", verdict, lambda: _without(value, "type"))
    yield _as(
        part, "a key more", verdict, lambda: {**value, "more": value[first]}
    )
    yield _as(
        part,
        "a renamed key",
        verdict,
        lambda: {**_without(value, first), f"{first}_": value[first]},
    )
    yield _as(
        part,
        "a key that is no word",
        REFUSED if weights else EITHER,
        lambda: {**_without(value, first), 5: value[first]},
    )
    arguments = typing.get_args(part.hint) or (str, Any)
    hint = arguments[-1]
    for name in names[:2] if not weights else names[:1]:
        yield from _changes(
            Part(
                f"{part.place}[{name!r}]",
                hint,
                value[name],
                lambda new, name=name: part.put({**value, name: new}),
                part.told,
            )
        )


def _without(value: dict[Any, Any], name: Any) -> dict[Any, Any]:
    return {k: v for k, v in value.items() if k != name}


def _of_a_sequence(part: Part) -> Iterator[Change]:
    value = list(part.value)
    kind = type(part.value)
    if not isinstance(part.value, tuple | list):
        return
    if hasattr(kind, "_fields"):
        return
    fixed = re.match(r"d?state|cache", part.place)
    verdict = REFUSED if fixed else EITHER
    if value:
        yield _as(part, "one fewer", verdict, lambda: kind(value[:-1]))
        yield _as(part, "none of them", verdict, lambda: kind([]))
        yield _as(part, "one more", verdict, lambda: kind([*value, value[-1]]))
    other = list if kind is tuple else tuple
    yield _as(part, "a list or tuple", EITHER, lambda: other(value))
    hint = _inner(part.hint)
    if part.place == "cache":
        return  # what is in it is nobody's affair
    for i in range(min(len(value), 2)):
        yield from _changes(
            Part(
                f"{part.place}[{i}]",
                hint(i),
                value[i],
                lambda new, i=i: part.put(
                    kind([*value[:i], new, *value[i + 1 :]])
                ),
                part.told,
            )
        )


def _inner(hint: Any) -> Callable[[int], Any]:
    """Give what an annotation says of the items of a sequence."""
    for one in _arms(hint):
        origin, arguments = typing.get_origin(one), typing.get_args(one)
        if origin is tuple and arguments and Ellipsis not in arguments:
            return lambda i: (*arguments, *[Any] * (i + 1))[i]
        if arguments and origin in {
            tuple,
            list,
            collections.abc.Sequence,
            collections.abc.Iterable,
        }:
            return lambda i: arguments[0]
    return lambda i: Any


def _arms(hint: Any) -> tuple[Any, ...]:
    """Give the alternatives of an annotation; ``ArrayLike`` is one of them.

    What is in it, a string among others, is more than any function takes.
    """
    if typing.get_origin(hint) not in {typing.Union, types.UnionType}:
        return (hint,)
    arms = typing.get_args(hint)
    like = typing.get_args(ArrayLike)
    if set(like) <= set(arms):
        return (*ARRAY_LIKE, *(arm for arm in arms if arm not in like))
    return arms


def fresh(value: Any) -> Any:
    """Copy what was drawn: the call may write to it."""
    try:
        return copy.deepcopy(value)
    except Exception:
        return value
