"""Read first, then write: one network hands what it read to another.

What is handed over is a state like any other, so whoever writes is an
ordinary core that did not begin from nothing.
"""

from __future__ import annotations

import torch
from torch import Tensor

from seqcourse import numpy as reference
from seqcourse.torch.attention.attention_mechanism import AttentionMechanism
from seqcourse.torch.contract.composition import configs_of
from seqcourse.torch.contract.layer import Layer, State
from seqcourse.torch.seq2seq.bridge import Bridge
from seqcourse.torch.seq2seq.decoder import Decoder


class EncoderDecoder(Decoder):
    """Read a source, then write, with what was read for a first state.

    The twin of `seqcourse.numpy.EncoderDecoder`. Called, the module is
    the decoder. The bridge and the readout are made on the device, and in the
    type, of the encoder and the decoder; tied, the readout's first weights
    become the target's vectors.

    Examples
    --------
    >>> from seqcourse.torch import GRU, DotAttention, Embedding
    >>> model = EncoderDecoder(
    ...     Embedding(9, 4),
    ...     GRU(4, 6),
    ...     Embedding(7, 4),
    ...     GRU(4, 6),
    ...     attention=DotAttention(6, 6),
    ... )
    >>> state = model.encode(torch.tensor([[3, 1, 4, 1, 5]]))
    >>> scores, _ = model(torch.tensor([[0, 2, 6]]), state)
    >>> tuple(scores.shape)
    (1, 3, 7)
    """

    def __init__(
        self,
        source_embedding: Layer | None,
        encoder: Layer,
        target_embedding: Layer,
        decoder: Layer,
        attention: AttentionMechanism | None = None,
        tied: bool = False,
    ) -> None:
        parts = source_embedding, encoder, target_embedding, decoder
        given = configs_of(*parts, attention, tied)
        config = reference.EncoderDecoder(*given)
        super().__init__(config)
        self.source_embedding = source_embedding
        self.encoder = encoder
        self.bridge: Bridge | None = None
        if config.bridge is not None:
            like = next(encoder.parameters())
            self.bridge = self.new_child("bridge", like)
        self.set_decoder(target_embedding, decoder, attention)
        self.attends = attention is not None

    def encode(self, x: Tensor, lengths: Tensor | None = None) -> State:
        """Read a batch of sources.

        As `seqcourse.numpy.EncoderDecoder.encode` does; what it gives
        is what the decoder begins from.
        """
        if self.source_embedding is not None:
            x, _ = self.source_embedding(x, (), lengths)
        memory, last = self.encoder(x, None, lengths)
        state: State = last if self.bridge is None else self.bridge(last)
        if not self.attends:
            return state
        B, S, _ = memory.shape
        steps = [S] * B if lengths is None else lengths
        return (
            *state,
            memory,
            torch.as_tensor(steps, dtype=torch.int64, device=memory.device),
        )
