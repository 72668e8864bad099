"""The training loop on autograd."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils import get_total_norm

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.divergence import (
    DivergenceError,
    check_not_diverged,
)
from seqcourse.numpy.contract.layer import Array, Params
from seqcourse.numpy.contract.task import BatchProtocol, TaskProtocol
from seqcourse.numpy.optimizers.adam import Adam, global_norm
from seqcourse.numpy.optimizers.optimizer import Optimizer
from seqcourse.numpy.storage.checkpoint import Checkpoint, Saved
from seqcourse.numpy.training.fit_arguments import (
    check_finite_params,
    check_training,
)
from seqcourse.numpy.training.history import Run
from seqcourse.numpy.training.loop import Callback, Loop
from seqcourse.numpy.training.random_streams import evaluation_stream, streams
from seqcourse.numpy.training.recipe import recipe
from seqcourse.numpy.training.truncated_bptt import check_bptt_length
from seqcourse.torch.contract.layer import Layer
from seqcourse.torch.optimizers.adam import attach, set_rate
from seqcourse.torch.storage.checkpoint import (
    check_optimizer_arrays,
    check_random_arrays,
    optimizer_arrays,
    random_arrays,
    restore_optimizer,
    restore_random,
)
from seqcourse.torch.training.loss import loss_and_gradient
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
        raise ValueError("model: expected weights to train, all are frozen")
    for_weights, for_batches, for_dropout = streams(seed)
    kind = np.float64 if like.dtype == torch.float64 else np.float32
    first = model.config.init(for_weights, kind) if params is None else params
    check_finite_params(first, model.config.parameter_shapes())
    learner = _Learner(
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


class _Learner:
    """One step after the other, on the module's weights."""

    def __init__(
        self,
        model: Layer,
        task: TaskProtocol,
        batch_size: int,
        optimizer: Optimizer,
        max_grad_norm: float,
        bptt_length: int | None,
        for_batches: np.random.Generator,
    ) -> None:
        self.model, self.task, self.batch_size = model, task, batch_size
        self.optimizer, self.max_grad_norm = optimizer, max_grad_norm
        self.bptt_length = bptt_length
        self.batch: Any = None
        self.generators = [for_batches]
        self.weights = dict(model.named_parameters())
        self.like = next(model.parameters())
        self.descent = attach(optimizer, model.parameters())
        self.good: list[Tensor] = []

    def begin(self, saved: Saved | None) -> None:
        self.good = [w.detach().clone() for w in self.weights.values()]
        if saved is None:
            return
        (for_batches,), (state,) = self.generators, saved.generators
        for_batches.bit_generator.state = state
        restore_optimizer(self.descent, saved.kept["optimizer"])
        restore_random(self.like, saved.kept["random"])

    def gradient(self, n: int) -> tuple[float, float]:
        del n
        (for_batches,) = self.generators
        self.batch = self.task.batch(for_batches, self.batch_size)
        self.descent.zero_grad()
        loss = loss_and_gradient(
            self.model, self.batch, self.task.loss, self.bptt_length
        )
        if not np.isfinite(loss):
            raise DivergenceError(f"the loss became {loss}")
        _copy(self.weights.values(), self.good)
        grads = {
            name: w.grad
            for name, w in self.weights.items()
            if w.grad is not None
        }
        norm = get_total_norm(grads.values()).item()
        if not 0 < norm < np.inf:
            norm = global_norm({n: _array(g) for n, g in grads.items()})
            check_not_diverged(
                {f"grads[{n!r}]": _array(g) for n, g in grads.items()}
                | {"the norm of grads": np.array(norm)}
            )
        if norm > self.max_grad_norm:
            # exactly; clip_grad_norm_ adds 1e-6
            share = self.max_grad_norm / norm
            for grad in grads.values():
                if share > torch.finfo(grad.dtype).tiny:
                    grad.mul_(share)
                else:
                    grad.copy_(grad.double() * share)
        return loss, norm

    def update(self, n: int) -> None:
        set_rate(self.descent, self.optimizer, n)
        try:
            self.descent.step()
        except RuntimeError as error:
            if "without overflow" not in str(error):
                raise
            raise DivergenceError("the step became inf") from None
        new = {f"params[{n!r}]": w for n, w in self.weights.items()}
        for name, w in self.weights.items():
            memory = self.descent.state.get(w, {})
            if "exp_avg_sq" in memory:
                new[f"state['square'][{name!r}]"] = memory["exp_avg_sq"]
        if not np.isfinite(get_total_norm(new.values()).item()):
            check_not_diverged({n: _array(w) for n, w in new.items()})

    def params(self) -> Params:
        return self.model.to_params()

    def fall_back(self) -> Params:
        _copy(self.good, self.weights.values())
        return self.params()

    def memory(self) -> dict[str, Any]:
        return optimizer_arrays(self.descent)

    def random(self) -> dict[str, Array]:
        return random_arrays(self.like)

    def check_memory(self, memory: Any, done: int) -> None:
        check_optimizer_arrays(self.descent, memory, done)

    def check_random(self, random: Any) -> None:
        check_random_arrays(self.like, random)

    @contextmanager
    def apart(self) -> Iterator[None]:
        """Undo draws from torch's randomness, changes of mode and weights."""
        kept = [
            (w, w.detach().clone(), w.requires_grad)
            for w in self.weights.values()
        ]
        try:
            with _fork_rng(self.like):
                yield
        finally:
            self.model.train()
            for weight, value, moves in kept:
                weight.data = value
                weight.requires_grad_(moves)


def _array(tensor: Tensor) -> Array:
    """Give a tensor's numbers in float64, which holds all of them."""
    array: Array = tensor.detach().cpu().double().numpy()
    return array


@contextmanager
def _training(model: Layer, like: Tensor, seed: int) -> Iterator[None]:
    """Let dropout act, from a seed, until the end."""
    mode = model.training
    with _fork_rng(like):
        torch.manual_seed(seed)
        model.train()
        try:
            yield
        finally:
            model.train(mode)


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

    def forward(self, batch: BatchProtocol) -> Tensor:
        device = next(self.model.parameters()).device
        inputs = torch.as_tensor(batch.inputs, device=device)
        state = encode_source(self.model, batch)
        outputs: Tensor
        outputs, _ = self.model(inputs, state, torch.as_tensor(batch.lengths))
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
    like = next(model.parameters(), torch.empty(0))
    weights = {
        f"model.{name}": torch.as_tensor(
            value, device=like.device, dtype=like.dtype
        )
        for name, value in params.items()
    }
    mode = model.training
    try:
        with torch.no_grad():
            outputs = torch.func.functional_call(
                _Answers(model.eval()), weights, (batch,)
            )
    finally:
        model.train(mode)
    answers: Array = outputs.cpu().numpy()
    check_not_diverged({"outputs": answers})
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
    batch = task.batch(evaluation_stream(seed), size)
    return task.metric(predict(model, params, batch), batch)
