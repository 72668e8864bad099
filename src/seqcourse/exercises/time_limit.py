"""An end for code that has none, where Python can be interrupted."""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

#: Seconds for one check, as many as in the book's pages.
LIMIT = 30.0


class TimeIsUpError(BaseException):
    """The end of the time; no ``except Exception`` keeps it.

    Examples
    --------
    >>> issubclass(TimeIsUpError, Exception)
    False
    """


@contextlib.contextmanager
def time_limit(seconds: float = LIMIT) -> Iterator[None]:
    """Raise `TimeIsUpError` in a block that takes too long.

    It takes a timer of the system's, which there is on the main thread of
    Linux and macOS. Elsewhere there is no limit; a page has its own. Code
    that catches everything, or does not come back from a library, goes on.

    Parameters
    ----------
    seconds
        The limit.

    Yields
    ------
    None
        For the time of the ``with`` block.

    Raises
    ------
    TimeIsUpError
        In the block, when the time is over.

    Examples
    --------
    >>> with time_limit(0.01):
    ...     while True:
    ...         pass
    Traceback (most recent call last):
    seqcourse.exercises.time_limit.TimeIsUpError
    """
    if not _has_timer():
        yield
        return
    begun, (left, interval) = time.monotonic(), signal.getitimer(_TIMER)
    if 0 < left <= seconds:  # another timer ends it sooner
        yield
        return

    def end(*_: Any) -> None:
        raise TimeIsUpError

    before = signal.signal(signal.SIGALRM, end)
    # Again and again, for code that keeps on after the first.
    signal.setitimer(_TIMER, seconds, 0.1)
    try:
        yield
    finally:
        signal.setitimer(_TIMER, 0)
        signal.signal(signal.SIGALRM, before)
        if left:
            spent = time.monotonic() - begun
            signal.setitimer(_TIMER, max(left - spent, 1e-3), interval)


_TIMER = getattr(signal, "ITIMER_REAL", 0)


def _has_timer() -> bool:
    on_main = threading.current_thread() is threading.main_thread()
    has = hasattr(signal, "setitimer") and sys.platform != "emscripten"
    return on_main and has
