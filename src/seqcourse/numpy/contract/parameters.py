"""Parameters by name: drawn, checked, and handed from container to child."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from seqcourse.numpy.contract.layer import Params

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
    >>> import numpy as np
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
    >>> import numpy as np
    >>> sorted(prefixed({"weight": np.ones(1)}, "core"))
    ['core.weight']
    """
    return {f"{name}.{key}": value for key, value in params.items()}


def check_parameter_shapes(
    params: Params, shapes: Mapping[str, tuple[int, ...]]
) -> None:
    """Refuse weights that are not this layer's.

    Parameters
    ----------
    params
        The weights that were given.
    shapes
        The shape each must have, by name.

    Raises
    ------
    ValueError
        If a name is missing or unknown, or a shape is another.

    Examples
    --------
    >>> import numpy as np
    >>> check_parameter_shapes({"weight": np.ones((2, 3))}, {"weight": (3, 2)})
    Traceback (most recent call last):
    ValueError: params['weight']: expected shape (3, 2), got (2, 3)
    """
    if params.keys() != shapes.keys():
        raise ValueError(
            f"params: expected {', '.join(sorted(shapes)) or 'none'}, "
            f"got {', '.join(sorted(params)) or 'none'}"
        )
    for name, shape in shapes.items():
        if params[name].shape != shape:
            raise ValueError(
                f"params[{name!r}]: expected shape {shape}, "
                f"got {params[name].shape}"
            )
