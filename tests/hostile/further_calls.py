"""Calls that neither an example nor the contract's table makes."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import numpy as np

from seqcourse.testing.promises.arrays import tree
from tests.hostile import commands
from tests.hostile.base_calls import Call, calls_of
from tests.hostile.catalogue import entries
from tests.hostile.folder import FOLDER, keep
from tests.hostile.table_calls import twin

#: What has no call that succeeds, and why.
REFUSING = {
    "numpy.Bidirectional.step": "it reads the future",
    "torch.Bidirectional.step": "it reads the future",
}
#: What an optional argument may be that no call gives, whatever the entry.
OPTIONAL = {
    "agree": lambda one, other: bool(one == other),
    "alt": "What is shown.",
    "best": 0.9,
    "bptt_length": 4,
    "callback": print,
    "callback_every": 1,
    "caption": "What is <b>shown</b>.",
    "chance": 0.1,
    "device": "cpu",
    "dropout_seed": 0,
    "levels": {"chance": 0.1},
    "progress": False,
    "queries": 2,
    "shows": lambda *_: False,
    "top_k": 2,
    "top_p": 0.5,
}


def calls() -> Iterator[Call]:
    """Give calls that need nothing but the package."""
    for line in commands.lines():
        yield from calls_of("cli.command", None, line)
    yield from _of_files()
    yield from _of_decoding()
    yield from _of_losses()
    yield from _of_attention()
    yield from _of_probes()
    notes = ((60, 1.0), (62, 0.5))
    yield from calls_of("tasks.Tune", None, "a tune", "a book", 4, notes)
    yield from _of_bridges()
    steps = {"one": int, "other": float}
    yield from calls_of("probes.speed", None, steps, rounds=2)
    exercise = next(iter(_exercises().values()))
    yield from calls_of("exercises.Exercise", None, **_fields(exercise))


def calls_on_what_is_there(found: dict[str, list[Call]]) -> Iterator[Call]:
    """Ask of the objects of other calls what they can do besides.

    What takes optional arguments that no call gives is called with them, too.
    """
    for name, entry in entries().items():
        if name not in found and name not in REFUSING and entry.parameters:
            owner, _, method = name.rpartition(".")
            if method.endswith("backward"):
                yield from _backward(name, found)
                continue
            for thing in _objects(owner, found):
                if (arguments := _arguments(name, thing)) is not None:
                    yield Call(entry, thing, arguments)
    for name, calls in list(found.items()):
        more = {
            word: value
            for word, value in OPTIONAL.items()
            if word in entries()[name].parameters
            and all(call.arguments.get(word) is None for call in calls)
        }
        call = calls[0]
        if more:
            yield dataclasses.replace(call, arguments=call.arguments | more)


# --- files, decoding, losses, probes


def _fields(made: Any) -> dict[str, Any]:
    return {f.name: getattr(made, f.name) for f in dataclasses.fields(made)}


def _exercises() -> Any:
    from seqcourse.exercises import EXERCISES

    return EXERCISES


def _save_text_model(path: Any) -> None:
    from seqcourse import store
    from seqcourse.numpy import RNN, Embedding, LanguageModel
    from seqcourse.tokenizers import CharacterTokenizer

    tokenizer = CharacterTokenizer.train("the sky is blue. ")
    model = LanguageModel(Embedding(tokenizer.vocab_size, 4), RNN(4, 5))
    params = model.init(np.random.default_rng(0))
    store.save(path, params, model, tokenizer=tokenizer)


def _of_files() -> Iterator[Call]:
    from seqcourse import recipes, store
    from seqcourse.numpy import RNN, Embedding, SequenceClassifier, fit
    from seqcourse.tasks import DelayedRecall

    model = SequenceClassifier(Embedding(5, 8), RNN(8, 8), 4)
    task = DelayedRecall(2, 4)
    trained = recipes.Recipe(model, task, steps=2).follow()
    params = trained.params[0]
    store.save(FOLDER / "weights", params, model)
    recipes.save(FOLDER / "recipe", trained)
    # Of one run: no process is started for it, however many are asked for.
    sweep = recipes.Sweep(
        {"rnn": model}, task, 2, (1e-3,), seeds=(0,), test_size=4
    )
    swept = sweep.follow()
    recipes.save_sweep(FOLDER / "sweep", swept)
    (FOLDER / "text").write_text("the sky is blue. " * 20)
    _save_text_model(FOLDER / "text-model")
    run = FOLDER / "run"
    fit(model, task, 2, batch_size=4, params=params, checkpoint=run)
    keep()
    new = FOLDER / "new"
    yield from calls_of("recipes.Trained", None, **_fields(trained))
    yield from calls_of("store.save", None, new, params, model)
    yield from calls_of("store.load", None, FOLDER / "weights")
    yield from calls_of("store.read", None, FOLDER / "text-model")
    yield from calls_of("recipes.save", None, new, trained)
    yield from calls_of("recipes.load", None, FOLDER / "recipe")
    yield from calls_of("recipes.Sweep.follow", sweep, partial=new)
    yield from calls_of("recipes.save_sweep", None, new, swept)
    yield from calls_of("recipes.load_sweep", None, FOLDER / "sweep")
    for name, kind, place in (
        ("numpy.fit", model, FOLDER / "run"),
        ("numpy.fit", model, new),
        ("torch.fit", twin(model), new),
    ):
        yield from calls_of(
            name, None, kind, task, 2, params=params, checkpoint=place
        )
    yield from calls_of(
        "torch.evaluate", None, twin(model), params, task, size=4
    )


def _of_decoding() -> Iterator[Call]:
    from seqcourse import numpy as layers

    reader = layers.EncoderDecoder(
        layers.Embedding(8, 3),
        layers.GRU(3, 5),
        layers.Embedding(6, 4),
        layers.GRU(4, 5),
        layers.DotAttention(5, 5),
    )
    writer = layers.LanguageModel(layers.Embedding(6, 4), layers.LSTM(4, 5))
    sources = np.array([[3, 1, 4, 1], [5, 2, 6, 5]])
    lengths, prefix = np.array([4, 2]), np.array([[1, 2], [3, 4]])
    for name in ("greedy", "sample", "beam_search"):
        more = {"rng": np.random.default_rng(0)} if name == "sample" else {}
        for model, given in (
            (reader, {"sources": sources, "source_lengths": lengths}),
            (writer, {}),
        ):
            params = model.init(np.random.default_rng(0))
            for either in (model, twin(model)):
                yield from calls_of(
                    f"numpy.{name}",
                    None,
                    either,
                    params,
                    **given,
                    **more,
                    prefix=prefix,
                    end=0,
                    max_length=3,
                )


def _of_attention() -> Iterator[Call]:
    from seqcourse import numpy as layers

    rng = np.random.default_rng(0)
    query, memory = rng.standard_normal((2, 3, 5)), np.ones((2, 4, 5))
    lengths = np.array([4, 2])
    for name, mechanism in (
        ("AdditiveAttention", layers.AdditiveAttention(5, 5, 3)),
        ("DotAttention", layers.DotAttention(5, 5, "general")),
    ):
        params = mechanism.init(rng, np.float64)
        context, weights, cache = mechanism.forward(
            params, query, memory, lengths
        )
        given = (params, query, memory, lengths, cache)
        yield from calls_of(f"numpy.{name}.forward", mechanism, *given)
        given = (params, context, cache, weights)
        yield from calls_of(f"numpy.{name}.backward", mechanism, *given)
        module = twin(mechanism).load_params(params)
        given = tree(_tensor)((query, memory, lengths))
        yield from calls_of(f"torch.{name}.forward", module, *given)
    yield from calls_of(
        "figures.attention_map",
        None,
        ("the", "sky"),
        ("the", "sky"),
        np.array([[1.0, 0.0], [0.5, 0.5]]),
        visible=np.array([[True, False], [True, True]]),
    )


def _of_bridges() -> Iterator[Call]:
    import seqcourse.torch

    sizes, state = ((3, 2), (4,)), (np.ones((2, 3)), np.ones((2, 2)))
    bridge = seqcourse.torch.Bridge(*sizes).double()
    yield from calls_of("torch.Bridge", None, *sizes)
    yield from calls_of("torch.Bridge.forward", bridge, tree(_tensor)(state))


def _tensor(array: Any) -> Any:
    import torch

    return torch.tensor(array)


def _of_losses() -> Iterator[Call]:
    rng = np.random.default_rng(0)
    logits, targets = rng.standard_normal((2, 3, 4)), np.ones((2, 3), int)
    weights = np.array([[1, 1, 0], [1, 0, 0]])
    name = "numpy.functional.cross_entropy"
    yield from calls_of(name, None, logits, targets, weights)
    name = "numpy.functional.squared_error"
    real = logits[..., :1]
    yield from calls_of(name, None, real, real + 1, weights)


def _of_probes() -> Iterator[Call]:
    from seqcourse import numpy as layers

    rng = np.random.default_rng(0)
    layer = layers.GRU(3, 4)
    params, x = layer.init(rng, np.float64), rng.standard_normal((2, 5, 3))
    state = (rng.standard_normal((2, 4)),)
    of = {"layer": layer, "params": params, "x": x, "state": state}
    lengths = {"lengths": np.array([5, 2])}
    yield from calls_of("probes.gates", None, **of)
    yield from calls_of("probes.gate_statistics", None, **of, **lengths)
    yield from calls_of("probes.memory_decay", None, **of, part=0)
    yield from calls_of("testing.gradient_check", None, **of, **lengths)
    del of["params"]
    yield from calls_of("testing.twin_difference", None, **of, **lengths)
    yield from calls_of(
        "probes.jacobian_spectrum", None, layer, params, x[:, 0], state
    )
    model = layers.SequenceClassifier(None, layer, 2)
    params = model.init(rng, np.float64)
    yield from calls_of(
        "probes.gradient_flow", None, model, params, x, **lengths
    )


# --- methods of what is there


def _objects(owner: str, found: dict[str, list[Call]]) -> list[Any]:
    """Give up to three objects of a public class."""
    objects = [call.make() for call in found.get(owner, [])[:2]]
    objects += [
        calls[0].receiver
        for name, calls in found.items()
        if name.rpartition(".")[0] == owner and calls[0].receiver is not None
    ]
    return objects[:3]


def _backward(name: str, found: dict[str, list[Call]]) -> Iterator[Call]:
    """Carry ones back through the calls that went forward."""
    encodes = "encode" in name
    read = name.replace("backward", "forward").replace("_forward", "")
    for call in found[read][:3]:
        *given, cache = call.make()
        entry = entries()[name]
        if "dstate" in entry.parameters:
            state = given[0] if encodes or "Bridge" in name else given[1]
            gradient = tuple(
                np.ones_like(part) if part.dtype.kind == "f" else None
                for part in state
            )
        else:
            gradient = np.ones_like(given[0])
        first, second, *_ = entry.parameters
        params = call.arguments["params"]
        arguments = {first: params, second: gradient, "cache": cache}
        yield Call(entry, call.receiver, arguments)


def _arguments(name: str, thing: Any) -> dict[str, Any] | None:
    """Make the arguments of a method of an object; None if it is new."""
    method = name.rpartition(".")[2]
    if name.startswith("tasks."):
        return _of_a_task(thing, method)
    rng = np.random.default_rng(0)
    if method == "from_config":
        return {"config": thing.to_config()}
    if method == "init":
        return {"rng": rng, "dtype": np.float64}
    if method == "load_params":
        return {"params": thing.to_params()}
    at = np.arange(6).reshape(2, 3)
    if method == "bias":
        return {"queries": at, "keys": at, "heads": 2}
    if method == "rotated":
        return {"x": rng.standard_normal((2, 2, 3, 4)), "at": at}
    if method == "vectors" and name.startswith("torch."):
        return {"at": _tensor(np.arange(3))}
    if method == "vectors":
        shapes = thing.parameter_shapes()
        params = {k: rng.standard_normal(s) for k, s in shapes.items()}
        return {"params": params, "at": np.arange(3)}
    return None


def _of_a_task(task: Any, method: str) -> dict[str, Any] | None:
    rng = np.random.default_rng(0)
    words = "the clouds are in"
    told = {
        "batch": {"rng": rng, "size": 4},
        "best_within": {"window": 2},
        "draw": {"rng": rng, "size": 4},
        "entropy": {"prefix": words},
        "every_form": {"date": "2026-11-29"},
        "in_order": {"size": 4},
        "probability": {"sentence": f"{words} the sky ."},
        "sample": {"rng": rng},
        "shuffled": {"rng": rng},
    }
    if method in told or not hasattr(task, "batch"):
        return told.get(method)
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
