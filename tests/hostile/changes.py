"""What a hostile caller writes instead of each argument of a call.

Whether it must be refused is read from the annotation and the docstring of
the argument; `RULES` says where an entry does more with it, or less.
"""

from __future__ import annotations

import collections.abc
import copy
import dataclasses
import inspect
import re
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np

from tests.hostile.array_changes import of_a_tensor, of_an_array
from tests.hostile.base_calls import Call
from tests.hostile.change import (
    EITHER,
    REFUSED,
    SAME,
    SAME_OR_REFUSED,
    Change,
    Part,
)
from tests.hostile.commands import hostile_lines
from tests.hostile.path_changes import of_a_path
from tests.hostile.scalar_changes import (
    HUGE,
    of_a_bool,
    of_a_dtype,
    of_a_float,
    of_a_function,
    of_a_text,
    of_an_int,
)
from tests.hostile.sorts import ANYTHING, accepted, item_hint, value_hint
from tests.hostile.table_calls import twin

#: Entries, places and kinds: what must follow there, and why. The first that
#: fits decides.
RULES = (
    # Weights are kept as they are, so they are to be sound.
    (r"(save|load_params|fit)$", r"params", r"(NaN|infinity) in", REFUSED),
    # Nothing else says how the weights are called and how large they are.
    (
        r"(Adam|AdamW|SGD)\.init|clip_by_global_norm",
        r"params|grads",
        r"a missing|a key more|a renamed|axis|one (axis|number)",
        EITHER,
    ),
    # A weight without a gradient stays as it is.
    (r"\.update$", r"grads", r"a (missing|renamed) key", EITHER),
    # A number is a weight of no axes, where no shape is expected.
    (
        r"(Adam|AdamW|SGD)\.init|clip_by_global_norm",
        r"(params|grads)\[",
        r"NaN|infinity|a bool|an int|a broken number",
        EITHER,
    ),
    # Any unit will do, and the docstring names two.
    (r"figures\.bars$", r"unit$", r"an unknown word", EITHER),
    # What counts is true or false, or any number.
    (r"", r"(batch\.)?weights$", r"of (bools|broken)", EITHER),
    # Without weights of its own, a module is where its input is.
    (r"SinusoidalPositionEmbedding\.", r"x", r"on another device", EITHER),
    # Lengths that are not given are all steps.
    (r"predict$", r"batch\.lengths$", r"None", EITHER),
    # A batch knows no vocabulary.
    (r"tasks\.(Pair)?Batch$", r"inputs|sources|targets", r"a huge", EITHER),
    # What is predicted does not depend on what is right.
    (r"predict$", r"batch\.(targets|weights)", r"", EITHER),
    # An answer is anything; what it is worth is the verdict.
    (r"exercises\.check$", r"answer", r"", EITHER),
    # What is not finite is infinitely wrong, and that is an answer.
    (r"relative_error$", r"[ab]$", r"(NaN|infinity)", EITHER),
    # The store is the same for both backends.
    (r"store\.save$", r"layer$", r"its twin", EITHER),
    # A file that is there is replaced.
    (r"\.save$", r"path", r".*file", EITHER),
)
REST = {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD}
#: Where a size of any kind allocates nothing.
THRIFTY = {"constructors numpy", "optimizers", "tasks"}


def changes_of(call: Call) -> list[Change]:
    """Give every change of one argument of a call."""
    entry = call.entry
    if entry.name == "cli.command":
        lines = hostile_lines(call.arguments["argv"])
        return [
            Change("argv", kind, EITHER, values)
            for kind, values in lines.items()
        ]
    found: list[Change] = []
    for name, parameter in entry.parameters.items():
        if parameter.kind in REST:
            continue
        value = call.arguments.get(name, parameter.default)
        if value is parameter.empty:
            continue
        told = entry.described.get(name, "")
        part = Part(name, entry.hints.get(name, Any), value, told)
        found += changes(part)
        thrifty = entry.group in THRIFTY and not entry.is_method
        if thrifty and type(value) is int:
            found.append(part.drawn("huge", EITHER, HUGE))
    return [
        dataclasses.replace(change, verdict=_verdict(entry.name, change))
        for change in found
    ]


def _verdict(name: str, change: Change) -> str:
    for entry, place, kind, verdict in RULES:
        if (
            re.search(entry, name)
            and re.match(place, change.place)
            and re.match(kind, change.kind)
        ):
            return verdict
    return change.verdict


def changes(part: Part) -> Iterator[Change]:
    """Give every change of an argument, or of a part of it."""
    sorts = accepted(part.hint)
    for kind, (sort, values) in ANYTHING.items():
        if sort not in sorts:
            verdict = _of_a_stranger(part, sort, sorts)
            yield part.drawn(kind, verdict, values)
    value = part.value
    if part.place == "dtype":
        yield from of_a_dtype(part)
    elif "path" in sorts and value is not None:
        yield from of_a_path(part)
    elif "callable" in sorts and value is not None:
        yield from of_a_function(part)
    for kind, give in KINDS:
        if isinstance(value, kind):
            yield from give(part)
            return
    if type(value).__name__ in {"Tensor", "Parameter"}:
        yield from of_a_tensor(part)
    elif "ours" in sorts and value is not None:
        yield from _of_ours(part)


def _of_a_stranger(part: Part, sort: str, sorts: set[str]) -> str:
    """Tell whether what the annotation does not let through may pass."""
    if sort == "nan" and re.search(r"\b([Ii]nfinity|NaN)\b", part.told):
        return EITHER
    holds = sorts & {"array", "list", "tuple"}
    if "anything" in sorts or (sort == "class" and "callable" in sorts):
        return EITHER
    if "path" in sorts and sort in {"str", "bytes"}:
        return EITHER
    if holds and sort == "strings":
        return EITHER if re.search(r"\bstr\b", str(part.hint)) else REFUSED
    if holds and sort == "mixed":
        return EITHER if "Any" in str(item_hint(part.hint, 0)) else REFUSED
    return REFUSED


# --- what holds others


def _of_a_mapping(part: Part) -> Iterator[Change]:
    value = dict(part.value)
    if not value:
        return
    first = "type" if "type" in value else next(iter(value))
    weights = re.match(r"(params|grads)$", part.place)
    named = REFUSED if weights or part.place == "config" else EITHER
    word = REFUSED if weights else EITHER
    yield part.made("a missing key", named, lambda x: _renamed(x, first))
    yield part.made("a key more", named, lambda x: {**x, "more": 1})
    yield part.made(
        "a renamed key", named, lambda x: _renamed(x, first, f"{first}_")
    )
    yield part.made(
        "a key that is no word", word, lambda x: _renamed(x, first, 5)
    )
    for name in list(value)[: 1 if weights else 2]:
        yield from changes(
            part.inner(
                f"[{name!r}]",
                value_hint(part.hint),
                value[name],
                lambda new, name=name: copy.deepcopy(value) | {name: new},
            )
        )


def _renamed(items: dict[Any, Any], name: Any, to: Any = None) -> Any:
    """Give one key another name, or drop it."""
    item = items.pop(name)
    return items if to is None else {**items, to: item}


def _with_item(items: list[Any], i: int, new: Any) -> list[Any]:
    copied = copy.deepcopy(items)
    copied[i] = new
    return copied


def _of_a_sequence(part: Part) -> Iterator[Change]:
    value, kind = list(part.value), type(part.value)
    if kind not in {tuple, list}:
        return
    fixed = re.match(r"d?state$|cache$", part.place)
    counted = REFUSED if fixed else EITHER
    if value:
        yield part.made("one fewer", counted, lambda x: x[:-1])
        yield part.made("none of them", counted, lambda x: x[:0])
        yield part.made("one more", counted, lambda x: x + x[-1:])
    other = list if kind is tuple else tuple
    yield part.made(f"a {other.__name__}", EITHER, other)
    if part.place in {"cache", "out"}:
        return  # what is in it is nobody's affair
    for i in range(min(len(value), 2)):
        yield from changes(
            part.inner(
                f"[{i}]",
                item_hint(part.hint, i, kind),
                value[i],
                lambda new, i=i: kind(_with_item(value, i, new)),
            )
        )


def _of_ours(part: Part) -> Iterator[Change]:
    """Change a layer, a task, a batch."""
    value = part.value
    yield part.made("its class", REFUSED, type)
    if _other(value) is not None:
        yield part.made("its twin", REFUSED, _other)
    if part.place == "batch" and dataclasses.is_dataclass(value):
        fields = vars(value)
        yield from _of_fields(
            part,
            fields,
            lambda new: SimpleNamespace(**copy.deepcopy(fields) | new),
        )
    elif part.place == "task":
        batch = value.batch(np.random.default_rng(0), 4)
        yield from _of_fields(
            part, vars(batch), lambda new: _Misleading(value, new)
        )


def _other(value: Any) -> Any:
    """Give the twin of a layer of either backend; None where it has none."""
    import seqcourse.numpy

    if inspect.isclass(value) or not hasattr(value, "to_config"):
        return None
    if "torch" not in type(value).__module__:
        other = twin(value)
        return None if other is value else other
    kind = getattr(seqcourse.numpy, type(value).__name__)
    return kind.from_config(value.to_config())


def _of_fields(
    part: Part, fields: dict[str, Any], put: Callable[[Any], Any]
) -> Iterator[Change]:
    """Change an array of a batch, which a task of the reader's might give."""
    for name, field in fields.items():
        inside = part.inner(
            f".{name}",
            np.ndarray,
            field,
            lambda new, name=name: put({name: new}),
        )
        for change in changes(inside):
            # Other batches are drawn in the same call, and are themselves.
            lax = change.verdict in {SAME, SAME_OR_REFUSED}
            verdict = EITHER if lax else change.verdict
            yield dataclasses.replace(change, verdict=verdict)


@dataclasses.dataclass(frozen=True)
class _Misleading:
    """A task whose batches have one field that does not belong there."""

    task: Any
    fields: dict[str, Any]

    def batch(self, rng: np.random.Generator, size: int) -> Any:
        return SimpleNamespace(
            **vars(self.task.batch(rng, size)) | self.fields
        )

    def metric(self, outputs: Any, batch: Any) -> float:
        return float(self.task.metric(outputs, batch))


#: How to change a value, by its type; the first that fits decides.
KINDS: tuple[tuple[Any, Callable[[Part], Iterator[Change]]], ...] = (
    (bool, of_a_bool),
    (int, of_an_int),
    (float, of_a_float),
    (str, of_a_text),
    (np.ndarray, of_an_array),
    (collections.abc.Mapping, _of_a_mapping),
    (tuple | list, _of_a_sequence),
)
