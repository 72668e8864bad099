"""What a PyTorch run keeps beside its weights, as arrays and back."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from seqcourse.numpy.contract.layer import Array
from seqcourse.numpy.storage.nested_arrays import check_like


def optimizer_arrays(optimizer: torch.optim.Optimizer) -> dict[str, Any]:
    """Give the state of an optimiser as arrays.

    Parameters
    ----------
    optimizer
        Of ``torch.optim``.

    Returns
    -------
    state
        By the number of the weight, then by name.

    Examples
    --------
    >>> weight = torch.nn.Parameter(torch.zeros(2))
    >>> optimizer = torch.optim.SGD([weight], 0.1, momentum=0.5)
    >>> weight.grad = torch.ones(2)
    >>> optimizer.step()
    >>> optimizer_arrays(optimizer)
    {'0': {'momentum_buffer': array([1., 1.], dtype=float32)}}
    """
    return {
        str(number): {
            name: value.cpu().numpy()
            for name, value in state.items()
            if value is not None
        }
        for number, state in optimizer.state_dict()["state"].items()
    }


def restore_optimizer(
    optimizer: torch.optim.Optimizer, state: dict[str, Any]
) -> None:
    """Restore the state of an optimiser.

    Parameters
    ----------
    optimizer
        A new one, with the same rates.
    state
        What `optimizer_arrays` gave, saved and loaded.

    Examples
    --------
    >>> weight = torch.nn.Parameter(torch.zeros(2))
    >>> optimizer = torch.optim.SGD([weight], 0.1, momentum=0.5)
    >>> kept = {"0": {"momentum_buffer": np.ones(2, np.float32)}}
    >>> restore_optimizer(optimizer, kept)
    >>> optimizer.state[weight]["momentum_buffer"]
    tensor([1., 1.])
    """
    whole = optimizer.state_dict()
    whole["state"] = {
        int(number): {
            name: torch.tensor(
                value, dtype=None if np.ndim(value) else torch.float32
            )
            for name, value in of_weight.items()
        }
        for number, of_weight in state.items()
    }
    optimizer.load_state_dict(whole)


def check_optimizer_arrays(
    optimizer: torch.optim.Optimizer, state: Any, done: int
) -> None:
    """Refuse arrays that are not the state of an optimiser.

    Parameters
    ----------
    optimizer
        Of ``torch.optim``; it stays as it is.
    state
        What `optimizer_arrays` gave, saved and loaded.
    done
        How many steps it has made.

    Raises
    ------
    ValueError
        If a name, a shape or a type is another, or all is missing.

    Examples
    --------
    >>> weight = torch.nn.Parameter(torch.zeros(2))
    >>> optimizer = torch.optim.SGD([weight], 0.1, momentum=0.5)
    >>> kept = {"0": {"momentum_buffer": np.ones(3, np.float32)}}
    >>> check_optimizer_arrays(optimizer, kept, 1)
    Traceback (most recent call last):
    ValueError: optimizer/0/momentum_buffer: expected float32 (2,),
    got float32 (3,)
    """
    groups = optimizer.param_groups
    weights = [weight for group in groups for weight in group["params"]]
    names = ["momentum_buffer"] if groups[0].get("momentum") else []
    if "betas" in groups[0]:
        names = ["step", "exp_avg", "exp_avg_sq"]
    known = [str(number) for number in range(len(weights))]
    found = {*state} if isinstance(state, dict) else {str(type(state))}
    if not found <= {*known} or (done and names and not found):
        raise ValueError(
            f"optimizer: expected some of {', '.join(known)}, "
            f"got {', '.join(sorted(found)) or 'none'}"
        )
    for number in sorted(found):
        like = weights[int(number)].detach().cpu().numpy()
        check_like(
            f"optimizer/{number}",
            {
                n: np.array(0, np.float32) if n == "step" else like
                for n in names
            },
            state[number],
        )
        step = state[number].get("step", 1)
        if not (1 <= step <= done and step == int(step)):
            raise ValueError(
                f"optimizer/{number}/step: expected a whole number from 1 "
                f"to {done}, got {step}"
            )


def check_random_arrays(like: Tensor, state: dict[str, Array]) -> None:
    """Refuse arrays that are not the state of torch's generators.

    Parameters
    ----------
    like
        A weight, for its device.
    state
        What `random_arrays` gave, saved and loaded.

    Raises
    ------
    ValueError
        If torch does not take one.

    Examples
    --------
    >>> zeros = np.zeros(5056, np.uint8)
    >>> check_random_arrays(torch.zeros(1), {"cpu": zeros})
    Traceback (most recent call last):
    ValueError: random/cpu: expected the state of a generator of torch
    """
    for device, array in state.items():
        try:
            scratch = torch.Generator(
                like.device if device == "cuda" else "cpu"
            )
            scratch.set_state(torch.tensor(array))
        except (RuntimeError, TypeError):
            raise ValueError(
                f"random/{device}: expected the state of a generator of torch"
            ) from None


def random_arrays(like: Tensor) -> dict[str, Array]:
    """Give the state of the generators that dropout draws from.

    Parameters
    ----------
    like
        A weight, for its device.

    Returns
    -------
    state
        By device.

    Examples
    --------
    >>> list(random_arrays(torch.zeros(1)))
    ['cpu']
    """
    state = {"cpu": torch.get_rng_state().numpy()}
    if like.is_cuda:
        state["cuda"] = torch.cuda.get_rng_state(like.device).numpy()
    return state


def restore_random(like: Tensor, state: dict[str, Array]) -> None:
    """Restore the generators that dropout draws from.

    Parameters
    ----------
    like
        A weight, for its device.
    state
        What `random_arrays` gave.

    Examples
    --------
    >>> kept = random_arrays(torch.zeros(1))
    >>> first = torch.rand(3)
    >>> restore_random(torch.zeros(1), kept)
    >>> bool((torch.rand(3) == first).all())
    True
    """
    torch.set_rng_state(torch.tensor(state["cpu"]))
    if like.is_cuda and "cuda" in state:
        torch.cuda.set_rng_state(torch.tensor(state["cuda"]), like.device)
