"""What a call gives back: finite, or an error that says what is not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from seqcourse.numpy.contract.arguments import first_of
from seqcourse.numpy.contract.arrays import Array, Params
from seqcourse.numpy.contract.divergence import (
    DivergenceError,
    is_finite_array,
)


def check_results(params: Params, /, **results: Any) -> None:
    """Raise an error where a result is no longer finite.

    Parameters
    ----------
    params
        The weights; one of them may be to blame.
    **results
        Arrays, tuples and dictionaries of them, by their names.

    Raises
    ------
    DivergenceError
        If a number is infinite or NaN. The message names the weight that
        already was; where there is none, the result.

    Examples
    --------
    >>> check_results({}, y=np.array([[0.0, np.inf]]))
    Traceback (most recent call last):
    seqcourse.numpy.contract.divergence.DivergenceError: y: became inf at
    [0, 1]; the numbers are too large for float64
    >>> check_results({"weight": np.array([np.nan])}, y=np.array([np.nan]))
    Traceback (most recent call last):
    seqcourse.numpy.contract.divergence.DivergenceError: params['weight']:
    expected finite numbers, got nan at [0]
    """
    for result in results.values():
        if not _finite(result):
            raise _error(params, results)


def _finite(value: Any) -> bool:
    if type(value) is np.ndarray:
        return is_finite_array(value)
    if isinstance(value, np.generic):
        return _finite(np.asarray(value))
    if isinstance(value, tuple):
        return all(map(_finite, value))
    return not isinstance(value, dict) or all(map(_finite, value.values()))


def _named(name: str, value: Any) -> Iterator[tuple[str, Array]]:
    """Give each array of a result with its name."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _named(f"{name}[{key!r}]", part)
    elif isinstance(value, tuple):
        for i, part in enumerate(value):
            yield from _named(f"{name}[{i}]", part)
    elif not _finite(value):
        yield name, value


def _error(params: Params, results: dict[str, Any]) -> DivergenceError:
    for name, weight in _named("params", params):
        found = first_of(weight, ~np.isfinite(weight))
        return DivergenceError(
            f"{name}: expected finite numbers, got {found}"
        )
    name, array = next(
        one for key, value in results.items() for one in _named(key, value)
    )
    return DivergenceError(
        f"{name}: became {first_of(array, ~np.isfinite(array))}; "
        f"the numbers are too large for {array.dtype}"
    )
