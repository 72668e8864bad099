"""What every layer promises, asked of every layer.

A new model is one file in each backend and one row in ``TABLE``.
"""

import contextlib
import dataclasses
import functools
import itertools
import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

import numpy as np
import pytest

import seqcourse.numpy
from seqcourse.numpy.attention import blocked_attention
from seqcourse.testing import gradient_check, twin_difference

#: Where the table finds its classes; a planted bug is put here.
layers: Any = seqcourse.numpy

B, T, D, H, P, V, C, WINDOW, SOURCE = 3, 5, 7, 9, 6, 11, 2, 13, 8
E = 8  # which heads must divide
BIASES = ("in_proj_bias", "out_proj.bias")  # they begin at zero
#: Of the blocks of transformers: norms begin at one and at zero.
CONSTANT = (
    *BIASES,
    *(
        f"norm{i}.{name}"
        for i in ("", 1, 2, 3)
        for name in ("weight", "bias")
    ),
)
LENGTHS = np.array([3, 5, 1])


@dataclasses.dataclass(frozen=True)
class Row:
    """One layer of the table and what is true of it."""

    name: str
    make: Callable[[], Any]
    vocabulary: int | None = None  # tokens come in, not real numbers
    answers_once: bool = False  # y is (B, C), not (B, T, C)
    window: int | None = None  # the most steps it can read
    causal: bool = True
    nn: str | None = None  # the module of the same name in torch.nn
    width: int = D  # features that come in
    constant: tuple[str, ...] = ()  # first weights not drawn, by ending
    elsewhere: bool = False  # it looks at another sequence, too
    places: int = 0  # of the memory that its state holds
    readers: tuple[str, ...] = ()  # parts that `forward` does not use

    def drawn(self, params: dict[str, np.ndarray]) -> list[np.ndarray]:
        """Leave out the weights that begin as constants."""
        return [
            weight
            for name, weight in params.items()
            if not (self.constant and name.endswith(self.constant))
        ]


def embedding() -> Any:
    return layers.Embedding(V, D)


def stack(*sizes: int, dropout: float = 0.0, **options: Any) -> Any:
    """Put RNNs of the given widths one upon the other."""
    return layers.Stack(
        tuple(
            layers.RNN(*pair, **options) for pair in itertools.pairwise(sizes)
        ),
        dropout,
    )


def both_ways(input_size: int, front: int, back: int, **options: Any) -> Any:
    return layers.Bidirectional(
        layers.RNN(input_size, front, **options),
        layers.RNN(input_size, back, **options),
    )


def attention(
    position: str | None = None, causal: bool = True, **options: Any
) -> Any:
    """Make attention of four heads, two features each."""
    sizes = {"embed_dim": E, "num_heads": 4}
    told = position and getattr(layers, position)()
    return layers.MultiHeadAttention(
        causal=causal, position=told, **sizes | options
    )


def block(norm: str = "layer", first: bool = True, **options: Any) -> Any:
    """Make a block on attention of four heads."""
    options = dict(options)
    activation = options.pop("activation", "gelu")
    more = {k: options.pop(k) for k in ("bias",) if k in options}
    cross = (
        layers.MultiHeadAttention(E, 2) if options.pop("cross", 0) else None
    )
    return layers.TransformerBlock(
        attention(**options, **more),
        layers.FeedForward(E, H, activation, **more),
        norm,
        first,
        cross_attn=cross,
    )


def transformer(
    position: str | None = None, depth: int = 2, **options: Any
) -> Any:
    """Put blocks one upon the other, with places before the first."""
    told = {
        None: lambda: None,
        "SinusoidalPositionEmbedding": lambda: (
            layers.SinusoidalPositionEmbedding(E)
        ),
        "LearnedPositionEmbedding": lambda: layers.LearnedPositionEmbedding(
            WINDOW, E
        ),
    }
    return layers.Transformer(block(**options), depth, told[position]())


TABLE = {
    row.name: row
    for row in (
        Row("Linear", lambda: layers.Linear(D, H), nn="Linear"),
        Row(
            "Linear without bias",
            lambda: layers.Linear(D, H, bias=False),
            nn="Linear",
        ),
        Row("Embedding", embedding, vocabulary=V, nn="Embedding"),
        Row("BagOfWords", lambda: layers.BagOfWords(D, H)),
        Row(
            "FixedWindow",
            lambda: layers.FixedWindow(D, H, WINDOW),
            window=WINDOW,
        ),
        Row("RNN", lambda: layers.RNN(D, H), nn="RNN"),
        Row(
            "RNN with relu",
            lambda: layers.RNN(D, H, nonlinearity="relu"),
            nn="RNN",
        ),
        Row(
            "RNN without bias",
            lambda: layers.RNN(D, H, bias=False),
            nn="RNN",
        ),
        Row(
            "RNN, orthogonal",
            lambda: layers.RNN(D, H, orthogonal=True),
            nn="RNN",
        ),
        Row("LSTM", lambda: layers.LSTM(D, H), nn="LSTM"),
        Row(
            "LSTM without bias",
            lambda: layers.LSTM(D, H, bias=False),
            nn="LSTM",
        ),
        Row(
            "LSTM with forget bias",
            lambda: layers.LSTM(D, H, forget_bias=1.0),
            nn="LSTM",
        ),
        Row(
            "LSTM with chrono", lambda: layers.LSTM(D, H, chrono=T), nn="LSTM"
        ),
        Row("LSTM with peepholes", lambda: layers.LSTM(D, H, peepholes=True)),
        Row(
            "LSTM with projection",
            lambda: layers.LSTM(D, H, proj_size=P),
            nn="LSTM",
        ),
        Row(
            "LSTM with peepholes and projection, without bias",
            lambda: layers.LSTM(
                D, H, bias=False, peepholes=True, proj_size=P
            ),
        ),
        Row(
            "classifier of tokens, LSTM",
            lambda: layers.SequenceClassifier(
                embedding(), layers.LSTM(D, H), C
            ),
            vocabulary=V,
            answers_once=True,
        ),
        Row(
            "language model, LSTM",
            lambda: layers.LanguageModel(embedding(), layers.LSTM(D, H)),
            vocabulary=V,
        ),
        Row("GRU", lambda: layers.GRU(D, H), nn="GRU"),
        Row(
            "GRU without bias", lambda: layers.GRU(D, H, bias=False), nn="GRU"
        ),
        Row("GRU with chrono", lambda: layers.GRU(D, H, chrono=T), nn="GRU"),
        Row(
            "GRU that resets before",
            lambda: layers.GRU(D, H, reset_after=False),
        ),
        Row(
            "GRU that resets before, without bias",
            lambda: layers.GRU(D, H, bias=False, reset_after=False),
        ),
        Row(
            "classifier of tokens, GRU",
            lambda: layers.SequenceClassifier(
                embedding(), layers.GRU(D, H), C
            ),
            vocabulary=V,
            answers_once=True,
        ),
        Row(
            "language model, GRU",
            lambda: layers.LanguageModel(embedding(), layers.GRU(D, H)),
            vocabulary=V,
        ),
        Row(
            "classifier of tokens, RNN",
            lambda: layers.SequenceClassifier(
                embedding(), layers.RNN(D, H), C
            ),
            vocabulary=V,
            answers_once=True,
        ),
        Row(
            "classifier of numbers, BagOfWords",
            lambda: layers.SequenceClassifier(
                None, layers.BagOfWords(D, H), C
            ),
            answers_once=True,
        ),
        Row(
            "classifier of embedded numbers, FixedWindow",
            lambda: layers.SequenceClassifier(
                layers.Linear(D, 5), layers.FixedWindow(5, H, WINDOW), C
            ),
            answers_once=True,
            window=WINDOW,
        ),
        Row(
            "tagger of embedded numbers, RNN",
            lambda: layers.SequenceTagger(
                layers.Linear(D, 5), layers.RNN(5, H), C
            ),
        ),
        Row(
            "tagger of numbers, Linear",
            lambda: layers.SequenceTagger(None, layers.Linear(D, H), C),
        ),
        Row(
            "tagger of tokens, BagOfWords",
            lambda: layers.SequenceTagger(
                embedding(), layers.BagOfWords(D, H), C
            ),
            vocabulary=V,
        ),
        Row(
            "tagger of a tagger",
            lambda: layers.SequenceTagger(
                None, layers.SequenceTagger(None, layers.RNN(D, H), 5), C
            ),
        ),
        Row(
            "language model, RNN",
            lambda: layers.LanguageModel(embedding(), layers.RNN(D, H)),
            vocabulary=V,
        ),
        Row(
            "language model, FixedWindow",
            lambda: layers.LanguageModel(
                embedding(), layers.FixedWindow(D, H, WINDOW)
            ),
            vocabulary=V,
            window=WINDOW,
        ),
        Row("stack of one RNN", lambda: stack(D, H)),
        Row("stack of two RNNs", lambda: stack(D, 5, H, dropout=0.3)),
        Row("stack of three RNNs", lambda: stack(D, H, 4, 6, bias=False)),
        Row(
            "stack of every kind",
            lambda: layers.Stack(
                (
                    layers.FixedWindow(D, 5, WINDOW),
                    layers.Linear(5, 4),
                    layers.Stack((layers.RNN(4, 6), layers.BagOfWords(6, H))),
                )
            ),
            window=WINDOW,
        ),
        Row(
            "stack of LSTM, GRU and RNN",
            lambda: layers.Stack(
                (layers.LSTM(D, 5), layers.GRU(5, 4), layers.RNN(4, H))
            ),
        ),
        Row(
            "LSTM and GRU from both ends",
            lambda: layers.Bidirectional(
                layers.LSTM(D, 5, proj_size=3), layers.GRU(D, 4)
            ),
            causal=False,
        ),
        Row(
            "LSTM read again",
            lambda: layers.GradientCheckpointing(layers.LSTM(D, H), every=2),
        ),
        Row(
            "RNNs from both ends",
            lambda: both_ways(D, H, 4),
            causal=False,
        ),
        Row(
            "different kinds from both ends",
            lambda: layers.Bidirectional(
                layers.BagOfWords(D, 4), stack(D, 5, 3, nonlinearity="relu")
            ),
            causal=False,
        ),
        Row(
            "stack of RNNs from both ends",
            lambda: layers.Stack((both_ways(D, 5, 4), both_ways(9, 3, 2))),
            causal=False,
        ),
        Row(
            "RNN read again",
            lambda: layers.GradientCheckpointing(layers.RNN(D, H), every=2),
        ),
        Row(
            "FixedWindow read again",
            lambda: layers.GradientCheckpointing(
                layers.FixedWindow(D, H, WINDOW), every=3
            ),
            window=WINDOW,
        ),
        Row(
            "stack read again",
            lambda: layers.GradientCheckpointing(stack(D, 5, H), every=4),
        ),
        Row(
            "RNNs read again from both ends",
            lambda: layers.Bidirectional(
                layers.GradientCheckpointing(layers.RNN(D, H), every=2),
                layers.GradientCheckpointing(layers.RNN(D, 3), every=1),
            ),
            causal=False,
        ),
        Row(
            "classifier of tokens, RNN read again",
            lambda: layers.SequenceClassifier(
                embedding(),
                layers.GradientCheckpointing(layers.RNN(D, H), 2),
                C,
            ),
            vocabulary=V,
            answers_once=True,
        ),
        Row(
            "classifier of tokens, stack",
            lambda: layers.SequenceClassifier(embedding(), stack(D, 4, H), C),
            vocabulary=V,
            answers_once=True,
        ),
        Row(
            "classifier of numbers, both ends",
            lambda: layers.SequenceClassifier(None, both_ways(D, 5, 4), C),
            answers_once=True,
            causal=False,
        ),
        Row(
            "tagger of tokens, stack from both ends",
            lambda: layers.SequenceTagger(
                embedding(),
                layers.Stack((both_ways(D, 5, 4), layers.RNN(9, H)), 0.5),
                C,
            ),
            vocabulary=V,
            causal=False,
        ),
        Row(
            "GRU that looks additively",
            lambda: layers.AttentionDecoder(
                layers.GRU(D, H), layers.AdditiveAttention(H, 4, 6)
            ),
            places=4,
        ),
        Row(
            "LSTM that looks by dot product",
            lambda: layers.AttentionDecoder(
                layers.LSTM(D, H), layers.DotAttention(H, H)
            ),
            places=4,
        ),
        Row(
            "stack that looks by scaled dot product",
            lambda: layers.AttentionDecoder(
                stack(D, 5, H), layers.DotAttention(H, H, "scaled_dot")
            ),
            places=3,
        ),
        Row(
            "RNN that looks through a weight",
            lambda: layers.AttentionDecoder(
                layers.RNN(D, H), layers.DotAttention(H, 4, "general")
            ),
            places=5,
        ),
        Row(
            "RNNs from both ends that look",
            lambda: layers.AttentionDecoder(
                both_ways(D, 5, 4), layers.DotAttention(9, 4, "general")
            ),
            places=4,
            causal=False,
        ),
        Row(
            "language model, RNN that looks",
            lambda: layers.LanguageModel(
                embedding(),
                layers.AttentionDecoder(
                    layers.RNN(D, H), layers.DotAttention(H, H)
                ),
            ),
            vocabulary=V,
            places=4,
        ),
        Row(
            "decoder behind a bottleneck",
            lambda: layers.EncoderDecoder(
                layers.Embedding(SOURCE, 3),
                layers.GRU(3, 5),
                embedding(),
                layers.LSTM(D, H),
            ),
            vocabulary=V,
            readers=("source_embedding", "encoder", "bridge"),
        ),
        Row(
            "decoder that looks, tied",
            lambda: layers.EncoderDecoder(
                layers.Embedding(SOURCE, 3),
                layers.Bidirectional(layers.GRU(3, 4), layers.RNN(3, 2)),
                layers.Embedding(V, H),
                stack(H, 4, H),
                layers.AdditiveAttention(H, 6, 5),
                tied=True,
            ),
            vocabulary=V,
            places=4,
            readers=("source_embedding", "encoder", "bridge"),
        ),
        Row(
            "language model, stack",
            lambda: layers.LanguageModel(embedding(), stack(D, 4, H)),
            vocabulary=V,
        ),
        Row(
            "SinusoidalPositionEmbedding",
            lambda: layers.SinusoidalPositionEmbedding(D),
        ),
        Row(
            "LearnedPositionEmbedding",
            lambda: layers.LearnedPositionEmbedding(WINDOW, D),
            window=WINDOW,
        ),
        *(
            Row(
                f"attention{name}",
                functools.partial(attention, **options),
                nn="MultiheadAttention" if plain else None,
                causal=options.get("causal", True),
                width=E,
                constant=BIASES,
            )
            for name, options, plain in (
                ("", {}, False),
                (" without bias", {"bias": False}, False),
                (" that sees the future", {"causal": False}, True),
                (
                    " that sees the future, without bias",
                    {"causal": False, "bias": False},
                    True,
                ),
                (
                    " that sees two steps to both sides",
                    {"causal": False, "window": 3},
                    False,
                ),
                (" with grouped heads", {"num_kv_heads": 2}, False),
                (" with one head of keys", {"num_kv_heads": 1}, False),
                (" with a window", {"window": 3}, False),
                (
                    " with RotaryPositionEmbedding",
                    {"position": "RotaryPositionEmbedding"},
                    False,
                ),
                (" with ALiBi", {"position": "ALiBi"}, False),
                (" with a soft cap", {"soft_cap": 0.7}, False),
                (
                    " with everything",
                    {
                        "bias": False,
                        "num_kv_heads": 2,
                        "window": 4,
                        "soft_cap": 0.9,
                        "position": "RotaryPositionEmbedding",
                    },
                    False,
                ),
                (" in blocks", {"algorithm": "blocked"}, False),
                (
                    " in blocks that sees the future",
                    {"algorithm": "blocked", "causal": False},
                    True,
                ),
                (
                    " in blocks with everything",
                    {
                        "algorithm": "blocked",
                        "num_kv_heads": 2,
                        "window": 4,
                        "soft_cap": 0.9,
                        "position": "ALiBi",
                    },
                    False,
                ),
            )
        ),
        Row(
            "stack of positions and attention",
            lambda: layers.Stack(
                (
                    layers.SinusoidalPositionEmbedding(E),
                    attention(),
                    layers.Linear(E, 7),
                    layers.LearnedPositionEmbedding(WINDOW, 7),
                    attention(embed_dim=7, num_heads=1),
                )
            ),
            width=E,
            constant=BIASES,
        ),
        Row(
            "language model, attention with RotaryPositionEmbedding",
            lambda: layers.LanguageModel(
                layers.Embedding(V, E),
                attention(position="RotaryPositionEmbedding"),
            ),
            vocabulary=V,
            constant=BIASES,
        ),
        Row(
            "classifier of tokens, attention that sees the future",
            lambda: layers.SequenceClassifier(
                layers.Embedding(V, E), attention(causal=False), C
            ),
            vocabulary=V,
            answers_once=True,
            causal=False,
            constant=BIASES,
        ),
        Row(
            "attention read again",
            lambda: layers.GradientCheckpointing(attention(), every=2),
            width=E,
            constant=BIASES,
        ),
        Row(
            "attention with a window and RotaryPositionEmbedding read again",
            lambda: layers.GradientCheckpointing(
                attention(window=3, position="RotaryPositionEmbedding"),
                every=2,
            ),
            width=E,
            constant=BIASES,
        ),
        Row(
            "LayerNorm",
            lambda: layers.LayerNorm(D),
            nn="LayerNorm",
            constant=("weight", "bias"),
        ),
        Row(
            "LayerNorm without bias",
            lambda: layers.LayerNorm(D, eps=1e-2, bias=False),
            nn="LayerNorm",
            constant=("weight",),
        ),
        Row(
            "RMSNorm",
            lambda: layers.RMSNorm(D, eps=1e-2),
            nn="RMSNorm",
            constant=("weight",),
        ),
        *(
            Row(
                f"feed-forward, {activation}" + (", without bias", "")[bias],
                functools.partial(
                    lambda *args: layers.FeedForward(E, H, *args),
                    activation,
                    bias,
                ),
                width=E,
            )
            for activation in ("gelu", "relu", "swiglu")
            for bias in (True, False)
        ),
        *(
            Row(
                f"block{name}",
                functools.partial(block, **options),
                causal=options.get("causal", True),
                width=E,
                constant=CONSTANT,
                elsewhere="cross" in options,
            )
            for name, options in (
                ("", {}),
                (" that normalises after", {"first": False}),
                (" with RMSNorm", {"norm": "rms"}),
                (" with RMSNorm after", {"norm": "rms", "first": False}),
                (" without bias", {"bias": False}),
                (" with ReLU", {"activation": "relu"}),
                (" with SwiGLU", {"activation": "swiglu"}),
                (" that sees the future", {"causal": False}),
                (
                    " that sees the future and normalises after",
                    {"causal": False, "first": False},
                ),
                (
                    " with RotaryPositionEmbedding and a window",
                    {"position": "RotaryPositionEmbedding", "window": 3},
                ),
                (" with ALiBi", {"position": "ALiBi"}),
                (" with grouped heads", {"num_kv_heads": 2}),
                (" that looks elsewhere", {"cross": True}),
                (
                    " that looks elsewhere and normalises after",
                    {"cross": True, "first": False},
                ),
                (
                    " that sees the future and looks elsewhere",
                    {"cross": True, "causal": False},
                ),
            )
        ),
        *(
            Row(
                f"transformer{name}",
                functools.partial(transformer, **options),
                causal=options.get("causal", True),
                window=WINDOW
                if options.get("position") == "LearnedPositionEmbedding"
                else None,
                width=E,
                constant=CONSTANT,
                elsewhere="cross" in options,
            )
            for name, options in (
                ("", {}),
                (
                    " of SinusoidalPositionEmbedding places",
                    {"position": "SinusoidalPositionEmbedding"},
                ),
                (
                    " of Learned places",
                    {"position": "LearnedPositionEmbedding", "depth": 3},
                ),
                (" that normalises after", {"first": False}),
                (
                    " with a window, RMSNorm and SwiGLU",
                    {"norm": "rms", "activation": "swiglu", "window": 3},
                ),
                (
                    " that sees the future",
                    {
                        "position": "SinusoidalPositionEmbedding",
                        "causal": False,
                    },
                ),
                (
                    " that looks elsewhere",
                    {
                        "position": "SinusoidalPositionEmbedding",
                        "cross": True,
                    },
                ),
            )
        ),
        Row(
            "transformer of small first weights",
            lambda: layers.Transformer(
                block(),
                2,
                layers.LearnedPositionEmbedding(WINDOW, E),
                init_std=0.3,
            ),
            window=WINDOW,
            width=E,
            constant=(*CONSTANT, "bias"),
        ),
        Row(
            "language model, transformer",
            lambda: layers.LanguageModel(
                layers.Embedding(V, E),
                transformer("SinusoidalPositionEmbedding"),
            ),
            vocabulary=V,
            constant=CONSTANT,
        ),
        Row(
            "tied language model, transformer",
            lambda: layers.LanguageModel(
                layers.Embedding(V, E),
                transformer("LearnedPositionEmbedding"),
                tied=True,
            ),
            vocabulary=V,
            window=WINDOW,
            constant=CONSTANT,
        ),
        Row(
            "tied language model, LSTM",
            lambda: layers.LanguageModel(
                embedding(), layers.LSTM(D, D), tied=True
            ),
            vocabulary=V,
        ),
        Row(
            "classifier of tokens, transformer that sees the future",
            lambda: layers.SequenceClassifier(
                layers.Embedding(V, E),
                transformer("SinusoidalPositionEmbedding", causal=False),
                C,
            ),
            vocabulary=V,
            answers_once=True,
            causal=False,
            constant=CONSTANT,
        ),
        Row(
            "tagger of embedded numbers, transformer",
            lambda: layers.SequenceTagger(
                layers.Linear(D, E), transformer(), C
            ),
            constant=CONSTANT,
        ),
        Row(
            "stack of LSTM and block",
            lambda: layers.Stack((layers.LSTM(D, E), block())),
            constant=CONSTANT,
        ),
        Row(
            "transformer read again",
            lambda: layers.GradientCheckpointing(
                transformer("SinusoidalPositionEmbedding", window=3), every=2
            ),
            width=E,
            constant=CONSTANT,
        ),
    )
}

each_layer = pytest.mark.parametrize("row", TABLE.values(), ids=TABLE.keys())
each_stepwise_layer = pytest.mark.parametrize(
    "row",
    [row for row in TABLE.values() if not row.answers_once],
    ids=lambda row: row.name,
)
each_causal_layer = pytest.mark.parametrize(
    "row",
    [row for row in TABLE.values() if row.causal],
    ids=lambda row: row.name,
)
each_layer_that_sees_the_future = pytest.mark.parametrize(
    "row",
    [row for row in TABLE.values() if not row.causal],
    ids=lambda row: row.name,
)
each_layer_with_weights = pytest.mark.parametrize(
    "row",
    [row for row in TABLE.values() if row.make().parameter_shapes()],
    ids=lambda row: row.name,
)
each_padding = pytest.mark.parametrize(
    "lengths", [None, LENGTHS], ids=["full", "padded"]
)
each_dtype = pytest.mark.parametrize("dtype", [np.float32, np.float64])


# --- what the checks are made of ------------------------------------------


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let sequences of T steps be several blocks, the last one smaller."""
    monkeypatch.setattr(blocked_attention, "BLOCK", 2)


@dataclasses.dataclass
class Case:
    """A layer with weights, and something to read."""

    row: Row
    layer: Any
    params: dict[str, np.ndarray]
    x: np.ndarray
    state: tuple[np.ndarray, ...]
    lengths: np.ndarray | None
    dy: np.ndarray
    dstate: tuple[np.ndarray | None, ...]

    def forward(self, **changes: Any) -> tuple[Any, Any, Any]:
        case = dataclasses.replace(self, **changes)
        return case.layer.forward(
            case.params, case.x, case.state, case.lengths
        )

    def backward(self, cache: Any, **changes: Any) -> tuple[Any, Any, Any]:
        case = dataclasses.replace(self, **changes)
        return case.layer.backward(case.params, case.dy, case.dstate, cache)

    def results(self, **changes: Any) -> tuple[Any, Any, Any, Any, Any]:
        y, state, cache = self.forward(**changes)
        fitted = dataclasses.replace(self, **changes).dstate
        if fitted is not None:
            changes["dstate"] = tuple(map(sized, fitted, state))
        return y, state, *self.backward(cache, **changes)

    def of(self, rows: Any, lengths: np.ndarray | None = None) -> "Case":
        """Keep some sequences of the batch, in a given order."""
        take = tree(lambda part: part[rows])
        return dataclasses.replace(
            self,
            x=take(self.x),
            state=take(self.state),
            lengths=lengths,
            dy=take(self.dy),
            dstate=take(self.dstate),
        )


def case(
    row: Row,
    lengths: np.ndarray | None = None,
    *,
    dtype: Any = np.float64,
    seed: int = 0,
    B: int = B,
    T: int = T,
) -> Case:
    layer = row.make()
    rng = np.random.default_rng(seed)
    like = tree(lambda part: random_like(part, rng, dtype))
    first = layer.initial_state(B, dtype)
    if row.places:  # a beginning from nothing has a memory without a place
        *others, memory, lengths_of = first
        memory = np.zeros((B, row.places, memory.shape[2]), dtype)
        first = (*others, memory, lengths_of)
    state = last = like(first)
    params = layer.init(rng, dtype)
    for name in params:
        if name.endswith(row.constant or ("nothing",)):
            params[name] = like(params[name])
    x = draw_x(row, rng, B, T, dtype)
    if not all(part.size for part in state):  # it grows: read something
        begun = None
        if row.elsewhere:
            seen = rng.standard_normal((B, 4, E)).astype(dtype)
            begun = layer.cross_attention_state(seen, 1 + np.arange(B) % 4)
        read = 1 + np.arange(B) % 3
        before = draw_x(row, rng, B, 3, dtype)
        _, state, _ = layer.forward(params, before, begun, read)
        _, last, _ = layer.forward(params, x, state, lengths)
    dstate = tuple(
        like(part) if part.dtype.kind == "f" else None for part in last
    )
    shape = (B,) if row.answers_once else (B, T)
    dy = rng.standard_normal((*shape, layer.output_size)).astype(dtype)
    return Case(row, layer, params, x, state, lengths, dy, dstate)


def draw_x(
    row: Row, rng: np.random.Generator, B: int, T: int, dtype: Any
) -> np.ndarray:
    if row.vocabulary is not None:
        return rng.integers(0, row.vocabulary, (B, T))
    return rng.standard_normal((B, T, row.width)).astype(dtype)


def sized(part: Any, like: np.ndarray) -> Any:
    """Cut or pad with zeros, where a memory that grows has another size."""
    if part is None or part.shape == like.shape:
        return part
    fitted = np.zeros(like.shape, part.dtype)
    both = tuple(map(slice, map(min, part.shape, like.shape)))
    fitted[both] = part[both]
    return fitted


def random_like(
    part: np.ndarray, rng: np.random.Generator, dtype: Any
) -> np.ndarray:
    if part.dtype.kind == "f":
        return rng.standard_normal(part.shape).astype(dtype)
    steps_read_before = 1 + np.arange(part.size) % 3
    return steps_read_before.reshape(part.shape).astype(part.dtype)


def tree(function: Callable[[np.ndarray], Any]) -> Callable[[Any], Any]:
    """Apply a function to every array in tuples and dictionaries."""

    def apply(value: Any) -> Any:
        if isinstance(value, tuple | list):
            return tuple(apply(part) for part in value)
        if isinstance(value, dict):
            return {name: apply(part) for name, part in value.items()}
        return function(value) if isinstance(value, np.ndarray) else value

    return apply


def arrays(value: Any) -> list[np.ndarray]:
    found: list[np.ndarray] = []
    tree(found.append)(value)
    return found


def pairs(a: Any, b: Any) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Go through two trees of arrays side by side."""
    if isinstance(a, tuple | list):
        for i, (left, right) in enumerate(zip(a, b, strict=True)):
            for where, *both in pairs(left, right):
                yield f"[{i}]{where}", *both
    elif isinstance(a, dict):
        assert a.keys() == b.keys()
        for name in a:
            for where, *both in pairs(a[name], b[name]):
                yield f"[{name!r}]{where}", *both
    elif a is None or b is None:
        assert a is b, f"{a} beside {b}"
    else:
        yield "", a, b


def assert_close(a: Any, b: Any, tolerance: float = 1e-12) -> None:
    for where, left, right in pairs(a, b):
        assert left.shape == right.shape, where
        if left.size == 0:  # a memory without a place
            continue
        size = max(1.0, np.abs(left).max(), np.abs(right).max())
        apart = np.abs(left - right).max() / size
        assert apart <= tolerance, f"{where}: {apart}"


def assert_same_bits(a: Any, b: Any) -> None:
    for where, left, right in pairs(a, b):
        assert left.dtype == right.dtype, where
        assert left.shape == right.shape, where
        assert left.tobytes() == right.tobytes(), where


def copies(value: Any) -> Any:
    return tree(np.ndarray.copy)(value)


def freeze(value: Any) -> None:
    for array in arrays(value):
        array.flags.writeable = False


@contextlib.contextmanager
def poisoned_memory(poison: float = np.nan) -> Iterator[None]:
    """Let uninitialised memory hold what nobody can mistake for a result."""
    empty = np.empty

    def poisoned(shape: Any, dtype: Any = float, *args: Any) -> np.ndarray:
        array = empty(shape, dtype, *args)
        array[...] = poison if array.dtype.kind == "f" else -(10**9)
        return array

    def poisoned_like(a: np.ndarray, dtype: Any = None) -> np.ndarray:
        return poisoned(a.shape, dtype or a.dtype)

    with (
        mock.patch.object(np, "empty", poisoned),
        mock.patch.object(np, "empty_like", poisoned_like),
    ):
        yield


# --- gradients ------------------------------------------------------------


@each_layer
@each_padding
def test_gradients_are_the_slopes_of_finite_differences(row, lengths):
    c = case(row, lengths)
    errors = gradient_check(
        c.layer, c.params, c.x, c.state, c.lengths, directions=1
    )
    reals = {
        f"state[{i}]"
        for i, part in enumerate(c.state)
        if part.dtype.kind == "f"
    }
    x = set() if row.vocabulary else {"x"}
    assert errors.keys() == x | reals | c.layer.parameter_shapes().keys()
    for name, error in errors.items():  # one by one: max() loses a NaN
        assert error <= 5e-9, f"{name}: {error}"


@each_layer
@each_padding
def test_no_gradient_is_zero_by_neglect(row, lengths):
    c = case(row, lengths)
    *others, grads = c.results()[2:]
    for gradient in arrays(others):
        assert gradient.any()
    for name, gradient in grads.items():
        assert gradient.any() != name.startswith(row.readers or "-")


@each_layer
def test_no_dstate_means_zeros(row):
    c = case(row, LENGTHS)
    zeros = tree(np.zeros_like)(c.dstate)
    assert_same_bits(c.results(dstate=None), c.results(dstate=zeros))


@each_layer
def test_integers_have_no_gradient(row):
    c = case(row)
    _, _, dx, dstate, _ = c.results()
    assert (dx is None) == (row.vocabulary is not None)
    for part, gradient in zip(c.state, dstate, strict=True):
        assert (gradient is None) == (part.dtype.kind == "i")


# --- one way of reading is every way of reading ---------------------------


@each_causal_layer
@pytest.mark.parametrize("begun", [True, False], ids=["state", "no state"])
def test_forward_is_the_loop_of_step(row, begun):
    c = case(row)
    state = c.state if begun else None
    y, last, _ = c.forward(state=state)
    answers = []
    for t in range(T):
        y_t, state = c.layer.step(c.params, c.x[:, t], state)
        answers.append(y_t)
    looped = answers[-1] if row.answers_once else np.stack(answers, 1)
    assert_close((y, last), (looped, state))


@each_causal_layer
@pytest.mark.parametrize("lengths", [None, [4, 5, 3]], ids=["full", "padded"])
def test_split_anywhere(row, lengths):
    lengths = None if lengths is None else np.array(lengths)
    c = case(row, lengths)
    whole = c.results()
    for split in range(1, T if lengths is None else lengths.min()):
        assert_close(whole, in_two(c, split))


def in_two(c: Case, split: int) -> tuple[Any, ...]:
    """Read x in two halves, and carry the gradients back through both."""
    parted = (slice(None), slice(split)), (slice(None), slice(split, None))
    first, second = (
        dataclasses.replace(
            c, x=c.x[at], dy=c.dy if c.row.answers_once else c.dy[at]
        )
        for at in parted
    )
    if c.row.answers_once:
        first.dy = np.zeros_like(c.dy)  # the answer comes at the end
    first.lengths = c.lengths if c.lengths is None else np.full(B, split)
    second.lengths = c.lengths if c.lengths is None else c.lengths - split
    y_1, middle, cache_1 = first.forward()
    y_2, last, cache_2 = second.forward(state=middle)
    dx_2, dmiddle, grads_2 = second.backward(cache_2)
    dx_1, dstate, grads_1 = first.backward(cache_1, dstate=dmiddle)

    y = y_2 if c.row.answers_once else np.concatenate([y_1, y_2], 1)
    dx = None if dx_1 is None else np.concatenate([dx_1, dx_2], 1)
    grads = {name: grads_1[name] + grads_2[name] for name in grads_1}
    return y, last, dx, dstate, grads


# --- causality ------------------------------------------------------------


def assert_causal(row: Row) -> None:
    """Change the future; nothing before it may notice, forward or back."""
    c = case(row)
    other = draw_x(row, np.random.default_rng(1), B, T, np.float64)
    for t in range(1, T):
        changed = c.x.copy()
        changed[:, t:] = other[:, t:]
        seen = LENGTHS * 0 + t
        before, *_ = c.forward(lengths=seen)
        after, *_ = c.forward(x=changed, lengths=seen)
        assert_close(before, after)
        if not row.answers_once:
            whole, *_ = c.forward()
            changed_whole, *_ = c.forward(x=changed)
            assert_close(whole[:, :t], changed_whole[:, :t])
            assert not np.array_equal(whole[:, t], changed_whole[:, t])
            assert_no_gradient_from_the_past(c, t)


def assert_no_gradient_from_the_past(c: Case, t: int) -> None:
    """An answer before step t must send no gradient to step t or later."""
    dy = c.dy.copy()
    dy[:, t:] = 0
    none = tree(np.zeros_like)(c.dstate)
    _, _, dx, _, _ = c.results(dy=dy, dstate=none)
    if dx is not None:
        assert not dx[:, t:].any()


@each_causal_layer
def test_the_future_changes_nothing_before_it(row):
    assert row.make().causal
    assert_causal(row)


@each_layer_that_sees_the_future
def test_what_sees_the_future_fails_the_causality_check(row):
    assert not row.make().causal
    if row.answers_once:  # at the end, after which there is no future
        assert_causal(row)
    else:
        with pytest.raises(AssertionError):
            assert_causal(row)


@each_layer_that_sees_the_future
def test_what_sees_the_future_cannot_go_step_by_step(row):
    c = case(row)
    with pytest.raises(NotImplementedError, match=r"^step: .*both ends"):
        c.layer.step(c.params, c.x[:, 0], c.state)


@each_layer_that_sees_the_future
def test_where_the_future_must_be_hidden_it_is_refused(row):
    sees = row.make()
    with pytest.raises(
        ValueError, match=r"^core: expected one that sees no future"
    ):
        layers.LanguageModel(layers.Embedding(V, row.width), sees)


@dataclasses.dataclass(frozen=True)
class SeesTheFuture(seqcourse.numpy.Linear):
    """What no causal layer may do: every answer knows the last step."""

    causal = False

    def forward(self, params, x, *args, **kwargs):
        y, state, cache = super().forward(params, x, *args, **kwargs)
        if y.ndim == 3 and y.shape[1] > 1:
            y = y + y[:, -1:]
        return y, state, cache


def test_the_causality_check_can_fail():
    row = Row("future", lambda: SeesTheFuture(D, H), causal=False)
    with pytest.raises(AssertionError):
        assert_causal(row)


def test_a_model_is_as_causal_as_its_core():
    sees = SeesTheFuture(D, H)
    assert not layers.SequenceTagger(None, sees, C).causal
    assert not layers.SequenceClassifier(None, sees, C).causal
    with pytest.raises(
        ValueError,
        match=r"^core: expected one that sees no future .* got Sees",
    ):
        layers.LanguageModel(layers.Embedding(V, D), sees)


# --- padding --------------------------------------------------------------


@each_layer
def test_a_padded_batch_is_each_sequence_alone(row):
    c = case(row, LENGTHS)
    y, last, dx, dstate, grads = c.results()
    total = {name: np.zeros_like(w) for name, w in grads.items()}
    for b, length in enumerate(LENGTHS):
        alone = c.of(slice(b, b + 1))
        alone.x = alone.x[:, :length]
        if not row.answers_once:
            alone.dy = alone.dy[:, :length]
        y_1, last_1, dx_1, dstate_1, grads_1 = alone.results()
        mine = tree(lambda part, b=b: part[b : b + 1])
        if row.answers_once:
            assert_close(mine(y), y_1)
        else:
            assert_close(mine(y)[:, :length], y_1)
            assert not y[b, length:].any()
        assert_close(tuple(map(sized, mine(last), last_1)), last_1)
        for mine_part, part in zip(mine(last), last_1, strict=True):
            assert_close(sized(part, mine_part), mine_part)  # zeros beyond
        assert_close(mine(dstate), dstate_1)
        if dx is not None:
            assert_close(mine(dx)[:, :length], dx_1)
            assert not dx[b, length:].any()
        for name, gradient in grads_1.items():
            total[name] += gradient
    assert_close(grads, total)


@each_layer
def test_what_lies_in_the_padding_has_no_effect(row):
    c = case(row, LENGTHS)
    beyond = np.arange(T) >= LENGTHS[:, None]
    x = c.x.copy()
    x[beyond] = 0 if row.vocabulary else 1e30
    assert_same_bits(c.results(), c.results(x=x))


@each_stepwise_layer
def test_a_gradient_beyond_the_end_has_no_effect(row):
    c = case(row, LENGTHS)
    dy = c.dy.copy()
    dy[np.arange(T) >= LENGTHS[:, None]] = np.nan
    with np.errstate(all="ignore"):
        assert_same_bits(c.results(), c.results(dy=dy))


@each_layer
def test_full_lengths_are_no_lengths(row):
    c = case(row)
    full = np.full(B, T)
    assert_close(c.results(), c.results(lengths=full))


# --- sequences do not know of one another ---------------------------------


@each_layer
def test_sequences_are_independent(row):
    c, other = case(row, LENGTHS), case(row, LENGTHS, seed=1)
    x, dy = c.x.copy(), c.dy.copy()
    state, dstate = copies(c.state), copies(c.dstate)
    x[1], dy[1] = other.x[1], other.dy[1]
    for _, mine, theirs in pairs(
        (state, dstate), (other.state, other.dstate)
    ):
        mine[1] = theirs[1]
    before = c.results()
    after = c.results(x=x, dy=dy, state=state, dstate=dstate)
    others = tree(lambda part: part[[0, 2]])
    assert_close(others(before[:4]), others(after[:4]))
    assert not np.array_equal(before[0][1], after[0][1])


@each_layer
def test_the_order_of_the_sequences_is_only_an_order(row):
    c = case(row, LENGTHS)
    order = np.array([2, 0, 1])
    turned = c.of(order, LENGTHS[order])
    *before, grads = c.results()
    *after, turned_grads = turned.results()
    assert_close(tree(lambda part: part[order])(before), tuple(after))
    assert_close(grads, turned_grads)


# --- whose memory is whose ------------------------------------------------


@each_layer
@each_padding
def test_inputs_are_never_written_to(row, lengths):
    c = case(row, None if lengths is None else lengths.copy())
    free = case(row, lengths)
    freeze((c.params, c.x, c.state, c.dy, c.dstate))
    if c.lengths is not None:
        freeze(c.lengths)
    y, state, cache = c.forward()
    freeze(cache)
    back = c.backward(cache)
    assert_same_bits((y, state, *back), free.results())
    assert_same_bits(back, c.backward(cache))
    if row.causal:
        c.layer.step(c.params, c.x[:, 0], c.state)


@each_layer
@each_padding
def test_what_was_returned_belongs_to_the_caller(row, lengths):
    c = case(row, lengths)
    expected = copies(c.results()[2:])
    y, state, cache = c.forward()
    for array in arrays((y, state)):
        array[...] = 99
    assert_same_bits(c.backward(cache), expected)


@each_layer
@each_padding
def test_no_two_results_share_memory(row, lengths):
    c = case(row, lengths)
    results = arrays(c.results())
    given = arrays((c.params, c.x, c.state, c.dy, c.dstate))
    for a, b in itertools.combinations(results, 2):
        assert not np.shares_memory(a, b)
    for a, b in itertools.product(results, given):
        assert not np.shares_memory(a, b)
    step = row.causal and c.layer.step(c.params, c.x[:, 0], c.state)
    for a, b in itertools.product(arrays(step), given):
        assert not np.shares_memory(a, b)


@each_layer
def test_every_output_is_written(row):
    c = case(row, LENGTHS)
    with poisoned_memory(-99.0):
        expected = c.results()
    with poisoned_memory():
        assert np.isnan(np.empty(1)).all()
        assert_same_bits(c.results(), expected)


@each_layer
@pytest.mark.parametrize(
    ("lengths", "shape"),
    [(None, (B, T)), (LENGTHS, (B + 1, T)), (LENGTHS, (B, T - 1))],
    ids=["same", "larger", "shorter"],
)
def test_an_old_cache_may_be_written_again(row, lengths, shape):
    c = case(row, lengths)
    expected = c.results()
    old = case(row, seed=1, B=shape[0], T=shape[1])
    y, state, cache = old.forward()
    kept = copies((y, state))
    y_2, state_2, cache_2 = c.layer.forward(
        c.params, c.x, c.state, c.lengths, out=cache
    )
    assert_same_bits((y_2, state_2, *c.backward(cache_2)), expected)
    assert_same_bits((y, state), kept)


@each_layer
def test_a_second_call_gives_the_same_bits(row):
    c = case(row, LENGTHS)
    first = c.results()
    case(row, seed=1).results()  # another call between them changes nothing
    assert_same_bits(first, c.results())


@each_layer
def test_two_calls_may_be_in_flight(row):
    c, other = case(row, LENGTHS), case(row, seed=1)
    _, _, cache = c.forward()
    _, _, cache_2 = other.forward()
    back_2, back = other.backward(cache_2), c.backward(cache)
    assert_same_bits(back, c.results()[2:])
    assert_same_bits(back_2, other.results()[2:])


@each_layer
def test_gradients_outlast_the_next_way_back(row):
    c = case(row, LENGTHS)
    _, _, cache = c.forward()
    back = c.backward(cache)
    kept = copies(back)
    c.layer.backward(c.params, 2 * c.dy, c.dstate, cache)
    assert_same_bits(back, kept)


# --- types ----------------------------------------------------------------


@each_layer
@pytest.mark.parametrize(
    ("lengths", "dtype"),
    [(LENGTHS, np.float32), (None, np.float64)],
    ids=["float32", "float64"],
)
def test_the_weights_type_rules(row, lengths, dtype):
    c = case(row, lengths, dtype=dtype)
    other = np.float64 if dtype == np.float32 else np.float32
    x = c.x.astype(other) if c.params and not row.vocabulary else c.x
    step = row.causal and c.layer.step(c.params, c.x[:, 0], c.state)
    for array in arrays((c.params, c.results(x=x), step)):
        assert array.dtype in (dtype, np.int64)
    for part, given in zip(c.results()[1], c.state, strict=True):
        assert part.dtype == given.dtype


@each_layer
def test_the_first_state_is_of_the_type_asked_for(row):
    for dtype in (np.float32, np.float64):
        for part in row.make().initial_state(B, dtype):
            assert part.dtype in (dtype, np.int64)
            assert len(part) == B
            assert not part.any()


@each_layer
def test_no_state_means_the_first_state(row):
    c = case(row, LENGTHS)
    first = c.layer.initial_state(B, np.float64)
    assert_same_bits(
        c.results(state=None, dstate=None),
        c.results(state=first, dstate=None),
    )


# --- configuration --------------------------------------------------------


@each_layer
def test_configuration_survives_json(row):
    layer = row.make()
    text = json.dumps(layer.to_config())
    again = layers.from_config(json.loads(text))
    assert again == layer
    assert type(again) is type(layer)
    assert type(layer).from_config(json.loads(text)) == layer
    assert layer.to_config()["type"] == type(layer).__name__
    nested = [v for v in layer.to_config().values() if isinstance(v, dict)]
    assert all("type" in part for part in nested)


@each_layer
def test_an_unknown_type_has_its_sentence(row):
    config = {**row.make().to_config(), "type": "Oracle"}
    with pytest.raises(
        ValueError, match=r'^config: expected the "type" of a .* got \'Oracle'
    ):
        layers.from_config(config)


@each_layer
def test_a_layer_never_changes(row):
    layer = row.make()
    for field in dataclasses.fields(layer):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(layer, field.name, 1)
    with pytest.raises(dataclasses.FrozenInstanceError):
        layer.memory = 1


@each_layer
def test_state_bytes_is_what_the_arrays_take(row):
    for dtype, steps in itertools.product([np.float32, np.float64], [1, T]):
        c = case(row, dtype=dtype, B=1, T=steps)
        _, state, _ = c.forward(state=None)
        if row.readers:  # what is handed over, after a source of so many
            source = np.zeros((1, steps), np.int64)
            state, _ = c.layer.encode(c.params, source)
        size = sum(part.nbytes for part in state)
        assert c.layer.state_bytes(steps, dtype) == size


@each_layer
@each_dtype
def test_first_weights_are_named_drawn_and_repeatable(row, dtype):
    layer = row.make()
    params = layer.init(np.random.default_rng(3), dtype)
    shapes = {name: w.shape for name, w in params.items()}
    assert shapes == layer.parameter_shapes()
    assert_same_bits(params, layer.init(np.random.default_rng(3), dtype))
    other = layer.init(np.random.default_rng(4), dtype)
    drawn = [*row.drawn(params), *row.drawn(other)]
    for a, b in itertools.combinations(drawn, 2):
        assert not np.array_equal(a, b)
    for weight in row.drawn(params):
        assert len(np.unique(weight)) > 1


@each_layer
def test_sizes_are_as_announced(row):
    c = case(row)
    y, _, _ = c.forward()
    shape = (B,) if row.answers_once else (B, T)
    assert y.shape == (*shape, c.layer.output_size)


# --- wrong input ----------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Wrong:
    """One way to be wrong, and the sentence it must get."""

    name: str
    change: Callable[[Case], dict[str, Any]]
    sentence: str
    of: str = "every"  # weights, matrices, numbers, tokens, memory, window
    in_torch: bool = True


def put(array: np.ndarray, value: Any) -> np.ndarray:
    array = array.copy()
    array[tuple(map(min, (1, 2), np.subtract(array.shape, 1)))] = value
    return array


WRONG = (
    Wrong(
        "too few features",
        lambda c: {"x": c.x[..., :-1]},
        r"x: expected \d features on axis 2 \(D\), got shape \(3, 5, \d\)",
        of="numbers",
    ),
    Wrong(
        "too many features",
        lambda c: {"x": np.concatenate([c.x, c.x], 2)},
        r"x: expected \d features on axis 2 \(D\), got shape \(3, 5, 1\d\)",
        of="numbers",
    ),
    Wrong(
        "two axes of numbers",
        lambda c: {"x": c.x[0]},
        r"x: expected 3 axes \(B, T, D\), got shape \(5, \d\)",
        of="numbers",
    ),
    Wrong(
        "four axes of numbers",
        lambda c: {"x": c.x[None]},
        r"x: expected 3 axes \(B, T, D\), got shape \(1, 3, 5, \d\)",
        of="numbers",
    ),
    Wrong(
        "not a number",
        lambda c: {"x": put(c.x, np.nan)},
        r"x: expected finite numbers, got nan at \[1, 2, 0\]",
        of="numbers",
    ),
    Wrong(
        "infinite",
        lambda c: {"x": put(c.x, -np.inf)},
        r"x: expected finite numbers, got -inf at \[1, 2, 0\]",
        of="numbers",
    ),
    Wrong(
        "integers",
        lambda c: {"x": c.x.astype(np.int64)},
        r"x: expected floating-point numbers, got int64",
        of="numbers",
    ),
    Wrong(
        "float tokens",
        lambda c: {"x": c.x.astype(np.float32)},
        r"x: expected integer tokens, got float32",
        of="tokens",
    ),
    Wrong(
        "one axis of tokens",
        lambda c: {"x": c.x[0]},
        r"x: expected 2 axes \(B, T\), got shape \(5,\)",
        of="tokens",
    ),
    Wrong(
        "three axes of tokens",
        lambda c: {"x": c.x[..., None]},
        r"x: expected 2 axes \(B, T\), got shape \(3, 5, 1\)",
        of="tokens",
    ),
    Wrong(
        "unknown token",
        lambda c: {"x": put(c.x, V)},
        r"x: expected tokens from 0 to 10, got 11 at \[1, 2\]",
        of="tokens",
    ),
    Wrong(
        "negative token",
        lambda c: {"x": put(c.x, -1)},
        r"x: expected tokens from 0 to 10, got -1 at \[1, 2\]",
        of="tokens",
    ),
    Wrong(
        "empty batch",
        lambda c: {"x": c.x[:0], "state": None},
        r"x: expected at least 1 sequence on axis 0 \(B\), got shape \(0, 5",
    ),
    Wrong(
        "no steps",
        lambda c: {"x": c.x[:, :0]},
        r"x: expected at least 1 step on axis 1 \(T\), got shape \(3, 0",
    ),
    Wrong(
        "length zero",
        lambda _: {"lengths": np.array([3, 0, 1])},
        r"lengths: expected 1 to 5 \(axis 1 of x, T\), got 0 to 3",
    ),
    Wrong(
        "length beyond T",
        lambda _: {"lengths": np.array([3, 6, 1])},
        r"lengths: expected 1 to 5 \(axis 1 of x, T\), got 1 to 6",
    ),
    Wrong(
        "float lengths",
        lambda _: {"lengths": np.array([3.0, 5.0, 1.0])},
        r"lengths: expected integers, got float64",
    ),
    Wrong(
        "too few lengths",
        lambda _: {"lengths": np.array([3, 5])},
        r"lengths: expected shape \(3,\), one for each sequence on axis 0 "
        r"\(B\), got \(2,\)",
    ),
    Wrong(
        "lengths of two axes",
        lambda _: {"lengths": np.array([[3, 5, 1]])},
        r"lengths: expected shape \(3,\), .* got \(1, 3\)",
    ),
    Wrong(
        "state for another batch",
        lambda c: {"state": tree(lambda part: part[:2])(c.state)},
        r"state\[0\]: expected shape \(3,.* got \(2,",
        of="memory",
    ),
    Wrong(
        "state of another width",
        lambda c: {"state": (c.state[0][..., :-1], *c.state[1:])},
        r"state\[0\]: expected shape \(3,.*, got \((3, |2,)",
        of="memory",
    ),
    Wrong(
        "one array of state too many",
        lambda c: {"state": (*c.state, np.zeros((B, H)))},
        r"state: expected a tuple of \d+ arrays?, got \d+",
    ),
    Wrong(
        "state missing",
        lambda _: {"state": ()},
        r"state: expected a tuple of \d+ arrays?, got 0",
        of="memory",
    ),
    Wrong(
        "a bare array for a state",
        lambda c: {"state": c.state[0]},
        r"state: expected a tuple of \d+ arrays?, got (ndarray|Tensor)",
        of="memory",
    ),
    Wrong(
        "state not finite",
        lambda c: {"state": (put(c.state[0], np.nan), *c.state[1:])},
        r"state\[0\]: expected finite numbers, got nan",
        of="real memory",
    ),
    Wrong(
        "weight missing",
        lambda c: {"params": dict(list(c.params.items())[1:])},
        r"params: expected .*weight.*, got ",
        of="weights",
        in_torch=False,
    ),
    Wrong(
        "weight unknown",
        lambda c: {"params": {**c.params, "nonsense": c.dy}},
        r"params: expected .*weight.*, got .*nonsense",
        of="weights",
        in_torch=False,
    ),
    Wrong(
        "weight turned",
        lambda c: {
            "params": {name: w.T.copy() for name, w in c.params.items()}
        },
        r"params\['[\w.]*weight[\w.]*'\]: expected shape \(\d+, \d+\), "
        r"got \(\d+, \d+\)",
        of="matrices",
        in_torch=False,
    ),
    Wrong(
        "too long",
        lambda c: {
            "x": np.repeat(c.x, 3, 1)[:, : WINDOW + 1],
            "state": None,
        },
        r"x: expected at most 13 steps on axis 1 \(T\), one for each slot, "
        r"got 14",
        of="window",
    ),
    Wrong(
        "too long after what was read before",
        lambda c: {
            "state": tuple(
                np.array([0, 9, 2]) if part.dtype.kind == "i" else part
                for part in c.state
            )
        },
        r"x: expected at most 13 steps on axis 1 \(T\), one for each slot, "
        r"got 14",
        of="window",
    ),
)


@functools.cache
def what_it_takes(row: Row) -> frozenset[str]:
    """Say which kinds of mistake can be made with a layer."""
    layer = row.make()
    shapes = layer.parameter_shapes().values()
    state = layer.initial_state(1, np.float64)
    kinds = {
        "every": True,
        "weights": bool(shapes),
        "matrices": any(len(shape) > 1 for shape in shapes),
        "numbers": row.vocabulary is None,
        "tokens": row.vocabulary is not None,
        "memory": bool(state),
        "real memory": bool(state) and state[0].dtype.kind == "f",
        "window": row.window is not None,
    }
    return frozenset(kind for kind, is_so in kinds.items() if is_so)


def mistakes(row: Row) -> Iterator[Wrong]:
    return (wrong for wrong in WRONG if wrong.of in what_it_takes(row))


@contextlib.contextmanager
def refused(wrong: Wrong) -> Iterator[pytest.ExceptionInfo[ValueError]]:
    """Expect the sentence of a mistake; a failure names the mistake."""
    try:
        with pytest.raises(ValueError, match=f"^{wrong.sentence}") as said:
            yield said
    except BaseException as missed:
        missed.add_note(f"The mistake: {wrong.name}.")
        raise


@each_layer
def test_wrong_input_has_its_sentence(row):
    c = case(row)
    for wrong in mistakes(row):
        with refused(wrong):
            c.forward(**wrong.change(c))


@each_layer_with_weights
def test_wrong_weights_are_called_by_their_full_names(row):
    c = case(row)
    wanted = ", ".join(sorted(c.params))
    with pytest.raises(
        ValueError, match=re.escape(f"params: expected {wanted}, got none")
    ):
        c.forward(params={})
    for name, weight in c.params.items():
        wrong = {**c.params, name: weight[:-1]}
        sentence = f"params['{name}']: expected shape {weight.shape}, got ("
        with pytest.raises(ValueError, match=f"^{re.escape(sentence)}"):
            c.forward(params=wrong)


@each_layer
def test_sizes_below_one_have_their_sentence(row):
    layer = row.make()
    sizes = {
        field.name: value
        for field in dataclasses.fields(layer)
        if type(value := getattr(layer, field.name)) is int
    }
    for name, wrong in itertools.product(sizes, [0, -1, 2.5, True, "3"]):
        sentence = (
            f"{name}: expected a whole number of at least 1, got {wrong!r}"
        )
        with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
            dataclasses.replace(layer, **{name: wrong})


def test_an_unknown_nonlinearity_has_its_sentence():
    with pytest.raises(
        ValueError,
        match=r"^nonlinearity: expected one of tanh, relu, got 'sin'$",
    ):
        layers.RNN(D, H, nonlinearity="sin")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"proj_size": H}, "proj_size: expected below hidden_size 9, got 9"),
        ({"proj_size": 0}, "proj_size: expected a whole number of at"),
        ({"chrono": 1}, "chrono: expected at least 2 steps, got 1"),
        ({"chrono": 2.5}, "chrono: expected a whole number of at least 1"),
        (
            {"chrono": 9, "bias": False},
            "chrono: expected None where bias=False, got 9",
        ),
        (
            {"forget_bias": 1.0, "bias": False},
            "forget_bias: expected 0 where bias=False, got 1.0",
        ),
        (
            {"forget_bias": 1.0, "chrono": 9},
            "forget_bias: expected 0 where chrono is given, got 1.0",
        ),
        (
            {"forget_bias": np.inf},
            "forget_bias: expected a finite number, got inf",
        ),
    ],
)
def test_an_lstm_refuses_what_it_cannot_be(wrong, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}"):
        layers.LSTM(D, H, **wrong)


def test_a_gru_refuses_what_it_cannot_be():
    sentence = r"^chrono: expected None where bias=False, got 9$"
    with pytest.raises(ValueError, match=sentence):
        layers.GRU(D, H, bias=False, chrono=9)
    with pytest.raises(ValueError, match=r"^chrono: expected at least 2"):
        layers.GRU(D, H, chrono=1)


def test_a_language_model_reads_tokens():
    for wrong in (None, layers.Linear(5, D)):
        with pytest.raises(
            ValueError, match=r"^embedding: expected an Embedding for tokens"
        ):
            layers.LanguageModel(wrong, layers.RNN(D, H))


@pytest.mark.parametrize(
    ("embedding", "core", "sentence"),
    [
        (3, layers.RNN(D, H), r"^embedding: expected a layer or None"),
        (None, "RNN", r"^core: expected a layer, got"),
        (
            layers.Embedding(V, 4),
            layers.RNN(D, H),
            r"^core: expected input_size 4, the embedding's, got",
        ),
    ],
)
def test_parts_that_do_not_fit_are_refused(embedding, core, sentence):
    with pytest.raises(ValueError, match=sentence):
        layers.SequenceTagger(embedding, core, C)


@pytest.mark.parametrize(
    "name",
    ["Linear", "RNN", "LSTM", "GRU", "BagOfWords", "FixedWindow"],
)
def test_a_gradient_of_another_shape_is_refused(name):
    row = TABLE.get(name) or next(
        row for row in TABLE.values() if row.name.startswith(name)
    )
    layer = row.make()
    params = layer.init(np.random.default_rng(0))
    y, _, cache = layer.forward(params, np.ones((B, T, D)))
    with pytest.raises(ValueError, match=r"^dy: expected shape"):
        layer.backward(params, y[..., :1], None, cache)


def test_counts_below_zero_are_refused():
    for layer in (layers.BagOfWords(D, H), layers.FixedWindow(D, H, WINDOW)):
        params = layer.init(np.random.default_rng(0))
        first, count = layer.initial_state(B, np.float32)
        with pytest.raises(ValueError, match=r"^state\[1\]: expected counts"):
            layer.forward(params, np.ones((B, T, D)), (first, count - 1))


def test_a_reader_s_class_does_not_stand_in_for_ours():
    class RNN(layers.Layer):
        pass

    config = layers.RNN(D, H).to_config()
    assert type(seqcourse.numpy.from_config(config)) is seqcourse.numpy.RNN


# --- the twin in PyTorch --------------------------------------------------

torch_twin = pytest.mark.torch
each_device = pytest.mark.parametrize(
    "device",
    [
        pytest.param("cpu", marks=pytest.mark.torch),
        pytest.param("cuda", marks=pytest.mark.gpu),
    ],
)


def twin_of(c: Case) -> Any:
    from seqcourse.torch import from_config

    twin = from_config(c.layer.to_config()).load_params(c.params).eval()
    for part in twin.modules():
        part.fused = False  # the equations; the kernels have their own tests
    return twin


def tensors(value: Any, device: str = "cpu") -> Any:
    import torch

    return tree(lambda part: torch.tensor(part, device=device))(value)


def plain(value: Any) -> Any:
    """Give NumPy arrays for tensors, None included."""
    if isinstance(value, tuple | list):
        return tuple(plain(part) for part in value)
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    return None if value is None else value.detach().cpu().numpy()


@torch_twin
@each_layer
@pytest.mark.parametrize(
    ("lengths", "begun", "dtype", "tolerance"),
    [(LENGTHS, False, np.float64, 1e-12), (None, True, np.float32, 2e-6)],
    ids=["float64", "float32"],
)
def test_the_twin_agrees(row, lengths, begun, dtype, tolerance):
    c = case(row, lengths, dtype=dtype)
    state = c.state if begun else None
    apart = twin_difference(c.layer, c.x, state, lengths, dtype=dtype)
    assert apart <= tolerance


def twin_results(
    module: Any, c: Case, read: Callable[..., Any], device: str = "cpu"
) -> Any:
    """Give what autograd finds, in the order of ``Case.results``."""
    x, state = tensors((c.x, c.state), device)
    for part in (x, *state):
        if part.is_floating_point():
            part.requires_grad_()
    y, last = read(module, x, state)
    dy, dstate = tensors((c.dy, c.dstate), device)
    loss = (y * dy).sum()
    for part, d in zip(last, dstate, strict=True):
        if d is not None:
            loss = loss + (part * d).sum()
    loss.backward()
    grads = {
        name: w.grad
        if w.grad is not None or not name.startswith(c.row.readers or "-")
        else w.detach() * 0
        for name, w in module.named_parameters()
    }
    dstate = [part.grad for part in state]
    return plain((y, last, x.grad, dstate, grads))


@each_device
@each_layer
@each_padding
def test_autograd_finds_the_gradients_written_by_hand(row, lengths, device):
    c = case(row, lengths)
    found = twin_results(
        twin_of(c).to(device),
        c,
        lambda twin, x, state: twin(x, state, tensors(lengths, device)),
        device,
    )
    assert_close(c.results(), found, 1e-12 if device == "cpu" else 1e-10)


@torch_twin
@each_causal_layer
def test_the_twin_steps_as_it_reads(row):
    c = case(row)
    y_t, state = c.layer.step(c.params, c.x[:, 0], c.state)
    twin_y, twin_state = twin_of(c).step(tensors(c.x[:, 0]), tensors(c.state))
    assert_close((y_t, state), plain((twin_y, twin_state)))
    y_t, state = c.layer.step(c.params, c.x[:, 0])
    twin_y, twin_state = twin_of(c).step(tensors(c.x[:, 0]))
    assert_close((y_t, state), plain((twin_y, twin_state)))


@torch_twin
@each_layer
def test_the_twin_has_the_same_names(row):
    c = case(row)
    twin = twin_of(c)
    assert list(twin.state_dict()) == list(c.params)
    assert twin.to_config() == c.layer.to_config()
    assert twin.state_bytes(T) == c.layer.state_bytes(T)
    assert_same_bits(twin.to_params(), c.params)
    given = twin.to_params()
    for array in arrays(given):
        array[...] = 0
    assert_same_bits(twin.to_params(), c.params)


@torch_twin
@each_layer_with_weights
def test_the_twin_survives_its_state_dict(row):
    c = case(row, LENGTHS)
    first, second = twin_of(c), twin_of(case(row, seed=1))
    read = tensors(c.x), tensors(c.state), tensors(LENGTHS)
    y, _ = first(*read)
    other, _ = second(*read)
    assert not np.array_equal(plain(y), plain(other))
    second.load_state_dict(first.state_dict())
    again, _ = second(*read)
    assert_same_bits(plain(y), plain(again))


@torch_twin
@each_layer
def test_the_twins_first_weights_are_repeatable(row):
    import torch

    from seqcourse.torch import from_config

    config = row.make().to_config()

    def drawn(seed: int) -> Any:
        torch.manual_seed(seed)
        return from_config(config).to_params()

    assert_same_bits(drawn(0), drawn(0))
    for a, b in zip(*(row.drawn(drawn(i)) for i in (0, 1)), strict=True):
        assert a.dtype == np.float32
        assert not np.array_equal(a, b)


@torch_twin
@each_layer
def test_the_twin_does_not_write_to_its_inputs(row):
    c = case(row, LENGTHS)
    read = tensors((c.x, c.state, LENGTHS))
    before = copies(plain(read))
    twin_of(c)(*read)
    assert_same_bits(plain(read), before)


@torch_twin
@each_layer
def test_the_twin_has_the_same_sentences(row):
    c = case(row)
    twin = twin_of(c)
    for wrong in mistakes(row):
        if not wrong.in_torch:
            continue
        given = {"x": c.x, "state": c.state, "lengths": None}
        given |= wrong.change(c)
        with refused(wrong) as here:
            c.forward(**given)
        with refused(wrong) as there:
            twin(*map(tensors, given.values()))
        said = str(there.value).replace("Tensor", "ndarray")
        assert said == str(here.value)


@torch_twin
@each_layer_with_weights
def test_the_twin_refuses_weights_that_are_not_its_own(row):
    c = case(row)
    twin = twin_of(c)
    for wrong in mistakes(row):
        if wrong.name.startswith("weight"):
            with refused(wrong):
                twin.load_params(wrong.change(c)["params"])


# --- torch.nn's module of the same name -----------------------------------

#: Arguments that torch.nn does not have; they choose first weights.
OURS = {
    "type",
    "orthogonal",
    "forget_bias",
    "chrono",
    "peepholes",
    "reset_after",
    "causal",
    "algorithm",
}
NAMESAKES = [row for row in TABLE.values() if row.nn is not None]


@torch_twin
@each_padding
@pytest.mark.parametrize("row", NAMESAKES, ids=lambda row: row.name)
def test_torch_nn_agrees(row, lengths):
    c = case(row, lengths)
    y, last, dx, dstate, grads = c.results()
    module, read = namesake(c)
    found_y, found_last, found_dx, found_dstate, found_grads = twin_results(
        module, c, read
    )
    if lengths is not None:
        found_y[np.arange(T) >= lengths[:, None]] = 0
    found_grads = {
        name.removesuffix("_l0"): g for name, g in found_grads.items()
    }
    assert_close(
        (y, last, dx, dstate, grads),
        (found_y, found_last, found_dx, found_dstate, found_grads),
    )


def namesake(c: Case) -> tuple[Any, Callable[..., Any]]:
    """Make torch.nn's module on the same weights, and say how it reads."""
    import torch

    config = {
        name: value
        for name, value in c.layer.to_config().items()
        if name not in OURS and value is not None
    }
    made = getattr(torch.nn, c.row.nn)
    attends = c.row.nn == "MultiheadAttention"
    more = {"batch_first": True} if c.state or attends else {}
    module = made(**config, **more).double()
    suffix = "_l0" if c.state else ""
    weights = {name + suffix: w for name, w in c.params.items()}
    module.load_state_dict(tensors(weights))
    if attends:
        return module, read_at_once(c)
    return module, read_recurrent(c) if c.state else read_each_step(c)


def read_at_once(c: Case) -> Callable[..., Any]:
    lengths = np.full(B, T) if c.lengths is None else c.lengths
    gone = np.arange(T) >= lengths[:, None]

    def read(module: Any, x: Any, state: Any) -> Any:
        y, _ = module(x, x, x, key_padding_mask=tensors(gone))
        return y * tensors(~gone[..., None]), ()

    return read


def read_each_step(c: Case) -> Callable[..., Any]:
    def read(module: Any, x: Any, state: Any) -> Any:
        y = module(x)
        if c.lengths is not None:
            real = np.arange(T) < c.lengths[:, None]
            y = y * tensors(real[..., None])
        return y, ()

    return read


def read_recurrent(c: Case) -> Callable[..., Any]:
    from torch.nn.utils import rnn

    def read(module: Any, x: Any, state: Any) -> Any:
        h = tuple(part[None] for part in state)
        memory = h if len(h) > 1 else h[0]
        if c.lengths is None:
            y, last = module(x, memory)
        else:
            packed = rnn.pack_padded_sequence(
                x, tensors(c.lengths), batch_first=True, enforce_sorted=False
            )
            y, last = module(packed, memory)
            y, _ = rnn.pad_packed_sequence(y, batch_first=True)
        last = last if len(h) > 1 else (last,)
        return y, tuple(part[0] for part in last)

    return read
