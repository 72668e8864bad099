"""The training loop: guess, be told, follow the gradient, again."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import DTypeLike

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.divergence import DivergenceError
from seqcourse.numpy.contract.layer import Array, Layer, Params
from seqcourse.numpy.contract.task import BatchProtocol, TaskProtocol
from seqcourse.numpy.optimizers.adam import (
    Adam,
    Optimizer,
    clip_by_global_norm,
)
from seqcourse.numpy.storage.checkpoint import Checkpoint
from seqcourse.numpy.training.callback import Callback, check_callback
from seqcourse.numpy.training.history import (
    History,
    Run,
    check_finite_loss,
)
from seqcourse.numpy.training.loss import (
    LOSSES,
    loss_and_gradient,
)
from seqcourse.numpy.training.progress_bar import bar, cleared
from seqcourse.numpy.training.random_streams import evaluation_stream, streams
from seqcourse.numpy.training.teacher_forcing import encode_source
from seqcourse.numpy.training.truncated_bptt import check_bptt_length

__all__ = [
    "LOSSES",
    "DivergenceError",
    "History",
    "Run",
    "evaluate",
    "fit",
    "predict",
]


def fit(
    model: Layer,
    task: TaskProtocol,
    steps: int = 500,
    seed: int = 0,
    *,
    batch_size: int = 32,
    optimizer: Optimizer = Adam(3e-3),
    max_grad_norm: float = 1.0,
    params: Params | None = None,
    dtype: DTypeLike = np.float32,
    bptt_length: int | None = None,
    checkpoint: str | Path | None = None,
    checkpoint_every: int = 100,
    callback: Callback | None = None,
    callback_every: int = 100,
    progress: bool | None = None,
) -> Run:
    """Train a model on a task.

    Each step draws a batch, reads it, and moves every weight a little against
    the gradient of the loss. An interrupt (Ctrl-C) ends the run early, and
    what was reached by then is given back.

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
    optimizer
        How a gradient becomes a change.
    max_grad_norm
        The longest gradient that is followed as it is.
    params
        Weights to go on from; None draws new ones.
    dtype
        Floating type of new weights.
    bptt_length
        Read each sequence in pieces of so many steps; the state is carried
        from piece to piece, the gradient is cut. None cuts nowhere.
    checkpoint
        A file to save the run in. Where it is there already, the run goes on
        from it, to the same bits as if it had never stopped.
    checkpoint_every
        Steps between two savings; the end is saved in any case.
    callback
        A function to call with the run so far: to validate, to print, to keep
        the best weights. Its arrays are copies, the function's to keep or
        change. What it raises ends the run and reaches the caller.
    callback_every
        Steps between two calls; the end calls in any case, after saving.
    progress
        Whether to draw a bar; None draws one on a terminal alone.

    Returns
    -------
    run
        The trained weights and the history.

    Raises
    ------
    ValueError
        If steps, batch_size, bptt_length, checkpoint_every or callback_every
        is below 1, max_grad_norm is not above 0, the callback cannot be
        called, the task's loss is unknown, a model that sees the future shall
        be cut, or the checkpoint is of another run.
    DivergenceError
        If the loss stops being a finite number; a ``FloatingPointError``. The
        message says at which step, and its ``run`` holds the last weights
        whose loss was finite.

    Examples
    --------
    >>> from seqcourse.numpy import RNN, Embedding, SequenceClassifier
    >>> from seqcourse.tasks import DelayedRecall
    >>> task = DelayedRecall(delay=2, symbols=3)
    >>> model = SequenceClassifier(
    ...     Embedding(task.vocab_size, 8), RNN(8, 16), task.num_classes
    ... )
    >>> run = fit(model, task, steps=60, seed=0)
    >>> bool(run.history.loss[-1] < run.history.loss[0])
    True

    A callback may be any function of a run:

    >>> def validate(run):
    ...     score = evaluate(model, run.params, task)
    ...     print(len(run.history.loss), "steps,", score > 0.5)
    >>> run = fit(model, task, 60, callback=validate, callback_every=30)
    30 steps, True
    60 steps, True
    """
    arguments.check_positive(steps=steps, batch_size=batch_size)
    arguments.check_positive(checkpoint_every=checkpoint_every)
    check_callback(callback, callback_every)
    arguments.check_one_of(LOSSES, loss=task.loss)
    arguments.check_above_zero(max_grad_norm=max_grad_norm)
    check_bptt_length(model, bptt_length)
    for_weights, for_batches, for_dropout = streams(seed)
    if params is None:
        params = model.init(for_weights, dtype)
    optimizer_state = optimizer.init(params)
    losses, norms = np.zeros(steps), np.zeros(steps)
    saved = Checkpoint(
        None if checkpoint is None else Path(checkpoint),
        checkpoint_every,
        {
            "backend": "numpy",
            "model": model.to_config(),
            "task": type(task).__name__,
            "seed": seed,
            "batch_size": batch_size,
            "optimizer": repr(optimizer),
            "max_grad_norm": max_grad_norm,
            "bptt_length": bptt_length,
        },
    )
    done, kept = saved.load(steps, [for_batches, for_dropout])
    if kept:
        params, optimizer_state = kept["params"], kept["optimizer"]
        losses[:done], norms[:done] = kept["loss"], kept["grad_norm"]
    good, cache = params, None
    with suppress(KeyboardInterrupt):
        for n in bar(range(done, steps), progress):
            batch = task.batch(for_batches, batch_size)
            losses[n], grads, cache = loss_and_gradient(
                model,
                params,
                batch,
                task.loss,
                bptt_length,
                for_dropout,
                cache,
            )
            so_far = History(losses[:n], norms[:n])
            check_finite_loss(losses[n], n, Run(good, so_far))
            grads, norms[n] = clip_by_global_norm(grads, max_grad_norm)
            good = params
            params, optimizer_state = optimizer.update(
                grads, optimizer_state, params
            )
            done = n + 1
            if saved.is_due(done, steps):
                kept = {
                    "params": params,
                    "optimizer": optimizer_state,
                    "loss": losses[:done],
                    "grad_norm": norms[:done],
                }
                saved.save(done, kept, [for_batches, for_dropout])
            due = done % callback_every == 0 or done == steps
            if callback is not None and due:
                reached = History(losses[:done], norms[:done])
                with cleared():
                    callback(Run(params, reached).copy())
    return Run(params, History(losses[:done], norms[:done]))


def predict(model: Layer, params: Params, batch: BatchProtocol) -> Array:
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
    >>> task = DelayedRecall(delay=2, symbols=4)
    >>> model = SequenceClassifier(
    ...     Embedding(task.vocab_size, 8), RNN(8, 16), task.num_classes
    ... )
    >>> params = model.init(np.random.default_rng(0))
    >>> batch = task.batch(np.random.default_rng(0), 5)
    >>> predict(model, params, batch).shape
    (5, 4)
    """
    state, _ = encode_source(model, params, batch)
    return model.forward(params, batch.inputs, state, batch.lengths)[0]


def evaluate(
    model: Layer,
    params: Params,
    task: TaskProtocol,
    seed: int = 1,
    size: int = 512,
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
    >>> task = DelayedRecall(delay=2, symbols=4)
    >>> model = SequenceClassifier(
    ...     Embedding(task.vocab_size, 8), RNN(8, 16), task.num_classes
    ... )
    >>> params = model.init(np.random.default_rng(0))
    >>> 0 <= evaluate(model, params, task) <= 1
    True
    """
    batch = task.batch(evaluation_stream(seed), size)
    return task.metric(predict(model, params, batch), batch)
