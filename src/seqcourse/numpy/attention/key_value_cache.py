"""What attention carries on: the keys and the values of what was read.

A state is (keys, values, seen). Slot s of a sequence holds the s-th of those
that are kept; slots beyond are zeros. Without a window all are kept, and the
state grows by one slot for each step.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from seqcourse.numpy.contract.layer import Array
from seqcourse.numpy.contract.validation import state_name
from seqcourse.numpy.functional.unchecked import softmax


def cached_attention_reference(
    q: Array, k: Array, v: Array, keys: Array, values: Array
) -> tuple[Array, Array, Array]:
    """Attend from one new step, as the equation says, for reading::

        k[1..t]    = (k[1..t-1]; k[t])
        v[1..t]    = (v[1..t-1]; v[t])
        context[t] = softmax(q[t] k[1..t]' / sqrt(K)) v[1..t]

    `MultiHeadAttention.step` is the same with projections before and after
    it, positions, shared heads, and a window that limits what is kept.

    Parameters
    ----------
    q, k, v
        Query, key and value of the new step (B, N, 1, K).
    keys, values
        The cache: those of all earlier steps (B, N, S, K).

    Returns
    -------
    context
        The weighted average of all values (B, N, 1, K).
    keys, values
        The cache with one more row (B, N, S + 1, K).

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> q, k, v = rng.normal(size=(3, 1, 2, 1, 4))
    >>> keys = values = np.zeros((1, 2, 0, 4))
    >>> context, keys, values = cached_attention_reference(
    ...     q, k, v, keys, values
    ... )
    >>> bool(np.allclose(context, v)), keys.shape
    (True, (1, 2, 1, 4))
    """
    keys = np.concatenate([keys, k], 2)  # (B, N, S + 1, K)
    values = np.concatenate([values, v], 2)  # the same
    scores = q @ keys.mT / np.sqrt(q.shape[3])  # (B, N, 1, S + 1)
    return softmax(scores) @ values, keys, values


class CachePositions(NamedTuple):
    """Where the keys of a call stand: those kept before, then the new.

    Parameters
    ----------
    queries
        The place in its sequence of each new step (B, T), or (1, T) where it
        is the same for all.
    keys
        The same of every key, those kept before included (B, S + T).
    real
        Whether there is a key (B, S + T); None where all are.

    Examples
    --------
    >>> cache_positions(np.array([3]), 2, None, 1, window=3)._asdict()
    {'queries': array([[3]]), 'keys': array([[1, 2, 3]]), 'real': None}
    """

    queries: Array
    keys: Array
    real: Array | None


def cache_positions(
    seen: Array,
    slots: int,
    padding_mask: Array | None,
    T: int,
    window: int | None,
) -> CachePositions:
    """Count the places of what a call reads, and of what was kept.

    Parameters
    ----------
    seen
        Steps that each sequence has read before (B,).
    slots
        Slots S of the state.
    padding_mask
        True at [b, t] where sequence b has no step t; None for nowhere.
    T
        New steps.
    window
        How many places a query can see; None for all.

    Returns
    -------
    cache_positions
        Of the new steps, and of all keys.

    Examples
    --------
    >>> cache_positions(np.array([2, 1]), 2, None, 1, None).keys
    array([[0, 1, 2],
           [0, 1, 1]])
    """
    if (seen == seen[0]).all():  # one row serves all sequences
        seen = seen[:1]
    queries = seen[:, None] + np.arange(T)
    kept = cached_length(seen, window)
    cached = (seen - kept)[:, None] + np.arange(slots)
    keys = np.concatenate([cached, queries], 1)
    filled = np.arange(slots) < kept[:, None]
    if padding_mask is None and filled.all():
        return CachePositions(queries, keys, None)
    new = (
        np.ones(queries.shape, bool)
        if padding_mask is None
        else ~padding_mask
    )
    rows = max(len(filled), len(new))
    filled, new = (
        np.broadcast_to(part, (rows, part.shape[1])) for part in (filled, new)
    )
    return CachePositions(queries, keys, np.concatenate([filled, new], 1))


def cached_length(seen: Array, window: int | None) -> Array:
    """Tell how many keys are kept after so many steps.

    Parameters
    ----------
    seen
        Steps read (B,).
    window
        How many places a query can see; None for all.

    Returns
    -------
    count
        Keys that a later query can still see (B,).

    Examples
    --------
    >>> cached_length(np.array([1, 5]), 3)
    array([1, 2])
    """
    return seen if window is None else np.minimum(seen, window - 1)


class CacheUpdate(NamedTuple):
    """Which keys are carried on, and into which slots.

    Parameters
    ----------
    slots
        Slots of the new state.
    rows
        The sequence of each key that is carried on; None where the last
        ``slots`` keys of every sequence are.
    found
        Where it stands among all keys of the call.
    put
        Its slot in the new state.

    Examples
    --------
    >>> CacheUpdate(slots=2).rows is None
    True
    """

    slots: int
    rows: Array | None = None
    found: Array | None = None
    put: Array | None = None


def cache_update(
    at: CachePositions, seen: Array, window: int | None, width: int
) -> CacheUpdate:
    """Choose the keys that a later query can still see.

    Parameters
    ----------
    at
        Where the keys stand.
    seen
        Steps that each sequence has read, those of this call included (B,).
    window
        How many places a query can see; None for all.
    width
        Keys of a call, S + T.

    Returns
    -------
    cache_update
        What `updated_cache` and `updated_cache_backward` need.

    Examples
    --------
    >>> at = cache_positions(np.array([2, 2]), 2, None, 3, 3)
    >>> cache_update(at, np.array([5, 5]), 3, 5)
    CacheUpdate(slots=2, rows=None, found=None, put=None)
    """
    count = cached_length(seen, window)
    slots = int(count.max())
    if at.real is None and (count == slots).all():
        return CacheUpdate(slots)
    real = np.ones((len(seen), width), bool)
    if at.real is not None:
        real &= at.real
    left = real[:, ::-1].cumsum(1)[:, ::-1]  # from here to the end
    rows, found = np.nonzero(real & (left <= count[:, None]))
    return CacheUpdate(
        slots, rows, found, (count[:, None] - left)[rows, found]
    )


def updated_cache(keys: Array, which: CacheUpdate) -> Array:
    """Give the keys or values of the next state, as memory of its own.

    Parameters
    ----------
    keys
        All of the call (B, N_kv, S + T, K).
    which
        What `cache_update` chose.

    Returns
    -------
    kept
        Those that are carried on (B, N_kv, slots, K).

    Examples
    --------
    >>> keys = np.arange(4.0).reshape(1, 1, 4, 1)
    >>> updated_cache(keys, CacheUpdate(2)).ravel()
    array([2., 3.])
    """
    B, N, T, K = keys.shape
    if which.rows is None:
        return keys[:, :, T - which.slots :].copy()
    kept = np.zeros((B, N, which.slots, K), keys.dtype)
    kept[which.rows, :, which.put] = keys[which.rows, :, which.found]
    return kept


def updated_cache_backward(
    dkeys: Array, dkept: Array, which: CacheUpdate
) -> None:
    """Add the gradient of what was carried on to that of all keys.

    Parameters
    ----------
    dkeys
        Gradient for all keys of the call (B, N_kv, S + T, K); written to.
    dkept
        Gradient for those that are carried on.
    which
        What `cache_update` chose.

    Examples
    --------
    >>> dkeys = np.zeros((1, 1, 4, 1))
    >>> updated_cache_backward(dkeys, np.ones((1, 1, 2, 1)), CacheUpdate(2))
    >>> dkeys.ravel()
    array([0., 0., 1., 1.])
    """
    if which.rows is None:
        dkeys[:, :, dkeys.shape[2] - which.slots :] += dkept
    else:  # each key is carried on once at most
        dkeys[which.rows, :, which.found] += dkept[which.rows, :, which.put]


def check_cache(
    keys: int, values: int, seen: Array, window: int | None
) -> None:
    """Refuse a state whose counts are not those of its slots.

    Parameters
    ----------
    keys
        Slots S of the keys.
    values
        Slots of the values.
    seen
        Steps read (B,).
    window
        How many places a query can see; None for all.

    Raises
    ------
    ValueError
        If there are not as many values as keys, or fewer than were read and
        can still be seen.

    Examples
    --------
    >>> check_cache(0, 0, np.array([3]), None)
    Traceback (most recent call last):
    ValueError: state[0]: expected at least 3 slots on axis 2 (S), for the
    3 steps that state[2] says were read, got 0
    """
    needed = int(cached_length(seen, window).max())
    if keys < needed:
        raise ValueError(
            f"{state_name(0)}: expected at least {needed} slots on axis 2 "
            f"(S), for the {seen.max()} steps that {state_name(2)} says were "
            f"read, got {keys}"
        )
    check_same_slots(keys, values)


def check_same_slots(keys: int, values: int) -> None:
    """Refuse a state with more keys than values, or fewer.

    Parameters
    ----------
    keys
        Slots S of the keys.
    values
        Slots of the values.

    Raises
    ------
    ValueError
        If there are not as many.

    Examples
    --------
    >>> check_same_slots(3, 2)
    Traceback (most recent call last):
    ValueError: state[1]: expected 3 slots on axis 2 (S), as state[0] has,
    got 2
    """
    if values != keys:
        raise ValueError(
            f"{state_name(1)}: expected {keys} slots on axis 2 (S), as "
            f"{state_name(0)} has, got {values}"
        )
