"""How much of a text a model can, or should, read at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seqcourse.numpy.contract.layer import Layer
from seqcourse.numpy.decoding.step_limit import steps_left


def context_length(layer: Layer, recipe: Mapping[str, Any]) -> int | None:
    """Give the most tokens that a model reads at once.

    Parameters
    ----------
    layer
        A NumPy layer.
    recipe
        How it was trained; its ``"window"`` counts for a model whose memory
        grows with the text, which has never read more at once.

    Returns
    -------
    length
        Tokens; None for a model with a state of fixed size, which reads on
        and on.

    Examples
    --------
    >>> from seqcourse.numpy import RNN, Embedding, FixedWindow, LanguageModel
    >>> rnn = LanguageModel(Embedding(9, 4), RNN(4, 8))
    >>> context_length(rnn, {"window": 64}) is None
    True
    >>> window = LanguageModel(Embedding(9, 4), FixedWindow(4, 8, window=6))
    >>> context_length(window, {})
    6
    """
    limits = []
    left = steps_left(layer, None)
    if left is not None:
        limits.append(int(left[0]))
    window = recipe.get("window")
    grows = layer.state_bytes(1_000) > layer.state_bytes(500)
    if grows and type(window) is int and window > 0:
        limits.append(window)
    return min(limits, default=None)
