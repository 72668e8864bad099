"""Refusals of wrong shapes, in the same words for both backends."""

from __future__ import annotations


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


def step_shape(shape: tuple[int, ...], size: int) -> None:
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
    >>> step_shape((2, 5), 3)
    Traceback (most recent call last):
    ValueError: x_t: expected shape (B, 3), got (2, 5)
    """
    if len(shape) != 2 or shape[0] < 1 or shape[1] != size:
        raise ValueError(f"x_t: expected shape (B, {size}), got {shape}")


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


def gradient_shape(shape: tuple[int, ...], expected: tuple[int, ...]) -> None:
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
    >>> gradient_shape((2, 3, 1), (2, 3, 4))
    Traceback (most recent call last):
    ValueError: dy: expected shape (2, 3, 4), got (2, 3, 1)
    """
    if shape != expected:
        raise ValueError(f"dy: expected shape {expected}, got {shape}")


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
