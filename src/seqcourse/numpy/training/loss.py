"""The loss of a batch and its gradient, in one reading or in several."""

from __future__ import annotations

from typing import Any

import numpy as np

from seqcourse.numpy.contract import arguments, shapes
from seqcourse.numpy.contract.layer import Cache, Layer, Params
from seqcourse.numpy.contract.task import BatchProtocol
from seqcourse.numpy.functional.answers import check_fit, readable
from seqcourse.numpy.functional.unchecked import (
    cross_entropy,
    cross_entropy_backward,
    squared_error,
    squared_error_backward,
)
from seqcourse.numpy.seq2seq.encoder_decoder import EncoderDecoder
from seqcourse.numpy.training.checked_batch import check_batch
from seqcourse.numpy.training.teacher_forcing import encode_source
from seqcourse.numpy.training.truncated_bptt import segments

#: By the name that a task gives its loss: the function and its way back.
LOSSES: dict[str, tuple[Any, Any]] = {
    "cross_entropy": (cross_entropy, cross_entropy_backward),
    "squared_error": (squared_error, squared_error_backward),
}


def loss_and_gradient(
    model: Layer,
    params: Params,
    batch: BatchProtocol,
    kind: str,
    bptt_length: int | None = None,
    rng: np.random.Generator | None = None,
    out: Cache | None = None,
) -> tuple[float, Params, Cache | None]:
    """Read a batch, compare, and carry the error back to every weight.

    With ``bptt_length=k`` the sequences are read k steps at a time. The state
    is carried from piece to piece; the gradient is not, so that no answer
    teaches what was read in an earlier piece.

    Parameters
    ----------
    model
        What reads.
    params
        Its weights.
    batch
        What is read, and what should be answered.
    kind
        ``"cross_entropy"`` or ``"squared_error"``.
    bptt_length
        Steps k between two cuts; None cuts nowhere.
    rng
        Switches dropout on; without it there is none.
    out
        The cache of an earlier call, to be written again.

    Returns
    -------
    loss
        The mean over the answers that count.
    grads
        Its gradient for every weight; empty where the loss is no number.
    cache
        For the next call's ``out``.

    Raises
    ------
    ValueError
        If the kind is another word, or the batch does not fit the model.

    Examples
    --------
    >>> from seqcourse.numpy import RNN, Embedding, SequenceClassifier
    >>> from seqcourse.tasks import DelayedRecall
    >>> task = DelayedRecall(delay=2, symbols=3)
    >>> model = SequenceClassifier(
    ...     Embedding(task.vocab_size, 8), RNN(8, 4), task.num_classes
    ... )
    >>> params = model.init(np.random.default_rng(0))
    >>> batch = task.batch(np.random.default_rng(1), 5)
    >>> loss, grads, _ = loss_and_gradient(model, params, batch, task.loss)
    >>> grads.keys() == params.keys()
    True

    References
    ----------
    Williams and Peng (1990), An efficient gradient-based algorithm for
    on-line training of recurrent network trajectories.
    """
    arguments.check_one_of(LOSSES, kind=kind)
    checked = check_batch(model, batch, kind)
    loss_of, loss_backward = LOSSES[kind]
    loss, grads = 0.0, dict[str, Any]()
    out, kept_of_source = out or (None, None)
    state, read = encode_source(model, params, checked, rng, kept_of_source)
    for piece in segments(checked, bptt_length):
        if state is not None and piece.kept is not None:
            state = tuple(part[piece.kept] for part in state)
        with shapes.called(x="inputs"):
            outputs, state, out = model.forward(
                params, piece.inputs, state, piece.lengths, rng, out
            )
        if piece.share == 0:
            continue
        check_fit(kind, piece.targets, outputs.shape)
        targets = readable(kind, piece.targets, piece.weights, outputs.shape)
        with np.errstate(all="ignore"):  # what is not finite, `fit` tells
            part, kept = loss_of(outputs, targets, piece.weights)
        loss += piece.share * float(part)
        if not np.isfinite(loss):
            return loss, {}, (out, read)
        d = piece.share * loss_backward(kept)
        _, dfirst, of_piece = model.backward(params, d, None, out)
        grads = {
            name: grads[name] + g if grads else g
            for name, g in of_piece.items()
        }
        if isinstance(model, EncoderDecoder) and read is not None:
            _, of_source = model.encode_backward(params, dfirst, read)
            grads |= of_source
    return loss, grads, (out, read)
