"""Ctrl-C, which must not fall between a trained model and its file."""

from __future__ import annotations

import signal
import threading
from types import FrameType, TracebackType
from typing import Any


class Interrupt:
    """Let Ctrl-C end what is at work only while that is allowed.

    Where another handler of the signal is set already, it is left alone.

    Examples
    --------
    >>> with Interrupt() as interrupt:
    ...     signal.raise_signal(signal.SIGINT)  # nothing is at work
    ...     interrupt.seen
    True
    """

    def __init__(self) -> None:
        self.seen = False
        self.allowed = False
        self._before: Any = None

    def __enter__(self) -> Interrupt:
        mine = threading.current_thread() is threading.main_thread()
        found = signal.getsignal(signal.SIGINT)
        if mine and found is signal.default_int_handler:
            self._before = signal.signal(signal.SIGINT, self._handle)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        self.seen = True
        if self.allowed:
            self.allowed = False  # the next one waits until it is again
            raise KeyboardInterrupt
