"""The command: what was typed, done or refused in one sentence."""

from __future__ import annotations

import sys

from seqcourse.cli.options import parser
from seqcourse.cli.train import train


def main() -> int:
    """Do what the command line says.

    Returns
    -------
    status
        What the process ends with: 0, 2 after a sentence about what is
        wrong, or 130 where the reader interrupted it.

    Examples
    --------
    >>> from unittest import mock
    >>> with mock.patch("sys.argv", ["seqcourse", "train", "--data", "none"]):
    ...     main()
    2
    """
    reader = parser()
    options = reader.parse_args()
    try:
        train(options)
    except (ValueError, OSError, FloatingPointError) as error:
        print(f"{reader.prog} train: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    return 0
