"""Reports of how far a long run has come, and what hears them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

#: What hears a report: how much is done, of how much, and words about it.
Listener: TypeAlias = Callable[[float, float, str], object]

_listeners: list[Listener] = []


def report(done: float, total: float, said: str = "") -> None:
    """Say how far a long run has come.

    In a page of the book it moves the progress bar below the cell, and the
    cell may go on: the limit of 30 seconds then counts from the last report.
    Anywhere else nothing happens. `fit` reports each step by itself.

    Parameters
    ----------
    done
        How much is done, from 0 on.
    total
        How much there is to do; above 0.
    said
        A few words about it, such as the loss.

    Raises
    ------
    KeyboardInterrupt
        If the reader has stopped the cell, and nothing is done yet: no
        further run begins.

    Examples
    --------
    >>> with heard(lambda *told: print(*told)):
    ...     for n in range(2):
    ...         report(n + 1, 2, f"step {n + 1}")
    1 2 step 1
    2 2 step 2
    >>> report(1, 2)  # nobody listens
    """
    for listener in _listeners:
        listener(done, total, said)


def is_heard() -> bool:
    """Tell whether a report would be heard, so that its words are worth it.

    Returns
    -------
    is_heard
        Whether anything listens.

    Examples
    --------
    >>> with heard(print):
    ...     is_heard()
    True
    >>> is_heard()
    False
    """
    return bool(_listeners)


@contextmanager
def heard(listener: Listener) -> Iterator[None]:
    """Have a function hear all reports.

    Parameters
    ----------
    listener
        What is called with done, total and the words.

    Yields
    ------
    None
        It hears them until the end of the ``with`` block.

    Examples
    --------
    >>> told = []
    >>> with heard(lambda *one: told.append(one)):
    ...     report(1, 4)
    >>> report(2, 4)
    >>> told
    [(1, 4, '')]
    """
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)
