"""What a layer asks of its input, each refusal a sentence.

A wrong shape found here is named after the argument and the axis. Found three
matrix products later, it would be named after nothing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import DTypeLike

from seqcourse.numpy.layer import Array, State


def features_shape(shape: tuple[int, ...], size: int) -> None:
    """Refuse anything but (B, T, D) with at least one sequence and one step.

    Parameters
    ----------
    shape
        The shape of x.
    size
        The features D that the layer takes.

    Raises
    ------
    ValueError
        If the axes are not three, one is empty, or the last is not D.

    Examples
    --------
    >>> features_shape((4, 10, 6), 8)
    Traceback (most recent call last):
    ValueError: x: expected 8 features on axis 2 (D), got shape (4, 10, 6)
    """
    if len(shape) != 3:
        raise ValueError(f"x: expected 3 axes (B, T, D), got shape {shape}")
    _not_empty(shape)
    if shape[2] != size:
        raise ValueError(
            f"x: expected {size} features on axis 2 (D), got shape {shape}"
        )


def tokens_shape(shape: tuple[int, ...]) -> None:
    """Refuse anything but (B, T) with at least one sequence and one step.

    Parameters
    ----------
    shape
        The shape of x.

    Raises
    ------
    ValueError
        If the axes are not two, or one is empty.

    Examples
    --------
    >>> tokens_shape((4, 0))
    Traceback (most recent call last):
    ValueError: x: expected at least 1 step on axis 1 (T), got shape (4, 0)
    """
    if len(shape) != 2:
        raise ValueError(f"x: expected 2 axes (B, T), got shape {shape}")
    _not_empty(shape)


def _not_empty(shape: tuple[int, ...]) -> None:
    if shape[0] < 1:
        raise ValueError(
            "x: expected at least 1 sequence on axis 0 (B), "
            f"got shape {shape}"
        )
    if shape[1] < 1:
        raise ValueError(
            f"x: expected at least 1 step on axis 1 (T), got shape {shape}"
        )


def features(x: Array, size: int, dtype: DTypeLike) -> Array:
    """Check an input of real numbers and give it the weights' type.

    Parameters
    ----------
    x
        Input (B, T, D).
    size
        The features D that the layer takes.
    dtype
        Floating type of the weights.

    Returns
    -------
    x
        The input in that type; the same array where it already has it.

    Raises
    ------
    ValueError
        If x is not floating, not (B, T, D), empty, or not finite.

    Examples
    --------
    >>> features(np.zeros((1, 2, 3), int), 3, np.float32)
    Traceback (most recent call last):
    ValueError: x: expected floating-point numbers, got int64;
    convert it, or use an Embedding for tokens
    """
    x = np.asarray(x)
    features_shape(x.shape, size)
    if x.dtype.kind != "f":
        raise ValueError(
            f"x: expected floating-point numbers, got {x.dtype}; "
            "convert it, or use an Embedding for tokens"
        )
    if not np.isfinite(x).all():
        b, t, d = (int(i) for i in np.argwhere(~np.isfinite(x))[0])
        raise ValueError(
            f"x: expected finite numbers, got {x[b, t, d]} at [{b}, {t}, {d}]"
        )
    return x.astype(dtype, copy=False)


def tokens(x: Array, vocabulary: int) -> Array:
    """Check an input of token numbers.

    Parameters
    ----------
    x
        Tokens (B, T).
    vocabulary
        How many tokens there are.

    Returns
    -------
    x
        The same tokens.

    Raises
    ------
    ValueError
        If x is not integers, not (B, T), empty, or holds an unknown token.

    Examples
    --------
    >>> tokens(np.array([[0, 7]]), 5)
    Traceback (most recent call last):
    ValueError: x: expected tokens from 0 to 4, got 7 at [0, 1]
    """
    x = np.asarray(x)
    tokens_shape(x.shape)
    if x.dtype.kind not in "iu":
        raise ValueError(f"x: expected integer tokens, got {x.dtype}")
    unknown = (x < 0) | (x >= vocabulary)
    if unknown.any():
        b, t = (int(i) for i in np.argwhere(unknown)[0])
        raise ValueError(
            f"x: expected tokens from 0 to {vocabulary - 1}, "
            f"got {x[b, t]} at [{b}, {t}]"
        )
    return x


def ended(lengths: Array | None, B: int, T: int) -> Array | None:
    """Mark the steps that lie beyond the end of their sequence.

    Parameters
    ----------
    lengths
        Real steps of each sequence (B,), or None if all have T.
    B
        Sequences.
    T
        Steps.

    Returns
    -------
    ended
        True at [b, t] where sequence b has no step t; None without lengths.

    Raises
    ------
    ValueError
        If lengths are not B whole numbers from 1 to T.

    Examples
    --------
    >>> ended(np.array([1, 3]), 2, 3)
    array([[False,  True,  True],
           [False, False, False]])
    """
    if lengths is None:
        return None
    lengths = np.asarray(lengths)
    if lengths.shape != (B,):
        raise ValueError(
            f"lengths: expected shape ({B},), one for each sequence "
            f"on axis 0 (B), got {lengths.shape}"
        )
    if lengths.dtype.kind not in "iu":
        raise ValueError(f"lengths: expected integers, got {lengths.dtype}")
    if lengths.min() < 1 or lengths.max() > T:
        raise ValueError(
            f"lengths: expected 1 to {T} (axis 1 of x, T), "
            f"got {lengths.min()} to {lengths.max()}"
        )
    return np.arange(T) >= lengths[:, None]


def memory(state: State | None, zeros: State) -> State:
    """Check a state against the layer's own beginning.

    Parameters
    ----------
    state
        What an earlier call handed on, or None.
    zeros
        The layer's state before anything is read.

    Returns
    -------
    state
        The state in the layer's types; the beginning where None was given.

    Raises
    ------
    ValueError
        If the number of arrays or one of their shapes is another, or a value
        is not finite.

    Examples
    --------
    >>> memory((np.zeros((2, 3)),), (np.zeros((2, 4)),))
    Traceback (most recent call last):
    ValueError: state[0]: expected shape (2, 4), got (2, 3)
    """
    if state is None:
        return zeros
    if not isinstance(state, tuple) or len(state) != len(zeros):
        got = (
            f"{len(state)}"
            if isinstance(state, tuple)
            else type(state).__name__
        )
        raise ValueError(
            f"state: expected a tuple of {len(zeros)} arrays, got {got}"
        )
    for i, (part, zero) in enumerate(zip(state, zeros, strict=True)):
        if np.shape(part) != zero.shape:
            raise ValueError(
                f"state[{i}]: expected shape {zero.shape}, "
                f"got {np.shape(part)}"
            )
        if not np.isfinite(part).all():
            found = np.asarray(part)[~np.isfinite(part)][0]
            raise ValueError(
                f"state[{i}]: expected finite numbers, got {found}"
            )
    return tuple(
        np.asarray(part).astype(zero.dtype, copy=False)
        for part, zero in zip(state, zeros, strict=True)
    )


def slots_suffice(needed: int, window: int) -> None:
    """Refuse more steps than there are slots.

    Parameters
    ----------
    needed
        Slots that the longest sequence needs, those filled before included.
    window
        Slots there are.

    Raises
    ------
    ValueError
        If more are needed.

    Examples
    --------
    >>> slots_suffice(5, 3)
    Traceback (most recent call last):
    ValueError: x: expected at most 3 steps on axis 1 (T),
    one for each slot, got 5
    """
    if needed > window:
        raise ValueError(
            f"x: expected at most {window} steps on axis 1 (T), "
            f"one for each slot, got {needed}"
        )
