"""Calls of every public entry that succeed: what hostile calls change."""

from __future__ import annotations

import copy
import dataclasses
import inspect
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from tests.hostile.catalogue import Entry, entries

#: How long something runs is said by these arguments: an example may take a
#: second, a case may not.
QUICK = {
    "steps": 2,
    "batch_size": 4,
    "size": 4,
    "rounds": 1,
    "shuffles": 1,
    "others": 2,
}
SLOW = {"fit, evaluate, predict", "probes and testing"}


@dataclasses.dataclass(frozen=True)
class Call:
    """A call that succeeds.

    Parameters
    ----------
    entry
        What is called.
    receiver
        The object whose method it is, or None.
    arguments
        The arguments by name; those of ``*args`` and ``**kwargs`` together.
    """

    entry: Entry
    receiver: Any
    arguments: dict[str, Any]

    def make(self, **changes: Any) -> Any:
        """Make it on copies, so that no call can spoil the next one."""
        receiver = copy.deepcopy(self.receiver)
        arguments = copy.deepcopy(self.arguments) | changes
        args: list[Any] = []
        kwargs: dict[str, Any] = {}
        for name, parameter in self.entry.parameters.items():
            if name not in arguments:
                continue
            if parameter.kind is parameter.VAR_KEYWORD:
                kwargs |= arguments[name]
            elif parameter.kind is parameter.VAR_POSITIONAL:
                args += arguments[name]
            elif parameter.kind is parameter.POSITIONAL_ONLY:
                args.append(arguments[name])
            else:
                kwargs[name] = arguments[name]
        function = self.entry.function
        if self.entry.is_method and not inspect.ismethod(function):
            return function(receiver, *args, **kwargs)
        return function(*args, **kwargs)


def calls_of(
    name: str, receiver: Any, *args: Any, **kwargs: Any
) -> Iterator[Call]:
    """Give a call of what is public under a name, or nothing."""
    entry = entries().get(name)
    if entry is None:
        return
    signature = inspect.Signature(list(entry.parameters.values()))
    arguments = dict(signature.bind(*args, **kwargs).arguments)
    for word, most in QUICK.items():
        if entry.hints.get(word) is int and entry.group in SLOW:
            arguments[word] = min(arguments.get(word, most), most)
    yield Call(entry, receiver, arguments)


@cache
def base_calls() -> dict[str, list[Call]]:
    """Give every entry's calls: documented, of the table, and further."""
    from tests.hostile import (
        documented,
        further_calls,
        table_calls,
        text_calls,
    )

    found: dict[str, list[Call]] = defaultdict(list)

    def add(calls: Iterable[Call]) -> None:
        for call in calls:
            found[call.entry.name].append(call)

    add(documented.calls())
    add(table_calls.calls())
    add(further_calls.calls())
    add(text_calls.calls())
    for name, calls in found.items():
        found[name] = list({repr(c.arguments): c for c in calls}.values())
    add(further_calls.calls_on_what_is_there(found))
    return dict(found)
