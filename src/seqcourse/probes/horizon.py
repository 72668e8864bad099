"""How far back can it answer? Recall measured against lag."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.annotations import checked, described
from seqcourse.numpy.contract.layer import Array, Layer, Params
from seqcourse.numpy.contract.shapes import called
from seqcourse.numpy.training.fit import evaluate
from seqcourse.probes.answers import check_weights
from seqcourse.probes.confidence import share_interval, t_interval
from seqcourse.tasks import DelayedRecall

MOST_LAGS = 10_000


@dataclass(frozen=True)
class Horizon:
    """How often a model was right, by lag.

    Parameters
    ----------
    lags
        Steps between the token and the question.
    accuracy
        Share of right answers at each lag, 0 to 1: the mean over the runs.
    chance
        What guessing gets.
    size
        Answers behind each share of one run.
    runs
        The shares of each run (R, lags); None where there was one.

    Examples
    --------
    >>> horizon = Horizon(np.array([1, 9]), np.array([1.0, 0.2]), 0.125, 400)
    >>> horizon.error.round(3)
    array([0.  , 0.02])
    >>> horizon.low.round(3), horizon.high.round(3)
    (array([0.99 , 0.164]), array([1.   , 0.242]))
    """

    lags: Array
    accuracy: Array
    chance: float
    size: int
    runs: Array | None = None

    @property
    def error(self) -> Array:
        """Standard error of each share."""
        if self.runs is not None:
            count = len(self.runs)
            among: Array = self.runs.std(0, ddof=1) / np.sqrt(count)
            return among
        p = self.accuracy
        spread: Array = np.sqrt(p * (1 - p) / self.size)
        return spread

    @property
    def low(self) -> Array:
        """Lower end of each share's 95 % confidence interval."""
        return self._interval[0]

    @property
    def high(self) -> Array:
        """Upper end of each share's 95 % confidence interval."""
        return self._interval[1]

    @property
    def _interval(self) -> tuple[Array, Array]:
        count = 1 if self.runs is None else len(self.runs)
        low, high = share_interval(self.accuracy, count * self.size)
        if self.runs is not None:
            # Seeds that agree by luck are no surer than their answers.
            below, above = t_interval(self.runs)
            low = np.clip(np.minimum(low, below), 0, 1)
            high = np.clip(np.maximum(high, above), 0, 1)
        return low, high


@checked
def memory_horizon(
    model: Layer,
    params: Params | Sequence[Params],
    task: DelayedRecall,
    lags: Iterable[int],
    *,
    seed: int = 1,
    size: int = 512,
) -> Horizon:
    """Ask a trained model for a token that it read longer and longer ago.

    With the weights of several runs, each trained from a seed of its own, the
    horizon has their mean, and its interval ``low`` to ``high`` says how sure
    that mean is: Student's t over the runs, never narrower than Wilson's
    interval for all answers together. With one run it is Wilson's, and says
    nothing about other seeds.

    Parameters
    ----------
    model
        A classifier trained on the task, at one lag or at many.
    params
        Its weights, or a list with the weights of several runs.
    task
        The recall task; the probe asks it at each of the lags in turn.
    lags
        Steps between the token and the question.
    seed
        Fixes the sequences; they are none that `fit` saw. Each run is asked
        others.
    size
        Sequences for each lag.

    Returns
    -------
    horizon
        Right answers by lag.

    Raises
    ------
    ValueError
        If there is no lag or no run, or the task refuses a lag.

    Examples
    --------
    >>> from seqcourse.numpy import RNN, Embedding, SequenceClassifier
    >>> task = DelayedRecall(delay=3, symbols=4)
    >>> model = SequenceClassifier(
    ...     Embedding(task.vocab_size, 8), RNN(8, 16), task.num_classes
    ... )
    >>> params = [model.init(np.random.default_rng(n)) for n in range(3)]
    >>> horizon = memory_horizon(model, params, task, lags=[2, 5])
    >>> horizon.lags, horizon.runs.shape
    (array([2, 5]), (3, 2))
    >>> bool((horizon.low < horizon.high).all())
    True

    References
    ----------
    Wilson (1927), Probable inference, the law of succession, and statistical
    inference; Student (1908), The probable error of a mean.
    """
    arguments.check_at_least(0, seed=seed)
    arguments.check_positive(size=size)
    asked = []
    for i, lag in enumerate(islice(lags, MOST_LAGS + 1)):
        with called(delay=f"lags[{i}]"):
            asked.append(replace(task, delay=lag))
    if not asked:
        raise ValueError("lags: expected at least one lag, got none")
    if len(asked) > MOST_LAGS:
        raise ValueError(f"lags: expected at most {MOST_LAGS}, got more")
    runs = [params] if isinstance(params, dict) else list(params)
    if not runs:
        raise ValueError("params: expected the weights of a run, got none")
    for n, run in enumerate(runs):
        name = "params" if run is params else f"params[{n}]"
        if not isinstance(run, dict):
            raise ValueError(
                f"{name}: expected a dictionary, got {described(run)}"
            )
        with called(params=name):
            check_weights(model, run)
    right = np.array(
        [
            [evaluate(model, run, at, seed + n, size) for at in asked]
            for n, run in enumerate(runs)
        ]
    )
    return Horizon(
        np.array([at.delay for at in asked]),
        right.mean(0),
        task.chance,
        size,
        right if len(runs) > 1 else None,
    )
