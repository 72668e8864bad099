"""How far back can it answer? Recall measured against lag."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from seqcourse.numpy.layer import Array, Layer, Params
from seqcourse.numpy.training import evaluate
from seqcourse.tasks import DelayedRecall


@dataclass(frozen=True)
class Horizon:
    """How often a model was right, by lag.

    Parameters
    ----------
    lags
        Steps between the token and the question.
    accuracy
        Share of right answers at each lag, 0 to 1.
    chance
        What guessing gets.
    size
        Answers behind each share.

    Examples
    --------
    >>> horizon = Horizon(np.array([1, 9]), np.array([1.0, 0.2]), 0.125, 400)
    >>> horizon.error.round(3)
    array([0.  , 0.02])
    """

    lags: Array
    accuracy: Array
    chance: float
    size: int

    @property
    def error(self) -> Array:
        """Standard error of each share."""
        p = self.accuracy
        spread: Array = np.sqrt(p * (1 - p) / self.size)
        return spread


def memory_horizon(
    model: Layer,
    params: Params,
    task: DelayedRecall,
    lags: Iterable[int],
    *,
    seed: int = 1,
    size: int = 512,
) -> Horizon:
    """Ask a trained model for a token that it read longer and longer ago.

    Parameters
    ----------
    model
        A classifier trained on the task, at one lag or at many.
    params
        Its weights.
    task
        The recall task; the probe asks it at each of the lags in turn.
    lags
        Steps between the token and the question.
    seed
        Fixes the sequences; they are none that `fit` saw.
    size
        Sequences for each lag.

    Returns
    -------
    horizon
        Right answers by lag.

    Raises
    ------
    ValueError
        If there is no lag, or the task refuses one.

    Examples
    --------
    >>> from seqcourse.numpy import RNN, Embedding, SequenceClassifier
    >>> task = DelayedRecall(lag=3, symbols=4)
    >>> model = SequenceClassifier(
    ...     Embedding(task.vocab_size, 8), RNN(8, 16), task.num_classes
    ... )
    >>> params = model.init(np.random.default_rng(0))
    >>> memory_horizon(model, params, task, lags=[2, 5]).lags
    array([2, 5])
    """
    asked = [replace(task, lag=lag) for lag in lags]
    if not asked:
        raise ValueError("lags: expected at least one lag, got none")
    right = [evaluate(model, params, at, seed, size) for at in asked]
    return Horizon(
        np.array([at.lag for at in asked]), np.array(right), task.chance, size
    )
