"""A copy of a module whose source reads otherwise in one place."""

import importlib.util
import sys
import types
from pathlib import Path


def changed(module: str, old: str, new: str) -> types.ModuleType:
    """Make a copy of a module whose source reads otherwise in one place."""
    path = Path(importlib.util.find_spec(module).origin)
    source = path.read_text("utf-8")
    assert source.count(old) == 1, (
        f"{path.name}: {old!r} is there {source.count(old)} times; "
        "fit this row to the new source"
    )
    return copied(module, source.replace(old, new))


def copied(module: str, source: str) -> types.ModuleType:
    path = importlib.util.find_spec(module).origin
    copy = types.ModuleType(f"planted.{module}")
    sys.modules[copy.__name__] = copy  # dataclasses look there
    try:
        exec(compile(source, path, "exec"), vars(copy))
    finally:
        del sys.modules[copy.__name__]
    return copy


#: What others inherit from: a bug in it is seen in its heirs.
FRAMES = {"recurrent_layer": ("rnn", "lstm", "gru")}


def heirs(module: str, copy: types.ModuleType) -> dict[str, type]:
    """Read again what inherits from a changed module, with the change."""
    package, _, name = module.rpartition(".")
    right, found = sys.modules[module], {}
    sys.modules[module] = copy
    try:
        for heir in FRAMES.get(name, ()):
            path = Path(importlib.util.find_spec(f"{package}.{heir}").origin)
            text = path.read_text("utf-8")
            found |= classes_of(copied(f"{package}.{heir}", text))
    finally:
        sys.modules[module] = right
    return found


def classes_of(module: types.ModuleType) -> dict[str, type]:
    return {
        name: value
        for name, value in vars(module).items()
        if getattr(value, "__module__", "") == module.__name__
    }
