"""The methods of a layer, with the checks of a call from outside."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from math import prod
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from seqcourse.numpy.contract import arguments, shapes, validation
from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.arrays import Array
from seqcourse.numpy.contract.calls.gradients import (
    check_end_gradients,
    check_output_gradient,
)
from seqcourse.numpy.contract.calls.kept_cache import (
    KeptCache,
    check_cache,
    kept,
    usable_cache,
)
from seqcourse.numpy.contract.calls.results import check_results
from seqcourse.numpy.contract.parameters import check_params
from seqcourse.numpy.contract.validation import inside_a_model, is_inside

Method = Callable[..., Any]


def _forward(method: Method) -> Method:
    names = "params", "x", "state", "lengths", "rng", "out"

    @wraps(method)
    def forward(layer: Any, *args: Any, **kwargs: Any) -> Any:
        if is_inside():
            return _with_cache(layer, method(layer, *args, **kwargs))
        given = _bound(names, args, kwargs)
        if not {"params", "x"} <= given.keys():
            return method(layer, *args, **kwargs)  # Python names what lacks
        x, lengths = _kinds_of_forward(
            given["x"], given.get("lengths"), given.get("rng")
        )
        dtype = check_params(given["params"], layer)
        given["x"] = x = layer.check_x(x, dtype)
        if lengths is not None:
            validation.padding_mask(lengths, *x.shape[:2])
            given["lengths"] = lengths
        _check_state(layer, given, x, dtype)
        if given.get("out") is not None:
            given["out"] = usable_cache(layer, given["out"])
        with inside_a_model(), np.errstate(all="ignore"):
            result = _run(method, layer, names, len(args), given)
        result = _with_cache(layer, result)
        if isinstance(result, tuple) and len(result) == 3:
            y, state, cache = result
            if lengths is not None and isinstance(cache, KeptCache):
                cache.lengths = lengths.copy()
            check_results(given["params"], y=y, state=state)
        return result

    return forward


def _step(method: Method) -> Method:
    names = "params", "x_t", "state"

    @wraps(method)
    def step(layer: Any, *args: Any, **kwargs: Any) -> Any:
        if is_inside():
            return method(layer, *args, **kwargs)
        given = _bound(names, args, kwargs)
        if not {"params", "x_t"} <= given.keys():
            return method(layer, *args, **kwargs)
        x_t = _kind_of_step(given["x_t"])
        dtype = check_params(given["params"], layer)
        given["x_t"] = x_t = layer.check_x(x_t, dtype, one_step=True)
        _check_state(layer, given, x_t, dtype)
        with (
            shapes.called(x="x_t"),
            inside_a_model(),
            np.errstate(all="ignore"),
        ):
            result = _run(method, layer, names, len(args), given)
        if isinstance(result, tuple) and len(result) == 2:
            y_t, state = result
            check_results(given["params"], y_t=y_t, state=state)
        return result

    return step


def _backward(method: Method) -> Method:
    names = "params", "dy", "dstate", "cache"

    @wraps(method)
    def backward(layer: Any, *args: Any, **kwargs: Any) -> Any:
        if is_inside():
            return method(layer, *args, **kwargs)
        given = _bound(names, args, kwargs)
        if not given.keys() >= {*names}:
            return method(layer, *args, **kwargs)
        dy = _kind_of_backward(given["dy"])
        check_params(given["params"], layer)
        cache = given["cache"]
        check_cache(layer, cache)
        given["dy"] = check_output_gradient(dy, cache)
        given["dstate"] = check_end_gradients(given["dstate"], cache.ends)
        with inside_a_model(), np.errstate(all="ignore"):
            result = _run(method, layer, names, len(args), given)
        if isinstance(result, tuple) and len(result) == 3:
            dx, dstate, grads = result
            check_results(given["params"], dx=dx, dstate=dstate, grads=grads)
        return result

    return backward


def _initial_state(method: Method) -> Method:
    @wraps(method)
    def initial_state(layer: Any, *args: Any, **kwargs: Any) -> Any:
        if is_inside():
            return method(layer, *args, **kwargs)
        B, dtype = _kinds_of_initial_state(*args, **kwargs)
        arguments.check_positive(batch_size=B)
        with (
            inside_a_model(),
            suppress(MemoryError, OverflowError, ValueError),
        ):
            return method(layer, B, dtype)
        raise ValueError(
            f"batch_size: expected a batch that fits into memory, got {B}"
        )

    return initial_state


def _state_bytes(method: Method) -> Method:
    @wraps(method)
    def state_bytes(layer: Any, *args: Any, **kwargs: Any) -> Any:
        if is_inside():
            return method(layer, *args, **kwargs)
        T, dtype = _kinds_of_state_bytes(*args, **kwargs)
        arguments.check_at_least(0, T=T)
        if T >= 2**63:
            raise ValueError(f"T: expected less than 2**63 steps, got {T}")
        with inside_a_model():
            return method(layer, T, dtype)

    return state_bytes


def _init(method: Method) -> Method:
    @wraps(method)
    def init(layer: Any, *args: Any, **kwargs: Any) -> Any:
        if is_inside():
            return method(layer, *args, **kwargs)
        rng, dtype = _kinds_of_init(*args, **kwargs)
        params = None
        with (
            inside_a_model(),
            np.errstate(all="ignore"),
            suppress(MemoryError, OverflowError),
        ):
            params = method(layer, rng, dtype)
        if params is None:
            found = layer.parameter_shapes().items()
            name, shape = max(found, key=lambda one: prod(one[1]))
            raise ValueError(
                f"params[{name!r}]: expected a weight that fits into memory, "
                f"got shape {shape}"
            )
        check_results({}, params=params)
        return params

    return init


#: What each method becomes when a class that has it is made.
CHECKED: dict[str, Callable[[Method], Method]] = {
    "init": _init,
    "initial_state": _initial_state,
    "state_bytes": _state_bytes,
    "forward": _forward,
    "step": _step,
    "backward": _backward,
}


@checked
def _kinds_of_init(
    rng: np.random.Generator, dtype: DTypeLike = np.float32
) -> tuple[np.random.Generator, DTypeLike]:
    return rng, dtype


@checked
def _kinds_of_initial_state(
    batch_size: int, dtype: DTypeLike
) -> tuple[int, DTypeLike]:
    return batch_size, dtype


@checked
def _kinds_of_state_bytes(
    T: int, dtype: DTypeLike = np.float32
) -> tuple[int, DTypeLike]:
    return T, dtype


@checked
def _kinds_of_forward(
    x: Array, lengths: Array | None, rng: np.random.Generator | None
) -> tuple[Array, Array | None]:
    del rng  # a generator is a generator
    return x, lengths


@checked
def _kind_of_step(x_t: Array) -> Array:
    return x_t


@checked
def _kind_of_backward(dy: Array) -> Array:
    return dy


def _bound(
    names: tuple[str, ...], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> dict[str, Any]:
    """Give a call's arguments by their names; nothing if they don't fit."""
    if len(args) > len(names):
        return {}
    given = dict(zip(names, args, strict=False))
    return {} if given.keys() & kwargs.keys() else given | kwargs


def _run(
    method: Method,
    layer: Any,
    names: tuple[str, ...],
    count: int,
    given: dict[str, Any],
) -> Any:
    """Call a method as the caller did: so many arguments by position."""
    first = [given[name] for name in names[:count]]
    rest = {k: v for k, v in given.items() if k not in names[:count]}
    return method(layer, *first, **rest)


def _check_state(
    layer: Any, given: dict[str, Any], x: Array, dtype: Any
) -> None:
    """Check a state that was given, and give it the weights' type."""
    state = given.get("state")
    if state is None:
        return
    if dtype is None:
        dtype = x.dtype if x.dtype.kind == "f" else np.float64
    with inside_a_model():
        zeros = layer.initial_state(len(x), dtype)
    given["state"] = validation.check_state(state, zeros)


def _with_cache(layer: Any, result: Any) -> Any:
    """Let the cache know which call it is of."""
    if not isinstance(result, tuple) or len(result) != 3:
        return result  # a reader's layer, unfinished
    y, state, cache = result
    if not (isinstance(state, tuple) and isinstance(cache, tuple)):
        return result
    return y, state, kept(layer, y, state, cache)
