"""Read first, then write: one network hands what it read to another.

What is handed over is a state like any other, so whoever writes is an
ordinary core that did not begin from nothing.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from seqcourse import numpy as reference
from seqcourse.torch.attention.attention_mechanism import AttentionMechanism
from seqcourse.torch.contract.layer import Layer, State
from seqcourse.torch.seq2seq.bridge import Bridge
from seqcourse.torch.seq2seq.decoder import Decoder


class EncoderDecoder(Decoder):
    """Read a source, then write, with what was read for a first state::

        read, last = encoder(source_embedding(source))
        first      = bridge(last), and with attention: read, lengths
        scores[t]  = readout(decoder(target_embedding(x))[t])

    `encode` gives the first state; called, the module is the decoder, which
    takes that state as it would any other. Its input x is what it should have
    written the step before: x begins with a start token and is one step
    behind the targets.

    Without attention all that the decoder knows of the source is the
    encoder's last state, however long the source was. With attention it is
    `AttentionDecoder`: it looks at each step at all that the encoder said. The
    bridge is nothing where the decoder's state has the encoder's shapes, and
    else a `Bridge`.

    Parameters
    ----------
    source_embedding
        `Embedding` for tokens, `Linear` for real numbers, None where the
        encoder reads the source as it is.
    encoder
        What reads the source; it may see the future.
    target_embedding
        The vectors of the tokens that are written.
    decoder
        What writes; it must not see the future.
    attention
        How the decoder looks at the source, `AdditiveAttention` or
        `DotAttention`; None for not at all.
    tied
        Whether the target's vectors are also the readout's weights; they are
        then drawn anew.

    Raises
    ------
    ValueError
        If two parts do not fit together, the decoder sees the future, or the
        encoder hands on nothing that could become the decoder's state.

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

    References
    ----------
    Sutskever, Vinyals and Le (2014), Sequence to sequence learning with
    neural networks; Cho et al. (2014), Learning phrase representations using
    RNN encoder-decoder for statistical machine translation. Attention: Luong,
    Pham and Manning (2015), without input feeding; additive scores: Bahdanau,
    Cho and Bengio (2015).
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
        nn.Module.__init__(self)
        parts = source_embedding, encoder, target_embedding, decoder
        given: list[Any] = [
            getattr(part, "config", part)
            for part in (*parts, attention, tied)
        ]
        config = reference.EncoderDecoder(*given)
        self.source_embedding = source_embedding
        self.encoder = encoder
        self.bridge: Bridge | None = None
        if config.bridge is not None:
            like = next(encoder.parameters())
            self.bridge = Bridge(
                config.bridge.sizes_in,
                config.bridge.sizes_out,
                device=like.device,
                dtype=like.dtype,
            )
        super().__init__(config, target_embedding, decoder, attention)
        self.attends = attention is not None

    def encode(self, x: Tensor, lengths: Tensor | None = None) -> State:
        """Read a batch of sources.

        Parameters
        ----------
        x
            Sources (B, S), or (B, S, D) where they are real numbers.
        lengths
            Real steps of each source (B,), 1 to S; None means all S.

        Returns
        -------
        state
            What the decoder begins from.

        Raises
        ------
        ValueError
            If an argument has the wrong shape, type or values; the message
            names the argument and the axis.
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
