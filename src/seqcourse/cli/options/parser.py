"""What reads the command line, and the sentence for what it may not say."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import NoReturn

from seqcourse.cli.options.text import (
    add_generate,
    add_inspect,
    add_score,
    add_tokenize,
)
from seqcourse.cli.options.train import add_train
from seqcourse.cli.output import sentence

#: Each command, by the function that adds its options.
COMMANDS = {
    "train": add_train,
    "generate": add_generate,
    "score": add_score,
    "tokenize": add_tokenize,
    "inspect": add_inspect,
}


class _Parser(argparse.ArgumentParser):
    """Says in one sentence what is wrong, without the whole usage."""

    def error(self, message: str) -> NoReturn:
        prog = self.prog
        for name in COMMANDS:
            prog = prog.removesuffix(f" {name}")
        self.exit(2, sentence(prog, f"{message} (--help says more)"))


def parser() -> argparse.ArgumentParser:
    """Make what reads the command line.

    Returns
    -------
    parser
        It knows every option, its default and its help.

    Examples
    --------
    >>> options = parser().parse_args(["train", "--model", "gru"])
    >>> options.command, options.model, options.hidden
    ('train', 'gru', 128)
    """
    as_module = Path(sys.argv[0]).name == "__main__.py"
    main = _Parser(
        prog="python -m seqcourse" if as_module else "seqcourse",
        description="Train a language model on a text, and use it: all "
        "models in NumPy and in PyTorch.",
    )
    commands = main.add_subparsers(
        title="commands", required=True, metavar="COMMAND", dest="command"
    )
    for add in COMMANDS.values():
        add(commands)
    return main
