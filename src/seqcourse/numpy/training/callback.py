"""A function that `fit` calls with the run so far."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.training.history import Run

Callback: TypeAlias = Callable[[Run], object]


def check_callback(callback: Callback | None, callback_every: int) -> None:
    """Refuse what `fit` could not call.

    Parameters
    ----------
    callback
        A function of a run, or None.
    callback_every
        Steps between two calls.

    Raises
    ------
    ValueError
        If the callback cannot be called, or its interval is below 1.

    Examples
    --------
    >>> check_callback("print", 100)
    Traceback (most recent call last):
    ValueError: callback: expected a function of a run, got 'print'
    """
    arguments.check_positive(callback_every=callback_every)
    if callback is not None and not callable(callback):
        raise ValueError(
            f"callback: expected a function of a run, got {callback!r}"
        )
