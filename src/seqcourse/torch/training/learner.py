"""The steps of a run on autograd; `loop` is what surrounds them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.utils import get_total_norm

from seqcourse.numpy.contract.divergence import (
    DivergenceError,
    check_not_diverged,
)
from seqcourse.numpy.contract.layer import Array, Params
from seqcourse.numpy.contract.task import TaskProtocol
from seqcourse.numpy.optimizers.adam import global_norm
from seqcourse.numpy.optimizers.optimizer import Optimizer
from seqcourse.numpy.storage.checkpoint import Saved
from seqcourse.numpy.training.fit_arguments import draw
from seqcourse.numpy.training.loop import Learner
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


class ModuleLearner(Learner):
    """One step after the other, on a module's own weights.

    Parameters
    ----------
    model
        The module.
    task
        Where the batches come from.
    batch_size
        Sequences in a batch.
    optimizer
        How a gradient becomes a change.
    max_grad_norm
        The largest norm of a gradient that is followed as it is.
    bptt_length
        Steps between two cuts of the gradient, or None.
    for_batches
        Where the batches' randomness comes from.

    Raises
    ------
    ValueError
        If torch has no such optimiser.

    Examples
    --------
    >>> from seqcourse.numpy import SGD
    >>> from seqcourse.tasks import DelayedRecall
    >>> from seqcourse.torch import RNN, Embedding, SequenceClassifier
    >>> model = SequenceClassifier(Embedding(9, 4), RNN(4, 4), 8)
    >>> rng = np.random.default_rng(0)
    >>> learner = ModuleLearner(
    ...     model, DelayedRecall(), 5, SGD(0.1), 1.0, None, rng
    ... )
    >>> learner.begin(None)
    >>> loss, norm = learner.gradient(0)
    >>> loss > 0, norm > 0
    (True, True)
    """

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
        batch = draw(self.task, for_batches, self.batch_size, "batch_size")
        self.descent.zero_grad()
        loss = loss_and_gradient(
            self.model, batch, self.task.loss, self.bptt_length
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

    def check_saved(self, saved: Saved) -> None:
        memory = saved.kept["optimizer"]
        check_optimizer_arrays(self.descent, memory, saved.done)
        check_random_arrays(self.like, saved.kept["random"])

    @contextmanager
    def apart(self) -> Iterator[None]:
        kept = [
            (w, w.detach().clone(), w.requires_grad)
            for w in self.weights.values()
        ]
        try:
            with fork_rng(self.like):
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


def fork_rng(like: Tensor) -> AbstractContextManager[None]:
    """Put torch's randomness back at the end of a ``with`` block.

    Parameters
    ----------
    like
        A weight, for its device.

    Returns
    -------
    context
        The block's manager.

    Examples
    --------
    >>> with fork_rng(torch.zeros(1)):
    ...     first = torch.rand(1)
    >>> bool(torch.rand(1) == first)
    True
    """
    return torch.random.fork_rng([like.device] if like.is_cuda else [])


def _copy(source: Iterable[Tensor], target: Iterable[Tensor]) -> None:
    with torch.no_grad():
        for new, old in zip(source, target, strict=True):
            old.copy_(new)
