"""Does the order matter to it? The sequence is shuffled, and asked again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.layer import Array, Layer, Params
from seqcourse.numpy.contract.shapes import called
from seqcourse.probes.answers import (
    at_every_step,
    check_input,
    check_still_finite,
    check_weights,
    in_float64,
    last_step,
)
from seqcourse.tasks import Batch


@dataclass(frozen=True)
class OrderSensitivity:
    """How much an answer owes to the order.

    Parameters
    ----------
    changed
        Share of shuffles, 0 to 1, after which another class has the largest
        score; 0 by definition where an answer is a single number.
    distance
        How far a shuffle moves the answer, in units of how far apart the
        answers to two different sequences are: 0 is blind to order, 1 says
        that a shuffled sequence is as good as another one.

    Examples
    --------
    >>> OrderSensitivity(changed=0.0, distance=0.0).distance
    0.0
    """

    changed: float
    distance: float


@checked
@np.errstate(over="ignore", invalid="ignore")
def order_sensitivity(
    model: Layer,
    params: Params,
    batch: Batch | Array,
    *,
    keep: int = 0,
    shuffles: int = 8,
    seed: int = 0,
) -> OrderSensitivity:
    """Shuffle the steps of each sequence, and measure how the answer moves::

        distance**2 = mean |y(shuffled) - y|**2 / mean |y(other) - y|**2

    where y is the answer at the last real step. Only the asking is shuffled:
    a model that was also trained on shuffles would show nothing.

    Parameters
    ----------
    model
        A core or a whole model.
    params
        Its weights; the probe works in float64.
    batch
        A task's batch, or inputs (B, T) or (B, T, D) without padding; at
        least two different sequences.
    keep
        Steps at the end that stay where they are, such as a question mark.
    shuffles
        How many orders are tried.
    seed
        Fixes them.

    Returns
    -------
    sensitivity
        0 and 0 (to rounding) for a model that is blind to order.

    Raises
    ------
    ValueError
        If keep leaves nothing to shuffle, or all answers are the same.
    DivergenceError
        If an answer is not finite.

    Examples
    --------
    >>> from seqcourse.numpy import RNN, BagOfWords
    >>> rng = np.random.default_rng(0)
    >>> x = rng.standard_normal((9, 5, 3))
    >>> bag, rnn = BagOfWords(3, 4), RNN(3, 4)
    >>> order_sensitivity(bag, bag.init(rng), x).distance < 1e-14
    True
    >>> order_sensitivity(rnn, rnn.init(rng), x).distance > 0.1
    True

    References
    ----------
    Khandelwal et al. (2018), Sharp nearby, fuzzy far away: how neural
    language models use context, shuffles what a model reads.
    """
    arguments.check_positive(shuffles=shuffles)
    arguments.check_at_least(0, seed=seed)
    check_weights(model, params)
    model, params = at_every_step(model), in_float64(params)
    if isinstance(batch, Batch):
        x, lengths = batch.inputs, batch.lengths
    else:
        x, lengths = batch, None
    with called(x="batch"):
        last = last_step(x, lengths)
        check_input(model, params, x, None, lengths)
    if keep < 0 or keep >= int(last.max()):
        raise ValueError(
            f"keep: expected 0 to {max(int(last.max()) - 1, 0)}, so that at "
            f"least 2 steps (axis 1, T) can change places, got {keep}"
        )
    rows = np.arange(len(x))

    def answer(x: Array) -> Array:
        y, _, _ = model.forward(params, x, None, lengths)
        at_last: Array = y[rows, last]
        return at_last

    y = answer(x)
    check_still_finite(y=y)
    spread = 2 * y.var(0, ddof=1).sum() if len(y) > 1 else 0.0
    if spread == 0:
        raise ValueError(
            "batch: expected at least two sequences (axis 0, B) with "
            "different answers, got the same answer to all"
        )
    rng = np.random.default_rng(seed)
    moved, changed = [], []
    for _ in range(shuffles):
        other = answer(_shuffled(x, last + 1 - keep, rng))
        check_still_finite(y=other)
        moved.append(np.square(other - y).sum(-1).mean())
        changed.append((other.argmax(-1) != y.argmax(-1)).mean())
    return OrderSensitivity(
        float(np.mean(changed)), float(np.sqrt(np.mean(moved) / spread))
    )


def _shuffled(x: Array, counts: Array, rng: np.random.Generator) -> Array:
    """Shuffle the first steps of each sequence, as many as counted."""
    B, T = x.shape[:2]
    keys = rng.random((B, T))
    fixed = np.arange(T) >= counts[:, None]
    keys[fixed] = 1 + np.broadcast_to(np.arange(T), (B, T))[fixed]
    order = np.argsort(keys, axis=1)
    return x[np.arange(B)[:, None], order]
