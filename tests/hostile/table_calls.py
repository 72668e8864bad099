"""Calls of every layer of the contract's table, in both backends."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import numpy as np

from seqcourse.testing.promises.arrays import tree
from seqcourse.testing.promises.example import LENGTHS, Example
from tests.contract.table import TABLE, Row
from tests.hostile.base_calls import Call, calls_of

#: Real steps of two sources of four tokens.
SOURCES, SOURCE_LENGTHS = np.array([[3, 1, 4, 1], [5, 2, 6, 5]]), [4, 2]


def calls() -> Iterator[Call]:
    """Give the calls of every row."""
    for row in TABLE.values():
        example = row.example(lengths=LENGTHS)
        yield from _of_numpy(row, example)
        yield from _of_torch(row, example)


def _of_numpy(row: Row, c: Example) -> Iterator[Call]:
    layer = c.layer
    _, _, cache = layer.forward(c.params, c.x, c.state, c.lengths)

    def call(method: str, *args: Any) -> Iterator[Call]:
        name = f"numpy.{type(layer).__name__}.{method}"
        return calls_of(name, layer, *args)

    rng = np.random.default_rng(0)
    yield from call("forward", c.params, c.x, c.state, c.lengths, rng)
    _, _, out = layer.forward(c.params, c.x)
    yield from call("forward", c.params, c.x, None, None, None, out)
    yield from call("backward", c.params, c.dy, c.dstate, cache)
    if row.causal:
        yield from call("step", c.params, c.x[:, 0], c.state)
    if hasattr(layer, "encode"):
        lengths = np.array(SOURCE_LENGTHS)
        yield from call("encode", c.params, SOURCES, lengths)
    if hasattr(layer, "attention_weights"):
        yield from call(
            "attention_weights", c.params, c.x, c.state, c.lengths
        )
    if row.cross_attends:
        memory = rng.standard_normal((3, 4, row.width))
        yield from call("cross_attention_state", memory, np.array([3, 4, 1]))
    yield from call("init", rng, np.float64)
    yield from call("initial_state", 3, np.float64)
    yield from call("state_bytes", 4, np.float32)
    yield from call("from_config", layer.to_config())
    yield from _constructors(layer, "numpy")


def _of_torch(row: Row, c: Example) -> Iterator[Call]:
    import torch

    layer = twin(c.layer).load_params(c.params).eval()

    def call(method: str, *args: Any) -> Iterator[Call]:
        name = f"torch.{type(layer).__name__}.{method}"
        return calls_of(name, layer, *tree(torch.tensor)(args))

    x, state, lengths = c.x, c.state, c.lengths
    yield from call("__call__", x, state, lengths)
    if row.causal:
        yield from call("step", x[:, 0], state)
    if hasattr(layer, "encode"):
        yield from call("encode", SOURCES, np.array(SOURCE_LENGTHS))
    if hasattr(layer, "attention_weights"):
        yield from call("attention_weights", x, state, lengths)
    if row.cross_attends:
        memory = np.ones((3, 5, row.width))
        yield from call("cross_attention_state", memory, lengths)
    name = f"torch.{type(layer).__name__}"
    yield from calls_of(f"{name}.load_params", layer, c.params)
    yield from calls_of(f"{name}.initial_state", layer, 3)
    yield from calls_of(f"{name}.state_bytes", layer, 4)
    yield from calls_of(f"{name}.from_config", layer, layer.to_config())
    yield from _constructors(c.layer, "torch")


def _constructors(part: Any, package: str) -> Iterator[Call]:
    """Give the calls that made a layer and its parts."""
    values = {f.name: getattr(part, f.name) for f in dataclasses.fields(part)}
    for value in values.values():
        for inner in value if isinstance(value, tuple) else (value,):
            if dataclasses.is_dataclass(inner):
                yield from _constructors(inner, package)
    if package == "torch":
        values = {name: twin(value) for name, value in values.items()}
    name = f"{package}.{type(part).__name__}"
    yield from calls_of(name, None, **values)


def twin(part: Any) -> Any:
    """Give a part's twin in PyTorch; what has none is given back."""
    import seqcourse.numpy
    import seqcourse.torch

    if isinstance(part, tuple):
        return tuple(map(twin, part))
    for kind, other in (
        (seqcourse.numpy.Module, seqcourse.torch.Module),
        (seqcourse.numpy.PositionEncoding, seqcourse.torch.PositionEncoding),
    ):
        if isinstance(part, kind):
            return other.from_config(part.to_config())
    return part
