"""The training loop: guess, be told, follow the gradient, again."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from seqcourse.numpy.contract import arguments, shapes
from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.divergence import (
    DivergenceError,
    are_finite,
    check_not_diverged,
)
from seqcourse.numpy.contract.layer import Array, Cache, Layer, Params
from seqcourse.numpy.contract.task import BatchProtocol, TaskProtocol
from seqcourse.numpy.optimizers.adam import SGD, Adam, clip_by_global_norm
from seqcourse.numpy.optimizers.optimizer import Optimizer, OptimizerState
from seqcourse.numpy.storage.checkpoint import Checkpoint, Saved
from seqcourse.numpy.storage.nested_arrays import check_like
from seqcourse.numpy.training.checked_batch import check_batch
from seqcourse.numpy.training.fit_arguments import (
    check_finite_params,
    check_training,
    draw,
)
from seqcourse.numpy.training.history import History, Run
from seqcourse.numpy.training.loop import Callback, Loop
from seqcourse.numpy.training.loss import (
    LOSSES,
    loss_and_gradient,
)
from seqcourse.numpy.training.random_streams import evaluation_stream, streams
from seqcourse.numpy.training.recipe import dtype_of, recipe
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


@checked
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
    extend: bool = False,
    callback: Callback | None = None,
    callback_every: int = 100,
    progress: bool | None = None,
) -> Run:
    """Train a model on a task.

    Each step draws a batch, reads it, and moves every weight a little against
    the gradient of the loss. An interrupt (Ctrl-C) ends the run early, after
    a whole step; what was reached by then is saved and given back.

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
        The largest norm of a gradient that is followed as it is; infinity
        clips none.
    params
        Weights to go on from; None draws new ones.
    dtype
        Floating type of new weights.
    bptt_length
        Read each sequence in pieces of so many steps; the state is carried
        from piece to piece, the gradient is cut. None cuts nowhere.
    checkpoint
        A file to save the run in. Where it is there already, the run goes on
        from it, to the same bits as if it had never stopped. Everything that
        decides the bits must be the same: model, task, seed, batch size,
        optimiser, clipping, truncation, type and initial weights. Only
        ``steps`` may grow.
    checkpoint_every
        Steps between two savings; the end is saved in any case, also after
        an interrupt.
    extend
        Whether the learning rate may be another than until now. A schedule
        ends with its run; a longer run needs a longer schedule, and has not
        the bits of a run that had it from the start. The checkpoint says so.
    callback
        A function to call with the run so far: to validate, to print, to keep
        the best weights. Its arrays are copies, the function's to keep or
        change. What it raises ends the run, which is saved, and reaches the
        caller.
    callback_every
        Steps between two calls. The last step calls in any case, after
        saving, also where it was done before; an interrupt does not.
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
        is below 1, seed below 0, max_grad_norm not above 0, params are not
        the model's or not finite, the task's loss is unknown, a model that
        sees the future shall be cut, or the checkpoint is damaged or of
        another run.
    OSError
        If the checkpoint's place cannot be written to, which is tried before
        the first step. If it happens later, ``run`` is what was reached.
    DivergenceError
        If a loss, a gradient or a weight stops being finite; a
        ``FloatingPointError``. The message says which and at which step, and
        its ``run`` holds the last weights whose loss was finite.

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
    check_training(model, task, seed, batch_size, max_grad_norm)
    check_bptt_length(model, bptt_length)
    for_weights, for_batches, for_dropout = streams(seed)
    first = model.init(for_weights, dtype) if params is None else params
    check_finite_params(first, model.parameter_shapes())
    learner = _Learner(
        model, task, batch_size, optimizer, max_grad_norm, bptt_length,
        [for_batches, for_dropout], first,
    )  # fmt: skip
    saved = None
    if checkpoint is not None:
        of = recipe(
            model.to_config(), task, optimizer, params,
            backend="numpy", dtype=dtype_of(first), seed=seed,
            batch_size=batch_size, max_grad_norm=max_grad_norm,
            bptt_length=bptt_length,
        )  # fmt: skip
        saved = Checkpoint(Path(checkpoint), of)
    loop = Loop(
        learner, steps, saved, checkpoint_every, extend,
        callback, callback_every,
    )  # fmt: skip
    return loop.run(progress)


@dataclass
class _Learner:
    """One step after the other, on the weights of now."""

    model: Layer
    task: TaskProtocol
    batch_size: int
    optimizer: Optimizer
    max_grad_norm: float
    bptt_length: int | None
    generators: list[np.random.Generator]
    weights: Params

    cache: Cache | None = None
    grads: Params = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.good = self.weights
        self.state = self.optimizer.init(self.weights)

    def begin(self, saved: Saved | None) -> None:
        if saved is None:
            return
        self.weights = self.good = saved.kept["params"]
        self.state = saved.kept["optimizer"]
        for rng, state in zip(self.generators, saved.generators, strict=True):
            rng.bit_generator.state = state

    def gradient(self, n: int) -> tuple[float, float]:
        del n
        for_batches, for_dropout = self.generators
        batch = draw(self.task, for_batches, self.batch_size, "batch_size")
        with np.errstate(all="ignore"):
            loss, grads, self.cache = loss_and_gradient(
                self.model,
                self.weights,
                batch,
                self.task.loss,
                self.bptt_length,
                for_dropout,
                self.cache,
            )
            if not np.isfinite(loss):
                raise DivergenceError(f"the loss became {loss}")
            self.good = self.weights
            try:
                self.grads, norm = clip_by_global_norm(
                    grads, self.max_grad_norm
                )
            except ValueError:  # they are this run's own, no argument of it
                check_not_diverged(
                    {f"grads[{name!r}]": g for name, g in grads.items()}
                )
                raise
        return loss, norm

    def update(self, n: int) -> None:
        del n
        with np.errstate(all="ignore"):
            weights, state = self.optimizer.update(
                self.grads, self.state, self.weights
            )
        if not are_finite(weights.values()):
            check_not_diverged(
                {f"params[{name!r}]": w for name, w in weights.items()}
            )
        self.weights, self.state = weights, state

    def params(self) -> Params:
        return self.weights

    def fall_back(self) -> Params:
        return self.good

    def memory(self) -> OptimizerState:
        return self.state

    def random(self) -> dict[str, Any]:
        return {}

    def check_saved(self, saved: Saved) -> None:
        if isinstance(self.optimizer, (SGD, Adam)):
            check_like("optimizer", self.state, saved.kept["optimizer"])

    def apart(self) -> nullcontext[None]:
        return nullcontext()


@checked
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

    Raises
    ------
    ValueError
        If params are not the model's, or not finite, or the model cannot read
        the batch.
    DivergenceError
        If an output is not finite.

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
    batch = check_batch(model, batch)
    check_finite_params(params, model.parameter_shapes())
    state, _ = encode_source(model, params, batch)
    with shapes.called(x="inputs"):
        return model.forward(params, batch.inputs, state, batch.lengths)[0]


@checked
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

    Raises
    ------
    ValueError
        If params are not the model's, or not finite, size is below 1, seed
        below 0, or the batch does not fit the model or the task's loss.
    DivergenceError
        If an output is not finite.

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
    arguments.check_positive(size=size)
    batch = draw(task, evaluation_stream(seed), size, "size")
    check_batch(model, batch, task.loss)
    return task.metric(predict(model, params, batch), batch)
