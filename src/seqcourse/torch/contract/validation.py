"""What a module asks of its input, in the NumPy layers' own sentences."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from seqcourse.numpy.contract import shapes, validation
from seqcourse.numpy.contract.layer import Array
from seqcourse.torch.contract.layer import State


def features(x: Tensor, size: int, like: Tensor) -> Tensor:
    """Check an input of real numbers, with the NumPy layer's sentences.

    Parameters
    ----------
    x
        Input (B, T, D).
    size
        The features D that the layer takes.
    like
        A weight; the input is given its type.

    Returns
    -------
    x
        The input in the weights' type.

    Raises
    ------
    ValueError
        If x is not floating, not (B, T, D), empty, or not finite.

    Examples
    --------
    >>> features(torch.zeros(1, 2, 4), 3, torch.zeros(1))
    Traceback (most recent call last):
    ValueError: x: expected 3 features on axis 2 (D), got shape (1, 2, 4)
    """
    shapes.check_features_shape(tuple(x.shape), size)
    if not x.is_floating_point() or not (
        validation.is_inside() or torch.isfinite(x).all()
    ):
        validation.features(x.detach().cpu().numpy(), size, np.float64)
    return x.to(like.dtype)


def padding_mask(lengths: Tensor | Array | None, x: Tensor) -> Tensor | None:
    """Mark the steps that lie beyond the end of their sequence.

    Parameters
    ----------
    lengths
        Real steps of each sequence (B,), or None if all have T.
    x
        The input, for B, T and the device.

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
    >>> padding_mask(torch.tensor([1, 2]), torch.zeros(2, 2, 1)).tolist()
    [[False, True], [False, False]]
    """
    if lengths is None:
        return None
    if isinstance(lengths, Tensor):
        lengths = lengths.cpu().numpy()
    mask = validation.padding_mask(lengths, x.shape[0], x.shape[1])
    return torch.from_numpy(mask).to(x.device)


def _possible(part: Tensor) -> bool:
    """Tell whether all is finite, and all counts are at least 0."""
    if part.is_floating_point():
        return bool(torch.isfinite(part).all())
    return bool((part >= 0).all())


def state(state: State | None, zeros: State) -> State:
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
        The state in the weights' type; the beginning where None was given.

    Raises
    ------
    ValueError
        If the number of arrays or one of their shapes is another, or a value
        is not finite.

    Examples
    --------
    >>> state((torch.zeros(2, 3),), (torch.zeros(2, 4),))
    Traceback (most recent call last):
    ValueError: state[0]: expected shape (2, 4), got (2, 3)
    """
    if state is None:
        return zeros
    fits = (
        isinstance(state, tuple)
        and len(state) == len(zeros)
        and all(
            shapes.grown_from(tuple(part.shape), tuple(zero.shape))
            for part, zero in zip(state, zeros, strict=True)
        )
    )
    if not fits or not all(map(_possible, state)):
        plain: Any = state
        if isinstance(state, tuple):
            plain = tuple(part.detach().cpu().numpy() for part in state)
        validation.state(plain, tuple(zero.cpu().numpy() for zero in zeros))
    return tuple(
        part.to(zero.dtype) for part, zero in zip(state, zeros, strict=True)
    )


def mask_padded_steps(x: Tensor, padding_mask: Tensor | None) -> Tensor:
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
        The steps.

    Examples
    --------
    >>> import torch
    >>> padding_mask = torch.tensor([[False, False, True]])
    >>> mask_padded_steps(torch.ones(1, 3, 1), padding_mask).ravel().tolist()
    [1.0, 1.0, 0.0]
    """
    return (
        x
        if padding_mask is None
        else x.masked_fill(padding_mask[..., None], 0)
    )
