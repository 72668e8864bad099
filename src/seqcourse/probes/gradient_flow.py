"""How much of the error reaches back: the gradient of the memory by lag."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.annotations import checked, described
from seqcourse.numpy.contract.layer import Array, Layer, Params, StateGradient
from seqcourse.numpy.contract.shapes import called
from seqcourse.numpy.functional import (
    cross_entropy,
    cross_entropy_backward,
    squared_error,
    squared_error_backward,
)
from seqcourse.probes.answers import (
    at_every_step,
    check_causal,
    check_input,
    check_memory,
    check_still_finite,
    check_weights,
    in_float64,
    last_step,
)
from seqcourse.tasks import Batch


@dataclass(frozen=True)
class GradientFlow:
    """How long the gradient of the memory is, by lag.

    Parameters
    ----------
    lags
        Steps still to be read after the memory was written, 1, 2, ...
    norm
        Length of the gradient at each lag: loss per unit of memory.

    Examples
    --------
    >>> GradientFlow(np.array([1, 2, 3]), np.array([4.0, 2.0, 1.0])).factor
    0.5
    """

    lags: Array
    norm: Array

    @property
    def factor(self) -> float:
        """What one step back multiplies the length by: a geometric mean.

        1 would carry the error back for ever; below 1 it vanishes, above it
        explodes. 0 where nothing is left at the largest lag; ``nan``
        where there is but one lag.
        """
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = self.norm[-1] / self.norm[0]
        steps = self.lags[-1] - self.lags[0]
        return float(ratio ** (1 / steps)) if steps else float("nan")


@checked
@np.errstate(over="ignore", invalid="ignore")
def gradient_flow(
    model: Layer,
    params: Params,
    batch: Batch | Array,
    lengths: Array | None = None,
    *,
    seed: int = 0,
) -> GradientFlow:
    """Follow the error at a sequence's end back through the memory::

        norm[k] = mean over sequences of |dL / dstate[n - k]|

    where n is the sequence's last step, so lag k is how many steps are read
    from that memory on. The sequence is read step by step and the layer's own
    ``backward`` taken step by step from the end, so the lengths are exact; a
    state of several arrays counts as one long vector.

    Parameters
    ----------
    model
        A whole model or a core that sees no future.
    params
        Its weights; the probe works in float64.
    batch
        A task's batch: L is the loss at each sequence's last answer, by
        itself. Or inputs alone, (B, T) or (B, T, D): L is that answer's
        product with a random vector of length 1.
    lengths
        Real steps (B,) where inputs alone are given; None for all T.
    seed
        Fixes those vectors.

    Returns
    -------
    flow
        Lengths for each lag from 1 to T, over the sequences that have it.

    Raises
    ------
    ValueError
        If the model sees the future or carries nothing, or the input does not
        fit it.
    DivergenceError
        If the gradient explodes beyond what float64 holds.

    Examples
    --------
    >>> from seqcourse.numpy import RNN
    >>> layer = RNN(1, 1, nonlinearity="relu", bias=False)
    >>> params = {"weight_ih": np.ones((1, 1)),
    ...           "weight_hh": np.full((1, 1), 0.5)}
    >>> flow = gradient_flow(layer, params, np.ones((1, 4, 1)))
    >>> flow.norm, flow.factor
    (array([0.5   , 0.25  , 0.125 , 0.0625]), 0.5)

    References
    ----------
    Hochreiter (1991), Untersuchungen zu dynamischen neuronalen Netzen;
    Pascanu, Mikolov and Bengio (2013), On the difficulty of training
    recurrent neural networks.
    """
    arguments.check_at_least(0, seed=seed)
    check_weights(model, params)
    check_causal(model)
    model, params = at_every_step(model), in_float64(params)
    if not isinstance(batch, Batch):
        x = batch
    elif lengths is None:
        x, lengths = batch.inputs, batch.lengths
    else:
        raise ValueError(
            "lengths: expected None with a Batch, which has its own, "
            f"got {described(lengths)}"
        )
    with called(x="batch"):
        last = last_step(x, lengths)
        check_input(model, params, x, None, lengths)
    B, T = x.shape[:2]

    state = model.initial_state(B, np.float64)
    if not any(part.dtype.kind == "f" for part in state):
        raise ValueError(
            "model: expected one that carries a memory, "
            f"got {type(model).__name__}"
        )
    caches, answers = [], []
    for t in range(T):
        y, state, cache = model.forward(params, x[:, t : t + 1], state)
        check_memory(state)
        caches.append(cache)
        answers.append(y[:, 0])
    at_last = np.stack(answers, 1)[np.arange(B), last]
    d_last = _gradient(at_last, batch, last, seed)

    norms = np.full((B, T), np.nan)
    dstate: StateGradient | None = None
    for t in reversed(range(T)):
        dy = np.where((last == t)[:, None], d_last, 0)[:, None]
        _, dstate, _ = model.backward(params, dy, dstate, caches[t])
        has = t <= last
        norms[has, (last - t)[has]] = _length(dstate)[has]
    reached = int(last.max()) + 1
    mean = np.nanmean(norms[:, :reached], axis=0)
    check_still_finite(norm=mean)
    return GradientFlow(np.arange(1, reached + 1), mean)


def _gradient(
    answers: Array, batch: Batch | Array, last: Array, seed: int
) -> Array:
    """Give each sequence's own dL/dy at its last answer (B, C)."""
    if not isinstance(batch, Batch):
        d = np.random.default_rng(seed).standard_normal(answers.shape)
        unit: Array = d / np.linalg.norm(d, axis=-1, keepdims=True)
        return unit
    targets = batch.targets
    if batch.weights.ndim == 2:  # an answer at every step
        targets = targets[np.arange(len(last)), last]
    if targets.dtype.kind == "f":
        _, cache = squared_error(answers, targets)
        return len(last) * squared_error_backward(cache)
    _, cache = cross_entropy(answers, targets)
    return len(last) * cross_entropy_backward(cache)


def _length(dstate: StateGradient) -> Array:
    parts = [d.reshape(len(d), -1) for d in dstate if d is not None]
    length: Array = np.linalg.norm(np.concatenate(parts, 1), axis=1)
    return length
