"""The loss of a batch and its gradient, in one reading or in several."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from seqcourse.numpy.contract.task import BatchProtocol, check_sources
from seqcourse.numpy.training.truncated_bptt import segments
from seqcourse.torch.contract.layer import Layer, State


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


def loss_and_gradient(
    model: Layer,
    batch: BatchProtocol,
    kind: str,
    bptt_length: int | None = None,
) -> float:
    """Read a batch, compare, and add the gradient to every weight's ``grad``.

    With ``bptt_length=k`` the sequences are read k steps at a time. The state is
    carried from piece to piece; the gradient is not, so that no answer
    teaches what was read in an earlier piece.

    Parameters
    ----------
    model
        What reads.
    batch
        What is read, and what should be answered.
    kind
        ``"cross_entropy"`` or ``"squared_error"``.
    bptt_length
        Steps k between two cuts; None cuts nowhere.

    Returns
    -------
    loss
        The mean over the answers that count; where it is no number, the
        gradients are incomplete.

    Examples
    --------
    >>> from seqcourse.torch import RNN, Embedding, SequenceClassifier
    >>> from seqcourse.tasks import DelayedRecall
    >>> task = DelayedRecall(delay=2, symbols=3)
    >>> model = SequenceClassifier(
    ...     Embedding(task.vocab_size, 8), RNN(8, 4), task.num_classes
    ... )
    >>> batch = task.batch(np.random.default_rng(1), 5)
    >>> loss = loss_and_gradient(model, batch, task.loss, bptt_length=2)
    >>> model.core.weight_hh.grad.shape
    torch.Size([4, 4])

    References
    ----------
    Williams and Peng (1990), An efficient gradient-based algorithm for
    on-line training of recurrent network trajectories.
    """
    like = next(model.parameters())
    loss, state = 0.0, encode_source(model, batch)
    for piece in segments(batch, bptt_length):
        if bptt_length is not None and state is not None:
            # carried, but no gradient flows through it
            state = tuple(part.detach() for part in state)
            if piece.kept is not None:
                kept = torch.as_tensor(piece.kept, device=like.device)
                state = tuple(part[kept] for part in state)
        inputs = torch.as_tensor(piece.inputs, device=like.device)
        outputs, state = model(inputs, state, torch.as_tensor(piece.lengths))
        if piece.share == 0:
            continue
        part = piece.share * loss_of(outputs, piece, kind)
        loss += part.item()
        if not np.isfinite(loss):
            break
        part.backward()  # type: ignore[no-untyped-call]
    return loss


def encode_source(model: Layer, batch: Any) -> State | None:
    """Let a model that reads a source read it, and give what it begins from.

    Parameters
    ----------
    model
        Any module.
    batch
        What shall be answered.

    Returns
    -------
    state
        The first state; None for a model that reads no source.

    Raises
    ------
    ValueError
        If the model reads a source and the batch has none.

    Examples
    --------
    >>> from seqcourse.torch import RNN
    >>> encode_source(RNN(3, 4), None) is None
    True
    """
    if not check_sources(model, batch):
        return None
    encode: Any = model.encode
    device = next(model.parameters()).device
    sources = torch.as_tensor(batch.sources, device=device)
    state: State = encode(sources, torch.as_tensor(batch.source_lengths))
    return state
