"""What the command prints: lines, and one sentence of what is wrong."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import Any


def sentence(prog: str, message: str) -> str:
    r"""Write what is wrong as one line, whatever was typed.

    Parameters
    ----------
    prog
        How the command was called.
    message
        What is wrong.

    Returns
    -------
    line
        With its end.

    Examples
    --------
    >>> sentence("seqcourse", "--data: two" + chr(10) + "lines: no such file")
    'seqcourse: error: --data: two\\nlines: no such file\n'
    """
    return f"{prog}: error: {escaped(message)}\n"


def escaped(text: str) -> str:
    r"""Write a text on one line, as a terminal can show it.

    Parameters
    ----------
    text
        Any.

    Returns
    -------
    line
        What is no printable character is an escape of Python's.

    Examples
    --------
    >>> print(escaped("to be" + chr(10) + "or not"))
    to be\nor not
    """
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape").decode()
        for c in text
    )


class Output:
    """Print lines until nobody reads them any more.

    Characters that the terminal does not have are written as escapes.

    Examples
    --------
    >>> output = Output()
    >>> output.line("trained")
    trained
    >>> output.closed
    False
    """

    def __init__(self) -> None:
        self.closed = False
        stream: Any = sys.stdout
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")

    def line(self, text: str) -> None:
        """Print a line, unless the output is closed.

        Parameters
        ----------
        text
            The line.
        """
        self.piece(f"{text}\n")

    def piece(self, text: str) -> None:
        """Print a part of a line at once, unless the output is closed.

        Parameters
        ----------
        text
            The part.
        """
        if self.closed:
            return
        try:
            print(text, end="", flush=True)
        except OSError:  # a pipe without a reader, or a full disk
            self._close()

    def flush(self) -> None:
        """Print what waits, so that the interpreter's end has nothing to."""
        try:
            print(end="", flush=True)
        except OSError:
            self._close()

    def _close(self) -> None:
        self.closed = True
        # The rest of the buffer would fail once more at the end.
        with suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, sys.stdout.fileno())
            os.close(nowhere)
