"""The options of ``seqcourse train``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from seqcourse.cli.options.typed_numbers import (
    learning_rate,
    share,
    whole,
    whole_or_zero,
)

MODELS = ("rnn", "lstm", "gru", "transformer")
POSITIONS = ("learned", "sinusoidal", "rotary", "alibi", "none")
TOKENIZERS = ("character", "byte", "bpe")
BACKENDS = ("numpy", "torch")


def add_backend(group: Any) -> None:
    """Add the options that say what computes, and where.

    Parameters
    ----------
    group
        A parser, or a group of its options.

    Examples
    --------
    >>> import argparse
    >>> reader = argparse.ArgumentParser()
    >>> add_backend(reader)
    >>> reader.parse_args([]).backend
    'numpy'
    """
    group.add_argument(
        "--backend",
        choices=BACKENDS,
        default="numpy",
        help="compute in NumPy or in PyTorch (default %(default)s)",
    )
    group.add_argument(
        "--device",
        default="cpu",
        help="where PyTorch computes, such as cuda (default %(default)s)",
    )


def add_train(commands: Any) -> None:
    """Add the command.

    Parameters
    ----------
    commands
        What ``add_subparsers`` gave.

    Examples
    --------
    >>> import argparse
    >>> commands = argparse.ArgumentParser().add_subparsers()
    >>> add_train(commands)
    >>> commands.choices["train"].parse_args([]).steps
    2000
    """
    train = commands.add_parser(
        "train",
        help="train a language model on a text",
        description="Train a model to predict the next token of a text. The "
        "first 90 % of the text is the training split, the last 10 % the "
        "validation split. Scores are in nats per token, and in bits per "
        "byte, which compare across tokenizers: lower is better.",
        epilog="example: %(prog)s --model gru --hidden 256 --tokenizer bpe "
        "--save gru.safetensors",
    )
    _add_model(train.add_argument_group("the model"))
    _add_text(train.add_argument_group("the text"))
    _add_run(train.add_argument_group("the run"))
    _add_output(train.add_argument_group("reports and files"))


def _add_model(model: Any) -> None:
    model.add_argument(
        "--model",
        choices=MODELS,
        default="lstm",
        help="the architecture (default %(default)s)",
    )
    model.add_argument(
        "--hidden",
        type=whole,
        default=128,
        metavar="H",
        help="its width, the size of a hidden state (default %(default)s)",
    )
    model.add_argument(
        "--embedding",
        type=whole,
        metavar="D",
        help="width of the token embeddings (default 64; a transformer "
        "has H)",
    )
    model.add_argument(
        "--layers",
        type=whole,
        default=1,
        metavar="L",
        help="how many layers are stacked (default %(default)s)",
    )
    model.add_argument(
        "--heads",
        type=whole,
        metavar="N",
        help="heads of a transformer's attention (default 4)",
    )
    model.add_argument(
        "--position",
        choices=POSITIONS,
        metavar="HOW",
        help="position encoding of a transformer: learned (the default), "
        "sinusoidal, rotary, alibi or none",
    )
    model.add_argument(
        "--dropout",
        type=share,
        default=0.0,
        metavar="P",
        help="dropout between layers, and in a transformer also within "
        "(default %(default)s)",
    )
    add_backend(model)


def _add_text(text: Any) -> None:
    text.add_argument(
        "--data",
        type=Path,
        metavar="FILE",
        help="a text in UTF-8 (default: tiny Shakespeare, downloaded once)",
    )
    text.add_argument(
        "--tokenizer",
        choices=TOKENIZERS,
        default="character",
        help="what a token is; a bpe is trained on the training split "
        "(default %(default)s)",
    )
    text.add_argument(
        "--vocab-size",
        type=whole,
        metavar="V",
        help="tokens of a bpe, 256 for the bytes included (default 512)",
    )
    text.add_argument(
        "--window",
        type=whole,
        default=64,
        metavar="T",
        help="tokens in a training sequence (default %(default)s)",
    )


def _add_run(run: Any) -> None:
    run.add_argument(
        "--steps",
        type=whole,
        default=2000,
        metavar="N",
        help="training steps, one batch each (default %(default)s)",
    )
    run.add_argument(
        "--batch",
        type=whole,
        default=32,
        metavar="B",
        help="sequences in a batch (default %(default)s)",
    )
    run.add_argument(
        "--learning-rate",
        type=learning_rate,
        default=3e-3,
        help="Adam's learning rate (default %(default)s)",
    )
    run.add_argument(
        "--warmup",
        type=whole_or_zero,
        default=0,
        metavar="N",
        help="steps in which the rate rises to it (default %(default)s)",
    )
    run.add_argument(
        "--final-learning-rate",
        type=learning_rate,
        metavar="RATE",
        help="what it falls to by the last step, along a cosine "
        "(default: it stays)",
    )
    run.add_argument(
        "--betas",
        type=share,
        nargs=2,
        default=(0.9, 0.999),
        metavar="B",
        help="decay rates of Adam's two means (default 0.9 0.999)",
    )
    run.add_argument(
        "--weight-decay",
        type=share,
        default=0.0,
        metavar="W",
        help="AdamW's weight decay (default %(default)s)",
    )
    run.add_argument(
        "--seed",
        type=whole_or_zero,
        default=0,
        metavar="N",
        help="fixes the initial weights and the batches (default "
        "%(default)s)",
    )


def _add_output(kept: Any) -> None:
    kept.add_argument(
        "--report",
        type=whole,
        default=100,
        metavar="N",
        help="steps between two reports (default %(default)s)",
    )
    kept.add_argument(
        "--checkpoint",
        type=Path,
        metavar="PATH",
        help="save the run here at every report; a run that is there "
        "already goes on",
    )
    kept.add_argument(
        "--extend",
        action="store_true",
        help="go on from the checkpoint with another learning rate, such as "
        "a longer schedule's",
    )
    kept.add_argument(
        "--log",
        type=Path,
        metavar="PATH",
        help="write each report here as a line of JSON",
    )
    kept.add_argument(
        "--save",
        type=Path,
        metavar="PATH",
        help="write the trained model here, with its tokenizer, recipe and "
        "scores",
    )
    kept.add_argument(
        "--force",
        action="store_true",
        help="replace files that --save and --log find there",
    )
