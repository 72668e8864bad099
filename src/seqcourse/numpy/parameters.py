"""Parameters by name: drawn, checked, and handed from container to child."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import numpy as np
from numpy.typing import DTypeLike

from seqcourse.numpy.layer import Array, Params

Value = TypeVar("Value")


def uniform(
    rng: np.random.Generator,
    shapes: dict[str, tuple[int, ...]],
    fan_in: int,
    dtype: DTypeLike,
) -> Params:
    """Draw every array from U(-1/√n, 1/√n), as ``torch.nn`` does.

    Parameters
    ----------
    rng
        Where the randomness comes from.
    shapes
        The shape of each parameter, by name.
    fan_in
        The n of the bound.
    dtype
        Floating type of the result.

    Returns
    -------
    params
        The weights, by name.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> params = uniform(rng, {"weight": (2, 4)}, 4, np.float32)
    >>> bool((abs(params["weight"]) <= 0.5).all())
    True
    """
    bound = 1 / np.sqrt(fan_in)
    return {
        name: rng.uniform(-bound, bound, shape).astype(dtype)
        for name, shape in shapes.items()
    }


def rotation(rng: np.random.Generator, size: int) -> Array:
    """Draw an orthogonal matrix, each as likely as any other.

    Parameters
    ----------
    rng
        Where the randomness comes from.
    size
        Rows, and columns.

    Returns
    -------
    weight
        A matrix (size, size) with ``weight @ weight.T`` the identity,
        float64.

    Examples
    --------
    >>> weight = rotation(np.random.default_rng(0), 3)
    >>> bool(np.allclose(weight @ weight.T, np.eye(3)))
    True

    References
    ----------
    Mezzadri (2007), How to generate random matrices from the classical
    compact groups: without the signs of R's diagonal, not all are as likely.
    """
    Q, R = np.linalg.qr(rng.standard_normal((size, size)))
    weight: Array = Q * np.sign(np.diag(R))
    return weight


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


def shapes_fit(params: Params, shapes: Mapping[str, tuple[int, ...]]) -> None:
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
    >>> shapes_fit({"weight": np.ones((2, 3))}, {"weight": (3, 2)})
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
