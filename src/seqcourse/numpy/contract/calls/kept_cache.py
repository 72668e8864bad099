"""The cache that a call of `forward` gives back, with what it belongs to."""

from __future__ import annotations

from typing import Any

import numpy as np

from seqcourse.numpy.contract.annotations import described
from seqcourse.numpy.contract.arrays import Array, Cache, State


class KeptCache(tuple[Any, ...]):
    """The tuple that `forward` has made, which knows its layer and output.

    Parameters
    ----------
    iterable
        What is in it.

    Attributes
    ----------
    layer
        The layer that was called.
    output
        Shape and type of y.
    ends
        Shape and type of each array of the last state.
    lengths
        Real steps of each sequence, or None.

    Examples
    --------
    >>> from seqcourse.numpy import Linear
    >>> layer = Linear(3, 2)
    >>> params = layer.init(np.random.default_rng(0))
    >>> _, _, cache = layer.forward(params, np.ones((1, 5, 3)))
    >>> cache.output[0], cache.layer is layer
    ((1, 5, 2), True)
    """

    layer: Any
    output: tuple[tuple[int, ...], np.dtype[Any]]
    ends: tuple[tuple[tuple[int, ...], np.dtype[Any]], ...]
    lengths: Array | None = None


def kept(layer: Any, y: Array, state: State, cache: Cache) -> KeptCache:
    """Write down which call a cache is of.

    Parameters
    ----------
    layer
        The layer that was called.
    y
        Its output.
    state
        Its last state.
    cache
        What it keeps for `backward`.

    Returns
    -------
    cache
        The same, as a `KeptCache`.

    Examples
    --------
    >>> kept("a layer", np.ones((2, 3)), (), (1, 2)).output[0]
    (2, 3)
    """
    cache = KeptCache(cache)
    cache.layer = layer
    cache.output = _kind(y)
    cache.ends = tuple([_kind(part) for part in state])
    return cache


def _kind(array: Any) -> tuple[Any, Any]:
    """Give shape and type; of what is no array, nothing."""
    return getattr(array, "shape", ()), getattr(array, "dtype", object)


def check_cache(layer: Any, cache: Any) -> None:
    """Refuse what is not the cache of a call of the layer's `forward`.

    Parameters
    ----------
    layer
        The layer that is called.
    cache
        What was given.

    Raises
    ------
    ValueError
        If it is something else, or another layer's.

    Examples
    --------
    >>> check_cache("a layer", None)
    Traceback (most recent call last):
    ValueError: cache: expected the tuple that forward returned, got None
    """
    if not isinstance(cache, KeptCache):
        raise ValueError(
            "cache: expected the tuple that forward returned, "
            f"got {described(cache)}"
        )
    if not _is_of(layer, cache):
        raise ValueError(
            "cache: expected what this layer's forward returned, "
            f"got that of another {type(cache.layer).__name__}"
        )


def usable_cache(layer: Any, out: Any) -> KeptCache | None:
    """Give a cache whose buffers a layer may write again.

    Parameters
    ----------
    layer
        The layer that is called.
    out
        What was given.

    Returns
    -------
    out
        The same; None where another layer has made it.

    Raises
    ------
    ValueError
        If it is no cache.

    Examples
    --------
    >>> usable_cache("a layer", kept("another", np.ones(2), (), ()))
    """
    if not isinstance(out, KeptCache):
        raise ValueError(
            "out: expected the tuple that forward returned, "
            f"got {described(out)}"
        )
    return out if _is_of(layer, out) else None


def _is_of(layer: Any, cache: KeptCache) -> bool:
    return cache.layer is layer or bool(cache.layer == layer)
