"""The half of a model that writes, one token after the other."""

from __future__ import annotations

from typing import Any

from torch import Tensor
from torch.nn import functional as F

from seqcourse.numpy.seq2seq.decoder import Decoder as Configuration
from seqcourse.torch.attention.attention_mechanism import AttentionMechanism
from seqcourse.torch.contract import validation
from seqcourse.torch.contract.layer import Layer, State
from seqcourse.torch.layers.linear import Linear
from seqcourse.torch.seq2seq.attention_decoder import AttentionDecoder


class Decoder(Layer):
    """Score the next token, from a state that was handed over::

        scores[t] = readout(decoder(target_embedding(x))[t])

    What it knows of a source is in the state that it begins from; who makes
    that state is said by whoever inherits, as `EncoderDecoder` does. With
    attention the decoder is `AttentionDecoder`. Tied, the token's vectors are also
    the readout's weights.

    Parameters
    ----------
    config
        The NumPy writer.
    target_embedding
        The vectors of the tokens that are written.
    decoder
        What writes.
    attention
        How the decoder looks at what was read; None for not at all.

    Examples
    --------
    >>> from seqcourse.torch import RNN, Embedding, EncoderDecoder
    >>> model = EncoderDecoder(None, RNN(3, 6), Embedding(9, 4), RNN(4, 6))
    >>> isinstance(model, Decoder)
    True

    References
    ----------
    Sutskever, Vinyals and Le (2014), Sequence to sequence learning with
    neural networks. Tied: Press and Wolf (2017), Using the output embedding
    to improve language models.
    """

    config: Configuration

    def __init__(
        self,
        config: Configuration,
        target_embedding: Layer,
        decoder: Layer,
        attention: AttentionMechanism | None,
    ) -> None:
        self.config = config
        self.target_embedding = target_embedding
        self.decoder = (
            decoder
            if attention is None
            else AttentionDecoder(decoder, attention)
        )
        like = next(decoder.parameters())
        self.readout = Linear(
            config.readout.in_features,
            config.readout.out_features,
            device=like.device,
            dtype=like.dtype,
        )
        if config.tied:  # as the readout's are drawn: scores must begin small
            target_embedding.weight.data = self.readout.weight.data
            del self.readout.weight

    def initial_state(self, batch_size: int) -> State:
        return self.decoder.initial_state(batch_size)

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

        Parameters
        ----------
        x
            What it is given at each step: tokens (B, T).
        state
            What was handed over.
        lengths
            Real steps of each sequence (B,), 1 to T; None means all T.

        Returns
        -------
        weights
            How much of each place of the source at each step (B, T, S), 0
            beyond a length; None where there is no attention.
        """
        if not isinstance(self.decoder, AttentionDecoder):
            return None
        vectors, _ = self.target_embedding(x, (), lengths)
        return self.decoder.attention_weights(vectors, state, lengths)
