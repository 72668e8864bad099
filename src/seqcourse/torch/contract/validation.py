"""What a module asks of its input; NumPy's own checks give the errors."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from seqcourse.numpy.contract import shapes, validation
from seqcourse.numpy.contract.layer import Array
from seqcourse.torch.contract.layer import State


def features(x: Tensor, size: int, like: Tensor) -> Tensor:
    """`seqcourse.numpy.contract.validation.features` on tensors.

    Parameters
    ----------
    like
        A weight; the result has its type.
    """
    shapes.check_features_shape(tuple(x.shape), size)
    if not x.is_floating_point() or not (
        validation.is_inside() or torch.isfinite(x).all()
    ):
        validation.features(x.detach().cpu().numpy(), size, np.float64)
    return x.to(like.dtype)


def padding_mask(lengths: Tensor | Array | None, x: Tensor) -> Tensor | None:
    """`seqcourse.numpy.contract.validation.padding_mask` as a tensor.

    Parameters
    ----------
    x
        The input, for B, T and the device of the mask.
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
    """`seqcourse.numpy.contract.validation.state` on tensors."""
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
        validation.check_state(
            plain, tuple(zero.cpu().numpy() for zero in zeros)
        )
    return tuple(
        part.to(zero.dtype) for part, zero in zip(state, zeros, strict=True)
    )


def mask_padded_steps(x: Tensor, padding_mask: Tensor | None) -> Tensor:
    """`seqcourse.numpy.contract.validation.mask_padded_steps` on tensors."""
    return (
        x
        if padding_mask is None
        else x.masked_fill(padding_mask[..., None], 0)
    )
