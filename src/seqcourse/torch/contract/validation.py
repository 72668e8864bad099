"""What a module asks of its input; NumPy's own checks give the errors."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any, TypeAlias

import numpy as np
import torch
from torch import Tensor

from seqcourse.numpy.contract import shapes, validation
from seqcourse.numpy.contract.annotations import described
from seqcourse.numpy.contract.arrays import Array

State: TypeAlias = tuple[Tensor, ...]
#: Of each array of a state: its shape without the batch, and whether it is
#: real numbers, not counts.
Kinds: TypeAlias = tuple[tuple[tuple[int, ...], bool], ...]


def inside_a_model(first_state: int = 0) -> AbstractContextManager[None]:
    """`seqcourse.numpy.contract.validation.inside_a_model` for modules.

    Under ``torch.compile`` it does nothing; there all is inside.

    Parameters
    ----------
    first_state
        As there.
    """
    if torch.compiler.is_compiling():
        return nullcontext()
    return validation.inside_a_model(first_state)


def is_inside() -> bool:
    """`seqcourse.numpy.contract.validation.is_inside` for modules.

    Under ``torch.compile`` it is always true: no value may be looked at.
    """
    return torch.compiler.is_compiling() or validation.is_inside()


def as_array(x: Tensor) -> Array:
    """Copy a tensor's numbers to NumPy, which knows no bfloat16.

    Parameters
    ----------
    x
        Any dense tensor.

    Returns
    -------
    array
        Its numbers.

    Examples
    --------
    >>> as_array(torch.ones(1, dtype=torch.bfloat16)).dtype
    dtype('float32')
    """
    x = x.detach().cpu()
    known = x.dtype in (torch.float16, torch.float32, torch.float64)
    array: Array = (
        x.float() if x.is_floating_point() and not known else x
    ).numpy()
    return array


def as_tensor(array: Array, device: torch.device | None = None) -> Tensor:
    """Give an array's numbers to torch.

    Parameters
    ----------
    array
        Any array that torch has a type for; one that it cannot share
        (read-only, not contiguous, of the other byte order) is copied.
    device
        Where the tensor shall lie; None for the CPU.

    Returns
    -------
    tensor
        Of the same type.

    Examples
    --------
    >>> as_tensor(np.arange(3)[::-1])
    tensor([2, 1, 0])
    """
    plain = array.dtype.newbyteorder("=")
    usable = np.require(array, plain, requirements=["C", "W"])
    if min(usable.strides, default=0) < 0:  # of an axis of 1, for NumPy is C
        usable = usable.copy()
    return torch.from_numpy(usable).to(device)


def check_known_type(**arrays: Array) -> None:
    """Refuse floating-point numbers of a type that torch does not have.

    Parameters
    ----------
    **arrays
        Each argument by its name.

    Raises
    ------
    ValueError
        If one is longer than float64.

    Examples
    --------
    >>> check_known_type(x=np.ones(2, np.float16))
    """
    for name, array in arrays.items():
        if array.dtype.itemsize > 8:
            raise ValueError(
                f"{name}: expected float64 or less, got {array.dtype}, "
                "which PyTorch does not have"
            )


def possible(part: Any) -> bool:
    """Tell whether all is finite, and all counts are at least 0.

    Parameters
    ----------
    part
        A tensor; nothing is known of one on the device "meta".

    Returns
    -------
    possible
        False where a number is wrong.

    Examples
    --------
    >>> possible(torch.tensor([1.0, torch.nan])), possible(torch.tensor(-1))
    (False, False)
    """
    if not isinstance(part, Tensor) or part.is_meta:
        return True
    if part.is_floating_point():
        return bool(torch.isfinite(part).all())
    return part.dtype == torch.bool or bool((part >= 0).all())


def check_place(device: torch.device, **tensors: Tensor) -> None:
    """Refuse tensors that do not lie where the weights lie.

    Parameters
    ----------
    device
        Where they lie.
    **tensors
        Each argument by its name.

    Raises
    ------
    ValueError
        If one lies elsewhere, or is sparse or nested.

    Examples
    --------
    >>> check_place(torch.device("cpu"), x=torch.ones(2, device="meta"))
    Traceback (most recent call last):
    ValueError: x: expected a tensor on cpu, where the weights lie, got one on
    meta
    """
    for name, tensor in tensors.items():
        _check_dense(name, tensor)
        if tensor.device != device:
            raise ValueError(
                f"{name}: expected a tensor on {device}, where the weights "
                f"lie, got one on {tensor.device}"
            )


def check_readable(device: torch.device, **tensors: Tensor) -> None:
    """Refuse tensors without numbers beside those that have them.

    Parameters
    ----------
    device
        Where the weights or the input lie.
    **tensors
        Each argument by its name, such as lengths, which may lie elsewhere.

    Raises
    ------
    ValueError
        If one is sparse or nested, or on "meta" where the others are not.

    Examples
    --------
    >>> lengths = torch.ones(2, dtype=torch.int64, device="meta")
    >>> check_readable(torch.device("cpu"), lengths=lengths)
    Traceback (most recent call last):
    ValueError: lengths: expected a tensor with numbers, got one on meta
    """
    for name, tensor in tensors.items():
        _check_dense(name, tensor)
        if tensor.is_meta and device.type != "meta":
            raise ValueError(
                f"{name}: expected a tensor with numbers, got one on meta"
            )


def _check_dense(name: str, tensor: Tensor) -> None:
    if tensor.layout is not torch.strided:
        raise ValueError(
            f"{name}: expected a dense tensor, got {tensor.layout}"
        )


def features(x: Tensor, size: int, like: Tensor) -> Tensor:
    """`seqcourse.numpy.contract.validation.features` on tensors.

    Parameters
    ----------
    like
        A weight; the result has its type.
    """
    shapes.check_features_shape(tuple(x.shape), size)
    if not x.is_floating_point() or not (is_inside() or possible(x)):
        validation.features(as_array(x), size, np.float64)
    return x.to(like.dtype)


def padding_mask(lengths: Tensor | Array | None, x: Tensor) -> Tensor | None:
    """`seqcourse.numpy.contract.validation.padding_mask` as a tensor.

    Parameters
    ----------
    x
        The input, for B, T and the device of the mask.
    """
    lengths = checked_lengths(lengths, x)
    if lengths is None:
        return None
    return torch.arange(x.shape[1], device=x.device) >= lengths[:, None]


def checked_lengths(
    lengths: Tensor | Array | None, x: Tensor
) -> Tensor | None:
    """Check the lengths of a batch, and bring them where it lies.

    Parameters
    ----------
    lengths
        How long each sequence is (B,), or None.
    x
        The input (B, T, ...).

    Returns
    -------
    lengths
        The same, int64.

    Raises
    ------
    ValueError
        If lengths are no numbers, or refused by NumPy's check.

    Examples
    --------
    >>> checked_lengths(torch.tensor([3, 4]), torch.zeros(2, 3))
    Traceback (most recent call last):
    ValueError: lengths: expected 1 to 3 (axis 1 of x, T), got 3 to 4
    """
    if lengths is None:
        return None
    if isinstance(lengths, Tensor) or torch.compiler.is_compiling():
        numbers = torch.as_tensor(lengths)
    else:
        numbers = as_tensor(lengths)
    shapes.check_lengths_shape(tuple(numbers.shape), x.shape[0])
    check_readable(x.device, lengths=numbers)
    if not is_inside() and not numbers.is_meta:
        validation.padding_mask(as_array(numbers), *x.shape[:2])
    return numbers.to(x.device, torch.int64)


def state(state: State | None, zeros: State) -> State:
    """`seqcourse.numpy.contract.validation.state` on tensors."""
    if state is None:
        return zeros
    kinds = tuple(
        (tuple(zero.shape[1:]), zero.is_floating_point()) for zero in zeros
    )
    if not zeros:
        shapes.check_state_count(state, 0)
        return ()
    checked = check_state(state, kinds, zeros[0])
    return tuple(
        part.to(zero.dtype) for part, zero in zip(checked, zeros, strict=True)
    )


def check_state(state: Any, kinds: Kinds, x: Tensor) -> State:
    """`seqcourse.numpy.contract.validation.check_state` on tensors.

    Parameters
    ----------
    kinds
        Shape without the batch of each array before anything is read, and
        whether it is real numbers.
    x
        What is read, for B and the device.
    """
    shapes.check_state_count(state, len(kinds))
    for i, part in enumerate(state):
        if not isinstance(part, Tensor):
            raise ValueError(
                f"{validation.state_name(i)}: expected a torch.Tensor, "
                f"got {described(part)}"
            )
        if not is_inside():
            check_place(x.device, **{validation.state_name(i): part})
    first = [((x.shape[0], *shape), real) for shape, real in kinds]
    fits = all(
        shapes.grown_from(tuple(part.shape), shape)
        and part.is_floating_point() == real
        and part.dtype != torch.bool
        and not part.is_complex()
        for part, (shape, real) in zip(state, first, strict=True)
    )
    if not fits or not (is_inside() or all(map(possible, state))):
        numbers = np.dtype(np.float64), np.dtype(np.int64)
        validation.check_state(
            tuple(map(as_array, state)),
            tuple((shape, numbers[not real]) for shape, real in first),
        )
    return tuple(state)


def mask_padded_steps(x: Tensor, padding_mask: Tensor | None) -> Tensor:
    """`seqcourse.numpy.contract.validation.mask_padded_steps` on tensors."""
    return (
        x
        if padding_mask is None
        else x.masked_fill(padding_mask[..., None], 0)
    )
