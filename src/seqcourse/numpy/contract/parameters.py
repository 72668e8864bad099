"""Parameters by name: drawn, checked, and handed from container to child."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeVar

import numpy as np

from seqcourse.numpy.contract.annotations import described
from seqcourse.numpy.contract.arguments import check_floating
from seqcourse.numpy.contract.arrays import Params

Value = TypeVar("Value")


def child(params: dict[str, Value], name: str) -> dict[str, Value]:
    """Take a child's parameters out of its container's.

    Parameters
    ----------
    params
        The container's parameters.
    name
        The child's prefix, without the dot.

    Returns
    -------
    params
        The child's parameters under its own names.

    Examples
    --------
    >>> params = {"core.weight": np.ones(1), "readout.bias": np.ones(1)}
    >>> sorted(child(params, "core"))
    ['weight']
    """
    prefix = f"{name}."
    return {
        key.removeprefix(prefix): value
        for key, value in params.items()
        if key.startswith(prefix)
    }


def prefixed(params: dict[str, Value], name: str) -> dict[str, Value]:
    """Put a child's name before each of its parameters' names.

    Parameters
    ----------
    params
        The child's parameters or gradients.
    name
        The child's prefix, without the dot.

    Returns
    -------
    params
        The same arrays under the container's names.

    Examples
    --------
    >>> sorted(prefixed({"weight": np.ones(1)}, "core"))
    ['core.weight']
    """
    return {f"{name}.{key}": value for key, value in params.items()}


def check_parameter_shapes(
    params: Mapping[str, Any], shapes: Mapping[str, tuple[int, ...]]
) -> None:
    """Refuse weights of other names or shapes than this layer's.

    Parameters
    ----------
    params
        The weights that were given, arrays or tensors.
    shapes
        The shape each must have, by name.

    Raises
    ------
    ValueError
        If a name is missing or unknown, or a shape is another.

    Examples
    --------
    >>> params = {"weight": np.ones((2, 3))}
    >>> check_parameter_shapes(params, {"weight": (3, 2)})
    Traceback (most recent call last):
    ValueError: params['weight']: expected shape (3, 2), got (2, 3)
    """
    if not isinstance(params, Mapping):
        raise ValueError(
            "params: expected a dictionary of arrays, "
            f"got {described(params)}"
        )
    if params.keys() != shapes.keys():
        given = ", ".join(sorted(map(str, params)))
        raise ValueError(
            f"params: expected {', '.join(sorted(shapes)) or 'none'}, "
            f"got {given or 'none'}"
        )
    for name, shape in shapes.items():
        weight = params[name]
        if not hasattr(weight, "shape"):
            raise ValueError(
                f"params[{name!r}]: expected an array, "
                f"got {described(weight)}"
            )
        if tuple(weight.shape) != shape:
            raise ValueError(
                f"params[{name!r}]: expected shape {shape}, "
                f"got {tuple(weight.shape)}"
            )


def check_weights(
    params: Params, shapes: Mapping[str, tuple[int, ...]]
) -> np.dtype[Any] | None:
    """Refuse what are not a layer's weights in NumPy.

    Parameters
    ----------
    params
        The weights that were given.
    shapes
        The shape each must have, by name.

    Returns
    -------
    dtype
        The weights' floating type; None where there are no weights.

    Raises
    ------
    ValueError
        As `check_parameter_shapes`, and if one is no array, not floating or
        of another type than the others.

    Examples
    --------
    >>> shapes = {"weight": (2,), "bias": (1,)}
    >>> params = {"weight": np.ones(2), "bias": np.ones(1, np.float32)}
    >>> check_weights(params, shapes)
    Traceback (most recent call last):
    ValueError: params['bias']: expected float64, as params['weight'] is, got
    float32
    """
    check_parameter_shapes(params, shapes)
    first, dtype = "", None
    for name in shapes:
        weight = params[name]
        if not isinstance(weight, (np.ndarray, np.generic)):
            raise ValueError(
                f"params[{name!r}]: expected an array, "
                f"got {described(weight)}"
            )
        check_floating(**{f"params[{name!r}]": weight})
        if dtype is not None and weight.dtype != dtype:
            raise ValueError(
                f"params[{name!r}]: expected {dtype}, as params[{first!r}] "
                f"is, got {weight.dtype}"
            )
        if dtype is None:
            first, dtype = name, weight.dtype
    return dtype


def check_params(params: Params, layer: Any) -> np.dtype[Any] | None:
    """Refuse what are not a layer's weights, at each call of the layer.

    Parameters
    ----------
    params
        The weights that were given.
    layer
        The layer, which is asked for its ``parameter_shapes`` once.

    Returns
    -------
    dtype
        The weights' floating type; None where there are no weights.

    Raises
    ------
    ValueError
        As `check_weights`.

    Examples
    --------
    >>> from seqcourse.numpy import Linear
    >>> layer = Linear(3, 2)
    >>> check_params(layer.init(np.random.default_rng(0)), layer)
    dtype('float32')
    """
    shapes = _shapes(layer)
    if type(params) is dict and params.keys() == shapes.keys():
        dtype = None
        for name, shape in shapes.items():
            weight = params[name]
            if (
                type(weight) is not np.ndarray
                or weight.shape != shape
                or weight.dtype is not (dtype or weight.dtype)
                or weight.dtype.kind != "f"
            ):
                break
            dtype = weight.dtype
        else:
            return dtype
    return check_weights(params, shapes)  # which says what is wrong


@lru_cache(maxsize=256)
def _shapes(layer: Any) -> dict[str, tuple[int, ...]]:
    shapes: dict[str, tuple[int, ...]] = layer.parameter_shapes()
    return shapes
