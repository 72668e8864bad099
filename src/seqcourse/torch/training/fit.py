"""The training loop on autograd."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
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
from seqcourse.numpy.training.callback import Callback, check_callback
from seqcourse.numpy.training.checked_batch import CheckedBatch, check_batch
from seqcourse.numpy.training.history import History, Run, check_finite_loss
from seqcourse.numpy.training.loss import LOSSES
from seqcourse.numpy.training.progress_bar import bar, cleared
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
from seqcourse.torch.training.batch_tensors import read
from seqcourse.torch.training.loss import loss_and_gradient
from seqcourse.torch.training.teacher_forcing import encode_source


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
    callback: Callback | None = None,
    callback_every: int = 100,
    progress: bool | None = None,
) -> Run:
    """`seqcourse.numpy.fit` for a module, which is trained in place.

    The same seed gives the same initial weights and batches in both backends,
    so their loss curves agree; only dropout is drawn by torch. New weights
    have the module's floating type. Weights that are passed or returned are
    NumPy arrays.

    Parameters
    ----------
    model
        The module; its weights become the trained ones.
    callback
        As there; when it is called, the module has the run's weights.

    Raises
    ------
    DivergenceError
        As there; the module, too, has the last weights with a finite loss.

    Examples
    --------
    >>> from seqcourse.torch import RNN, Embedding, SequenceClassifier
    >>> from seqcourse.tasks import DelayedRecall
    >>> task, core = DelayedRecall(), RNN(8, 4)
    >>> embedding = Embedding(task.vocab_size, 8)
    >>> model = SequenceClassifier(embedding, core, task.num_classes)
    >>> run = fit(model, task, steps=2)
    >>> trained = torch.from_numpy(run.params["core.weight_hh"])
    >>> torch.equal(core.weight_hh, trained)
    True
    """
    arguments.check_positive(steps=steps, batch_size=batch_size)
    arguments.check_positive(checkpoint_every=checkpoint_every)
    check_callback(callback, callback_every)
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
            due = done % callback_every == 0 or done == steps
            if callback is not None and due:
                reached = History(losses[:done], norms[:done])
                with cleared(), _undone(model, like):
                    callback(Run(model.to_params(), reached).copy())
    return Run(model.to_params(), History(losses[:done], norms[:done]))


@contextmanager
def _training(model: Layer, like: Tensor, seed: int) -> Iterator[None]:
    """Let dropout act, from a seed, until the end or an interrupt."""
    mode = model.training
    with _fork_rng(like), suppress(KeyboardInterrupt):
        torch.manual_seed(seed)
        model.train()
        try:
            yield
        finally:
            model.train(mode)


@contextmanager
def _undone(model: Layer, like: Tensor) -> Iterator[None]:
    """Undo what is drawn from torch's randomness, and a change of mode."""
    with _fork_rng(like):
        yield
    model.train()


def _fork_rng(like: Tensor) -> AbstractContextManager[None]:
    return torch.random.fork_rng([like.device] if like.is_cuda else [])


def _copy(source: Iterable[Tensor], target: Iterable[Tensor]) -> None:
    with torch.no_grad():
        for new, old in zip(source, target, strict=True):
            old.copy_(new)


class _Answers(nn.Module):
    """Read a batch as a whole: its source, where the model reads one, too."""

    def __init__(self, model: Layer) -> None:
        super().__init__()
        self.model = model

    def forward(self, batch: CheckedBatch) -> Tensor:
        state = encode_source(self.model, batch)
        outputs, _ = read(self.model, batch.inputs, state, batch.lengths)
        return outputs


def predict(model: Layer, params: Params, batch: BatchProtocol) -> Array:
    """`seqcourse.numpy.predict` for a module.

    Parameters
    ----------
    params
        Used for this call alone; the module keeps its own weights.

    Returns
    -------
    outputs
        As there; always a NumPy array.

    Examples
    --------
    >>> from seqcourse.torch import RNN, Embedding, SequenceClassifier
    >>> from seqcourse.tasks import DelayedRecall
    >>> task, core = DelayedRecall(), RNN(8, 4)
    >>> embedding = Embedding(task.vocab_size, 8)
    >>> model = SequenceClassifier(embedding, core, task.num_classes)
    >>> zeros = {name: 0 * w for name, w in model.to_params().items()}
    >>> batch = task.batch(np.random.default_rng(0), size=5)
    >>> bool(predict(model, zeros, batch).any()), bool(core.weight_hh.any())
    (False, True)
    """
    like = next(model.parameters())
    weights = {
        f"model.{name}": torch.as_tensor(
            value, device=like.device, dtype=like.dtype
        )
        for name, value in params.items()
    }
    batch = check_batch(model, batch)
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
    """`seqcourse.numpy.evaluate` for a module, on the same batch.

    Parameters
    ----------
    params
        Used for this call alone; the module keeps its own weights.
    """
    batch = task.batch(evaluation_stream(seed), size)
    check_batch(model, batch, task.loss)
    return task.metric(predict(model, params, batch), batch)
