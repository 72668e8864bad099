"""Methods that are no layer's reading, checked at the edge, on tensors."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import Parameter, signature
from typing import Any, ParamSpec, TypeVar

import numpy as np
import torch
from torch import Tensor, nn

from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.calls.function import Check
from seqcourse.torch.contract.calls import KINDS, check_results_of
from seqcourse.torch.contract.validation import (
    as_array,
    as_tensor,
    check_place,
    check_readable,
    inside_a_model,
    is_inside,
    possible,
)

P = ParamSpec("P")
R = TypeVar("R")


def edge(
    *results: str, check: Check
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """`seqcourse.numpy.contract.calls.function.edge` for tensors.

    Parameters
    ----------
    *results
        As there.
    check
        NumPy's own check: it is given arrays for tensors, and the NumPy layer
        for its twin. What it would replace is left as it is.

    Returns
    -------
    decorate
        For a function or method.

    Raises
    ------
    ValueError
        If, later, an argument is refused.
    DivergenceError
        If, later, a result is not finite.

    Examples
    --------
    >>> from seqcourse.torch import DotAttention
    >>> DotAttention(2, 2)(torch.ones(1, 1, 2), torch.ones(1, 3, 4))
    Traceback (most recent call last):
    ValueError: memory: expected shape (1, S, 2), got (1, 3, 4)
    """
    asked = [
        name
        for name, parameter in signature(check).parameters.items()
        if parameter.kind is not Parameter.VAR_KEYWORD
    ]

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        run: Any = function
        parameters = signature(function).parameters
        names = list(parameters)
        defaults = {
            name: parameter.default
            for name, parameter in parameters.items()
            if parameter.default is not Parameter.empty
        }

        @checked
        @wraps(function)
        def from_outside(*args: P.args, **kwargs: P.kwargs) -> R:
            given: Any = defaults | dict(zip(names, args, strict=False))
            given |= kwargs
            if len(args) > len(names) or given.keys() != {*names}:
                return function(*args, **kwargs)  # Python says what lacks
            module = given.get("self", given.get("layer"))
            given = {name: given[name] for name in names}
            if not isinstance(module, nn.Module):
                module = nn.Module()
            weights = dict(module.named_parameters())
            _check_places(next(iter(weights.values()), None), given)
            plain = {name: _plain(value) for name, value in given.items()}
            plain["layer"] = plain.get("self", plain.get("layer"))
            plain["params"] = {n: _stand_in(w) for n, w in weights.items()}
            check(**{name: plain.get(name) for name in asked})
            given |= {
                name: as_tensor(value)
                for name, value in given.items()
                if isinstance(value, np.ndarray)
            }
            with inside_a_model():
                result: R = run(**given)
            several = result if isinstance(result, tuple) else (result,)
            found = dict(zip(results, several, strict=False))
            if len(results) == 1:  # a state is a tuple itself
                found = {results[0]: result}
            check_results_of(module, **found)
            return result

        @wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            if is_inside():
                return function(*args, **kwargs)
            return from_outside(*args, **kwargs)

        return call

    return decorate


def _check_places(weight: Tensor | None, given: dict[str, Any]) -> None:
    """Refuse tensors elsewhere than the weights, or than the first."""
    for name, value in given.items():
        parts = value if isinstance(value, tuple) else (value,)
        for i, part in enumerate(parts):
            if isinstance(part, Tensor):
                called = f"{name}[{i}]" if parts is value else name
                weight = part if weight is None else weight
                check = check_readable if "lengths" in name else check_place
                check(weight.device, **{called: part})


def _plain(value: Any) -> Any:
    """Give what NumPy's check is given for an argument."""
    if isinstance(value, Tensor):
        return _stand_in(value)
    if isinstance(value, tuple):
        return tuple(map(_plain, value))
    return getattr(value, "config", value)


def _stand_in(tensor: Tensor) -> Any:
    """Give an array of a tensor's shape and type, without its numbers.

    The numbers themselves are copied only where one of them is wrong, or is
    an integer, whose range may matter.
    """
    if tensor.is_meta and not tensor.is_floating_point():
        return np.broadcast_to(np.int64(1), tuple(tensor.shape))
    if tensor.is_floating_point() and possible(tensor):
        zero: Any = KINDS.get(tensor.dtype, np.float32)(0)
        return np.broadcast_to(zero, tuple(tensor.shape))
    return as_array(tensor)


def same_type(module: nn.Module, *tensors: Tensor) -> tuple[Tensor, ...]:
    """Give tensors the type of a module's weights.

    Parameters
    ----------
    module
        Where the weights are; without any, the tensors decide.
    *tensors
        Floating-point numbers of any type.

    Returns
    -------
    tensors
        The same numbers in one type.

    Examples
    --------
    >>> x = torch.ones(1)
    >>> a, b = same_type(nn.Linear(2, 3), x.double(), x)
    >>> a.dtype, b.dtype
    (torch.float32, torch.float32)
    """
    weight = next(module.parameters(), None)
    dtype = tensors[0].dtype if weight is None else weight.dtype
    if weight is None:
        for tensor in tensors[1:]:
            dtype = torch.promote_types(dtype, tensor.dtype)
    return tuple(tensor.to(dtype) for tensor in tensors)
