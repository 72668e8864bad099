"""The command: what was typed, done or refused in one sentence."""

from __future__ import annotations

import re
import sys
from contextlib import suppress

from seqcourse.cli.options import parser
from seqcourse.cli.output import Output, sentence

#: What the package calls an argument, and what the command line does.
_OPTIONS = {
    "text": "--data",
    "hidden_size": "--hidden",
    "embed_dim": "--hidden",
    "num_heads": "--heads",
    "floor": "--final-learning-rate",
    "path": "--save",
    **{
        name: f"--{name.replace('_', '-')}"
        for name in (
            "window", "position", "dropout", "steps", "learning_rate",
            "warmup", "betas", "weight_decay", "seed", "checkpoint",
            "extend",
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
    reader, failed = parser(), 2
    try:
        options = reader.parse_args()
        # Here, so that an interrupt while NumPy is imported ends as others.
        from seqcourse.cli.prepare import prepare
        from seqcourse.cli.train import train

        ready = prepare(options)
        failed = 1
        return train(ready)
    except KeyboardInterrupt:
        _complain(reader.prog, "interrupted")
        return 130
    except ValueError as error:
        _complain(reader.prog, _in_options(str(error)))
        return 2
    except MemoryError:
        _complain(reader.prog, "the run does not fit into memory")
        return failed
    except (OSError, RuntimeError, FloatingPointError) as error:
        _complain(reader.prog, _in_options(str(error)))
        return failed
    finally:
        Output().flush()


def _in_options(message: str) -> str:
    """Call an argument of the package as the command line does."""
    message = message.replace("extend=True", "--extend")
    name = re.match(r"\w+(?=(\[.*\])?: )", message)
    if name is None or name[0] not in _OPTIONS:
        return message
    return _OPTIONS[name[0]] + message[name.end() :]


def _complain(prog: str, message: str) -> None:
    with suppress(OSError):  # nobody reads it
        print(sentence(prog, message), end="", file=sys.stderr)
