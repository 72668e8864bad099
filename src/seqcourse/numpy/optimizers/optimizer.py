"""What an optimiser is, and what every update refuses.

An optimiser is configuration; what it remembers between updates (a momentum,
running squares) is handed in and out, as a layer's memory is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn, Protocol, TypeAlias

import numpy as np

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.annotations import described
from seqcourse.numpy.contract.divergence import (
    are_finite,
    check_not_diverged,
)
from seqcourse.numpy.contract.layer import Array, Params

OptimizerState: TypeAlias = dict[str, Any]


class Optimizer(Protocol):
    """What `fit` asks of an optimiser.

    Examples
    --------
    >>> from seqcourse.numpy import SGD
    >>> optimizer: Optimizer = SGD(0.1)
    >>> params = {"weight": np.array([1.0])}
    >>> state = optimizer.init(params)
    >>> grads = {"weight": np.array([2.0])}
    >>> params, state = optimizer.update(grads, state, params)
    >>> params["weight"]
    array([0.8])
    """

    def init(self, params: Params) -> OptimizerState:
        """Give what is remembered before the first update."""
        ...

    def update(
        self, grads: Params, state: OptimizerState, params: Params
    ) -> tuple[Params, OptimizerState]:
        """Give new weights and what to remember; the old stay as they are."""
        ...


def zeros_like(params: Params) -> Params:
    """Give an array of zeros for each weight.

    Parameters
    ----------
    params
        The weights.

    Returns
    -------
    zeros
        Of the same names, shapes and types.

    Examples
    --------
    >>> zeros_like({"bias": np.ones(2)})
    {'bias': array([0., 0.])}
    """
    return {name: np.zeros_like(w) for name, w in params.items()}


def check_update(
    grads: Params,
    state: OptimizerState,
    params: Params,
    expected: Mapping[str, type],
) -> None:
    """Refuse what no update can be made from.

    Parameters
    ----------
    grads
        Gradients, of all weights or of some.
    state
        What the optimiser remembers.
    params
        The weights.
    expected
        What the state holds for each weight: ``int`` for a count, ``float``
        for an array like the weight.

    Raises
    ------
    ValueError
        If a gradient is of no weight or has another shape, or the state is
        not the one of these weights.

    Examples
    --------
    >>> params = {"bias": np.ones(2)}
    >>> check_update({"bais": np.ones(2)}, {"n": 0}, params, {})
    Traceback (most recent call last):
    ValueError: grads['bais']: expected the name of a weight (bias)
    """
    given = {"grads": grads, "state": state, "params": params}
    for argument, parts in given.items():
        if not isinstance(parts, dict):
            raise ValueError(
                f"{argument}: expected a dictionary, got {described(parts)}"
            )
    check_floating("params", params)
    for name, g in grads.items():
        if name not in params:
            raise ValueError(
                f"grads[{name!r}]: expected the name of a weight "
                f"({', '.join(sorted(map(str, params)))})"
            )
        if not _is_like(g, params[name]):
            _refuse(f"grads[{name!r}]", g, params[name])
    if state.keys() != {"n", *expected}:
        names = ", ".join(sorted(["n", *expected]))
        raise ValueError(
            f"state: expected {names}, as init gives them, "
            f"got {', '.join(sorted(map(str, state))) or 'nothing'}"
        )
    _check_count("state['n']", state["n"])
    for kind, of in expected.items():
        each = state[kind]
        if not isinstance(each, dict) or each.keys() != params.keys():
            got = sorted(map(str, each)) if isinstance(each, dict) else each
            raise ValueError(
                f"state[{kind!r}]: expected an entry for each of "
                f"{', '.join(sorted(map(str, params)))}, got {described(got)}"
            )
        for name, part in each.items():
            if of is int:
                _check_count(f"state[{kind!r}][{name!r}]", part)
            elif not _is_like(part, params[name]):
                _refuse(f"state[{kind!r}][{name!r}]", part, params[name])


def check_floating(argument: str, arrays: Params) -> None:
    """Refuse weights or gradients that are no floating-point numbers.

    Parameters
    ----------
    argument
        What the caller calls them.
    arrays
        The arrays by name.

    Raises
    ------
    ValueError
        If one of them is no such array.

    Examples
    --------
    >>> check_floating("grads", {"bias": np.ones(2, int)})
    Traceback (most recent call last):
    ValueError: grads['bias']: expected floating-point numbers, got int64
    """
    for name, array in arrays.items():
        if not _is_like(array, array):
            _refuse(f"{argument}[{name!r}]", array, array)


def _check_count(name: str, count: Any) -> None:
    if type(count) is not int or count < 0:
        arguments.check_at_least(0, **{name: count})


def _is_like(array: Any, weight: Any) -> bool:
    return (
        isinstance(array, np.ndarray)
        and array.shape == weight.shape
        and array.dtype.kind == "f"
    )


def _refuse(name: str, array: Any, weight: Array) -> NoReturn:
    if not isinstance(array, np.ndarray):
        expected, got = "an array of numbers", described(array)
    elif array.shape != weight.shape:
        expected, got = f"shape {weight.shape}", str(array.shape)
    else:
        expected, got = "floating-point numbers", str(array.dtype)
    raise ValueError(f"{name}: expected {expected}, got {got}")


def check_updated(
    given: Mapping[str, Any], params: Params, state: Mapping[str, Params]
) -> None:
    """Refuse an update whose numbers are not all finite.

    Parameters
    ----------
    given
        What the update was made from, by the names of its arguments.
    params
        The new weights.
    state
        The arrays of the new state, by weight.

    Raises
    ------
    ValueError
        If what was given was not finite either.
    DivergenceError
        If it was.

    Examples
    --------
    >>> from seqcourse.numpy import Adam
    >>> params = {"bias": np.ones(2, np.float32)}
    >>> grads, state = {"bias": params["bias"] * 1e30}, Adam().init(params)
    >>> try:
    ...     Adam().update(grads, state, params)
    ... except FloatingPointError as error:
    ...     print(error)
    state['square']['bias'] became inf
    """
    for arrays in (params, *state.values()):
        if not are_finite(arrays.values()):
            arguments.check_finite_array(**dict(_named(given)))
            new = {"params": params, "state": state}
            check_not_diverged(dict(_named(new)))


def _named(given: Mapping[str, Any], within: str = "") -> Any:
    """Give all arrays within dictionaries, each by its place."""
    for name, part in given.items():
        place = f"{within}[{name!r}]" if within else name
        if isinstance(part, dict):
            yield from _named(part, place)
        elif isinstance(part, np.ndarray):
            yield place, part
