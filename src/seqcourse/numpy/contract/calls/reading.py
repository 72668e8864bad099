"""The calls that read and carry gradients back."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any

import numpy as np

from seqcourse.numpy.contract import shapes, validation
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
FORWARD = ("params", "x", "state", "lengths", "rng", "out")
BACKWARD = ("params", "dy", "dstate", "cache")


def forward(method: Method) -> Method:
    """Check the calls of a layer's ``forward``.

    Parameters
    ----------
    method
        What reads.

    Returns
    -------
    checked
        The same; its cache knows which call it is of.

    Raises
    ------
    ValueError
        By a call from outside, if an argument is not what the layer takes.
    DivergenceError
        By the same, if a result is not finite.

    Examples
    --------
    >>> from seqcourse.numpy import Linear
    >>> Linear(3, 2).forward({}, np.ones((1, 5, 3)))
    Traceback (most recent call last):
    ValueError: params: expected bias, weight, got none
    """

    @wraps(method)
    def call(layer: Any, *args: Any, **kwargs: Any) -> Any:
        if is_inside():
            return method(layer, *args, **kwargs)
        given = _bound(FORWARD, args, kwargs)
        if "params" not in given or "x" not in given:
            return method(layer, *args, **kwargs)  # Python says what lacks
        x, lengths, rng = given["x"], given.get("lengths"), given.get("rng")
        if not _are_arrays(x, lengths) or rng is not None:
            x, lengths = _kinds_of_forward(x, lengths, rng)
        dtype = check_params(given["params"], layer)
        given["x"] = x = layer._check_x(x, dtype)
        if lengths is not None:
            validation.padding_mask(lengths, *x.shape[:2])
            given["lengths"] = lengths
        if given.get("state") is not None:
            given["state"] = checked_state(layer, given["state"], x, dtype)
        if given.get("out") is not None:
            given["out"] = usable_cache(layer, given["out"])
        result = _with_cache(
            layer, _run(method, layer, FORWARD, len(args), given)
        )
        if isinstance(result, tuple) and len(result) == 3:
            y, state, cache = result
            if lengths is not None and isinstance(cache, KeptCache):
                cache.lengths = lengths.copy()
            check_results(given["params"], y=y, state=state)
        return result

    return call


def step(method: Method) -> Method:
    """Check the calls of a layer's ``step``.

    Parameters
    ----------
    method
        What reads one step.

    Returns
    -------
    checked
        The same.

    Raises
    ------
    ValueError
        By a call from outside, if an argument is not what the layer takes.
    DivergenceError
        By the same, if a result is not finite.

    Examples
    --------
    >>> from seqcourse.numpy import Linear
    >>> layer = Linear(3, 2)
    >>> layer.step(layer.init(np.random.default_rng(0)), np.ones((1, 5)))
    Traceback (most recent call last):
    ValueError: x_t: expected shape (B, 3), got (1, 5)
    """

    @wraps(method)
    def call(
        layer: Any, params: Any, x_t: Any, state: Any = None, **more: Any
    ) -> Any:
        if is_inside():
            return method(layer, params, x_t, state, **more)
        if not _are_arrays(x_t):
            x_t = _kind_of_step(x_t)
        dtype = check_params(params, layer)
        x_t = layer._check_x(x_t, dtype, one_step=True)
        if state is not None:
            state = checked_state(layer, state, x_t, dtype)
        try:
            with inside_a_model(), np.errstate(all="ignore"):
                result = method(layer, params, x_t, state, **more)
        except ValueError:
            with shapes.called(x="x_t"):
                raise
        if isinstance(result, tuple) and len(result) == 2:
            check_results(params, y_t=result[0], state=result[1])
        return result

    return call


def backward(method: Method) -> Method:
    """Check the calls of a layer's ``backward``.

    Parameters
    ----------
    method
        What carries gradients back.

    Returns
    -------
    checked
        The same.

    Raises
    ------
    ValueError
        By a call from outside, if a gradient is not of the shape of y or of
        the last state, or the cache is not what this layer's forward
        returned.
    DivergenceError
        By the same, if a result is not finite.

    Examples
    --------
    >>> from seqcourse.numpy import Linear
    >>> layer = Linear(3, 2)
    >>> params = layer.init(np.random.default_rng(0))
    >>> y, _, cache = layer.forward(params, np.ones((1, 5, 3)))
    >>> layer.backward(params, y, (y,), cache)
    Traceback (most recent call last):
    ValueError: dstate: expected a tuple of 0 arrays, got 1
    """

    @wraps(method)
    def call(layer: Any, *args: Any, **kwargs: Any) -> Any:
        if is_inside():
            return method(layer, *args, **kwargs)
        given = _bound(BACKWARD, args, kwargs)
        if not given.keys() >= {*BACKWARD}:
            return method(layer, *args, **kwargs)
        dy = given["dy"]
        if not _are_arrays(dy):
            dy = _kind_of_backward(dy)
        check_params(given["params"], layer)
        cache = given["cache"]
        check_cache(layer, cache)
        given["dy"] = check_output_gradient(dy, cache)
        if given["dstate"] is not None:
            given["dstate"] = check_end_gradients(given["dstate"], cache.ends)
        result = _run(method, layer, BACKWARD, len(args), given)
        if isinstance(result, tuple) and len(result) == 3:
            dx, dstate, grads = result
            check_results(given["params"], dx=dx, dstate=dstate, grads=grads)
        return result

    return call


def _are_arrays(value: Any, lengths: Any = None) -> bool:
    """Tell, of almost every call, that there is no kind left to check."""
    return (
        type(value) is np.ndarray
        and value.dtype.kind in "fiub"
        and (
            lengths is None
            or (type(lengths) is np.ndarray and lengths.dtype.kind in "fiub")
        )
    )


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
    if kwargs:
        return {} if given.keys() & kwargs.keys() else given | kwargs
    return given


def _run(
    method: Method,
    layer: Any,
    names: tuple[str, ...],
    count: int,
    given: dict[str, Any],
) -> Any:
    """Call a method as the caller did: so many arguments by position."""
    if count == len(given):
        first, rest = [*given.values()], {}
    else:
        first = [given[name] for name in names[:count]]
        rest = {k: v for k, v in given.items() if k not in names[:count]}
    with inside_a_model(), np.errstate(all="ignore"):
        return method(layer, *first, **rest)


def checked_state(
    layer: Any, state: Any, x: Array, dtype: np.dtype[Any] | None
) -> Any:
    """Check a state that was given, and give it the weights' type.

    Parameters
    ----------
    layer
        The layer that is called.
    state
        What was given.
    x
        The input, for B.
    dtype
        Floating type of the weights; None where there are none.

    Returns
    -------
    state
        The state in that type.

    Raises
    ------
    ValueError
        If it is not such a layer's.

    Examples
    --------
    >>> from seqcourse.numpy import RNN
    >>> checked_state(RNN(3, 4), (), np.ones((2, 5, 3)), None)
    Traceback (most recent call last):
    ValueError: state: expected a tuple of 1 arrays, got 0
    """
    if dtype is None:
        real = x.dtype.kind == "f"
        dtype = x.dtype if real else np.dtype(np.float64)
    return validation.check_state(state, _first_state(layer, len(x), dtype))


@lru_cache(maxsize=256)
def _first_state(layer: Any, B: int, dtype: np.dtype[Any]) -> tuple[Any, ...]:
    """Give shape and type of each array of the state before all reading."""
    with inside_a_model():
        zeros = layer.initial_state(B, dtype)
    return tuple((zero.shape, zero.dtype) for zero in zeros)


def _with_cache(layer: Any, result: Any) -> Any:
    """Let the cache know which call it is of."""
    if not isinstance(result, tuple) or len(result) != 3:
        return result  # a reader's layer, unfinished
    y, state, cache = result
    if not (isinstance(state, tuple) and isinstance(cache, tuple)):
        return result
    return y, state, kept(layer, y, state, cache)
