"""Functions and methods that are no layer's reading, checked at the edge."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import Parameter, signature
from typing import Any, ParamSpec, TypeVar

import numpy as np

from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.calls.results import check_results
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
        Takes the arguments by name. It raises ``ValueError``, or gives those
        that are to be replaced.

    Returns
    -------
    decorate
        For a function or method.

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
                given |= check(**given)
                with inside_a_model(), np.errstate(all="ignore"):
                    result = function(**given)
                several = result if isinstance(result, tuple) else (result,)
                check_results(
                    given.get("params", {}),
                    **{n: r for n, r in zip(results, several) if n},  # noqa: B905
                )
                return result
            return function(*args, **kwargs)  # Python says what lacks

        @wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            if is_inside():
                return function(*args, **kwargs)
            return from_outside(*args, **kwargs)

        return call

    return decorate
