"""The calls before anything is read: weights, and states of nothing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from math import prod
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.calls.results import check_results
from seqcourse.numpy.contract.validation import inside_a_model, is_inside

Method = Callable[..., Any]


def init(method: Method) -> Method:
    """Check the calls of a module's ``init``.

    Parameters
    ----------
    method
        What draws the weights.

    Returns
    -------
    checked
        The same.

    Raises
    ------
    ValueError
        By a call from outside, if the type is not floating, or the weights
        do not fit into memory.
    DivergenceError
        By the same, if a weight is not finite.

    Examples
    --------
    >>> from seqcourse.numpy import Linear
    >>> Linear(3, 2).init(np.random.default_rng(0), int)
    Traceback (most recent call last):
    ValueError: dtype: expected a floating type such as np.float32, got the
    class int
    """

    @wraps(method)
    def call(layer: Any, *args: Any, **kwargs: Any) -> Any:
        if is_inside():
            return method(layer, *args, **kwargs)
        rng, dtype = _kinds_of_init(*args, **kwargs)
        with (
            inside_a_model(),
            np.errstate(all="ignore"),
            suppress(MemoryError, OverflowError),
        ):
            params = method(layer, rng, dtype)
            check_results({}, params=params)
            return params
        found = layer.parameter_shapes().items()
        name, shape = max(found, key=lambda one: prod(one[1]))
        raise ValueError(
            f"params[{name!r}]: expected a weight that fits into memory, "
            f"got shape {shape}"
        )

    return call


def initial_state(method: Method) -> Method:
    """Check the calls of a layer's ``initial_state``.

    Parameters
    ----------
    method
        What makes the state.

    Returns
    -------
    checked
        The same.

    Raises
    ------
    ValueError
        By a call from outside, if the batch has less than one sequence or
        more than fit into memory, or the type is not floating.

    Examples
    --------
    >>> from seqcourse.numpy import RNN
    >>> RNN(3, 4).initial_state(0, np.float32)
    Traceback (most recent call last):
    ValueError: batch_size: expected a whole number of at least 1, got 0
    """

    @wraps(method)
    def call(layer: Any, *args: Any, **kwargs: Any) -> Any:
        if is_inside():
            return method(layer, *args, **kwargs)
        batch_size, dtype = _kinds_of_initial_state(*args, **kwargs)
        arguments.check_positive(batch_size=batch_size)
        with (
            inside_a_model(),
            suppress(MemoryError, OverflowError, ValueError),
        ):
            return method(layer, batch_size, dtype)
        raise ValueError(
            "batch_size: expected a batch that fits into memory, "
            f"got {batch_size}"
        )

    return call


def state_bytes(method: Method) -> Method:
    """Check the calls of a layer's ``state_bytes``.

    Parameters
    ----------
    method
        What counts.

    Returns
    -------
    checked
        The same.

    Raises
    ------
    ValueError
        By a call from outside, if T is below 0, or the type not floating.

    Examples
    --------
    >>> from seqcourse.numpy import RNN
    >>> RNN(3, 4).state_bytes(-1)
    Traceback (most recent call last):
    ValueError: T: expected a whole number of at least 0, got -1
    """

    @wraps(method)
    def call(layer: Any, *args: Any, **kwargs: Any) -> Any:
        if is_inside():
            return method(layer, *args, **kwargs)
        T, dtype = _kinds_of_state_bytes(*args, **kwargs)
        arguments.check_at_least(0, T=T)
        if T >= 2**63:
            raise ValueError(f"T: expected less than 2**63 steps, got {T}")
        with inside_a_model():
            return method(layer, T, dtype)

    return call


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
