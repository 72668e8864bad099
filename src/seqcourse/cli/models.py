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


def check_options(options: argparse.Namespace) -> None:
    """Refuse what the kind of model does not have.

    Parameters
    ----------
    options
        What the command line said.

    Raises
    ------
    ValueError
        If an option is for another kind of model, or does nothing.

    Examples
    --------
    >>> from seqcourse.cli.options import parser
    >>> check_options(parser().parse_args(["train", "--dropout", "0.1"]))
    Traceback (most recent call last):
    ValueError: --dropout: expected --layers of 2 or more, since an lstm drops
    numbers between its layers alone, got 1
    """
    if options.vocab_size is not None and options.tokenizer != "bpe":
        raise ValueError(
            "--vocab-size: expected --tokenizer bpe, whose size alone can be "
            f"chosen, got {options.tokenizer}"
        )
    if options.model == "transformer":
        E, N = options.hidden, options.heads or 4
        if options.embedding not in (None, E):
            raise ValueError(
                "--embedding: a transformer has one width from end to end, "
                f"--hidden {E}, got {options.embedding}"
            )
        if E % N:
            raise ValueError(
                f"--heads: expected a divisor of --hidden {E}, got {N}"
            )
        return
    for name in ("heads", "position"):
        if getattr(options, name) is not None:
            raise ValueError(f"--{name}: {options.model} has none")
    if options.dropout and options.layers == 1:
        article = "a" if options.model == "gru" else "an"
        raise ValueError(
            f"--dropout: expected --layers of 2 or more, since {article} "
            f"{options.model} drops numbers between its layers alone, got 1"
        )


def language_model(options: argparse.Namespace, V: int) -> LanguageModel:
    """Make the model.

    Parameters
    ----------
    options
        What the command line said.
    V
        Size of the vocabulary.

    Returns
    -------
    model
        A language model.

    Examples
    --------
    >>> from seqcourse.cli.options import parser
    >>> options = parser().parse_args(["train", "--model", "gru"])
    >>> model = language_model(options, V=65)
    >>> type(model.core).__name__, model.core.hidden_size
    ('GRU', 128)
    """
    if options.model == "transformer":
        E = options.hidden
        return LanguageModel(Embedding(V, E), transformer(options), tied=True)
    made, H = CORES[options.model], options.hidden
    D = options.embedding or 64
    layers = [made(D if i == 0 else H, H) for i in range(options.layers)]
    core: Layer = layers[0]
    if len(layers) > 1:
        core = Stack(tuple(layers), options.dropout)
    return LanguageModel(Embedding(V, D), core)


def transformer(options: argparse.Namespace) -> Transformer:
    """Make a decoder as GPT-2's, but for biases, which it has not.

    Parameters
    ----------
    options
        What the command line said.

    Returns
    -------
    transformer
        So many blocks, and what tells them the order.

    Examples
    --------
    >>> from seqcourse.cli.options import parser
    >>> asked = ["train", "--model", "transformer", "--layers", "3"]
    >>> core = transformer(parser().parse_args(asked))
    >>> core.num_layers, core.width, core.block.self_attn.num_heads
    (3, 128, 4)
    """
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
    """Make what turns a gradient into a change.

    Parameters
    ----------
    options
        What the command line said.

    Returns
    -------
    optimizer
        Adam, or AdamW where weights are to decay.

    Raises
    ------
    ValueError
        If the warm-up is longer than the run.

    Examples
    --------
    >>> from seqcourse.cli.options import parser
    >>> optimizer(parser().parse_args(["train", "--learning-rate", "0.01"]))
    Adam(learning_rate=0.01, betas=(0.9, 0.999), eps=1e-08)
    """
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
