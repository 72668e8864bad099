"""What the command line may say, and the sentence for what it may not."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import NoReturn

from seqcourse.cli.output import sentence
from seqcourse.cli.typed_numbers import learning_rate, seed, share, whole

MODELS = ("rnn", "lstm", "gru", "transformer")
POSITIONS = ("learned", "sinusoidal", "rotary", "alibi", "none")
BACKENDS = ("numpy", "torch")


class _Parser(argparse.ArgumentParser):
    """Says in one sentence what is wrong, without the whole usage."""

    def error(self, message: str) -> NoReturn:
        said = f"{message} (--help says more)"
        self.exit(2, sentence(self.prog.removesuffix(" train"), said))


def parser() -> argparse.ArgumentParser:
    """Make what reads the command line.

    Returns
    -------
    parser
        It knows every option, its default and its help.

    Examples
    --------
    >>> options = parser().parse_args(["train", "--model", "gru"])
    >>> options.model, options.hidden
    ('gru', 128)
    """
    as_module = Path(sys.argv[0]).name == "__main__.py"
    main = _Parser(
        prog="python -m seqcourse" if as_module else "seqcourse",
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
        epilog="example: %(prog)s --model gru --hidden 256 --steps 4000 "
        "--save gru.safetensors",
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
        metavar="D",
        help="numbers that stand for one character (default 64; a "
        "transformer has H)",
    )
    model.add_argument(
        "--layers",
        type=whole,
        default=1,
        metavar="L",
        help="how many lie one upon the other (default %(default)s)",
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
        help="what tells a transformer the order: learned (the default), "
        "sinusoidal, rotary, alibi or none",
    )
    model.add_argument(
        "--dropout",
        type=share,
        default=0.0,
        metavar="P",
        help="how likely a number is left out in training: between layers, "
        "and in a transformer also within (default %(default)s)",
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
        "--learning-rate",
        type=learning_rate,
        default=3e-3,
        help="Adam's learning rate (default %(default)s)",
    )
    run.add_argument(
        "--warmup",
        type=seed,
        default=0,
        metavar="N",
        help="steps in which the rate climbs to it (default %(default)s)",
    )
    run.add_argument(
        "--final-learning-rate",
        type=learning_rate,
        metavar="RATE",
        help="where it goes by the last step, along a cosine; it stays if "
        "none is named",
    )
    run.add_argument(
        "--betas",
        type=share,
        nargs=2,
        default=(0.9, 0.999),
        metavar="B",
        help="how slowly Adam's two means forget (default 0.9 0.999)",
    )
    run.add_argument(
        "--weight-decay",
        type=share,
        default=0.0,
        metavar="W",
        help="how strongly matrices are drawn to zero, as in AdamW (default "
        "%(default)s)",
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
        type=Path,
        metavar="PATH",
        help="keep the run here at every report; a run that is here already "
        "goes on",
    )
    kept.add_argument(
        "--extend",
        action="store_true",
        help="go on from the checkpoint with another learning rate, such as "
        "a longer schedule's",
    )
    kept.add_argument(
        "--save",
        type=Path,
        metavar="PATH",
        help="write the trained model here, for seqcourse.store.load",
    )
    kept.add_argument(
        "--force",
        action="store_true",
        help="replace the model that --save finds there",
    )
    return main
