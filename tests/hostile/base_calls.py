"""A call of every public entry that must succeed: what hostile calls change."""

from __future__ import annotations

import atexit
import copy
import dataclasses
import importlib
import inspect
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

import seqcourse.numpy
from seqcourse.testing.promises.arrays import tree
from tests.hostile import commands
from tests.contract.table import TABLE, Row
from tests.hostile.catalogue import PACKAGES, Entry, entries
from tests.hostile.documented import replay

#: Arguments that say how long something runs: examples may take a second,
#: a case may not.
QUICK = {"steps": 2, "size": 4, "rounds": 1, "shuffles": 1, "others": 2}
SLOW = {"fit, evaluate, predict", "probes and testing"}
#: What reads or writes a file: examples have theirs in a passing folder.
FILES = {"recipes.load", "recipes.save", "store.load", "store.save"}
#: Where hostile calls may write.
FOLDER = Path(tempfile.mkdtemp(prefix="hostile-"))
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
#: What stands there, by name, before every call.
BASE_FILES: dict[str, bytes] = {}
#: What has no call that succeeds, and why.
REFUSING = {
    "numpy.Bidirectional.step": "it reads the future",
    "torch.Bidirectional.step": "it reads the future",
}


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
        The arguments by name; a dictionary under a name with two stars.
    origin
        Where the call is from, for a reader who looks for it.
    """

    entry: Entry
    receiver: Any
    arguments: dict[str, Any]
    origin: str

    def make(self, **changes: Any) -> Any:
        """Call it on copies, so that no call can spoil the next one."""
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


def tidy() -> None:
    """Remove what a call has written, and bring back what it has changed."""
    for path in FOLDER.iterdir():
        if path.name in BASE_FILES:
            if path.read_bytes() != BASE_FILES[path.name]:
                path.write_bytes(BASE_FILES[path.name])
        elif path.name != "damaged":
            shutil.rmtree(path) if path.is_dir() else path.unlink()


@cache
def base_calls() -> dict[str, list[Call]]:
    """Give every entry's calls, from the docstrings and from the table."""
    found: dict[str, list[Call]] = defaultdict(list)
    for call in (*_documented(), *_of_the_table(), *_of_files(), *_of_commands()):
        found[call.entry.name].append(call)
    for call in _made(found):
        found[call.entry.name].append(call)
    for name, calls in found.items():
        found[name] = list({repr(c.arguments): c for c in calls}.values())
    return found


def _call(
    name: str, receiver: Any, args: Any, kwargs: Any, origin: str
) -> Call | None:
    entry = entries().get(name)
    if entry is None or (origin != "files" and name in FILES):
        return None
    signature = inspect.Signature(list(entry.parameters.values()))
    arguments = dict(signature.bind(*args, **kwargs).arguments)
    for short, value in QUICK.items():
        given = arguments.get(short, value)
        if entry.hints.get(short) is int and entry.group in SLOW:
            arguments[short] = min(given, value)
    return Call(entry, receiver, arguments, origin)


# --- from the docstrings


def _documented() -> Iterator[Call]:
    classes = _public_classes()
    functions = {
        id(e.function): e.name for e in entries().values() if not e.is_method
    }
    calls: list[Call] = []

    def seen(function: Any, args: Any, kwargs: Any) -> None:
        owner = getattr(function, "__self__", None)
        if inspect.isclass(function) or inspect.isfunction(function):
            name = functions.get(id(function))
        elif inspect.ismethod(function) or id(function) in functions:
            kind = owner if inspect.isclass(owner) else type(owner)
            name = classes.get(kind) and f"{classes[kind]}.{function.__name__}"
            name = name or functions.get(id(function))
        else:
            owner = function
            name = classes.get(type(owner), "none") + ".__call__"
            if name not in entries():
                name = name.replace("__call__", "forward")
        receiver = None if inspect.isclass(owner) else owner
        call = name and _call(name, receiver, args, kwargs, origin)
        if call:
            calls.append(call)

    done: set[int] = set()
    for package in PACKAGES:
        module = importlib.import_module(f"seqcourse.{package}")
        for name in module.__all__:
            public = getattr(module, name)
            if callable(public) and id(public) not in done:
                done.add(id(public))
                origin = f"docstring of {package}.{name}"
                replay(public, seen)
    return iter(calls)


def _public_classes() -> dict[type, str]:
    found: dict[type, str] = {}
    for package in PACKAGES:
        module = importlib.import_module(f"seqcourse.{package}")
        for name in module.__all__:
            if inspect.isclass(getattr(module, name)):
                found.setdefault(getattr(module, name), f"{package}.{name}")
    return found


# --- from the contract's table of layers


def _of_the_table() -> Iterator[Call]:
    for row in TABLE.values():
        example = row.example(lengths=np.array([3, 5, 1]))
        yield from _numpy_calls(row, example)
        yield from _torch_calls(row, example)


def _numpy_calls(row: Row, c: Any) -> Iterator[Call]:
    layer = c.layer
    name = f"numpy.{type(layer).__name__}"
    _, _, cache_ = layer.forward(c.params, c.x, c.state, c.lengths)

    def call(method: str, *args: Any, **kwargs: Any) -> Iterator[Call]:
        found = _call(f"{name}.{method}", layer, args, kwargs, row.name)
        if found:
            yield found

    rng = np.random.default_rng(0)
    yield from call("forward", c.params, c.x, c.state, c.lengths)
    yield from call("forward", c.params, c.x)
    yield from call("backward", c.params, c.dy, c.dstate, cache_)
    if row.causal:
        state = c.state or None
        yield from call("step", c.params, c.x[:, 0], state)
    if hasattr(layer, "encode"):
        sources = np.array([[3, 1, 4, 1], [5, 2, 6, 5]])
        yield from call("encode", c.params, sources, np.array([4, 2]))
    if row.cross_attends:
        memory = rng.standard_normal((3, 4, row.width))
        yield from call("cross_attention_state", memory, np.array([3, 4, 1]))
    yield from call("init", rng, np.float64)
    yield from call("initial_state", 3, np.float64)
    yield from call("state_bytes", 4, np.float32)
    yield from call("parameter_shapes")
    yield from call("to_config")
    yield from call("from_config", layer.to_config())
    yield from _constructors(layer, "numpy", row.name)


def _constructors(part: Any, package: str, origin: str) -> Iterator[Call]:
    """Give the calls that made a layer and its parts."""
    values = {f.name: getattr(part, f.name) for f in dataclasses.fields(part)}
    name = f"{package}.{type(part).__name__}"
    for value in values.values():
        for inner in value if isinstance(value, tuple) else (value,):
            if dataclasses.is_dataclass(inner):
                yield from _constructors(inner, package, origin)
    if package == "torch":
        values = {key: _twin(value) for key, value in values.items()}
    made = _call(name, None, (), values, origin)
    if made:
        yield made


def _twin(value: Any) -> Any:
    import seqcourse.torch

    if isinstance(value, tuple):
        return tuple(map(_twin, value))
    if isinstance(value, seqcourse.numpy.Module | seqcourse.numpy.Layer):
        return seqcourse.torch.from_config(value.to_config())
    if isinstance(value, seqcourse.numpy.PositionEncoding):
        return seqcourse.torch.PositionEncoding.from_config(value.to_config())
    return value


def _torch_calls(row: Row, c: Any) -> Iterator[Call]:
    import torch

    twin = _twin(c.layer).load_params(c.params).eval()
    name = f"torch.{type(twin).__name__}"
    tensors = tree(torch.tensor)

    def call(method: str, *args: Any) -> Iterator[Call]:
        found = _call(f"{name}.{method}", twin, args, {}, row.name)
        if found:
            yield found

    x, state, lengths = tensors((c.x, c.state, c.lengths))
    yield from call("__call__", x, state, lengths)
    yield from call("__call__", x)
    if row.causal:
        yield from call("step", x[:, 0], state or None)
    if row.cross_attends:
        memory = tensors(np.ones((3, 5, row.width)))
        yield from call("cross_attention_state", memory, lengths)
    if hasattr(twin, "encode"):
        sources = tensors(np.array([[3, 1, 4, 1], [5, 2, 6, 5]]))
        yield from call("encode", sources, tensors(np.array([4, 2])))
    yield from call("load_params", c.params)
    yield from call("to_params")
    yield from call("initial_state", 3)
    yield from call("state_bytes", 4)
    yield from call("to_config")
    yield from call("from_config", c.layer.to_config())
    yield from _constructors(c.layer, "torch", row.name)


# --- what reads or writes a file


def _of_files() -> Iterator[Call]:
    from seqcourse import numpy, recipes, store, tasks

    trained = recipes.Trained(**_trained())
    params = trained.params[0]
    store.save(FOLDER / "weights", params, trained.model)
    recipes.save(FOLDER / "recipe", trained)
    (FOLDER / "text").write_text("the sky is blue. " * 20)
    run = FOLDER / "run"
    task = tasks.DelayedRecall(2, 4)
    numpy.fit(trained.model, task, 2, params=params, checkpoint=run)
    BASE_FILES.update({p.name: p.read_bytes() for p in FOLDER.iterdir()})
    for name, args in (
        ("store.save", (FOLDER / "new", params, trained.model)),
        ("store.load", (FOLDER / "weights",)),
        ("recipes.save", (FOLDER / "new", trained)),
        ("recipes.load", (FOLDER / "recipe",)),
    ):
        call = _call(name, None, args, {}, "files")
        if call:
            yield call
    for package in ("numpy", "torch"):
        model = trained.model if package == "numpy" else _twin(trained.model)
        for place in (run, FOLDER / "other"):
            arguments = (model, task, 2)
            call = _call(
                f"{package}.fit",
                None,
                arguments,
                {"checkpoint": place, "params": params},
                "files",
            )
            if call and (package == "numpy" or place != run):
                yield call


def _of_commands() -> Iterator[Call]:
    for line in commands.lines():
        call = _call("cli.command", None, (line,), {}, "commands.lines")
        if call:
            yield call


# --- what neither has


def _made(found: dict[str, list[Call]]) -> Iterator[Call]:
    """Ask of every object seen so far what it can do besides."""
    for name, entry in entries().items():
        if name in found or name in REFUSING or not entry.parameters:
            continue
        owner, _, method = name.rpartition(".")
        objects = [call.make() for call in found.get(owner, [])[:2]]
        objects += [
            call.receiver
            for each, calls in found.items()
            for call in calls[:1]
            if each.startswith(f"{owner}.") and call.receiver is not None
        ]
        if not entry.is_method:
            arguments = FUNCTIONS[name]()
            yield Call(entry, None, arguments, "FUNCTIONS")
            continue
        for thing in objects[:3]:
            arguments = _arguments(thing, method, found)
            yield Call(entry, thing, arguments, "METHODS")


def _arguments(
    thing: Any, method: str, found: dict[str, list[Call]]
) -> dict[str, Any]:
    """Make the arguments of a method of an object."""
    rng = np.random.default_rng(0)
    name = f"{type(thing).__module__.split('.')[1]}.{type(thing).__name__}"
    if name.startswith("tasks."):
        return _of_a_task(thing, method)
    if method == "from_config":
        return {"config": thing.to_config()}
    if method == "init":
        return {"rng": rng, "dtype": np.float64}
    if method == "load_params":
        return {"params": thing.to_params()}
    if method == "attention_weights":
        called = "__call__" if name.startswith("torch.") else "forward"
        return found[f"{name}.{called}"][0].arguments
    if method == "vectors":
        at = np.arange(3)
        if name.startswith("torch."):
            return {"at": _tensors(at)}
        shapes = thing.parameter_shapes()
        return {
            "params": {k: rng.standard_normal(s) for k, s in shapes.items()},
            "at": at,
        }
    if name == "torch.Bridge" and method == "forward":
        return {"state": _tensors((np.ones((2, 3), "f4"), np.ones((2, 2), "f4")))}
    if name.startswith("torch.") and method == "forward":
        asked = {"query": (2, 3, thing.config.query_size)}
        asked |= {"memory": (2, 4, thing.config.key_size)}
        made = {k: rng.standard_normal(v).astype("f4") for k, v in asked.items()}
        return _tensors({**made, "lengths": np.array([4, 2])})
    if method == "bias":
        at = np.arange(6).reshape(2, 3)
        return {"queries": at, "keys": at, "heads": 2}
    if method == "rotated":
        return {
            "x": rng.standard_normal((2, 2, 3, 4)),
            "at": np.arange(6).reshape(2, 1, 3),
        }
    if method in {"backward", "encode_backward"}:
        read = {"backward": "forward", "encode_backward": "encode"}[method]
        call = found[f"{name}.{read}"][0]
        return _backward(call, entries()[f"{name}.{method}"])
    raise LookupError(f"{name}.{method}: no call is known that succeeds")


def _backward(call: Call, entry: Entry) -> dict[str, Any]:
    """Give ones as the gradient for what a call gave."""
    *given, cache_ = call.make()
    ones = tree(np.ones_like)(given[0] if len(given) == 1 else given)
    first, second, *_ = list(entry.parameters)
    given = ones[0] if "context" in second else ones
    return {
        first: call.arguments["params"],
        second: given,
        "cache": cache_,
    }


def _of_a_task(task: Any, method: str) -> dict[str, Any]:
    rng = np.random.default_rng(0)
    if method in {"batch", "draw"}:
        return {"rng": rng, "size": 4}
    if method in {"sample", "shuffled"}:
        return {"rng": rng}
    told = {
        "in_order": {"size": 4},
        "every_form": {"date": "2026-11-29"},
        "best_within": {"window": 2},
        "entropy": {"prefix": "the clouds are in"},
        "probability": {"sentence": "the clouds are in the sky ."},
    }
    if method in told:
        return told[method]
    batch = task.batch(rng, 4)
    if method == "depths":
        return {"batch": batch}
    if method in {"decode", "text"}:
        return {"tokens": batch.inputs[0]}
    if method == "encode":
        write = getattr(task, "decode", None) or task.text
        return {"text": write(batch.inputs[0])}
    shape = batch.targets.shape
    if batch.targets.dtype.kind in "iu":
        shape = (*shape, int(batch.targets.max()) + 2)
    return {"outputs": rng.standard_normal(shape), "batch": batch}


def _tensors(arrays: Any) -> Any:
    import torch

    return tree(torch.tensor)(arrays)


def _tune() -> dict[str, Any]:
    notes = ((60, 1.0), (62, 0.5))
    return {"title": "a", "origin": "b", "metre": 4, "notes": notes}


def _speed() -> dict[str, Any]:
    return {"steps": {"one": int, "other": float}, "rounds": 2}


def _evaluate() -> dict[str, Any]:
    import seqcourse.torch
    from seqcourse.tasks import DelayedRecall

    model = seqcourse.torch.SequenceClassifier(
        seqcourse.torch.Embedding(5, 3), seqcourse.torch.RNN(3, 4), 4
    )
    task = DelayedRecall(2, 4)
    return {
        "model": model,
        "params": model.to_params(),
        "task": task,
        "size": 4,
    }


def _trained() -> dict[str, Any]:
    from seqcourse.numpy import RNN, Embedding, SequenceClassifier
    from seqcourse.recipes import Recipe
    from seqcourse.tasks import DelayedRecall

    model = SequenceClassifier(Embedding(5, 8), RNN(8, 8), 4)
    trained = Recipe(model, DelayedRecall(2, 4), steps=2).follow()
    return {
        f.name: getattr(trained, f.name) for f in dataclasses.fields(trained)
    }


def _exercise() -> dict[str, Any]:
    from seqcourse.exercises import EXERCISES

    exercise = next(iter(EXERCISES.values()))
    return {
        f.name: getattr(exercise, f.name)
        for f in dataclasses.fields(exercise)
    }


#: Functions and constructors whose examples do not call them.
FUNCTIONS = {
    "exercises.Exercise": _exercise,
    "probes.speed": _speed,
    "recipes.Trained": _trained,
    "tasks.Tune": _tune,
    "torch.Bridge": lambda: {"sizes_in": (3, 2), "sizes_out": (4,)},
    "torch.evaluate": _evaluate,
}
