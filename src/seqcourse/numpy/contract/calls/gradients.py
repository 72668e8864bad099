"""The gradients that `backward` is given: for y, and for the last state."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from seqcourse.numpy.contract import arguments, shapes, validation
from seqcourse.numpy.contract.annotations import checked, described
from seqcourse.numpy.contract.arrays import Array, StateGradient
from seqcourse.numpy.contract.calls.kept_cache import KeptCache
from seqcourse.numpy.contract.divergence import is_finite_array


def check_output_gradient(dy: Array, cache: KeptCache) -> Array:
    """Check a gradient for y.

    Parameters
    ----------
    dy
        The gradient; beyond a sequence's length it may be anything.
    cache
        What `forward` returned with y.

    Returns
    -------
    dy
        The same in y's type.

    Raises
    ------
    ValueError
        If it has another shape than y, is not floating or not finite.

    Examples
    --------
    >>> from seqcourse.numpy import Linear
    >>> layer = Linear(3, 2)
    >>> params = layer.init(np.random.default_rng(0))
    >>> y, _, cache = layer.forward(params, np.ones((1, 5, 3)))
    >>> check_output_gradient(y[:, :1], cache)
    Traceback (most recent call last):
    ValueError: dy: expected shape (1, 5, 2), got (1, 1, 2)
    """
    shape, dtype = cache.output
    shapes.check_gradient_shape(dy.shape, shape)
    arguments.check_floating(dy=dy)
    dy = dy.astype(dtype, copy=False)
    if not is_finite_array(dy):
        real = dy
        if cache.lengths is not None and dy.ndim == 3:
            padding_mask = validation.padding_mask(cache.lengths, *shape[:2])
            real = validation.mask_padded_steps(dy, padding_mask)
        arguments.check_finite_array(dy=real)
    return dy


@checked
def check_end_gradients(
    dstate: tuple[Array | None, ...] | None,
    ends: tuple[Any, ...],
) -> StateGradient | None:
    """Check the gradients for the arrays of a last state.

    Parameters
    ----------
    dstate
        One for each array, None for zeros; or None for none at all.
    ends
        Shape and type of each array of the state.

    Returns
    -------
    dstate
        The same in the arrays' types.

    Raises
    ------
    ValueError
        If there are more or fewer, one has another shape, is not floating or
        not finite, or belongs to counts, which have no gradient.

    Examples
    --------
    >>> check_end_gradients((np.ones((1, 3)),), (((2, 3), np.float64),))
    Traceback (most recent call last):
    ValueError: dstate[0]: expected shape (2, 3), got (1, 3)
    """
    if dstate is None:
        return None
    if len(dstate) != len(ends):
        raise ValueError(
            f"dstate: expected a tuple of {len(ends)} arrays, "
            f"got {len(dstate)}"
        )
    return tuple(
        None if part is None else _end_gradient(i, part, *end)
        for i, (part, end) in enumerate(zip(dstate, ends, strict=True))
    )


def _end_gradient(
    i: int, part: Array, shape: tuple[int, ...], dtype: DTypeLike
) -> Array:
    name = f"dstate[{i}]"
    if np.dtype(dtype).kind != "f":
        raise ValueError(
            f"{name}: expected None, since state[{i}] counts, "
            f"got {described(part)}"
        )
    arguments.check_array_shape(shape, **{name: part})
    arguments.check_floating(**{name: part})
    arguments.check_finite_array(**{name: part})
    return part.astype(dtype, copy=False)
