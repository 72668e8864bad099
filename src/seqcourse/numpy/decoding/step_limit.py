"""How many steps a model can still read: learned positions and slots end."""

from __future__ import annotations

from typing import Any

import numpy as np

from seqcourse.numpy.contract.composition import Composite
from seqcourse.numpy.contract.layer import Array, Layer
from seqcourse.numpy.layers.fixed_window import FixedWindow
from seqcourse.numpy.layers.position_embeddings import (
    LearnedPositionEmbedding,
)
from seqcourse.numpy.seq2seq.decoder import Decoder


def steps_left(layer: Any, state: Any) -> Array | None:
    """Tell how many steps a layer can still read.

    Parameters
    ----------
    layer
        A layer, or anything else, which is taken to have no limit.
    state
        What an earlier call handed on, in either backend; None for nothing.

    Returns
    -------
    left
        Steps for each sequence (B,), or (1,) for all; None for any number.

    Examples
    --------
    >>> from seqcourse.numpy import RNN, Stack
    >>> steps_left(RNN(4, 8), None)
    >>> core = Stack((LearnedPositionEmbedding(50, 4), RNN(4, 8)))
    >>> steps_left(core, (np.array([3, 7]), np.zeros((2, 8))))
    array([47, 43])
    """
    if isinstance(layer, LearnedPositionEmbedding):
        most, seen = layer.max_length, 0
    elif isinstance(layer, FixedWindow):
        most, seen = layer.window, 1
    elif isinstance(layer, Decoder):  # its other parts read the source
        return steps_left(layer.writer, state)
    elif isinstance(layer, Composite):
        return _of_parts(layer, state)
    else:
        return None
    if state is None:
        return np.array([most])
    return most - np.array(state[seen].tolist())


def _of_parts(layer: Composite, state: Any) -> Array | None:
    found, begun = list[Array](), 0
    for part in layer.children().values():
        if isinstance(part, Layer):
            count = len(part.initial_state(1, np.float32))
            own = state and state[begun : begun + count]
            left = steps_left(part, own)
            found += [] if left is None else [left]
            begun += count
    return np.min(np.broadcast_arrays(*found), 0) if found else None
