"""The options of the commands for a trained text model and for tokens."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from seqcourse.cli.options.train import add_backend
from seqcourse.cli.options.typed_numbers import (
    number,
    whole,
    whole_or_zero,
)


def add_generate(commands: Any) -> None:
    """Add the command that continues a text.

    Parameters
    ----------
    commands
        What ``add_subparsers`` gave.

    Examples
    --------
    >>> import argparse
    >>> commands = argparse.ArgumentParser().add_subparsers()
    >>> add_generate(commands)
    >>> asked = ["gru.safetensors", "--prompt", "ROMEO:"]
    >>> commands.choices["generate"].parse_args(asked).tokens
    200
    """
    generate = commands.add_parser(
        "generate",
        help="continue a text with a trained model",
        description="Print a prompt, and what the model writes after it, "
        "token by token.",
        epilog="example: %(prog)s gru.safetensors --prompt ROMEO: "
        "--temperature 0.8 --stop JULIET:",
    )
    _add_model(generate)
    generate.add_argument(
        "--prompt",
        required=True,
        metavar="TEXT",
        help="the text to continue, at least one token",
    )
    generate.add_argument(
        "--tokens",
        type=whole,
        default=200,
        metavar="N",
        help="tokens to write at most (default %(default)s)",
    )
    drawn = generate.add_argument_group("how a token is chosen")
    drawn.add_argument(
        "--temperature",
        type=number,
        default=1.0,
        metavar="T",
        help="above 1 more varied, below 1 more predictable, 0 always the "
        "likeliest token (default %(default)s)",
    )
    drawn.add_argument(
        "--top-k",
        type=whole,
        metavar="K",
        help="sample from the K likeliest tokens only",
    )
    drawn.add_argument(
        "--top-p",
        type=number,
        metavar="P",
        help="sample from the likeliest tokens that together have at least "
        "the probability P",
    )
    drawn.add_argument(
        "--min-p",
        type=number,
        metavar="P",
        help="leave out tokens less likely than P times the likeliest one",
    )
    drawn.add_argument(
        "--repetition-penalty",
        type=number,
        default=1.0,
        metavar="X",
        help="above 1, make tokens that are in the text less likely "
        "(default %(default)s)",
    )
    drawn.add_argument(
        "--stop",
        action="append",
        default=[],
        metavar="TEXT",
        help="end before this text; may be given several times",
    )
    drawn.add_argument(
        "--seed",
        type=whole_or_zero,
        default=0,
        metavar="N",
        help="fixes what is drawn (default %(default)s)",
    )
    add_backend(generate.add_argument_group("what computes"))


def add_score(commands: Any) -> None:
    """Add the command that measures how well a model predicts a text.

    Parameters
    ----------
    commands
        What ``add_subparsers`` gave.

    Examples
    --------
    >>> import argparse
    >>> commands = argparse.ArgumentParser().add_subparsers()
    >>> add_score(commands)
    >>> asked = ["gru.safetensors", "play.txt", "--table"]
    >>> commands.choices["score"].parse_args(asked).table
    True
    """
    score = commands.add_parser(
        "score",
        help="measure how well a trained model predicts a text",
        description="Print a text's tokens, bytes, nats per token, "
        "perplexity and bits per byte under a model.",
    )
    _add_model(score)
    score.add_argument(
        "file", type=Path, metavar="FILE", help="a text in UTF-8"
    )
    score.add_argument(
        "--table",
        action="store_true",
        help="also print each token with its probability and its nats",
    )
    add_backend(score)


def add_tokenize(commands: Any) -> None:
    """Add the command that trains a tokenizer, or shows a text's tokens.

    Parameters
    ----------
    commands
        What ``add_subparsers`` gave.

    Examples
    --------
    >>> import argparse
    >>> commands = argparse.ArgumentParser().add_subparsers()
    >>> add_tokenize(commands)
    >>> asked = ["--tokenizer", "tokenizer.json", "--text", "to be"]
    >>> commands.choices["tokenize"].parse_args(asked).text
    'to be'
    """
    tokenize = commands.add_parser(
        "tokenize",
        help="train a tokenizer, or cut a text into tokens",
        description="With --save, train a byte-pair encoding on a text. With "
        "--tokenizer, cut a text into its tokens.",
        epilog="example: %(prog)s --tokenizer tokenizer.json --text 'To be'",
    )
    tokenize.add_argument(
        "--data",
        type=Path,
        metavar="FILE",
        help="the text, in UTF-8 (to train on, default: tiny Shakespeare)",
    )
    trained = tokenize.add_argument_group("to train a tokenizer")
    trained.add_argument(
        "--vocab-size",
        type=whole,
        metavar="V",
        help="tokens, 256 for the bytes included (default 512)",
    )
    trained.add_argument(
        "--save",
        type=Path,
        metavar="PATH",
        help="write the tokenizer here, as a tokenizer.json",
    )
    trained.add_argument(
        "--force",
        action="store_true",
        help="replace the file that --save finds there",
    )
    used = tokenize.add_argument_group("to cut a text")
    used.add_argument(
        "--tokenizer",
        type=Path,
        metavar="FILE",
        help="a tokenizer.json, or a trained text model",
    )
    used.add_argument(
        "--text", metavar="TEXT", help="the text, in place of --data"
    )


def add_inspect(commands: Any) -> None:
    """Add the command that says what a file holds.

    Parameters
    ----------
    commands
        What ``add_subparsers`` gave.

    Examples
    --------
    >>> import argparse
    >>> commands = argparse.ArgumentParser().add_subparsers()
    >>> add_inspect(commands)
    >>> commands.choices["inspect"].parse_args(["gru.safetensors"]).file.name
    'gru.safetensors'
    """
    inspect = commands.add_parser(
        "inspect",
        help="say what a file of weights holds",
        description="Print the model, the weights, the tokenizer, the recipe "
        "and the scores in a safetensors file: a trained model, a run's "
        "checkpoint or one of the book's own files.",
    )
    inspect.add_argument(
        "file", type=Path, metavar="FILE", help="a safetensors file"
    )


def _add_model(command: Any) -> None:
    command.add_argument(
        "model",
        type=Path,
        metavar="MODEL",
        help="what seqcourse train --save wrote",
    )
