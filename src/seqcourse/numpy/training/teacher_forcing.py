"""Teacher forcing: in training, the decoder is fed the right tokens.

The task shifts them: a batch's inputs are its targets one step later, behind
a start token. ``loss`` feeds them to the decoder, all steps in one `forward`,
whatever the model would have written itself. Before that the source must be
encoded, which happens here. Free running is in ``decoding/``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from seqcourse.numpy.contract import shapes
from seqcourse.numpy.contract.layer import Cache, Layer, Params, State
from seqcourse.numpy.contract.task import check_sources
from seqcourse.numpy.seq2seq.encoder_decoder import EncoderDecoder


def encode_source(
    model: Layer,
    params: Params,
    batch: Any,
    rng: np.random.Generator | None = None,
    out: Cache | None = None,
) -> tuple[State | None, Cache | None]:
    """Let a model that reads a source read it, and give what it begins from.

    Parameters
    ----------
    model
        Any model.
    params
        Its weights.
    batch
        What shall be answered.
    rng
        Switches dropout on; without it there is none.
    out
        The cache of an earlier call, to be written again.

    Returns
    -------
    state
        The first state; None for a model that reads no source.
    cache
        For the way back.

    Raises
    ------
    ValueError
        If the model reads a source and the batch has none.

    Examples
    --------
    >>> from seqcourse.numpy import RNN
    >>> encode_source(RNN(3, 4), {}, None)
    (None, None)
    """
    if not check_sources(model, batch):
        return None, None
    assert isinstance(model, EncoderDecoder)
    sources, lengths = batch.sources, batch.source_lengths
    with shapes.called(x="sources", lengths="source_lengths"):
        return model.encode(params, sources, lengths, rng, out)
