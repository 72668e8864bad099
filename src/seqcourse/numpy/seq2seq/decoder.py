"""The half of a model that writes, one token after the other."""

from __future__ import annotations

import numpy as np
from numpy.typing import DTypeLike

from seqcourse.numpy.attention.attention_mechanism import AttentionMechanism
from seqcourse.numpy.contract import parameters
from seqcourse.numpy.contract.calls.function import check_reading, edge
from seqcourse.numpy.contract.composition import Composite, check_parts
from seqcourse.numpy.contract.layer import (
    Array,
    Cache,
    Layer,
    Params,
    State,
    StateGradient,
)
from seqcourse.numpy.contract.module import Module
from seqcourse.numpy.contract.parameters import child, prefixed
from seqcourse.numpy.contract.validation import inside_a_model
from seqcourse.numpy.layers.embedding import Embedding
from seqcourse.numpy.layers.linear import Linear, made_once
from seqcourse.numpy.seq2seq.attention_decoder import AttentionDecoder


class Decoder(Composite):
    """Score the next token, from a state that was handed over::

        scores[t] = readout(decoder(target_embedding(x))[t])

    What it knows of a source is in the state that it begins from; who makes
    that state is said by whoever inherits, as `EncoderDecoder` does. With
    attention the decoder is `AttentionDecoder`. Tied, the token's vectors are
    also the readout's weights, and each of them gets two gradients, added up.

    Attributes
    ----------
    target_embedding
        The vectors of the tokens that are written.
    decoder
        What writes; it must not see the future.
    attention
        How the decoder looks at what was read; None for not at all.
    tied
        Whether the target's vectors are also the readout's weights.

    Raises
    ------
    ValueError
        If two parts do not fit together, or the decoder sees the future.

    Examples
    --------
    >>> from seqcourse.numpy import RNN, EncoderDecoder
    >>> model = EncoderDecoder(None, RNN(3, 6), Embedding(9, 4), RNN(4, 6))
    >>> isinstance(model, Decoder), model.output_size
    (True, 9)

    References
    ----------
    Sutskever, Vinyals and Le (2014), Sequence to sequence learning with
    neural networks. Tied: Press and Wolf (2017), Using the output embedding
    to improve language models.
    """

    target_embedding: Layer
    decoder: Layer
    attention: AttentionMechanism | None
    tied: bool

    def __post_init__(self) -> None:
        words, core = self.target_embedding, self.decoder
        check_parts(words, core, ("target_embedding", "decoder"))
        if not isinstance(words, Embedding):
            raise ValueError(
                "target_embedding: expected an Embedding for tokens, "
                f"got {type(words).__name__}"
            )
        if not core.causal:
            raise ValueError(
                "decoder: expected one that sees no future (decoder.causal), "
                f"got {type(core).__name__}"
            )
        if self.tied and core.output_size != words.embedding_dim:
            raise ValueError(
                "tied: expected False where the decoder's output_size "
                f"{core.output_size} is not the target_embedding's "
                f"{words.embedding_dim}, got {self.tied}"
            )
        _ = self.writer  # refuses an attention that does not fit

    @property
    def output_size(self) -> int:
        """Tokens that can be written."""
        assert isinstance(self.target_embedding, Embedding)
        return self.target_embedding.num_embeddings

    @property
    def writer(self) -> Layer:
        """The decoder, with its attention where it has one."""
        if self.attention is None:
            return self.decoder
        return AttentionDecoder(self.decoder, self.attention)

    @property
    def readout(self) -> Linear:
        """The weighted sum from the decoder's output to the scores."""
        return made_once(self.decoder.output_size, self.output_size)

    def children(self) -> dict[str, Module]:
        return {
            "target_embedding": self.target_embedding,
            "decoder": self.writer,
            "readout": self.readout,
        }

    def _reader(self) -> Layer:
        return self.target_embedding

    def parameter_shapes(self) -> dict[str, tuple[int, ...]]:
        shapes = super().parameter_shapes()
        if self.tied:
            del shapes["readout.weight"]
        return shapes

    def init(
        self, rng: np.random.Generator, dtype: DTypeLike = np.float32
    ) -> Params:
        params = super().init(rng, dtype)
        if self.tied:  # as the readout's are drawn: scores must begin small
            params["target_embedding.weight"] = params.pop("readout.weight")
        return params

    def initial_state(self, batch_size: int, dtype: DTypeLike) -> State:
        return self.writer.initial_state(batch_size, dtype)

    def _of_readout(self, params: Params) -> Params:
        mine = child(params, "readout")
        if self.tied:
            mine["weight"] = params["target_embedding.weight"]
        return mine

    def step(
        self, params: Params, x_t: Array, state: State | None = None
    ) -> tuple[Array, State]:
        vector, _ = self.target_embedding.step(
            child(params, "target_embedding"), x_t
        )
        y_t, state = self.writer.step(child(params, "decoder"), vector, state)
        scores, _ = self.readout.step(self._of_readout(params), y_t)
        return scores, state

    def forward(
        self,
        params: Params,
        x: Array,
        state: State | None = None,
        lengths: Array | None = None,
        rng: np.random.Generator | None = None,
        out: Cache | None = None,
    ) -> tuple[Array, State, Cache]:
        parameters.check_parameter_shapes(params, self.parameter_shapes())
        old = out or (None, None, None)
        vectors, _, embedded = self.target_embedding.forward(
            child(params, "target_embedding"), x, (), lengths, rng, old[0]
        )
        y, state, written = self.writer.forward(
            child(params, "decoder"), vectors, state, lengths, rng, old[1]
        )
        with inside_a_model():
            scores, _, scored = self.readout.forward(
                self._of_readout(params), y, (), lengths, rng, old[2]
            )
        return scores, state, (embedded, written, scored)

    def backward(
        self,
        params: Params,
        dy: Array,
        dstate: StateGradient | None,
        cache: Cache,
    ) -> tuple[Array | None, StateGradient, Params]:
        embedded, written, scored = cache
        d, _, of_readout = self.readout.backward(
            self._of_readout(params), dy, (), scored
        )
        dvectors, dstate, of_decoder = self.writer.backward(
            child(params, "decoder"), d, dstate, written
        )
        assert dvectors is not None
        dx, _, of_words = self.target_embedding.backward(
            child(params, "target_embedding"), dvectors, (), embedded
        )
        if self.tied:
            of_words["weight"] += of_readout.pop("weight")
        grads = prefixed(of_words, "target_embedding")
        grads |= prefixed(of_decoder, "decoder")
        grads |= prefixed(of_readout, "readout")
        return dx, dstate, grads

    @edge("weights", check=check_reading)
    def attention_weights(
        self,
        params: Params,
        x: Array,
        state: State | None = None,
        lengths: Array | None = None,
    ) -> Array | None:
        """Tell where the decoder looks as it writes.

        Parameters
        ----------
        params
            The weights.
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
        if not isinstance(self.writer, AttentionDecoder):
            return None
        vectors, _, _ = self.target_embedding.forward(
            child(params, "target_embedding"), x, (), lengths
        )
        return self.writer.attention_weights(
            child(params, "decoder"), vectors, state, lengths
        )
