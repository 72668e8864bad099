"""The training loop: guess, be told, follow the gradient, again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils import get_total_norm

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.layer import Array, Params
from seqcourse.numpy.contract.task import BatchProtocol, TaskProtocol
from seqcourse.numpy.optimizers.adam import Adam, Optimizer
from seqcourse.numpy.storage.checkpoint import Checkpoint
from seqcourse.numpy.training.history import History, Run, check_finite_loss
from seqcourse.numpy.training.loss import LOSSES
from seqcourse.numpy.training.progress_bar import bar
from seqcourse.numpy.training.random_streams import evaluation_stream, streams
from seqcourse.numpy.training.truncated_bptt import check_bptt_length
from seqcourse.torch.contract.layer import Layer
from seqcourse.torch.optimizers.adam import attach, set_rate
from seqcourse.torch.storage.checkpoint import (
    optimizer_arrays,
    random_arrays,
    restore_optimizer,
    restore_random,
)
from seqcourse.torch.training.loss import encode_source, loss_and_gradient


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
    bptt_length: int | None = None,
    checkpoint: str | Path | None = None,
    checkpoint_every: int = 100,
    progress: bool | None = None,
) -> Run:
    """Train a module on a task, in place.

    First weights and batches are those that `seqcourse.numpy.fit` draws from
    the same seed, so both follow the same curve; dropout alone is drawn by
    torch. An interrupt (Ctrl-C) ends the run early, and what was reached by
    then is given back.

    Parameters
    ----------
    model
        What to train; its weights become the trained ones.
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
        Weights to go on from, as NumPy arrays; None draws new ones.
    bptt_length
        Read each sequence in pieces of so many steps; the state is carried
        from piece to piece, the gradient is cut. None cuts nowhere.
    checkpoint
        A file to save the run in. Where it is there already, the run goes on
        from it, to the same bits as if it had never stopped.
    checkpoint_every
        Steps between two savings; the end is saved in any case.
    progress
        Whether to draw a bar; None draws one on a terminal alone.

    Returns
    -------
    run
        The trained weights, as NumPy arrays, and the history.

    Raises
    ------
    ValueError
        If steps, batch_size, truncate or checkpoint_every is below 1,
        clip_norm is not above 0, the task's loss is unknown, a model that
        sees the future shall be cut, or the checkpoint is of another run.
    DivergenceError
        If the loss stops being a finite number; a ``FloatingPointError``. The
        message says at which step; its ``run``, and the module, hold the last
        weights whose loss was finite.

    Examples
    --------
    >>> from seqcourse.torch import RNN, Embedding, SequenceClassifier
    >>> from seqcourse.tasks import DelayedRecall
    >>> task = DelayedRecall(delay=2, symbols=3)
    >>> model = SequenceClassifier(
    ...     Embedding(task.vocab_size, 8), RNN(8, 16), task.num_classes
    ... )
    >>> run = fit(model, task, steps=60, seed=0)
    >>> bool(run.history.loss[-1] < run.history.loss[0])
    True
    """
    arguments.check_positive(steps=steps, batch_size=batch_size)
    arguments.check_positive(checkpoint_every=checkpoint_every)
    arguments.check_one_of(LOSSES, loss=task.loss)
    arguments.check_above_zero(max_grad_norm=max_grad_norm)
    check_bptt_length(model.config, bptt_length)
    like = next(model.parameters())
    for_weights, for_batches, for_dropout = streams(seed)
    if params is None:
        kind = np.float64 if like.dtype == torch.float64 else np.float32
        params = model.config.init(for_weights, kind)
    losses, norms = np.zeros(steps), np.zeros(steps)
    saved = Checkpoint(
        None if checkpoint is None else Path(checkpoint),
        checkpoint_every,
        {
            "backend": "torch",
            "model": model.to_config(),
            "task": type(task).__name__,
            "seed": seed,
            "batch_size": batch_size,
            "optimizer": repr(optimizer),
            "max_grad_norm": max_grad_norm,
            "bptt_length": bptt_length,
        },
    )
    done, kept = saved.load(steps, [for_batches])
    model.load_params(kept.get("params", params))
    model.to(like.dtype)
    descent = attach(optimizer, model.parameters())
    good = [w.detach().clone() for w in model.parameters()]
    with _training(model, like, int(for_dropout.integers(2**63))):
        if kept:
            losses[:done], norms[:done] = kept["loss"], kept["grad_norm"]
            restore_optimizer(descent, kept.get("optimizer", {}))
            restore_random(like, kept["random"])
        for n in bar(range(done, steps), progress):
            batch = task.batch(for_batches, batch_size)
            descent.zero_grad()
            losses[n] = loss_and_gradient(
                model, batch, task.loss, bptt_length
            )
            if not np.isfinite(losses[n]):
                _copy(good, model.parameters())
                so_far = History(losses[:n], norms[:n])
                check_finite_loss(
                    losses[n], n, Run(model.to_params(), so_far)
                )
            grads = [w.grad for w in model.parameters() if w.grad is not None]
            norms[n] = get_total_norm(grads).item()
            if norms[n] > max_grad_norm:  # exactly; clip_grad_norm_ adds 1e-6
                for grad in grads:
                    grad.mul_(max_grad_norm / norms[n])
            _copy(model.parameters(), good)
            set_rate(descent, optimizer, n)
            descent.step()
            done = n + 1
            if saved.is_due(done, steps):
                kept = {
                    "params": model.to_params(),
                    "optimizer": optimizer_arrays(descent),
                    "random": random_arrays(like),
                    "loss": losses[:done],
                    "grad_norm": norms[:done],
                }
                saved.save(done, kept, [for_batches])
    return Run(model.to_params(), History(losses[:done], norms[:done]))


@contextmanager
def _training(model: Layer, like: Tensor, seed: int) -> Iterator[None]:
    """Let dropout act, from a seed, until the end or an interrupt."""
    mode, devices = model.training, [like.device] if like.is_cuda else []
    with torch.random.fork_rng(devices), suppress(KeyboardInterrupt):
        torch.manual_seed(seed)
        model.train()
        try:
            yield
        finally:
            model.train(mode)


def _copy(source: Iterable[Tensor], target: Iterable[Tensor]) -> None:
    with torch.no_grad():
        for new, old in zip(source, target, strict=True):
            old.copy_(new)


class _Answers(nn.Module):
    """Read a batch as a whole: its source, where the model reads one, too."""

    def __init__(self, model: Layer) -> None:
        super().__init__()
        self.model = model

    def forward(self, batch: BatchProtocol) -> Tensor:
        device = next(self.model.parameters()).device
        inputs = torch.as_tensor(batch.inputs, device=device)
        state = encode_source(self.model, batch)
        outputs: Tensor
        outputs, _ = self.model(inputs, state, torch.as_tensor(batch.lengths))
        return outputs


def predict(model: Layer, params: Params, batch: BatchProtocol) -> Array:
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
    >>> task = DelayedRecall(delay=2, symbols=4)
    >>> model = SequenceClassifier(
    ...     Embedding(task.vocab_size, 8), RNN(8, 16), task.num_classes
    ... )
    >>> batch = task.batch(np.random.default_rng(0), 5)
    >>> predict(model, model.to_params(), batch).shape
    (5, 4)
    """
    like = next(model.parameters())
    weights = {
        f"model.{name}": torch.as_tensor(
            value, device=like.device, dtype=like.dtype
        )
        for name, value in params.items()
    }
    mode = model.training
    with torch.no_grad():
        outputs = torch.func.functional_call(
            _Answers(model.eval()), weights, (batch,)
        )
    model.train(mode)
    answers: Array = outputs.cpu().numpy()
    return answers


def evaluate(
    model: Layer,
    params: Params,
    task: TaskProtocol,
    seed: int = 1,
    size: int = 512,
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
    >>> task = DelayedRecall(delay=2, symbols=4)
    >>> model = SequenceClassifier(
    ...     Embedding(task.vocab_size, 8), RNN(8, 16), task.num_classes
    ... )
    >>> 0 <= evaluate(model, model.to_params(), task) <= 1
    True
    """
    batch = task.batch(evaluation_stream(seed), size)
    return task.metric(predict(model, params, batch), batch)
