"""The twin of the encoder–decoder without options."""

from __future__ import annotations

import torch
from torch import Tensor

from seqcourse.torch.seq2seq.encoder_decoder import EncoderDecoder


def target_probabilities(
    model: EncoderDecoder, sources: Tensor, inputs: Tensor
) -> Tensor:
    """Give the NumPy twin's probabilities, on autograd.

    `seqcourse.numpy.seq2seq.target_probabilities.target_probabilities` says
    which models it takes.

    Parameters
    ----------
    model
        One of them, with its weights.
    sources
        Tokens (B, S).
    inputs
        Tokens (B, T).

    Returns
    -------
    probabilities
        At each step (B, T, V).

    Examples
    --------
    >>> from seqcourse.torch import GRU, Embedding
    >>> parts = Embedding(9, 4), GRU(4, 6), Embedding(7, 4), GRU(4, 6)
    >>> model = EncoderDecoder(*parts)
    >>> sources, inputs = torch.tensor([[3, 1, 4]]), torch.tensor([[0, 2]])
    >>> tuple(target_probabilities(model, sources, inputs).shape)
    (1, 2, 7)
    """
    params = dict(model.named_parameters())
    h, probabilities = None, []
    for i in range(sources.shape[1]):
        x = params["source_embedding.weight"][sources[:, i]]
        _, h = model.encoder.step(x, h)
    s = h
    for t in range(inputs.shape[1]):
        y = params["target_embedding.weight"][inputs[:, t]]
        output, s = model.decoder.step(y, s)
        logits = output @ params["readout.weight"].T + params["readout.bias"]
        probabilities.append(logits.softmax(-1))
    return torch.stack(probabilities, dim=1)
