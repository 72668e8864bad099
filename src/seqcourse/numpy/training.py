"""The training loop: guess, be told, follow the gradient, again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from seqcourse.numpy import arguments
from seqcourse.numpy.functional import (
    cross_entropy,
    cross_entropy_backward,
    squared_error,
    squared_error_backward,
)
from seqcourse.numpy.layer import Array, Layer, Params
from seqcourse.numpy.optimisers import Adam, Optimiser, clip_by_global_norm
from seqcourse.numpy.progress import bar
from seqcourse.numpy.seeds import evaluation_stream, streams
from seqcourse.numpy.source import Examples, Source

#: By the name that a task gives its loss: the function and its way back.
LOSSES: dict[str, tuple[Any, Any]] = {
    "cross_entropy": (cross_entropy, cross_entropy_backward),
    "squared_error": (squared_error, squared_error_backward),
}


@dataclass(frozen=True)
class History:
    """What was measured at each step of training.

    Parameters
    ----------
    loss
        The loss on each step's batch, before the update.
    grad_norm
        The gradient's length, before clipping.

    Examples
    --------
    >>> History(np.array([1.0, 0.5]), np.array([3.0, 2.0])).loss[-1].item()
    0.5
    """

    loss: Array
    grad_norm: Array


@dataclass(frozen=True)
class Run:
    """What `fit` gives back.

    Parameters
    ----------
    params
        The trained weights.
    history
        How it went.

    Examples
    --------
    >>> run = Run({}, History(np.zeros(3), np.zeros(3)))
    >>> len(run.history.loss)
    3
    """

    params: Params
    history: History


def fit(
    model: Layer,
    task: Source,
    steps: int = 500,
    seed: int = 0,
    *,
    batch_size: int = 32,
    optimiser: Optimiser = Adam(3e-3),
    clip_norm: float = 1.0,
    params: Params | None = None,
    dtype: DTypeLike = np.float32,
    progress: bool | None = None,
) -> Run:
    """Train a model on a task.

    Each step draws a batch, reads it, and moves every weight a little against
    the gradient of the loss.

    Parameters
    ----------
    model
        What to train.
    task
        Where the batches come from.
    steps
        How many batches.
    seed
        Fixes the first weights, the batches and the dropout, each apart.
    batch_size
        Sequences in a batch.
    optimiser
        How a gradient becomes a change.
    clip_norm
        The longest gradient that is followed as it is.
    params
        Weights to go on from; None draws new ones.
    dtype
        Floating type of new weights.
    progress
        Whether to draw a bar; None draws one on a terminal alone.

    Returns
    -------
    run
        The trained weights and the history.

    Raises
    ------
    ValueError
        If steps or batch_size is below 1, clip_norm is not above 0, or the
        task's loss is unknown.
    FloatingPointError
        If the loss stops being a finite number; the message says at which
        step.

    Examples
    --------
    >>> from seqcourse.numpy import RNN, Embedding, SequenceClassifier
    >>> from seqcourse.tasks import DelayedRecall
    >>> task = DelayedRecall(lag=2, symbols=3)
    >>> model = SequenceClassifier(
    ...     Embedding(task.vocab_size, 8), RNN(8, 16), task.num_classes
    ... )
    >>> run = fit(model, task, steps=60, seed=0)
    >>> bool(run.history.loss[-1] < run.history.loss[0])
    True
    """
    arguments.positive(steps=steps, batch_size=batch_size)
    arguments.one_of(LOSSES, loss=task.loss)
    arguments.above_zero(clip_norm=clip_norm)
    loss_of, loss_backward = LOSSES[task.loss]
    for_weights, for_batches, for_dropout = streams(seed)
    if params is None:
        params = model.init(for_weights, dtype)
    memory = optimiser.init(params)
    losses, norms = np.zeros(steps), np.zeros(steps)
    cache = None
    for n in bar(range(steps), progress):
        batch = task.batch(for_batches, batch_size)
        outputs, _, cache = model.forward(
            params, batch.inputs, None, batch.lengths, for_dropout, out=cache
        )
        losses[n], kept = loss_of(outputs, batch.targets, batch.weights)
        stop_if_not_finite(losses[n], n)
        _, _, grads = model.backward(params, loss_backward(kept), None, cache)
        grads, norms[n] = clip_by_global_norm(grads, clip_norm)
        params, memory = optimiser.update(grads, memory, params)
    return Run(params, History(losses, norms))


def predict(model: Layer, params: Params, batch: Examples) -> Array:
    """Give a model's answers to a batch.

    Parameters
    ----------
    model
        What answers.
    params
        Its weights.
    batch
        What is asked.

    Returns
    -------
    outputs
        Scores or values, as the model gives them.

    Examples
    --------
    >>> from seqcourse.numpy import RNN, Embedding, SequenceClassifier
    >>> from seqcourse.tasks import DelayedRecall
    >>> task = DelayedRecall(lag=2, symbols=4)
    >>> model = SequenceClassifier(
    ...     Embedding(task.vocab_size, 8), RNN(8, 16), task.num_classes
    ... )
    >>> params = model.init(np.random.default_rng(0))
    >>> batch = task.batch(np.random.default_rng(0), 5)
    >>> predict(model, params, batch).shape
    (5, 4)
    """
    return model.forward(params, batch.inputs, None, batch.lengths)[0]


def evaluate(
    model: Layer, params: Params, task: Source, seed: int = 1, size: int = 512
) -> float:
    """Score a model on a batch that it was not trained on.

    Parameters
    ----------
    model
        What to score.
    params
        Its weights.
    task
        Where the batch and the metric come from.
    seed
        Fixes the batch; it is another batch than any that `fit` saw.
    size
        Sequences in the batch.

    Returns
    -------
    score
        The task's metric.

    Examples
    --------
    >>> from seqcourse.numpy import RNN, Embedding, SequenceClassifier
    >>> from seqcourse.tasks import DelayedRecall
    >>> task = DelayedRecall(lag=2, symbols=4)
    >>> model = SequenceClassifier(
    ...     Embedding(task.vocab_size, 8), RNN(8, 16), task.num_classes
    ... )
    >>> params = model.init(np.random.default_rng(0))
    >>> 0 <= evaluate(model, params, task) <= 1
    True
    """
    batch = task.batch(evaluation_stream(seed), size)
    return task.metric(predict(model, params, batch), batch)


def stop_if_not_finite(loss: float, step: int) -> None:
    """Refuse to go on from a loss that is no number.

    Parameters
    ----------
    loss
        The loss of this step.
    step
        Its number, from 0.

    Raises
    ------
    FloatingPointError
        If the loss is infinite or NaN.

    Examples
    --------
    >>> stop_if_not_finite(float("nan"), 7)
    Traceback (most recent call last):
    FloatingPointError: the loss became nan at step 7;
    try a smaller learning rate or a smaller clip_norm
    """
    if not np.isfinite(loss):
        raise FloatingPointError(
            f"the loss became {loss} at step {step}; "
            "try a smaller learning rate or a smaller clip_norm"
        )
