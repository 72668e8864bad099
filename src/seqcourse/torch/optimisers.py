"""The same optimisers, by torch's own hands.

Their arguments and defaults have one home, `seqcourse.numpy.optimisers`; here
they are turned into the ``torch.optim`` object that does the same arithmetic.
"""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import nn

from seqcourse.numpy.optimisers import SGD, Adam, Optimiser

__all__ = ["SGD", "Adam", "attach"]


def attach(
    optimiser: Optimiser, parameters: Iterable[nn.Parameter]
) -> torch.optim.Optimizer:
    """Make the ``torch.optim`` optimiser that an optimiser describes.

    Parameters
    ----------
    optimiser
        `SGD` or `Adam`.
    parameters
        What it shall change.

    Returns
    -------
    optimiser
        With the same rates.

    Raises
    ------
    ValueError
        If the optimiser is of another kind.

    Examples
    --------
    >>> weight = nn.Parameter(torch.zeros(1))
    >>> attach(SGD(0.1), [weight]).param_groups[0]["lr"]
    0.1
    """
    if isinstance(optimiser, SGD):
        return torch.optim.SGD(
            parameters,
            lr=optimiser.learning_rate,
            momentum=optimiser.momentum,
        )
    if isinstance(optimiser, Adam):
        return torch.optim.Adam(
            parameters,
            lr=optimiser.learning_rate,
            betas=optimiser.betas,
            eps=optimiser.eps,
        )
    raise ValueError(
        f"optimiser: expected SGD or Adam, got {type(optimiser).__name__}"
    )
