"""A module's edge: the checks of `seqcourse.numpy`, on tensors.

Under ``torch.compile`` the values are not looked at: that would break the
graph. Shapes and types are still checked, by the modules themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

import numpy as np
import torch
from torch import Tensor, nn

from seqcourse.numpy.contract import arguments, shapes
from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.arrays import Array
from seqcourse.numpy.contract.calls.results import check_results
from seqcourse.torch.contract import validation
from seqcourse.torch.contract.validation import as_array, inside_a_model

Method = TypeVar("Method", bound=Callable[..., Any])


def forward(method: Method) -> Method:
    """`seqcourse.numpy.contract.calls.reading.forward` for modules.

    Parameters
    ----------
    method
        What reads.

    Returns
    -------
    checked
        The same; within a model and under ``torch.compile`` it runs bare.

    Raises
    ------
    ValueError
        By a call from outside, if an argument is not what the module takes.
    DivergenceError
        By the same, if a result is not finite.

    Examples
    --------
    >>> from seqcourse.torch import Linear
    >>> Linear(3, 2)(torch.ones(1, 5, 3).to_sparse())
    Traceback (most recent call last):
    ValueError: x: expected a dense tensor, got torch.sparse_coo
    """

    @wraps(method)
    def call(
        layer: Any,
        x: Any,
        state: Any = None,
        lengths: Any = None,
        **more: Any,
    ) -> Any:
        if validation.is_inside():
            return method(layer, x, state, lengths, **more)
        x, lengths = _kinds_of_forward(x, lengths)
        x = _checked_x(layer, x, one_step=False)
        lengths = validation.checked_lengths(lengths, x)
        if state is not None:
            state = validation.check_state(state, layer.first_state, x)
        with inside_a_model():
            y, last = method(layer, x, state, lengths, **more)
        check_results_of(layer, y=y, state=last)
        return y, last

    return cast("Method", call)


def step(method: Method) -> Method:
    """`seqcourse.numpy.contract.calls.reading.step` for modules.

    Parameters
    ----------
    method
        What reads one step.

    Returns
    -------
    checked
        The same; within a model and under ``torch.compile`` it runs bare.

    Raises
    ------
    ValueError
        By a call from outside, if an argument is not what the module takes.
    DivergenceError
        By the same, if a result is not finite.

    Examples
    --------
    >>> from seqcourse.torch import Linear
    >>> Linear(3, 2).step(torch.ones(1, 3, dtype=torch.int64))
    Traceback (most recent call last):
    ValueError: x_t: expected floating-point numbers, got int64; convert it,
    or use an Embedding for tokens
    """

    @wraps(method)
    def call(layer: Any, x_t: Any, state: Any = None, **more: Any) -> Any:
        if validation.is_inside():
            return method(layer, x_t, state, **more)
        x_t = _checked_x(layer, _kind_of_step(x_t), one_step=True)
        if state is not None:
            state = validation.check_state(state, layer.first_state, x_t)
        try:
            with inside_a_model():
                y_t, last = method(layer, x_t, state, **more)
        except ValueError:
            with shapes.called(x="x_t"):
                raise
        check_results_of(layer, y_t=y_t, state=last)
        return y_t, last

    return cast("Method", call)


#: What each method becomes when a class that has it is made.
CHECKED: dict[str, Callable[[Any], Any]] = {
    "forward": forward,
    "step": step,
}


@checked
def kinds_of_initial_state(batch_size: int) -> int:
    """Check the arguments of ``initial_state``.

    Parameters
    ----------
    batch_size
        Sequences B.

    Returns
    -------
    batch_size
        The same.

    Raises
    ------
    ValueError
        If it is not a whole number of at least 1.

    Examples
    --------
    >>> kinds_of_initial_state(0)
    Traceback (most recent call last):
    ValueError: batch_size: expected a whole number of at least 1, got 0
    """
    arguments.check_positive(batch_size=batch_size)
    return batch_size


@checked
def _kinds_of_forward(
    x: Tensor, lengths: Tensor | Array | None
) -> tuple[Tensor, Tensor | Array | None]:
    return x, lengths


@checked
def _kind_of_step(x_t: Tensor) -> Tensor:
    return x_t


def _checked_x(layer: Any, x: Tensor, one_step: bool) -> Tensor:
    """Check an input as the NumPy layer does; give it the weights' type."""
    name = "x_t" if one_step else "x"
    weight = next(layer.parameters(), x)
    validation.check_place(weight.device, **{name: x})
    there = x.to(weight.dtype) if x.is_floating_point() else x
    if x.is_meta or (x.is_floating_point() and validation.possible(there)):
        zero = np.float32(0) if x.is_floating_point() else np.int64(0)
        with inside_a_model():
            numbers = np.broadcast_to(zero, tuple(x.shape))
            layer.config._check_x(numbers, None, one_step)
        return there
    kind = KINDS.get(weight.dtype)
    layer.config._check_x(as_array(x), kind, one_step)
    layer.config._check_x(
        as_array(there), None, one_step
    )  # bfloat16's bounds
    return there


KINDS = {
    torch.float16: np.float16,
    torch.float32: np.float32,
    torch.float64: np.float64,
}


def check_results_of(layer: nn.Module, **results: Any) -> None:
    """`seqcourse.numpy.contract.calls.results.check_results` on tensors.

    Parameters
    ----------
    layer
        Whose weights may be to blame.
    **results
        Tensors, and tuples of them, by their names.

    Raises
    ------
    DivergenceError
        If a number is infinite or NaN.

    Examples
    --------
    >>> check_results_of(nn.Linear(2, 3), y=torch.ones(2))
    """
    if all(
        validation.possible(part)
        for value in results.values()
        for part in (value if isinstance(value, tuple) else (value,))
    ):
        return
    params = {name: as_array(w) for name, w in layer.named_parameters()}
    plain = {
        name: (
            tuple(map(as_array, value))
            if isinstance(value, tuple)
            else as_array(value)
        )
        for name, value in results.items()
    }
    check_results(params, **plain)
