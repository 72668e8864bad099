"""What a torch run keeps in places of its own, as arrays and back."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from seqcourse.numpy.contract.layer import Array


def optimizer_arrays(optimizer: torch.optim.Optimizer) -> dict[str, Any]:
    """Give what an optimiser remembers between updates.

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
    """Give an optimiser back what it remembered.

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
    """Put the generators that dropout draws from back.

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
