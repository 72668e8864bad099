"""A batch's arrays, which are NumPy's, on the device of a model."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from seqcourse.numpy.contract import shapes
from seqcourse.numpy.contract.layer import Array
from seqcourse.torch.contract.layer import Layer, State
from seqcourse.torch.contract.validation import as_tensor


def read(
    model: Layer, inputs: Array, state: State | None, lengths: Array
) -> tuple[Tensor, State]:
    """Let a model read a batch's arrays.

    Parameters
    ----------
    model
        What reads.
    inputs
        Tokens (B, T) or numbers (B, T, D).
    state
        What it begins from.
    lengths
        Real steps (B,).

    Returns
    -------
    outputs
        What the model answers.
    state
        Its state at the end.

    Examples
    --------
    >>> import numpy as np
    >>> from seqcourse.torch import RNN
    >>> one_step = np.zeros((1, 1, 3), np.float32)
    >>> outputs, _ = read(RNN(3, 4), one_step, None, np.array([1]))
    >>> outputs.shape
    torch.Size([1, 1, 4])
    """
    device = next(model.parameters()).device
    with shapes.called(x="inputs"):
        answer: Any = model(
            as_tensor(inputs, device), state, as_tensor(lengths)
        )
    outputs, state = answer
    assert state is not None
    return outputs, state
