"""Initial weights, as ``torch.nn`` draws them and as papers ask for."""

from __future__ import annotations

import numpy as np
from numpy.typing import DTypeLike

from seqcourse.numpy.contract.layer import Array, Params


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


def orthogonal(rng: np.random.Generator, size: int) -> Array:
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
    >>> weight = orthogonal(np.random.default_rng(0), 3)
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
