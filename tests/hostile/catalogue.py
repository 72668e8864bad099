"""Every public entry of the package, found and not typed, in its group."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import re
import typing
from collections.abc import Callable, Iterator
from functools import cache, cached_property
from typing import Any

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
    "exercises",
)
#: Methods by what they do; all others of a layer are "init and state".
METHODS = {
    "forward": "forward",
    "__call__": "forward",
    "attention_weights": "forward",
    "encode": "forward",
    "vectors": "forward",
    "rotated": "forward",
    "step": "step",
    "backward": "backward",
    "encode_backward": "backward",
    "from_config": "files",
    "to_config": "files",
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
        The function itself; a method is called with its object.
    group
        The line of the table in which its cases are counted.
    """

    name: str
    function: Callable[..., Any]
    group: str

    @property
    def is_method(self) -> bool:
        return self.name.rpartition(".")[2] in vars(object) or (
            self.name.rpartition(".")[0].rpartition(".")[2][:1].isupper()
        )

    @cached_property
    def parameters(self) -> dict[str, inspect.Parameter]:
        found = dict(inspect.signature(self.function).parameters)
        if self.is_method and not inspect.ismethod(self.function):
            found.pop(next(iter(found)))
        return found

    @cached_property
    def hints(self) -> dict[str, Any]:
        """What each argument may be."""
        if dataclasses.is_dataclass(self.function):
            return typing.get_type_hints(self.function)
        function: Any = inspect.unwrap(self.function)
        if inspect.isclass(function):
            function = function.__init__
        # What a module imports for its types alone is in its neighbours.
        names = {**_known_types(), **getattr(function, "__globals__", {})}
        written = " ".join(map(str, function.__annotations__.values()))
        for name in re.findall(r"\w+", written):
            if isinstance(names.get(name), str):  # an alias in quotes
                names[name] = eval(names[name], names)
        return typing.get_type_hints(function, names)

    @cached_property
    def described(self) -> dict[str, str]:
        """What the docstring says of each argument."""
        from numpydoc.docscrape import NumpyDocString

        text: dict[str, str] = {}
        for doc in _docstrings(self):
            for each in NumpyDocString(doc)["Parameters"]:
                for name in each.name.split(", "):
                    text.setdefault(name.strip("*"), " ".join(each.desc))
        return text

    @property
    def area(self) -> str:
        """Whose files it is in."""
        package, _, rest = self.name.partition(".")
        if package == "torch":
            return "torch"
        if self.group in {"figures", "tasks", "decoding"}:
            return self.group
        if self.group in {"fit, evaluate, predict", "optimizers"}:
            return "training"
        if self.group in {"files", "command line"}:
            return "files-cli"
        if self.group == "probes and testing":
            return "probes-testing"
        if self.group == "functional":
            return "functional-losses"
        module = str(getattr(self.function, "__module__", ""))
        module += f".{rest}"
        later = ("attention", "transformer", "seq2seq", "Attention")
        later += ("Transformer", "EncoderDecoder", "FeedForward")
        if any(word in module for word in later):
            return "numpy-attention-transformer"
        return "numpy-recurrent-layers"


def _docstrings(entry: Entry) -> Iterator[str]:
    """Give its own docstring, then those of what it overrides."""
    yield inspect.getdoc(entry.function) or ""
    *owner, name = entry.name.split(".")
    for package in ("numpy", owner[0]):
        module = importlib.import_module(f"seqcourse.{package}")
        kind: Any = getattr(module, owner[-1] if entry.is_method else name, 0)
        if not inspect.isclass(kind):
            continue
        for base in inspect.getmro(kind):
            found = vars(base).get(name) if entry.is_method else base
            if found is not None and inspect.getdoc(found):
                yield inspect.getdoc(found) or ""


@cache
def _known_types() -> dict[str, Any]:
    import numpy as np
    from numpy.typing import ArrayLike, DTypeLike, NDArray

    known: dict[str, Any] = {
        "np": np,
        "ArrayLike": ArrayLike,
        "DTypeLike": DTypeLike,
        "NDArray": NDArray,
        "Any": Any,
    }
    known |= {
        name: getattr(typing, name) for name in ("Protocol", "TypeAlias")
    }
    abstract = importlib.import_module("collections.abc")
    known |= {name: getattr(abstract, name) for name in abstract.__all__}
    known["Path"] = importlib.import_module("pathlib").Path
    for package in reversed(PACKAGES):
        module = importlib.import_module(f"seqcourse.{package}")
        known |= {name: getattr(module, name) for name in module.__all__}
    return known


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
    """Give every public function, constructor and method by its name."""
    found = {
        entry.name: entry
        for name, thing in public()
        for entry in _entries_of(name, thing)
    }
    name = "cli.command"
    found[name] = Entry(name, command, "command line")
    return found


def _entries_of(name: str, public: Any) -> Iterator[Entry]:
    if not inspect.isclass(public):
        yield Entry(name, public, group_of(name, public))
        return
    if is_pattern(name, public):
        return
    yield Entry(name, public, group_of(name, public))
    for method in dir(public):
        function = getattr(public, method)
        hidden = method.startswith(("_", "check")) and method != "__call__"
        if hidden or method in HOOKS or not inspect.isroutine(function):
            continue
        plain = inspect.unwrap(getattr(function, "__func__", function))
        if not str(getattr(plain, "__module__", "")).startswith("seqcourse."):
            continue
        called = str(getattr(public.__call__, "__module__", ""))
        if method == "forward" and called.startswith("seqcourse.torch"):
            continue  # a reader writes ``layer(x)``
        entry = f"{name}.{method}"
        yield Entry(entry, function, group_of(entry, public))


def is_pattern(name: str, public: type) -> bool:
    """Tell whether a class is inherited from, or given, but never made."""
    numpy = importlib.import_module("seqcourse.numpy")
    twin = getattr(numpy, name.rpartition(".")[2], public)
    fields = getattr(twin, "__dataclass_fields__", None)
    return (
        public.__name__ in RESULTS
        or inspect.isabstract(twin)
        or bool(getattr(public, "_is_protocol", False))
        or twin in {numpy.Layer, numpy.Module, numpy.PositionEncoding}
        or (fields is None and issubclass(twin, numpy.Module))
    )


def group_of(name: str, public: Any) -> str:
    """Name the line of the table; a new package has none and is refused."""
    package, *rest = name.split(".")
    if package in {"tasks", "figures"}:
        return package
    if package in {"probes", "testing", "exercises"}:
        return "probes and testing"
    if package in {"store", "recipes"}:
        return "files"
    if name.startswith("numpy.functional."):
        return "functional"
    if package not in {"numpy", "torch"}:
        raise LookupError(f"{name}: no group")
    source = str(getattr(public, "__module__", ""))
    for folder, group in (
        ("optimizers", "optimizers"),
        ("training", "fit, evaluate, predict"),
        ("decoding", "decoding"),
        ("interop", "files"),
        ("storage", "files"),
    ):
        if f".{folder}." in source:
            return group
    if len(rest) > 1:
        return METHODS.get(rest[-1], "init and state")
    if not inspect.isclass(public):
        return "files"  # from_config
    return f"constructors {package}"
