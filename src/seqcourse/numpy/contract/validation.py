"""What a layer asks of its input, each refusal a sentence.

A wrong shape found here is named after the argument and the axis. Found three
matrix products later, it would be named after nothing.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from contextvars import ContextVar
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from seqcourse.numpy.contract import shapes
from seqcourse.numpy.contract.annotations.values import (
    MismatchError,
    array,
    described,
)
from seqcourse.numpy.contract.arguments import first_of
from seqcourse.numpy.contract.arrays import Array, State
from seqcourse.numpy.contract.divergence import is_finite_array

_inside: ContextVar[bool] = ContextVar("_inside", default=False)
_first: ContextVar[int] = ContextVar("_first", default=0)


class _Inside:
    """What `inside_a_model` gives, made for the innermost loops."""

    def __init__(self, first_state: int) -> None:
        self.first_state = first_state

    def __enter__(self) -> None:
        self.inside = _inside.set(True)
        self.first = _first.set(_first.get() + self.first_state)

    def __exit__(self, *error: object) -> None:
        _first.reset(self.first)
        _inside.reset(self.inside)


def inside_a_model(first_state: int = 0) -> AbstractContextManager[None]:
    """Let a model's own numbers pass from part to part unchecked.

    What a reader hands in is checked once, at the model's edge. Infinities
    that arise further in are found in what the whole model gives back.

    Parameters
    ----------
    first_state
        Where the part's own state begins in the whole model's, so that a
        refusal calls an array by the number that the caller knows.

    Returns
    -------
    context
        For a ``with`` block.

    Examples
    --------
    >>> with inside_a_model():
    ...     x = features(np.full((1, 1, 1), np.inf), 1, np.float32)
    >>> x.item()
    inf
    """
    return _Inside(first_state)


def is_inside() -> bool:
    """Tell whether a model's own numbers are passing.

    Returns
    -------
    inside
        True within `inside_a_model`.

    Examples
    --------
    >>> is_inside()
    False
    """
    return _inside.get()


def features(
    x: Array, size: int, dtype: DTypeLike | None, one_step: bool = False
) -> Array:
    """Check an input of real numbers and give it the weights' type.

    Parameters
    ----------
    x
        Input (B, T, D).
    size
        The features D that the layer takes.
    dtype
        Floating type of the weights; None for that of x.
    one_step
        Whether it is one step (B, D), which the caller calls x_t.

    Returns
    -------
    x
        The input in that type; the same array where it already has it.

    Raises
    ------
    ValueError
        If x is not floating, not (B, T, D), empty, not finite, or beyond
        what the type can hold.

    Examples
    --------
    >>> features(np.zeros((1, 2, 3), int), 3, np.float32)
    Traceback (most recent call last):
    ValueError: x: expected floating-point numbers, got int64;
    convert it, or use an Embedding for tokens
    """
    x = np.asarray(x)
    if one_step:
        shapes.check_step_shape(x.shape, size)
    else:
        shapes.check_features_shape(x.shape, size)
    name = "x_t" if one_step else "x"
    if x.dtype.kind != "f":
        raise ValueError(
            f"{name}: expected floating-point numbers, got {x.dtype}; "
            "convert it, or use an Embedding for tokens"
        )
    if is_inside():
        return x.astype(dtype or x.dtype, copy=False)
    return in_type(name, x, dtype or x.dtype)


def in_type(name: str, given: Array, dtype: DTypeLike) -> Array:
    """Give an array a type, and refuse what is infinite there.

    Parameters
    ----------
    name
        What the caller calls it.
    given
        Numbers of any floating type.
    dtype
        The type.

    Returns
    -------
    part
        The same numbers; the same array where it has the type.

    Raises
    ------
    ValueError
        If a number is not finite, or beyond what the type can hold.

    Examples
    --------
    >>> in_type("memory", np.array([1e39]), np.float32)
    Traceback (most recent call last):
    ValueError: memory: expected finite numbers that float32 can hold,
    got 1e+39 at [0]
    """
    part = given
    if given.dtype != dtype:
        with np.errstate(over="ignore"):
            part = given.astype(dtype)
    if not is_finite_array(part):
        lost = ~np.isfinite(part)
        too_large = np.isfinite(given[lost][0])
        kind = f" that {part.dtype} can hold" if too_large else ""
        raise ValueError(
            f"{name}: expected finite numbers{kind}, "
            f"got {first_of(given, lost)}"
        )
    return part


def tokens(x: Array, vocabulary: int, one_step: bool = False) -> Array:
    """Check an input of token numbers.

    Parameters
    ----------
    x
        Tokens (B, T).
    vocabulary
        How many tokens there are.
    one_step
        Whether they are of one step (B,), which the caller calls x_t.

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
    name = "x_t" if one_step else "x"
    if one_step:
        shapes.check_step_tokens_shape(x.shape)
    else:
        shapes.check_tokens_shape(x.shape)
    if x.dtype.kind not in "iu":
        raise ValueError(f"{name}: expected integer tokens, got {x.dtype}")
    unknown = (x < 0) | (x >= vocabulary)
    if unknown.any():
        raise ValueError(
            f"{name}: expected tokens from 0 to {vocabulary - 1}, "
            f"got {first_of(x, unknown)}"
        )
    return x


def any_input(x: Array, one_step: bool = False) -> Array:
    """Check an input of a layer that does not say what it reads.

    Parameters
    ----------
    x
        Input (B, T, ...).
    one_step
        Whether it is one step (B, ...), which the caller calls x_t.

    Returns
    -------
    x
        The same input.

    Raises
    ------
    ValueError
        If an axis is missing or empty, or a number is not finite.

    Examples
    --------
    >>> any_input(np.zeros(3))
    Traceback (most recent call last):
    ValueError: x: expected axes (B, T, ...), got shape (3,)
    """
    name, axes = ("x_t", "B") if one_step else ("x", "B, T")
    needed = 1 if one_step else 2
    if x.ndim < needed or 0 in x.shape[:needed]:
        raise ValueError(
            f"{name}: expected axes ({axes}, ...), got shape {x.shape}"
        )
    return in_type(name, x, x.dtype)


def padding_mask(lengths: Array | None, B: int, T: int) -> Array | None:
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
    padding_mask
        True at [b, t] where sequence b has no step t; None without lengths.

    Raises
    ------
    ValueError
        If lengths are not B whole numbers from 1 to T.

    Examples
    --------
    >>> padding_mask(np.array([1, 3]), 2, 3)
    array([[False,  True,  True],
           [False, False, False]])
    """
    if lengths is None:
        return None
    lengths = np.asarray(lengths)
    shapes.check_lengths_shape(lengths.shape, B)
    if lengths.dtype.kind not in "iu":
        raise ValueError(f"lengths: expected integers, got {lengths.dtype}")
    if lengths.min() < 1 or lengths.max() > T:
        raise ValueError(
            f"lengths: expected 1 to {T} (axis 1 of x, T), "
            f"got {lengths.min()} to {lengths.max()}"
        )
    return np.arange(T) >= lengths[:, None]


def state(state: State | None, zeros: State) -> State:
    """Begin from a state, or from nothing.

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
        As `check_state`, unless a model's own numbers are passing.

    Examples
    --------
    >>> state(None, (np.zeros((2, 4)),))[0].shape
    (2, 4)
    """
    if state is None:
        return zeros
    if not is_inside():
        kinds = tuple((zero.shape, zero.dtype) for zero in zeros)
        return check_state(state, kinds)
    shapes.check_state_count(state, len(zeros))
    return tuple(
        part.astype(zero.dtype, copy=False)
        for part, zero in zip(state, zeros, strict=True)
    )


def check_state(
    state: Any, kinds: tuple[tuple[tuple[int, ...], np.dtype[Any]], ...]
) -> State:
    """Check a state against the layer's own beginning.

    Parameters
    ----------
    state
        What an earlier call handed on.
    kinds
        Shape and type of each array before anything is read; an axis of 0 is
        one that grows, and may have any size.

    Returns
    -------
    state
        The state in the layer's types.

    Raises
    ------
    ValueError
        If the number of arrays, one of their shapes or types is another, a
        value is not finite, or a count is below 0.

    Examples
    --------
    >>> check_state((np.zeros((2, 3)),), (((2, 4), np.dtype(float)),))
    Traceback (most recent call last):
    ValueError: state[0]: expected shape (2, 4), got (2, 3)
    """
    shapes.check_state_count(state, len(kinds))
    return tuple(
        [
            _check_part(i, part, *kind)
            for i, (part, kind) in enumerate(zip(state, kinds, strict=True))
        ]
    )


def _check_part(
    i: int, given: Any, first: tuple[int, ...], dtype: np.dtype[Any]
) -> Array:
    if (
        type(given) is np.ndarray
        and given.shape == first
        and given.dtype == dtype
        and dtype.kind == "f"
        and is_finite_array(given)
    ):
        part: Array = given
        return part
    name = state_name(i)
    try:
        part = array(given)
    except MismatchError as other:
        raise ValueError(
            f"{name}: expected {other.expected}, got {described(given)}"
        ) from None
    if not shapes.grown_from(part.shape, first):
        shape = str(first).replace(" 0,", " S,")
        raise ValueError(f"{name}: expected shape {shape}, got {part.shape}")
    if dtype.kind == "f":
        if part.dtype.kind != "f":
            raise ValueError(
                f"{name}: expected floating-point numbers, got {part.dtype}"
            )
        return in_type(name, part, dtype)
    if part.dtype.kind not in "iu":
        raise ValueError(f"{name}: expected integers, got {part.dtype}")
    if (part < 0).any():
        raise ValueError(
            f"{name}: expected counts of at least 0, got {part.min()}"
        )
    return part.astype(dtype, copy=False)


def state_name(i: int) -> str:
    """Call an array of a layer's state by the number that the caller knows.

    Parameters
    ----------
    i
        Its number in the layer's own state.

    Returns
    -------
    name
        Its name in a refusal.

    Examples
    --------
    >>> with inside_a_model(first_state=2):
    ...     state_name(1)
    'state[3]'
    """
    return f"state[{i + _first.get()}]"


def mask_padded_steps(x: Array, padding_mask: Array | None) -> Array:
    """Put zeros where a sequence has ended.

    Parameters
    ----------
    x
        Any steps (B, T, D).
    padding_mask
        True at [b, t] where sequence b has no step t; None for nowhere.

    Returns
    -------
    x
        The steps; the same array where nothing has ended.

    Examples
    --------
    >>> padding_mask = np.array([[False, False, True]])
    >>> mask_padded_steps(np.ones((1, 3, 1)), padding_mask).ravel()
    array([1., 1., 0.])
    """
    return (
        x if padding_mask is None else np.where(padding_mask[..., None], 0, x)
    )
