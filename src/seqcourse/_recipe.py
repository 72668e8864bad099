"""From what the command line says to a model and its optimiser."""

from __future__ import annotations

import argparse
from typing import Any

from seqcourse.numpy import (
    GRU,
    LSTM,
    RNN,
    Adam,
    AdamW,
    ALiBi,
    Embedding,
    FeedForward,
    LanguageModel,
    Layer,
    LearnedPositionEmbedding,
    MultiHeadAttention,
    RotaryPositionEmbedding,
    SinusoidalPositionEmbedding,
    Stack,
    Transformer,
    TransformerBlock,
    WarmupCosine,
)

CORES: dict[str, Any] = {"rnn": RNN, "lstm": LSTM, "gru": GRU}


def language_model(options: argparse.Namespace, V: int) -> LanguageModel:
    """Make the model; what it does not have must not be asked for."""
    if options.model == "transformer":
        E = options.hidden
        if options.embedding not in (None, E):
            raise ValueError(
                "--embedding: a transformer has one width from end to end, "
                f"--hidden {E}, got {options.embedding}"
            )
        return LanguageModel(Embedding(V, E), transformer(options), tied=True)
    for name in ("heads", "position"):
        if getattr(options, name) is not None:
            raise ValueError(f"--{name}: {options.model} has none")
    made, H = CORES[options.model], options.hidden
    D = options.embedding or 64
    layers = [made(D if i == 0 else H, H) for i in range(options.layers)]
    core: Layer = layers[0]
    if len(layers) > 1:
        core = Stack(tuple(layers), options.dropout)
    return LanguageModel(Embedding(V, D), core)


def transformer(options: argparse.Namespace) -> Transformer:
    """Make a decoder as GPT-2's, but for biases, which it has not."""
    E, dropout = options.hidden, options.dropout
    told = options.position or "learned"
    added = {
        "learned": LearnedPositionEmbedding(options.window, E),
        "sinusoidal": SinusoidalPositionEmbedding(E),
    }
    block = TransformerBlock(
        MultiHeadAttention(
            E,
            options.heads or 4,
            bias=False,
            dropout=dropout,
            causal=True,
            position={
                "rotary": RotaryPositionEmbedding(),
                "alibi": ALiBi(),
            }.get(told),
        ),
        FeedForward(E, 4 * E, bias=False),
        dropout=dropout,
    )
    return Transformer(
        block, options.layers, added.get(told), dropout, init_std=0.02
    )


def optimizer(options: argparse.Namespace) -> Adam:
    """Make what turns a gradient into a change."""
    learning_rate: Any = options.learning_rate
    if options.warmup or options.final_learning_rate is not None:
        floor = options.learning_rate
        if options.final_learning_rate is not None:
            floor = options.final_learning_rate
        learning_rate = WarmupCosine(
            learning_rate, options.steps, options.warmup, floor
        )
    betas = tuple(options.betas)
    if not options.weight_decay:
        return Adam(learning_rate, betas)
    return AdamW(learning_rate, betas, weight_decay=options.weight_decay)
