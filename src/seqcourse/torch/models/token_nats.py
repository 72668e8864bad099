"""What each token costs a language model, by torch's own loss."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional as F


def token_nats(scores: Tensor, targets: Tensor) -> Tensor:
    """`seqcourse.numpy.models.token_nats.token_nats` on autograd.

    Parameters
    ----------
    scores
        The model's scores (..., V).
    targets
        The tokens that came (...).

    Returns
    -------
    nats
        What each costs (...).

    Examples
    --------
    >>> import torch
    >>> token_nats(torch.zeros(1, 4), torch.tensor([3])).round(decimals=4)
    tensor([1.3863])
    """
    by_token = scores.reshape(-1, scores.shape[-1])
    nats = F.cross_entropy(by_token, targets.reshape(-1), reduction="none")
    return nats.reshape(targets.shape)
