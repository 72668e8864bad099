"""The encoder-decoder on autograd."""

from __future__ import annotations

import torch
from torch import Tensor

from seqcourse import numpy as reference
from seqcourse.numpy.seq2seq.encoder_decoder import check_encode
from seqcourse.torch.attention.attention_mechanism import AttentionMechanism
from seqcourse.torch.contract.composition import configs_of
from seqcourse.torch.contract.edge import edge
from seqcourse.torch.contract.layer import Layer, State
from seqcourse.torch.seq2seq.bridge import Bridge
from seqcourse.torch.seq2seq.decoder import Decoder


class EncoderDecoder(Decoder):
    """`seqcourse.numpy.EncoderDecoder` on autograd.

    A call runs the decoder. The bridge has the encoder's device and type, the
    readout the decoder's.
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

    @edge("state", check=check_encode)
    def encode(self, x: Tensor, lengths: Tensor | None = None) -> State:
        """`seqcourse.numpy.EncoderDecoder.encode`, without a cache."""
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
