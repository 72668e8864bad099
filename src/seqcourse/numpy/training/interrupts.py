"""Ctrl-C during a run: it ends the run, but never in the middle of a step."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Any


class Interrupts:
    """Watch for Ctrl-C, and let it wait while a step is half made.

    Outside the main thread, which alone gets interrupts, and where somebody
    else has taken them over from Python altogether, nothing is changed.

    Examples
    --------
    >>> with Interrupts() as interrupts:
    ...     try:
    ...         with interrupts.held():
    ...             signal.raise_signal(signal.SIGINT)
    ...             print("the step is complete")
    ...     except KeyboardInterrupt:
    ...         print("interrupted:", interrupts.pressed)
    the step is complete
    interrupted: True
    """

    def __init__(self) -> None:
        #: Whether Ctrl-C was pressed, and not merely raised by somebody.
        self.pressed = False
        self._before: Callable[[int, FrameType | None], Any] | None = None
        self._is_held = self._waits = False

    def __enter__(self) -> Interrupts:
        before = signal.getsignal(signal.SIGINT)
        main = threading.current_thread() is threading.main_thread()
        if main and callable(before):
            self._before = before
            signal.signal(signal.SIGINT, self._on_signal)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.pressed = True
        if self._is_held:
            self._waits = True
        elif self._before is not None:
            self._before(number, frame)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let an interrupt wait until the end of the ``with`` block.

        Yields
        ------
        None
            For the time of the block.
        """
        self._is_held = True
        try:
            yield
        finally:
            self._is_held = False
        if self._waits and self._before is not None:
            self._waits = False
            self._before(signal.SIGINT, None)
