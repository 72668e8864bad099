"""Every public entry of the package, found and not typed, in its group."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import typing
from collections.abc import Callable, Iterator
from functools import cache, cached_property
from typing import Any

from numpydoc.docscrape import NumpyDocString

from tests.hostile.commands import command

PACKAGES = (
    "numpy",
    "numpy.functional",
    "torch",
    "tasks",
    "probes",
    "figures",
    "store",
    "testing",
    "recipes",
    "diagnosis",
    "exercises",
    "tokenizers",
    "text_models",
)
#: The lines of the table.
GROUPS = (
    "forward",
    "step",
    "backward",
    "init and state",
    "constructors numpy",
    "constructors torch",
    "functional",
    "optimizers",
    "fit, evaluate, predict",
    "decoding",
    "tasks",
    "tokenizers",
    "text models",
    "probes and testing",
    "figures",
    "files",
    "command line",
)
#: Groups by package; what is in ``numpy`` and ``torch`` is divided further.
OF_PACKAGE = {
    "diagnosis": "probes and testing",
    "exercises": "probes and testing",
    "figures": "figures",
    "probes": "probes and testing",
    "recipes": "files",
    "store": "files",
    "tasks": "tasks",
    "testing": "probes and testing",
    "text_models": "text models",
    "tokenizers": "tokenizers",
}
OF_FOLDER = {
    "decoding": "decoding",
    "functional": "functional",
    "interop": "files",
    "optimizers": "optimizers",
    "storage": "files",
    "training": "fit, evaluate, predict",
}
#: Methods of what is left; all others are "init and state".
OF_METHOD = {
    "__call__": "forward",
    "attention_weights": "forward",
    "backward": "backward",
    "encode": "forward",
    "encode_backward": "backward",
    "forward": "forward",
    "from_config": "files",
    "rotated": "forward",
    "step": "step",
    "to_config": "files",
    "vectors": "forward",
}
#: Public names that are no entry: a class calls them on itself, with
#: arguments that it has checked; and so are those that begin with "check".
HOOKS = {
    "branch_states",
    "cell",
    "cell_backward",
    "cell_gradients",
    "children",
    "compare",
    "compare_backward",
    "new_child",
    "normalization",
    "prepare",
    "project_out",
    "readers",
    "set_decoder",
    "split_heads",
    "split_state",
}
#: What a function gives back: nobody makes one but the package, and what
#: takes one checks it.
RESULTS = {
    "ContractReport",
    "Decoded",
    "DecodingCost",
    "DivergenceError",
    "Figure",
    "Finding",
    "GateStatistics",
    "GradientFlow",
    "History",
    "Horizon",
    "MemoryDecay",
    "OrderSensitivity",
    "Run",
    "Spectrum",
    "Speed",
    "Stored",
    "TextScore",
    "Verdict",
}


@dataclasses.dataclass(frozen=True)
class Entry:
    """One public callable.

    Parameters
    ----------
    name
        Where a reader finds it, such as ``numpy.RNN.forward``.
    function
        The function itself; a method takes its object first.
    group
        The line of the table in which its cases are counted.
    is_method
        Whether it is called on an object.
    """

    name: str
    function: Callable[..., Any]
    group: str
    is_method: bool = False

    @cached_property
    def parameters(self) -> dict[str, inspect.Parameter]:
        """What it takes, without its object."""
        found = dict(inspect.signature(self.function).parameters)
        if self.is_method and not inspect.ismethod(self.function):
            del found[next(iter(found))]
        return found

    @cached_property
    def hints(self) -> dict[str, Any]:
        """What each argument may be."""
        function: Any = inspect.unwrap(self.function)
        if dataclasses.is_dataclass(function):
            return typing.get_type_hints(function)
        if inspect.isclass(function):
            function = function.__init__
        return typing.get_type_hints(getattr(function, "__func__", function))

    @cached_property
    def described(self) -> dict[str, str]:
        """What its docstring, or one that it overrides, says of each."""
        found: dict[str, str] = {}
        for doc in self._docstrings():
            for each in NumpyDocString(doc)["Parameters"]:
                for name in each.name.split(", "):
                    found.setdefault(name.strip("*"), " ".join(each.desc))
        return found

    def _docstrings(self) -> Iterator[str]:
        yield inspect.getdoc(self.function) or ""
        package, _, rest = self.name.partition(".")
        owner, _, method = rest.rpartition(".")
        for backend in ("numpy", package):  # a twin's say the difference
            module = importlib.import_module(f"seqcourse.{backend}")
            kind = getattr(module, owner if self.is_method else rest, None)
            for base in inspect.getmro(kind) if inspect.isclass(kind) else ():
                thing = vars(base).get(method) if self.is_method else base
                yield inspect.getdoc(thing) or "" if thing else ""


@cache
def public() -> list[tuple[str, Any]]:
    """Give everything public that can be called, under one name each."""
    found: dict[int, tuple[str, Any]] = {}
    for package in PACKAGES:
        module = importlib.import_module(f"seqcourse.{package}")
        for name in module.__all__:
            thing = getattr(module, name)
            if callable(thing):
                found.setdefault(id(thing), (f"{package}.{name}", thing))
    return list(found.values())


@cache
def entries() -> dict[str, Entry]:
    """Find every public function, constructor and method by its name."""
    found = {
        entry.name: entry
        for name, thing in public()
        for entry in _entries_of(name, thing)
    }
    name = "cli.command"
    found[name] = Entry(name, command, "command line")
    return found


def _entries_of(name: str, thing: Any) -> Iterator[Entry]:
    if _is_never_made(name, thing):
        return
    yield Entry(name, thing, _group(name, thing))
    if not inspect.isclass(thing):
        return
    for method in dir(thing):
        function = inspect.unwrap(getattr(thing, method))
        hidden = method.startswith(("_", "check")) and method != "__call__"
        # A reader writes ``layer(x)``, where that is written in the package.
        hidden |= method == "forward" and any(map(_calls, thing.__mro__))
        if hidden or method in HOOKS or not inspect.isroutine(function):
            continue
        if _is_ours(function):
            whole = f"{name}.{method}"
            yield Entry(
                whole, getattr(thing, method), _group(whole, thing), True
            )


def _calls(base: type) -> bool:
    return _is_ours(vars(base).get("__call__"))


def _is_ours(function: Any) -> bool:
    """Tell whether a function is written in the package."""
    return str(getattr(function, "__module__", "")).startswith("seqcourse.")


def _is_never_made(name: str, thing: Any) -> bool:
    """Tell whether a class is inherited from, or given, but never made."""
    numpy = importlib.import_module("seqcourse.numpy")
    twin = getattr(numpy, name.rpartition(".")[2], thing)
    return inspect.isclass(thing) and (
        thing.__name__ in RESULTS
        or inspect.isabstract(twin)
        or bool(getattr(thing, "_is_protocol", False))
        or twin in {numpy.Layer, numpy.Module, numpy.PositionEncoding}
        or (
            issubclass(twin, numpy.Module)
            and twin.__init__ is object.__init__
        )
    )


def _group(name: str, thing: Any) -> str:
    """Name the line of the table; a new package has none."""
    package, *_, last = name.split(".")
    if package in OF_PACKAGE:
        return OF_PACKAGE[package]
    folder = thing.__module__.split(".")[2]
    if folder in OF_FOLDER:
        return OF_FOLDER[folder]
    if inspect.isclass(thing) and last == thing.__name__:
        return f"constructors {package}"
    return (
        "files"
        if last == "from_config"
        else OF_METHOD.get(last, "init and state")
    )
