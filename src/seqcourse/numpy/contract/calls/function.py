"""Functions and methods that are no layer's reading, checked at the edge."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import Parameter, signature
from typing import Any, ParamSpec, TypeVar

import numpy as np

from seqcourse.numpy.contract import validation
from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.arrays import Array, Params, State
from seqcourse.numpy.contract.calls.reading import checked_state
from seqcourse.numpy.contract.calls.results import check_results
from seqcourse.numpy.contract.parameters import check_params
from seqcourse.numpy.contract.validation import inside_a_model, is_inside

P = ParamSpec("P")
R = TypeVar("R")
#: From a call's arguments to those that are to be replaced.
Check = Callable[..., dict[str, Any]]


def edge(
    *results: str, check: Check
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Check the calls of a function that come from outside.

    The arguments are held against the annotations, then against ``check``;
    what comes back must be finite. Within a model nothing is checked.

    Parameters
    ----------
    *results
        What a `DivergenceError` calls each result; ``""`` for one that is not
        looked at, such as a cache.
    check
        Takes the arguments by name, a method's own layer as ``layer``. It
        refuses them, or gives those that are to be replaced.

    Returns
    -------
    decorate
        For a function or method.

    Raises
    ------
    ValueError
        If, later, an argument is refused.
    DivergenceError
        If, later, a result is not finite.

    Examples
    --------
    >>> def not_empty(values: np.ndarray) -> dict[str, Any]:
    ...     if not values.size:
    ...         raise ValueError("values: expected at least 1, got 0")
    ...     return {}
    >>> @edge("mean", check=not_empty)
    ... def mean(values: np.ndarray) -> np.ndarray:
    ...     return values.mean()
    >>> mean([])
    Traceback (most recent call last):
    ValueError: values: expected at least 1, got 0
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        run: Any = function
        names = list(signature(function).parameters)
        defaults = {
            name: parameter.default
            for name, parameter in signature(function).parameters.items()
            if parameter.default is not Parameter.empty
        }

        @checked
        @wraps(function)
        def from_outside(*args: P.args, **kwargs: P.kwargs) -> R:
            given: Any = defaults | dict(zip(names, args, strict=False))
            given |= kwargs
            if len(args) <= len(names) and given.keys() == {*names}:
                asked = {
                    ("layer" if n == "self" else n): v
                    for n, v in given.items()
                }
                given |= check(**asked)
                with inside_a_model(), np.errstate(all="ignore"):
                    result: R = run(**given)
                several = result if isinstance(result, tuple) else (result,)
                found = dict(zip(results, several, strict=False))
                found.pop("", None)
                check_results(given.get("params", {}), **found)
                return result
            return function(*args, **kwargs)  # Python says what lacks

        @wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            if is_inside():
                return function(*args, **kwargs)
            return from_outside(*args, **kwargs)

        return call

    return decorate


def check_reading(
    layer: Any,
    params: Params,
    x: Array,
    state: State | None,
    lengths: Array | None,
) -> dict[str, Any]:
    """Check what a layer's ``forward`` is given, for a method like it.

    Parameters
    ----------
    layer
        The layer.
    params, x, state, lengths
        As ``forward`` takes them.

    Returns
    -------
    replaced
        Input and state in the weights' type.

    Raises
    ------
    ValueError
        If an argument has the wrong shape, type or values.

    Examples
    --------
    >>> from seqcourse.numpy import RNN
    >>> layer = RNN(3, 4)
    >>> params = layer.init(np.random.default_rng(0))
    >>> check_reading(layer, params, np.ones((1, 2, 4)), None, None)
    Traceback (most recent call last):
    ValueError: x: expected 3 features on axis 2 (D), got shape (1, 2, 4)
    """
    dtype = check_params(params, layer)
    x = layer._check_x(x, dtype)
    validation.padding_mask(lengths, *x.shape[:2])
    if state is not None:
        state = checked_state(layer, state, x, dtype)
    return {"x": x, "state": state}
