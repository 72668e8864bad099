"""Read first, then write: one network hands what it read to another.

What is handed over is a state like any other, so whoever writes is an
ordinary core that did not begin from nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from seqcourse.numpy.attention.attention_mechanism import AttentionMechanism
from seqcourse.numpy.contract import validation
from seqcourse.numpy.contract.calls import kept_cache
from seqcourse.numpy.contract.calls.function import edge
from seqcourse.numpy.contract.calls.gradients import check_end_gradients
from seqcourse.numpy.contract.composition import check_parts
from seqcourse.numpy.contract.layer import (
    Array,
    Cache,
    Layer,
    Params,
    State,
    StateGradient,
)
from seqcourse.numpy.contract.module import Module
from seqcourse.numpy.contract.parameters import (
    check_params,
    child,
    prefixed,
)
from seqcourse.numpy.seq2seq.bridge import Bridge, bridge_between
from seqcourse.numpy.seq2seq.decoder import Decoder


def check_encode(
    layer: EncoderDecoder,
    params: Params,
    x: Array,
    lengths: Array | None,
    rng: np.random.Generator | None,
    out: Any,
) -> dict[str, Any]:
    """Check what `EncoderDecoder.encode` is given.

    Parameters
    ----------
    layer
        The model.
    params, x, lengths, rng, out
        As it takes them.

    Returns
    -------
    replaced
        The sources in the weights' type.

    Raises
    ------
    ValueError
        If an argument has the wrong shape, type or values.

    Examples
    --------
    >>> from seqcourse.numpy import RNN, Embedding
    >>> model = EncoderDecoder(None, RNN(3, 6), Embedding(9, 4), RNN(4, 6))
    >>> params = model.init(np.random.default_rng(0))
    >>> check_encode(model, params, np.ones((1, 2)), None, None, None)
    Traceback (most recent call last):
    ValueError: x: expected 3 axes (B, T, D), got shape (1, 2)
    """
    del rng
    dtype = check_params(params, layer)
    first = layer.source_embedding or layer.encoder
    x = first._check_x(x, dtype)
    validation.padding_mask(lengths, *x.shape[:2])
    return {"x": x, "out": out and kept_cache.usable_cache(layer, out)}


def check_encode_backward(
    layer: EncoderDecoder, params: Params, dstate: Any, cache: Any
) -> dict[str, Any]:
    """Check what `EncoderDecoder.encode_backward` is given.

    Parameters
    ----------
    layer
        The model.
    params, dstate, cache
        As it takes them.

    Returns
    -------
    replaced
        The gradients in the state's types.

    Raises
    ------
    ValueError
        If an argument has the wrong shape, type or values.

    Examples
    --------
    >>> from seqcourse.numpy import RNN, Embedding
    >>> model = EncoderDecoder(None, RNN(3, 6), Embedding(9, 4), RNN(4, 6))
    >>> params = model.init(np.random.default_rng(0))
    >>> _, cache = model.encode(params, np.ones((1, 2, 3)))
    >>> check_encode_backward(model, params, (), cache)
    Traceback (most recent call last):
    ValueError: dstate: expected a tuple of 1 arrays, got 0
    """
    check_params(params, layer)
    kept_cache.check_cache(layer, cache)
    return {"dstate": check_end_gradients(dstate, cache.ends)}


@dataclass(frozen=True)
class EncoderDecoder(Decoder):
    """Read a source, then write, with what was read for a first state::

        read, last = encoder(source_embedding(source))
        first      = bridge(last), and with attention: read, lengths
        scores[t]  = readout(decoder(target_embedding(x))[t])

    `encode` gives the first state. `forward` is the decoder, which takes that
    state as it would any other, and keeps the contract. Its input x is what
    it should have written the step before (teacher forcing): x begins with a
    start token and is one step behind the targets.

    Without attention all that the decoder knows of the source is the
    encoder's last state, however long the source was. With attention it is
    `AttentionDecoder`: it looks at each step at all that the encoder said.
    The bridge is nothing where the decoder's state has the encoder's shapes,
    and else a `Bridge`.

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
        Whether the target's vectors are also the readout's weights.

    Raises
    ------
    ValueError
        If two parts do not fit together, the decoder sees the future, or the
        encoder hands on nothing that could become the decoder's state.

    Examples
    --------
    >>> from seqcourse.numpy import GRU, DotAttention, Embedding
    >>> model = EncoderDecoder(
    ...     Embedding(9, 4),
    ...     GRU(4, 6),
    ...     Embedding(7, 4),
    ...     GRU(4, 6),
    ...     attention=DotAttention(6, 6),
    ... )
    >>> params = model.init(np.random.default_rng(0))
    >>> state, _ = model.encode(params, np.array([[3, 1, 4, 1, 5]]))
    >>> scores, _, _ = model.forward(params, np.array([[0, 2, 6]]), state)
    >>> scores.shape
    (1, 3, 7)

    References
    ----------
    Sutskever, Vinyals and Le (2014), Sequence to sequence learning with
    neural networks; Cho et al. (2014), Learning phrase representations using
    RNN encoder-decoder for statistical machine translation. Attention: Luong,
    Pham and Manning (2015), without input feeding; additive scores: Bahdanau,
    Cho and Bengio (2015).
    """

    source_embedding: Layer | None
    encoder: Layer
    target_embedding: Layer
    decoder: Layer
    attention: AttentionMechanism | None = None
    tied: bool = False

    def __post_init__(self) -> None:
        names = "source_embedding", "encoder"
        check_parts(self.source_embedding, self.encoder, names)
        super().__post_init__()
        M, attention = self.encoder.output_size, self.attention
        if attention is not None and attention.key_size != M:
            raise ValueError(
                f"attention: expected key_size {M}, the encoder's "
                f"output_size, got {attention.key_size}"
            )
        bridge_between(self.encoder, self.decoder)

    @property
    def bridge(self) -> Bridge | None:
        """What makes the decoder's first state; None where nothing must."""
        return bridge_between(self.encoder, self.decoder)

    def readers(self) -> dict[str, Module]:
        """Give the parts that read the source, by their prefix.

        Returns
        -------
        readers
            In the order of their weights.
        """
        parts: dict[str, Module | None] = {
            "source_embedding": self.source_embedding,
            "encoder": self.encoder,
            "bridge": self.bridge,
        }
        return {
            name: part for name, part in parts.items() if part is not None
        }

    def children(self) -> dict[str, Module]:
        return self.readers() | super().children()

    def state_bytes(self, T: int, dtype: DTypeLike = np.float32) -> int:
        """Tell how large what is handed over is, after a source of T steps.

        Parameters
        ----------
        T
            Steps of the source.
        dtype
            Floating type of the weights.

        Returns
        -------
        size
            Bytes: with attention they grow with T.
        """
        size = self.writer.state_bytes(T, dtype)
        if self.attention is None:
            return size
        return size + T * self.encoder.output_size * np.dtype(dtype).itemsize

    @edge("state", "", check=check_encode)
    def encode(
        self,
        params: Params,
        x: Array,
        lengths: Array | None = None,
        rng: np.random.Generator | None = None,
        out: Cache | None = None,
    ) -> tuple[State, Cache]:
        """Read a batch of sources.

        Parameters
        ----------
        params
            The weights, as `init` names them.
        x
            Sources (B, S), or (B, S, D) where they are real numbers.
        lengths
            Real steps of each source (B,), 1 to S; None means all S.
        rng
            Switches dropout on; without it there is none.
        out
            The cache of an earlier call whose buffers may be written again.

        Returns
        -------
        state
            What the decoder begins from.
        cache
            What `encode_backward` needs.

        Raises
        ------
        ValueError
            If an argument has the wrong shape, type or values; the message
            names the argument and the axis.
        """
        old = out or (None, None, None)
        embedded, bridged = None, None
        if self.source_embedding is not None:
            x, _, embedded = self.source_embedding.forward(
                child(params, "source_embedding"), x, (), lengths, rng, old[0]
            )
        memory, state, read = self.encoder.forward(
            child(params, "encoder"), x, None, lengths, rng, old[1]
        )
        if self.bridge is not None:
            state, bridged = self.bridge.forward(
                child(params, "bridge"), state
            )
        if self.attention is not None:
            B, S, _ = memory.shape
            steps = np.full(B, S) if lengths is None else np.array(lengths)
            state = (*state, memory, steps.astype(np.int64))
        cache = embedded, read, bridged, memory.shape
        return state, kept_cache.kept(self, memory, state, cache)

    @edge("dx", "grads", check=check_encode_backward)
    def encode_backward(
        self, params: Params, dstate: StateGradient, cache: Cache
    ) -> tuple[Array | None, Params]:
        """Carry gradients back through one call of `encode`.

        Parameters
        ----------
        params
            The weights that `encode` was given.
        dstate
            Gradient for what the decoder began from, as `backward` gives it.
        cache
            What `encode` returned.

        Returns
        -------
        dx
            Gradient for the source, or None where the source is integers.
        grads
            Gradient for the weights of all that reads: `readers`.
        """
        embedded, read, bridged, shape = cache
        dtype = next(iter(params.values())).dtype
        dmemory = np.zeros(shape, dtype)
        if self.attention is not None:
            *dstate_list, dattention, _ = dstate
            dstate = tuple(dstate_list)
            dmemory = dmemory if dattention is None else dattention
        grads: Params = {}
        if self.bridge is not None:
            dstate, of_bridge = self.bridge.backward(
                child(params, "bridge"), dstate, bridged
            )
            grads |= prefixed(of_bridge, "bridge")
        dx, _, of_encoder = self.encoder.backward(
            child(params, "encoder"), dmemory, dstate, read
        )
        grads |= prefixed(of_encoder, "encoder")
        if self.source_embedding is not None and dx is not None:
            dx, _, of_embedding = self.source_embedding.backward(
                child(params, "source_embedding"), dx, (), embedded
            )
            grads |= prefixed(of_embedding, "source_embedding")
        return dx, grads

    def backward(
        self,
        params: Params,
        dy: Array,
        dstate: StateGradient | None,
        cache: Cache,
    ) -> tuple[Array | None, StateGradient, Params]:
        dx, dstate, grads = super().backward(params, dy, dstate, cache)
        for name in self.parameter_shapes():
            if name not in grads:  # `encode_backward` has it
                grads[name] = np.zeros_like(params[name])
        return dx, dstate, grads
