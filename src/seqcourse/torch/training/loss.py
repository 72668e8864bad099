"""The loss of a batch on autograd."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.task import BatchProtocol
from seqcourse.numpy.functional.answers import checked_answers
from seqcourse.numpy.training.checked_batch import check_batch
from seqcourse.numpy.training.loss import LOSSES
from seqcourse.numpy.training.truncated_bptt import segments
from seqcourse.torch.contract.layer import Layer
from seqcourse.torch.contract.validation import as_tensor
from seqcourse.torch.training.batch_tensors import read
from seqcourse.torch.training.teacher_forcing import encode_source


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

    Raises
    ------
    ValueError
        If targets or weights do not fit the outputs.

    Examples
    --------
    >>> from seqcourse.tasks import DelayedRecall
    >>> batch = DelayedRecall(symbols=4).batch(np.random.default_rng(0), 5)
    >>> loss = loss_of(torch.zeros(5, 4), batch, "cross_entropy")
    >>> round(loss.item(), 4)  # log 4
    1.3863
    """
    answers = checked_answers(
        kind, batch.targets, batch.weights, tuple(outputs.shape)
    )
    targets, weights = (as_tensor(each, outputs.device) for each in answers)
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


def loss_and_gradient(
    model: Layer,
    batch: BatchProtocol,
    kind: str,
    bptt_length: int | None = None,
) -> float:
    """`seqcourse.numpy.training.loss.loss_and_gradient` on autograd.

    The gradient is added to the ``grad`` of every weight; it is incomplete if
    the loss is not finite. Between segments the state is detached.

    Returns
    -------
    loss
        A number; the graph behind it is gone.

    Raises
    ------
    ValueError
        If an argument is refused there.

    Examples
    --------
    >>> from seqcourse.torch import RNN, Embedding, SequenceClassifier
    >>> from seqcourse.tasks import DelayedRecall
    >>> task, core = DelayedRecall(), RNN(8, 4)
    >>> embedding = Embedding(task.vocab_size, 8)
    >>> model = SequenceClassifier(embedding, core, task.num_classes)
    >>> batch = task.batch(np.random.default_rng(0), size=5)
    >>> loss = loss_and_gradient(model, batch, "cross_entropy")
    >>> core.weight_hh.grad.shape
    torch.Size([4, 4])
    """
    arguments.check_one_of(LOSSES, kind=kind)
    checked = check_batch(model, batch, kind)
    loss, state = 0.0, encode_source(model, checked)
    for piece in segments(checked, bptt_length):
        if bptt_length is not None and state is not None:
            # carried, but no gradient flows through it
            state = tuple(part.detach() for part in state)
            if piece.kept is not None:
                kept = torch.as_tensor(piece.kept)
                state = tuple(part[kept.to(part.device)] for part in state)
        outputs, state = read(model, piece.inputs, state, piece.lengths)
        if piece.share == 0:
            continue
        part = piece.share * loss_of(outputs, piece, kind)
        loss += part.item()
        if not np.isfinite(loss):
            break
        part.backward()  # type: ignore[no-untyped-call]
    return loss
