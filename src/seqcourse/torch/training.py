"""The training loop: guess, be told, follow the gradient, again."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F
from torch.nn.utils import get_total_norm

from seqcourse.numpy import arguments
from seqcourse.numpy.layer import Array, Params
from seqcourse.numpy.optimisers import Adam, Optimiser
from seqcourse.numpy.progress import bar
from seqcourse.numpy.seeds import evaluation_stream, streams
from seqcourse.numpy.source import Examples, Source
from seqcourse.numpy.training import (
    LOSSES,
    History,
    Run,
    stop_if_not_finite,
)
from seqcourse.torch.layer import Layer
from seqcourse.torch.optimisers import attach


def loss_of(outputs: Tensor, batch: Any, kind: str) -> Tensor:
    """Give the mean loss over the answers that count.

    Parameters
    ----------
    outputs
        The model's answers.
    batch
        With targets and weights, as NumPy arrays.
    kind
        ``"cross_entropy"`` or ``"squared_error"``.

    Returns
    -------
    loss
        A scalar that gradients flow from.

    Examples
    --------
    >>> from seqcourse.tasks import DelayedRecall
    >>> batch = DelayedRecall(symbols=4).batch(np.random.default_rng(0), 5)
    >>> loss = loss_of(torch.zeros(5, 4), batch, "cross_entropy")
    >>> round(loss.item(), 4)  # log 4
    1.3863
    """
    targets = torch.as_tensor(batch.targets, device=outputs.device)
    weights = torch.as_tensor(batch.weights, device=outputs.device)
    if kind == "cross_entropy":
        by_class = outputs.reshape(-1, outputs.shape[-1])
        each = F.cross_entropy(
            by_class, targets.reshape(-1), reduction="none"
        )
    else:
        each = (
            (outputs - targets.to(outputs.dtype))
            .square()
            .mean(-1)
            .reshape(-1)
        )
    weights = weights.reshape(-1).to(each.dtype)
    share = weights / weights.sum()
    return (share * each).sum()


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
    progress: bool | None = None,
) -> Run:
    """Train a module on a task, in place.

    First weights and batches are those that `seqcourse.numpy.fit` draws from
    the same seed, so both follow the same curve.

    Parameters
    ----------
    model
        What to train; its weights become the trained ones.
    task
        Where the batches come from.
    steps
        How many batches.
    seed
        Fixes the first weights and the batches.
    batch_size
        Sequences in a batch.
    optimiser
        How a gradient becomes a change.
    clip_norm
        The longest gradient that is followed as it is.
    params
        Weights to go on from, as NumPy arrays; None draws new ones.
    progress
        Whether to draw a bar; None draws one on a terminal alone.

    Returns
    -------
    run
        The trained weights, as NumPy arrays, and the history.

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
    >>> from seqcourse.torch import RNN, Embedding, SequenceClassifier
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
    like = next(model.parameters())
    for_weights, for_batches, _ = streams(seed)
    if params is None:
        kind = np.float64 if like.dtype == torch.float64 else np.float32
        params = model.config.init(for_weights, kind)
    model.load_params(params)
    model.to(like.dtype)
    descent = attach(optimiser, model.parameters())
    losses, norms = np.zeros(steps), np.zeros(steps)
    for n in bar(range(steps), progress):
        batch = task.batch(for_batches, batch_size)
        inputs = torch.as_tensor(batch.inputs, device=like.device)
        outputs, _ = model(inputs, None, torch.as_tensor(batch.lengths))
        loss = loss_of(outputs, batch, task.loss)
        losses[n] = loss.item()
        stop_if_not_finite(losses[n], n)
        descent.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        grads = [w.grad for w in model.parameters() if w.grad is not None]
        norms[n] = get_total_norm(grads).item()
        if norms[n] > clip_norm:  # exactly; clip_grad_norm_ adds 1e-6
            for grad in grads:
                grad.mul_(clip_norm / norms[n])
        descent.step()
    return Run(model.to_params(), History(losses, norms))


def predict(model: Layer, params: Params, batch: Examples) -> Array:
    """Give a module's answers to a batch.

    Parameters
    ----------
    model
        What answers.
    params
        Its weights, as NumPy arrays; the module's own are not changed.
    batch
        What is asked.

    Returns
    -------
    outputs
        Scores or values, as a NumPy array.

    Examples
    --------
    >>> from seqcourse.torch import RNN, Embedding, SequenceClassifier
    >>> from seqcourse.tasks import DelayedRecall
    >>> task = DelayedRecall(lag=2, symbols=4)
    >>> model = SequenceClassifier(
    ...     Embedding(task.vocab_size, 8), RNN(8, 16), task.num_classes
    ... )
    >>> batch = task.batch(np.random.default_rng(0), 5)
    >>> predict(model, model.to_params(), batch).shape
    (5, 4)
    """
    like = next(model.parameters())
    weights = {
        name: torch.as_tensor(value, device=like.device, dtype=like.dtype)
        for name, value in params.items()
    }
    inputs = torch.as_tensor(batch.inputs, device=like.device)
    with torch.no_grad():
        outputs, _ = torch.func.functional_call(
            model, weights, (inputs, None, torch.as_tensor(batch.lengths))
        )
    answers: Array = outputs.cpu().numpy()
    return answers


def evaluate(
    model: Layer, params: Params, task: Source, seed: int = 1, size: int = 512
) -> float:
    """Score a module on a batch that it was not trained on.

    Parameters
    ----------
    model
        What to score.
    params
        Its weights, as NumPy arrays; the module's own are not changed.
    task
        Where the batch and the metric come from.
    seed
        Fixes the batch, the same that `seqcourse.numpy.evaluate` takes.
    size
        Sequences in the batch.

    Returns
    -------
    score
        The task's metric.

    Examples
    --------
    >>> from seqcourse.torch import RNN, Embedding, SequenceClassifier
    >>> from seqcourse.tasks import DelayedRecall
    >>> task = DelayedRecall(lag=2, symbols=4)
    >>> model = SequenceClassifier(
    ...     Embedding(task.vocab_size, 8), RNN(8, 16), task.num_classes
    ... )
    >>> 0 <= evaluate(model, model.to_params(), task) <= 1
    True
    """
    batch = task.batch(evaluation_stream(seed), size)
    return task.metric(predict(model, params, batch), batch)
