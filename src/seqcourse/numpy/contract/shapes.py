"""Refusals of wrong shapes, in the same words for both backends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager


def check_features_shape(shape: tuple[int, ...], size: int) -> None:
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
    >>> check_features_shape((4, 10, 6), 8)
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


def check_step_shape(shape: tuple[int, ...], size: int) -> None:
    """Refuse anything but (B, D) with at least one sequence.

    Parameters
    ----------
    shape
        The shape of x_t.
    size
        The features D that the layer takes.

    Raises
    ------
    ValueError
        If the axes are not two, the first is empty, or the last is not D.

    Examples
    --------
    >>> check_step_shape((2, 5), 3)
    Traceback (most recent call last):
    ValueError: x_t: expected shape (B, 3), got (2, 5)
    """
    if len(shape) != 2 or shape[0] < 1 or shape[1] != size:
        raise ValueError(f"x_t: expected shape (B, {size}), got {shape}")


def check_step_tokens_shape(shape: tuple[int, ...]) -> None:
    """Refuse anything but (B,) with at least one sequence.

    Parameters
    ----------
    shape
        The shape of x_t.

    Raises
    ------
    ValueError
        If there is another axis, or the first is empty.

    Examples
    --------
    >>> check_step_tokens_shape((2, 5))
    Traceback (most recent call last):
    ValueError: x_t: expected shape (B,), got (2, 5)
    """
    if len(shape) != 1 or shape[0] < 1:
        raise ValueError(f"x_t: expected shape (B,), got {shape}")


def check_tokens_shape(shape: tuple[int, ...]) -> None:
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
    >>> check_tokens_shape((4, 0))
    Traceback (most recent call last):
    ValueError: x: expected at least 1 step on axis 1 (T), got shape (4, 0)
    """
    if len(shape) != 2:
        raise ValueError(f"x: expected 2 axes (B, T), got shape {shape}")
    _not_empty(shape)


def check_lengths_shape(shape: tuple[int, ...], B: int) -> None:
    """Refuse anything but one length for each sequence.

    Parameters
    ----------
    shape
        The shape of lengths.
    B
        Sequences.

    Raises
    ------
    ValueError
        If it is another.

    Examples
    --------
    >>> check_lengths_shape((2,), 3)
    Traceback (most recent call last):
    ValueError: lengths: expected shape (3,), one for each sequence on axis 0
    (B), got (2,)
    """
    if shape != (B,):
        raise ValueError(
            f"lengths: expected shape ({B},), one for each sequence "
            f"on axis 0 (B), got {shape}"
        )


def check_gradient_shape(
    shape: tuple[int, ...], expected: tuple[int, ...]
) -> None:
    """Refuse a gradient that is not of its output's shape.

    Parameters
    ----------
    shape
        The shape of dy.
    expected
        The shape of y.

    Raises
    ------
    ValueError
        If they differ; NumPy would stretch an axis of 1 without a word.

    Examples
    --------
    >>> check_gradient_shape((2, 3, 1), (2, 3, 4))
    Traceback (most recent call last):
    ValueError: dy: expected shape (2, 3, 4), got (2, 3, 1)
    """
    if shape != expected:
        raise ValueError(f"dy: expected shape {expected}, got {shape}")


def check_state_count(state: object, count: int) -> None:
    """Refuse a state that is not a tuple of so many arrays.

    Parameters
    ----------
    state
        What an earlier call handed on.
    count
        How many arrays the layer's state has.

    Raises
    ------
    ValueError
        If it is no tuple, or one of another length.

    Examples
    --------
    >>> check_state_count((), 2)
    Traceback (most recent call last):
    ValueError: state: expected a tuple of 2 arrays, got 0
    """
    got = str(len(state)) if isinstance(state, tuple) else None
    if got != str(count):
        got = got or type(state).__name__
        raise ValueError(
            f"state: expected a tuple of {count} arrays, got {got}"
        )


def grown_from(shape: tuple[int, ...], first: tuple[int, ...]) -> bool:
    """Tell whether an array can be what a first state has become.

    Parameters
    ----------
    shape
        The array's shape.
    first
        The first state's; an axis of 0 is one that grows.

    Returns
    -------
    fits
        Whether all other axes are the same.

    Examples
    --------
    >>> grown_from((2, 7, 3), (2, 0, 3)), grown_from((2, 7, 3), (2, 7, 4))
    (True, False)
    """
    return shape == first or (
        len(shape) == len(first)
        and all(
            size == begun or begun == 0
            for size, begun in zip(shape, first, strict=True)
        )
    )


@contextmanager
def called(**names: str) -> Iterator[None]:
    """Let a refusal call an argument as the caller calls it.

    Parameters
    ----------
    **names
        What each argument is called outside, by its name inside.

    Yields
    ------
    None
        For the time of the ``with`` block.

    Raises
    ------
    ValueError
        What the block raises, under the other name.

    Examples
    --------
    >>> with called(x="memory"):
    ...     check_features_shape((4, 6), 8)
    Traceback (most recent call last):
    ValueError: memory: expected 3 axes (B, T, D), got shape (4, 6)
    """
    try:
        yield
    except ValueError as refusal:
        said = str(refusal)
        for name, outside in names.items():
            said = re.sub(
                rf"^{name}(?=[:\[])|(?<= of ){name}\b", outside, said
            )
        raise ValueError(said) from None


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


def check_max_steps(needed: int, window: int) -> None:
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
    >>> check_max_steps(5, 3)
    Traceback (most recent call last):
    ValueError: x: expected at most 3 steps on axis 1 (T),
    one for each position, got 5
    """
    if needed > window:
        raise ValueError(
            f"x: expected at most {window} steps on axis 1 (T), "
            f"one for each position, got {needed}"
        )
