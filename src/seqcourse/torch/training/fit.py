"""The training loop on autograd."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.layer import Array, Params
from seqcourse.numpy.contract.task import BatchProtocol, TaskProtocol
from seqcourse.numpy.optimizers.adam import Adam
from seqcourse.numpy.optimizers.optimizer import Optimizer
from seqcourse.numpy.storage.checkpoint import Checkpoint
from seqcourse.numpy.training.checked_batch import CheckedBatch, check_batch
from seqcourse.numpy.training.fit_arguments import (
    check_finite_params,
    check_training,
    draw,
)
from seqcourse.numpy.training.history import Run
from seqcourse.numpy.training.loop import Callback, Loop
from seqcourse.numpy.training.random_streams import evaluation_stream, streams
from seqcourse.numpy.training.recipe import recipe
from seqcourse.numpy.training.truncated_bptt import check_bptt_length
from seqcourse.torch.contract.layer import Layer
from seqcourse.torch.contract.validation import as_tensor, check_known_type
from seqcourse.torch.training.batch_tensors import read
from seqcourse.torch.training.learner import ModuleLearner, fork_rng
from seqcourse.torch.training.teacher_forcing import encode_source


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
    bptt_length: int | None = None,
    checkpoint: str | Path | None = None,
    checkpoint_every: int = 100,
    extend: bool = False,
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
    checkpoint
        As there; the device's kind, the engines and which weights are frozen
        must be the same, too.
    callback
        As there; when it is called, the module has the run's weights, and it
        has them again afterwards.

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
    check_training(model.config, task, seed, batch_size, max_grad_norm)
    check_bptt_length(model.config, bptt_length)
    like = next(model.parameters())
    frozen = [n for n, w in model.named_parameters() if not w.requires_grad]
    if len(frozen) == len(list(model.parameters())):
        raise ValueError(
            "model: expected weights to train, got frozen ones alone"
        )
    for_weights, for_batches, for_dropout = streams(seed)
    kind = np.float64 if like.dtype == torch.float64 else np.float32
    first = model.config.init(for_weights, kind) if params is None else params
    check_finite_params(first, model.config.parameter_shapes())
    learner = ModuleLearner(
        model, task, batch_size, optimizer, max_grad_norm, bptt_length,
        for_batches,
    )  # fmt: skip
    saved = None
    if checkpoint is not None:
        modules = model.named_modules()
        engines = {n: m.engine for n, m in modules if hasattr(m, "engine")}
        of = recipe(
            model.to_config(), task, optimizer, params,
            backend="torch", dtype=str(like.dtype).removeprefix("torch."),
            seed=seed, batch_size=batch_size, max_grad_norm=max_grad_norm,
            bptt_length=bptt_length, device=like.device.type,
            engines=engines, frozen=frozen,
        )  # fmt: skip
        saved = Checkpoint(Path(checkpoint), of)
    loop = Loop(
        learner, steps, saved, checkpoint_every, extend,
        callback, callback_every,
    )  # fmt: skip
    model.load_params(loop.saved.kept["params"] if loop.saved else first)
    model.to(like.dtype)
    with _training(model, like, int(for_dropout.integers(2**63))):
        return loop.run(progress)


@contextmanager
def _training(model: Layer, like: Tensor, seed: int) -> Iterator[None]:
    """Let dropout act, from a seed, until the end."""
    mode = model.training
    with fork_rng(like):
        torch.manual_seed(seed)
        model.train()
        try:
            yield
        finally:
            model.train(mode)


class _Answers(nn.Module):
    """Read a batch as a whole: its source, where the model reads one, too."""

    def __init__(self, model: Layer) -> None:
        super().__init__()
        self.model = model

    def forward(self, batch: CheckedBatch) -> Tensor:
        state = encode_source(self.model, batch)
        outputs, _ = read(self.model, batch.inputs, state, batch.lengths)
        return outputs


@checked
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
    check_finite_params(params, model.config.parameter_shapes())
    for name, value in params.items():
        check_known_type(**{f"params[{name!r}]": value})
    like = next(model.parameters(), torch.empty(0))
    weights = {
        f"model.{name}": as_tensor(value, like.device).to(like.dtype)
        for name, value in params.items()
    }
    batch = check_batch(model, batch)
    mode = model.training
    try:
        with torch.no_grad():
            outputs = torch.func.functional_call(
                _Answers(model.eval()), weights, (batch,)
            )
    finally:
        model.train(mode)
    answers: Array = outputs.cpu().numpy()
    return answers


@checked
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
    arguments.check_positive(size=size)
    batch = draw(task, evaluation_stream(seed), size, "size")
    check_batch(model, batch, task.loss)
    return task.metric(predict(model, params, batch), batch)
