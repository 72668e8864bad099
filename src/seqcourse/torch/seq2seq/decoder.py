"""The base class of models that decode, on autograd."""

from __future__ import annotations

from typing import Any

from torch import Tensor
from torch.nn import functional as F

from seqcourse.numpy.contract.calls.function import check_reading
from seqcourse.numpy.seq2seq.decoder import Decoder as Configuration
from seqcourse.torch.attention.attention_mechanism import AttentionMechanism
from seqcourse.torch.contract import validation
from seqcourse.torch.contract.composition import Composite
from seqcourse.torch.contract.edge import edge
from seqcourse.torch.contract.layer import Layer, State
from seqcourse.torch.seq2seq.attention_decoder import AttentionDecoder


class Decoder(Composite):
    """`seqcourse.numpy.seq2seq.decoder.Decoder` on autograd.

    A tied readout has no weight of its own: its initial weight becomes that
    of the target embedding.

    Parameters
    ----------
    config
        The NumPy decoder; a subclass calls `set_decoder`.
    """

    config: Configuration

    def set_decoder(
        self,
        target_embedding: Layer,
        decoder: Layer,
        attention: AttentionMechanism | None,
    ) -> None:
        """Set the modules that decode, and make the readout.

        Parameters
        ----------
        target_embedding
            Embeds the target tokens.
        decoder
            The core; the readout has its device and type.
        attention
            Attends to the source; None for no attention.
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

    @edge("weights", check=check_reading)
    def attention_weights(
        self,
        x: Tensor,
        state: State | None = None,
        lengths: Tensor | None = None,
    ) -> Tensor | None:
        """`seqcourse.numpy.seq2seq.decoder.Decoder.attention_weights`.

        The weights are a tensor.
        """
        if not isinstance(self.decoder, AttentionDecoder):
            return None
        vectors, _ = self.target_embedding(x, (), lengths)
        return self.decoder.attention_weights(vectors, state, lengths)
