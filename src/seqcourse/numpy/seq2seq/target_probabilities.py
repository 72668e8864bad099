"""An encoder–decoder as its equations say it, without options."""

from __future__ import annotations

import numpy as np

from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.layer import Array, Params
from seqcourse.numpy.contract.parameters import child
from seqcourse.numpy.functional.softmax import softmax
from seqcourse.numpy.seq2seq.encoder_decoder import EncoderDecoder


@checked
def target_probabilities(
    model: EncoderDecoder, params: Params, sources: Array, inputs: Array
) -> Array:
    """Compute the probability of every token at each step of the target.

    `EncoderDecoder.encode` and `EncoderDecoder.forward` give the same, and
    have padding, a bridge, attention and tied weights as well.

    Parameters
    ----------
    model
        With source embeddings, and with a decoder that takes the encoder's
        state as it is; without attention and without tied weights.
    params
        Its weights.
    sources
        Tokens (B, S), without padding.
    inputs
        The token before each token of the target (B, T), a start token
        first.

    Returns
    -------
    probabilities
        Of each of V tokens at each step (B, T, V).

    Examples
    --------
    >>> from seqcourse.numpy import GRU, Embedding
    >>> parts = Embedding(9, 4), GRU(4, 6), Embedding(7, 4), GRU(4, 6)
    >>> model = EncoderDecoder(*parts)
    >>> params = model.init(np.random.default_rng(0))
    >>> sources, inputs = np.array([[3, 1, 4]]), np.array([[0, 2]])
    >>> target_probabilities(model, params, sources, inputs).shape
    (1, 2, 7)
    """
    h, probabilities = None, []
    for i in range(sources.shape[1]):
        x = params["source_embedding.weight"][sources[:, i]]
        _, h = model.encoder.step(child(params, "encoder"), x, h)
    s = h
    for t in range(inputs.shape[1]):
        y = params["target_embedding.weight"][inputs[:, t]]
        output, s = model.decoder.step(child(params, "decoder"), y, s)
        logits = output @ params["readout.weight"].T + params["readout.bias"]
        probabilities.append(softmax(logits))
    return np.stack(probabilities, axis=1)
