"""A copy of a module whose source reads otherwise in one place."""

import importlib
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


def heirs(module: str, copy: types.ModuleType) -> dict[str, type]:
    """Read again what inherits from a changed module, with the change."""
    right, found = importlib.import_module(module), {}
    folder = module.rpartition(".")[0]
    inherit = {
        heir.__module__
        for kind in classes_of(right).values()
        if isinstance(kind, type)
        for heir in kind.__subclasses__()
        if heir.__module__.startswith(f"{folder}.")
    } - {module}
    sys.modules[module] = copy
    try:
        for heir in sorted(inherit):
            path = Path(importlib.util.find_spec(heir).origin)
            found |= classes_of(copied(heir, path.read_text("utf-8")))
    finally:
        sys.modules[module] = right
    return found


def classes_of(module: types.ModuleType) -> dict[str, type]:
    return {
        name: value
        for name, value in vars(module).items()
        if getattr(value, "__module__", "") == module.__name__
    }
