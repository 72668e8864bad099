"""What each token costs a language model, as the equation says it."""

from __future__ import annotations

import numpy as np

from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.layer import Array


@checked
def token_nats(scores: Array, targets: Array) -> Array:
    """Give minus the logarithm of the probability of each token::

        nats[t] = -log softmax(scores[t])[targets[t]]

    This is the reference; `text_models` and `functional` do it in a more
    roundabout way, with checks and in parts.

    Parameters
    ----------
    scores
        The model's scores (..., V).
    targets
        The tokens that came (...).

    Returns
    -------
    nats
        What each costs (...). The mean is the cross-entropy.

    Examples
    --------
    >>> token_nats(np.zeros((2, 4)), np.array([0, 3])).round(4)  # log 4
    array([1.3863, 1.3863])
    """
    scores = scores - scores.max(-1, keepdims=True)
    log_sum = np.log(np.exp(scores).sum(-1))
    wanted = np.take_along_axis(scores, targets[..., None], -1)
    nats: Array = log_sum - wanted[..., 0]
    return nats
