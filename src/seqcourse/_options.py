"""What the command line may say, and the sentence for what it may not."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import NoReturn

MODELS = ("rnn", "lstm", "gru")
BACKENDS = ("numpy", "torch")


class Parser(argparse.ArgumentParser):
    """Says in one sentence what is wrong, without the whole usage."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message} (--help says more)\n")


def whole(text: str) -> int:
    """Read a whole number of at least 1."""
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(
            f"expected a whole number of at least 1, got {text!r}"
        )
    return int(text)


def seed(text: str) -> int:
    """Read a whole number of at least 0."""
    return 0 if text == "0" else whole(text)


def rate(text: str) -> float:
    """Read a number above 0."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(
            f"expected a number above 0, got {text!r}"
        )
    return value


def new_file(text: str) -> Path:
    """Read the name of a file in a folder that is there."""
    path = Path(text)
    if path.is_dir() or not path.parent.is_dir():
        raise argparse.ArgumentTypeError(
            f"expected a file in a folder that exists, got {text!r}"
        )
    return path


def parser() -> Parser:
    """Make what reads the command line."""
    main = Parser(
        prog="python -m seqcourse",
        description="Sequence models, in NumPy and in PyTorch.",
    )
    commands = main.add_subparsers(
        title="commands", required=True, metavar="COMMAND"
    )
    train = commands.add_parser(
        "train",
        help="train a language model of characters on a text",
        description="Train a model to say the next character of a text. The "
        "first 90 % of the text are trained on, the last 10 % validate. "
        "Scores are in nats per character: lower is better.",
        epilog="example: python -m seqcourse train --model gru --hidden 256 "
        "--steps 4000 --save gru.safetensors",
    )
    model = train.add_argument_group("the model")
    model.add_argument(
        "--model",
        choices=MODELS,
        default="lstm",
        help="what keeps the memory (default %(default)s)",
    )
    model.add_argument(
        "--hidden",
        type=whole,
        default=128,
        metavar="H",
        help="its width (default %(default)s)",
    )
    model.add_argument(
        "--embedding",
        type=whole,
        default=64,
        metavar="D",
        help="numbers that stand for one character (default %(default)s)",
    )
    model.add_argument(
        "--backend",
        choices=BACKENDS,
        default="numpy",
        help="gradients by hand, or autograd (default %(default)s)",
    )
    model.add_argument(
        "--device",
        default="cpu",
        help="where PyTorch computes, such as cuda (default %(default)s)",
    )
    run = train.add_argument_group("the run")
    run.add_argument(
        "--data",
        type=Path,
        metavar="FILE",
        help="a text in UTF-8; tiny Shakespeare if none is named",
    )
    run.add_argument(
        "--steps",
        type=whole,
        default=2000,
        metavar="N",
        help="batches (default %(default)s)",
    )
    run.add_argument(
        "--batch",
        type=whole,
        default=32,
        metavar="B",
        help="windows in each (default %(default)s)",
    )
    run.add_argument(
        "--window",
        type=whole,
        default=64,
        metavar="T",
        help="characters in a window (default %(default)s)",
    )
    run.add_argument(
        "--rate",
        type=rate,
        default=3e-3,
        help="Adam's learning rate (default %(default)s)",
    )
    run.add_argument(
        "--seed",
        type=seed,
        default=0,
        metavar="N",
        help="fixes the first weights and the batches (default %(default)s)",
    )
    kept = train.add_argument_group("what is said and kept")
    kept.add_argument(
        "--report",
        type=whole,
        default=100,
        metavar="N",
        help="steps between two lines of scores (default %(default)s)",
    )
    kept.add_argument(
        "--checkpoint",
        type=new_file,
        metavar="PATH",
        help="keep the run here at every report; a run that is here already "
        "goes on",
    )
    kept.add_argument(
        "--save",
        type=new_file,
        metavar="PATH",
        help="write the trained model here, for seqcourse.store.load",
    )
    return main
