"""The table of the contract: every kind of layer, and what is true of it.

A new model is one file in each backend and one row in ``TABLE``.
"""

import dataclasses
import functools
import itertools
from collections.abc import Callable
from typing import Any

import pytest

import seqcourse.numpy
from seqcourse.numpy.contract.layer import Array
from seqcourse.testing.promises import Promise
from seqcourse.testing.promises.arrays import copies
from seqcourse.testing.promises.example import Example
from seqcourse.testing.promises.subject import Subject

#: Where the table finds its classes; a planted bug is put here.
layers: Any = seqcourse.numpy

T, D, H, P, V, C, WINDOW, SOURCE = 5, 7, 9, 6, 11, 2, 13, 8
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


@dataclasses.dataclass(frozen=True)
class Row(Subject):
    """One layer of the table and what is true of it."""

    nn: str | None = None  # the module of the same name in torch.nn
    drawn_before: dict[Any, Any] = dataclasses.field(
        default_factory=dict, repr=False, compare=False
    )

    def example(self, lengths: Array | None = None, **kinds: Any) -> Example:
        """Draw the same numbers once, and give each test copies of them."""
        if layers is not seqcourse.numpy:  # a bug is planted
            return super().example(lengths, **kinds)
        read = None if lengths is None else lengths.tobytes()
        key = read, *sorted(kinds.items(), key=str)
        if key not in self.drawn_before:
            self.drawn_before[key] = super().example(lengths, **kinds)
        drawn = self.drawn_before[key]
        given = {
            field: copies(getattr(drawn, field))
            for field in ("params", "x", "state", "dy", "dstate")
        }
        return dataclasses.replace(
            drawn, layer=self.make(), lengths=lengths, **given
        )


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
        Row("Convolution", lambda: layers.Convolution(D, H, 3)),
        Row(
            "Convolution wider than the sequence, with relu",
            lambda: layers.Convolution(D, H, T + 2, nonlinearity="relu"),
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
        Row(
            "RNN, identity and small inputs",
            lambda: layers.RNN(D, H, "relu", identity=True, input_scale=0.1),
            nn="RNN",
            constant=("weight_hh", "bias_ih", "bias_hh"),
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
        Row("CoupledLSTM", lambda: layers.CoupledLSTM(D, H)),
        Row(
            "CoupledLSTM without bias",
            lambda: layers.CoupledLSTM(D, H, bias=False),
        ),
        Row(
            "classifier of tokens, LSTM",
            lambda: layers.SequenceClassifier(
                embedding(), layers.LSTM(D, H), C
            ),
            vocabulary=V,
            one_output=True,
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
            one_output=True,
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
            one_output=True,
        ),
        Row(
            "classifier of numbers, BagOfWords",
            lambda: layers.SequenceClassifier(
                None, layers.BagOfWords(D, H), C
            ),
            one_output=True,
        ),
        Row(
            "classifier of embedded numbers, FixedWindow",
            lambda: layers.SequenceClassifier(
                layers.Linear(D, 5), layers.FixedWindow(5, H, WINDOW), C
            ),
            one_output=True,
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
            "stack of convolutions",
            lambda: layers.Stack(
                (layers.Convolution(D, 5, 2), layers.Convolution(5, H, 4))
            ),
        ),
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
            one_output=True,
        ),
        Row(
            "classifier of tokens, stack",
            lambda: layers.SequenceClassifier(embedding(), stack(D, 4, H), C),
            vocabulary=V,
            one_output=True,
        ),
        Row(
            "classifier of numbers, both ends",
            lambda: layers.SequenceClassifier(None, both_ways(D, 5, 4), C),
            one_output=True,
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
            memory_steps=4,
        ),
        Row(
            "LSTM that looks by dot product",
            lambda: layers.AttentionDecoder(
                layers.LSTM(D, H), layers.DotAttention(H, H)
            ),
            memory_steps=4,
        ),
        Row(
            "stack that looks by scaled dot product",
            lambda: layers.AttentionDecoder(
                stack(D, 5, H), layers.DotAttention(H, H, "scaled_dot")
            ),
            memory_steps=3,
        ),
        Row(
            "RNN that looks through a weight",
            lambda: layers.AttentionDecoder(
                layers.RNN(D, H), layers.DotAttention(H, 4, "general")
            ),
            memory_steps=5,
        ),
        Row(
            "RNNs from both ends that look",
            lambda: layers.AttentionDecoder(
                both_ways(D, 5, 4), layers.DotAttention(9, 4, "general")
            ),
            memory_steps=4,
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
            memory_steps=4,
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
            encoder_parts=("source_embedding", "encoder", "bridge"),
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
            memory_steps=4,
            encoder_parts=("source_embedding", "encoder", "bridge"),
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
                (" without the root", {"scale": 1.0}, False),
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
                        "scale": 0.3,
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
            one_output=True,
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
                cross_attends="cross" in options,
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
                cross_attends="cross" in options,
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
            one_output=True,
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


def each(
    asked_of: Callable[[Row], bool] = lambda _: True,
) -> pytest.MarkDecorator:
    """Run a test on every layer of the table of which something is true."""
    rows = [row for row in TABLE.values() if asked_of(row)]
    return pytest.mark.parametrize("row", rows, ids=lambda row: row.name)


each_layer = each()
each_causal_layer = each(lambda row: row.causal)
each_layer_that_sees_the_future = each(lambda row: not row.causal)
each_layer_with_weights = each(
    lambda row: bool(row.make().parameter_shapes())
)
each_padding = pytest.mark.parametrize("case", ["full", "padded"])


def asked(promise: Promise) -> Callable[..., None]:
    """Make a test of a promise: each layer is asked, in each of its cases."""

    @each(promise.asked_of)
    @pytest.mark.parametrize("case", promise.cases)
    def test(row: Row, case: str) -> None:
        promise(row, case)

    @each(promise.asked_of)
    def test_at_once(row: Row) -> None:
        promise(row)

    test.cases = promise.cases
    return test if len(promise.cases) > 1 else test_at_once
