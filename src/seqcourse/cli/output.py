"""Lines on standard output, which may be closed at any time."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import Any


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
        if self.closed:
            return
        try:
            print(text, flush=True)
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
        # What is left in the buffer would fail once more at the end.
        with suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, sys.stdout.fileno())
            os.close(nowhere)
