"""A layer is its configuration: in JSON, unchanging, of announced sizes."""

from __future__ import annotations

import contextlib
import copy
import dataclasses
import itertools
import json
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from seqcourse.numpy.contract.from_config import from_config
from seqcourse.testing.promises.arrays import require, require_same_bits
from seqcourse.testing.promises.example import B, T
from seqcourse.testing.promises.promise import promise
from seqcourse.testing.promises.subject import Subject


@promise("configuration", "it survives a round trip through JSON")
def configuration_survives_json(subject: Subject) -> None:
    layer = subject.make()
    config = layer.to_config()
    try:
        text = json.dumps(config)
    except (TypeError, ValueError) as error:
        raise AssertionError(
            f"to_config() is not made of JSON's own types: {error}"
        ) from error
    again = from_config(json.loads(text))
    require(
        type(again) is type(layer),
        f"from_config makes a {type(again).__module__}."
        f"{type(again).__name__}; choose a name that no other layer has",
    )
    require(again == layer, f"from_config gives {again!r}, not {layer!r}")
    require(
        type(layer).from_config(json.loads(text)) == layer,
        f"{type(layer).__name__}.from_config gives another layer",
    )
    require(
        config["type"] == type(layer).__name__,
        f"to_config() says type {config['type']!r}, "
        f"not {type(layer).__name__!r}",
    )
    for name, part in config.items():
        require(
            not isinstance(part, dict) or "type" in part,
            f'{name} is described without a "type"',
        )


@promise("configuration", "a layer cannot be changed")
def a_layer_never_changes(subject: Subject) -> None:
    layer = copy.copy(subject.make())
    for field in dataclasses.fields(_frozen(layer)):
        _require_refused(layer, field.name)
    _require_refused(layer, "memory")


def _require_refused(layer: Any, name: str) -> None:
    with contextlib.suppress(dataclasses.FrozenInstanceError):
        setattr(layer, name, 1)
        raise AssertionError(
            f"layer.{name} = 1 is accepted; write "
            f"@dataclass(frozen=True) above {type(layer).__name__}"
        )


def _frozen(layer: Any) -> Any:
    require(
        dataclasses.is_dataclass(layer),
        f"{type(layer).__name__} is no dataclass; write "
        "@dataclass(frozen=True) above it",
    )
    return layer


@promise("configuration", "state_bytes is the size of the state")
def state_bytes_is_what_the_arrays_take(subject: Subject) -> None:
    for dtype, steps in itertools.product([np.float32, np.float64], [1, T]):
        c = subject.example(dtype=dtype, B=1, T=steps)
        _, state, _ = c.forward(state=None)
        if (
            subject.encoder_parts
        ):  # what is handed over, after a source of so many
            source = np.zeros((1, steps), np.int64)
            state, _ = c.layer.encode(c.params, source)
        size = sum(part.nbytes for part in state)
        told = c.layer.state_bytes(steps, dtype)
        require(
            told == size,
            f"state_bytes({steps}, {np.dtype(dtype)}) is {told}, and the "
            f"state after {steps} steps takes {size} bytes",
        )


@promise(
    "configuration",
    "initial weights are named, drawn and repeatable",
    {"float32": {"dtype": np.float32}, "float64": {"dtype": np.float64}},
)
def first_weights_are_named_drawn_and_repeatable(
    subject: Subject, dtype: DTypeLike
) -> None:
    layer = subject.make()
    params = layer.init(np.random.default_rng(3), dtype)
    shapes = {name: w.shape for name, w in params.items()}
    announced = layer.parameter_shapes()
    require(
        shapes == announced,
        f"init draws {shapes}, and parameter_shapes() says {announced}",
    )
    require_same_bits(
        {"params": params},
        {"params": layer.init(np.random.default_rng(3), dtype)},
        "differs between two calls of init with the same seed",
    )
    other = layer.init(np.random.default_rng(4), dtype)
    first, second = subject.drawn(params), subject.drawn(other)
    drawn = [*first.items(), *second.items()]
    for (a, left), (b, right) in itertools.combinations(drawn, 2):
        require(
            not np.array_equal(left, right),
            f"params[{a!r}] and params[{b!r}] are initialised alike"
            + " for two seeds" * (a == b),
        )
    for name, weight in first.items():
        require(
            weight.size == 1 or len(np.unique(weight)) > 1,
            f"params[{name!r}] is initialised to one number throughout",
        )


@promise("configuration", "y has the size that was announced")
def sizes_are_as_announced(subject: Subject) -> None:
    c = subject.example()
    y, _, _ = c.forward()
    shape = (B,) if subject.one_output else (B, T)
    expected = (*shape, c.layer.output_size)
    require(
        y.shape == expected,
        f"y has shape {y.shape}, expected {expected} by output_size",
    )
