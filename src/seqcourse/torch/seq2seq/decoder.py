"""The half of a model that writes, one token after the other."""

from __future__ import annotations

from typing import Any

from torch import Tensor
from torch.nn import functional as F

from seqcourse.numpy.seq2seq.decoder import Decoder as Configuration
from seqcourse.torch.attention.attention_mechanism import AttentionMechanism
from seqcourse.torch.contract import validation
from seqcourse.torch.contract.composition import Composite
from seqcourse.torch.contract.layer import Layer, State
from seqcourse.torch.seq2seq.attention_decoder import AttentionDecoder


class Decoder(Composite):
    """Score the next token, from a state that was handed over.

    The twin of `seqcourse.numpy.seq2seq.decoder.Decoder`. Tied, the
    readout has no weight of its own; its first weights become the vectors.

    Parameters
    ----------
    config
        The NumPy writer; whoever inherits calls `set_decoder`.

    Examples
    --------
    >>> from seqcourse.torch import RNN, Embedding, EncoderDecoder
    >>> model = EncoderDecoder(None, RNN(3, 6), Embedding(9, 4), RNN(4, 6))
    >>> isinstance(model, Decoder)
    True
    """

    config: Configuration

    def set_decoder(
        self,
        target_embedding: Layer,
        decoder: Layer,
        attention: AttentionMechanism | None,
    ) -> None:
        """Take over the modules that write, and make the readout.

        Parameters
        ----------
        target_embedding
            The vectors of the tokens that are written.
        decoder
            What writes.
        attention
            How the decoder looks at what was read; None for not at all.
        """
        self.target_embedding = target_embedding
        self.decoder = (
            decoder
            if attention is None
            else AttentionDecoder(decoder, attention)
        )
        self.readout = self.new_child("readout", next(decoder.parameters()))
        if self.config.tied:
            # As the readout's are drawn: scores must begin small.
            target_embedding.weight.data = self.readout.weight.data
            del self.readout.weight

    def _score(self, y: Tensor) -> Tensor:
        of: Any = self.target_embedding if self.config.tied else self.readout
        return F.linear(y, of.weight, self.readout.bias)

    def step(
        self, x_t: Tensor, state: State | None = None
    ) -> tuple[Tensor, State]:
        vector, _ = self.target_embedding.step(x_t)
        y_t, state = self.decoder.step(vector, state)
        return self._score(y_t), state

    def forward(
        self,
        x: Tensor,
        state: State | None = None,
        lengths: Tensor | None = None,
    ) -> tuple[Tensor, State]:
        vectors, _ = self.target_embedding(x, (), lengths)
        y, state = self.decoder(vectors, state, lengths)
        scores, padding_mask = (
            self._score(y),
            validation.padding_mask(lengths, x),
        )
        if padding_mask is not None:
            scores = scores.masked_fill(padding_mask[..., None], 0)
        return scores, state

    def attention_weights(
        self,
        x: Tensor,
        state: State | None = None,
        lengths: Tensor | None = None,
    ) -> Tensor | None:
        """Tell where the decoder looks as it writes.

        As `seqcourse.numpy.seq2seq.decoder.Decoder.attention_weights` does.
        """
        if not isinstance(self.decoder, AttentionDecoder):
            return None
        vectors, _ = self.target_embedding(x, (), lengths)
        return self.decoder.attention_weights(vectors, state, lengths)
