"""The ``torch.optim`` twins of `seqcourse.numpy`'s optimisers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
from torch import nn

from seqcourse.numpy.contract.annotations import described
from seqcourse.numpy.optimizers.adam import SGD, Adam
from seqcourse.numpy.optimizers.adamw import AdamW
from seqcourse.numpy.optimizers.optimizer import Optimizer
from seqcourse.numpy.optimizers.schedules import rate_at

__all__ = ["SGD", "Adam", "AdamW", "attach", "set_rate"]


def attach(
    optimizer: Optimizer, parameters: Iterable[nn.Parameter]
) -> torch.optim.Optimizer:
    """Make the ``torch.optim`` optimiser that an optimiser describes.

    Parameters
    ----------
    optimizer
        `SGD`, `Adam` or `AdamW`.
    parameters
        The weights to update.

    Returns
    -------
    optimizer
        With the same hyperparameters, and the first rate of a schedule.

    Raises
    ------
    ValueError
        If the optimiser is of another kind; a subclass is, too.

    Examples
    --------
    >>> weight = nn.Parameter(torch.zeros(1))
    >>> attach(SGD(0.1), [weight]).param_groups[0]["lr"]
    0.1
    """
    if type(optimizer) not in (SGD, Adam, AdamW):  # an heir may do otherwise
        raise ValueError(
            "optimizer: expected SGD, Adam or AdamW, "
            f"got {described(optimizer)}"
        )
    if isinstance(optimizer, SGD):
        return torch.optim.SGD(
            parameters,
            lr=rate_at(optimizer.learning_rate, 0),
            momentum=optimizer.momentum,
        )
    if isinstance(optimizer, AdamW):
        matrices: list[nn.Parameter] = []
        vectors: list[nn.Parameter] = []
        for weight in parameters:
            (matrices if weight.ndim > 1 else vectors).append(weight)
        groups: list[dict[str, Any]] = [
            {"params": matrices, "weight_decay": optimizer.weight_decay},
            {"params": vectors, "weight_decay": 0.0},
        ]
        return torch.optim.AdamW(
            [group for group in groups if group["params"]],
            lr=rate_at(optimizer.learning_rate, 0),
            betas=optimizer.betas,
            eps=optimizer.eps,
        )
    assert isinstance(optimizer, Adam)
    return torch.optim.Adam(
        parameters,
        lr=rate_at(optimizer.learning_rate, 0),
        betas=optimizer.betas,
        eps=optimizer.eps,
    )


def set_rate(
    descent: torch.optim.Optimizer, optimizer: Optimizer, n: int
) -> None:
    """Set the learning rate of an update, which a schedule may change.

    Parameters
    ----------
    descent
        The optimiser that `attach` made.
    optimizer
        The optimiser that it was made from.
    n
        How many updates there were before.

    Examples
    --------
    >>> from seqcourse.numpy import WarmupCosine
    >>> weight = nn.Parameter(torch.zeros(1))
    >>> sgd = SGD(WarmupCosine(1.0, steps=10, warmup=4))
    >>> descent = attach(sgd, [weight])
    >>> set_rate(descent, sgd, 1)
    >>> descent.param_groups[0]["lr"]
    0.4
    """
    learning_rate = getattr(optimizer, "learning_rate", None)
    if learning_rate is not None:
        for group in descent.param_groups:
            group["lr"] = rate_at(learning_rate, n)
