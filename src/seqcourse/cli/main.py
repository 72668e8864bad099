"""The command: what was typed, done or refused in one sentence."""

from __future__ import annotations

import argparse
import importlib
import re
import sys
from collections.abc import Callable
from contextlib import suppress

from seqcourse.cli.options import parser
from seqcourse.cli.output import Output, sentence

#: What the package calls an argument, and what the command line does.
_OPTIONS = {
    "hidden_size": "--hidden",
    "embed_dim": "--hidden",
    "num_heads": "--heads",
    "floor": "--final-learning-rate",
    "max_tokens": "--tokens",
    "path": "--save",
    **{
        name: f"--{name.replace('_', '-')}"
        for name in (
            "window", "position", "dropout", "steps", "learning_rate",
            "warmup", "betas", "weight_decay", "seed", "checkpoint",
            "extend", "vocab_size", "prompt", "temperature", "top_k",
            "top_p", "min_p", "repetition_penalty", "stop",
        )
    },
}  # fmt: skip


def main() -> int:
    """Do what the command line says.

    Returns
    -------
    status
        What the process ends with: 0, 2 after a sentence about what was
        asked for, 1 after one about what failed, or 130 where the reader
        interrupted it.

    Examples
    --------
    >>> from unittest import mock
    >>> with mock.patch("sys.argv", ["seqcourse", "train", "--data", "none"]):
    ...     main()
    2
    """
    reader, failed, text = parser(), 2, "--data"
    try:
        options = reader.parse_args()
        text = _text(options)
        # Here, so that an interrupt while NumPy is imported ends as others.
        command = importlib.import_module(f"seqcourse.cli.{options.command}")
        job: Callable[[], int] = command.prepared(options)
        failed = 1
        return job()
    except KeyboardInterrupt:
        _complain(reader.prog, "interrupted")
        return 130
    except ValueError as error:
        _complain(reader.prog, _in_options(str(error), text))
        return 2
    except MemoryError:
        _complain(reader.prog, "the run does not fit into memory")
        return failed
    except (ImportError, OSError, RuntimeError, FloatingPointError) as error:
        _complain(reader.prog, _in_options(str(error), text))
        return failed
    finally:
        Output().flush()


def _text(options: argparse.Namespace) -> str:
    """Say where the command line names the text."""
    if options.command == "score":
        return "FILE"
    return "--data" if getattr(options, "text", None) is None else "--text"


def _in_options(message: str, text: str) -> str:
    """Call an argument of the package as the command line does."""
    message = message.replace("extend=True", "--extend")
    name = re.match(r"\w+(?=(\[.*\])?: )", message)
    option = name and {**_OPTIONS, "text": text}.get(name[0])
    if name is None or option is None:
        return message
    return option + message[name.end() :]


def _complain(prog: str, message: str) -> None:
    with suppress(OSError):  # nobody reads it
        print(sentence(prog, message), end="", file=sys.stderr)
