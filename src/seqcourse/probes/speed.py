"""How long does a step take, and how much longer than another's?"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.annotations import checked, described
from seqcourse.numpy.contract.layer import Array, Layer, Params
from seqcourse.numpy.training.fit import LOSSES
from seqcourse.probes.answers import check_weights
from seqcourse.tasks import Batch

MOST_ROUNDS = 1_000_000


@dataclass(frozen=True)
class Speed:
    """How long steps took, in turns.

    Parameters
    ----------
    names
        What was measured.
    seconds
        Each round's times (rounds, names), in seconds.
    tokens
        Tokens that one step reads.

    Examples
    --------
    >>> speed = Speed(("a", "b"), np.array([[1.0, 2.0], [3.0, 6.0]]), 10)
    >>> speed.per_step, speed.per_token["a"], speed.ratio["b"]
    ({'a': 2.0, 'b': 4.0}, 0.2, 2.0)
    """

    names: tuple[str, ...]
    seconds: Array
    tokens: int

    @property
    def per_step(self) -> dict[str, float]:
        """Median seconds of a step."""
        return self._named(np.median(self.seconds, axis=0))

    @property
    def per_token(self) -> dict[str, float]:
        """Median seconds for one token."""
        return self._named(np.median(self.seconds, axis=0) / self.tokens)

    @property
    def ratio(self) -> dict[str, float]:
        """Median over the rounds of each time over the first one's."""
        of_first = self.seconds / self.seconds[:, :1]
        return self._named(np.median(of_first, axis=0))

    def _named(self, values: Array) -> dict[str, float]:
        return dict(zip(self.names, values.tolist(), strict=True))


@checked
def speed(
    steps: Mapping[str, Callable[[], object]],
    *,
    tokens: int = 1,
    rounds: int = 11,
    clock: Callable[[], float] = time.perf_counter,
) -> Speed:
    """Time steps in turns, so that what slows the machine slows them all.

    A first round is not counted. The order turns from round to round; whoever
    compares should read the ratios, which a busy machine moves far less than
    the seconds. The number of threads is the caller's to fix
    (OMP_NUM_THREADS, before NumPy is imported).

    Parameters
    ----------
    steps
        What to time, by name; the first is what the ratios are against.
        `training_step` makes them for the NumPy models.
    tokens
        Tokens that one step reads, B times T.
    rounds
        How often each is timed.
    clock
        Gives the time in seconds.

    Returns
    -------
    speed
        Medians in seconds, and ratios.

    Raises
    ------
    ValueError
        If there is no step, one is no function, tokens or rounds is below 1
        (or rounds above a million), or the clock gives no number.

    Examples
    --------
    >>> from seqcourse.numpy import RNN, Embedding, SequenceClassifier
    >>> from seqcourse.tasks import DelayedRecall
    >>> task = DelayedRecall(delay=8)
    >>> batch = task.batch(np.random.default_rng(0), 16)
    >>> steps = {}
    >>> for H in (8, 64):
    ...     model = SequenceClassifier(Embedding(9, 8), RNN(8, H), 8)
    ...     params = model.init(np.random.default_rng(0))
    ...     steps[f"H = {H}"] = training_step(model, params, batch)
    >>> found = speed(steps, tokens=batch.inputs.size, rounds=3)
    >>> found.ratio["H = 8"], sorted(found.per_token)
    (1.0, ['H = 64', 'H = 8'])
    """
    arguments.check_positive(tokens=tokens, rounds=rounds)
    if rounds > MOST_ROUNDS:
        raise ValueError(
            f"rounds: expected at most {MOST_ROUNDS}, got {rounds}"
        )
    if not steps:
        raise ValueError("steps: expected at least one to time, got none")
    for name, step in steps.items():
        if not callable(step):
            raise ValueError(
                f"steps[{name!r}]: expected a function, got {described(step)}"
            )
    if not arguments.is_finite(clock()):
        raise ValueError(
            "clock: expected a function that gives seconds, "
            f"got one that gives {described(clock())}"
        )
    names = list(steps)
    seconds = np.zeros((1 + rounds, len(names)))
    for turn in range(1 + rounds):
        places = list(range(len(names)))
        for place in places if turn % 2 else places[::-1]:
            begun = clock()
            steps[names[place]]()
            seconds[turn, place] = clock() - begun
    return Speed(tuple(names), seconds[1:], tokens)


@checked
def training_step(
    model: Layer, params: Params, batch: Batch
) -> Callable[[], float]:
    """Give one training step of a NumPy model, ready to be timed.

    Parameters
    ----------
    model
        A whole model.
    params
        Its weights; they are not changed.
    batch
        What it reads and should have answered.

    Returns
    -------
    step
        Reads the batch, and goes the way back; buffers are used again as
        `fit` does. It gives the loss.

    Raises
    ------
    ValueError
        If the weights are not the model's.

    Examples
    --------
    >>> from seqcourse.numpy import RNN, Embedding, SequenceClassifier
    >>> from seqcourse.tasks import DelayedRecall
    >>> batch = DelayedRecall(delay=3).batch(np.random.default_rng(0), 4)
    >>> model = SequenceClassifier(Embedding(9, 8), RNN(8, 8), 8)
    >>> params = model.init(np.random.default_rng(0))
    >>> step = training_step(model, params, batch)
    >>> step() == step()
    True
    """
    check_weights(model, params)
    reals = batch.targets.dtype.kind == "f"
    loss_of, backward = LOSSES["squared_error" if reals else "cross_entropy"]
    cache = None

    def step() -> float:
        nonlocal cache
        outputs, _, cache = model.forward(
            params, batch.inputs, None, batch.lengths, out=cache
        )
        loss, kept = loss_of(outputs, batch.targets, batch.weights)
        model.backward(params, backward(kept), None, cache)
        return float(loss)

    return step
