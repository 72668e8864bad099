"""The error of numbers that are no longer finite."""

from __future__ import annotations

from typing import Any


class DivergenceError(FloatingPointError):
    """A loss, a gradient, a weight or an output stopped being finite.

    Parameters
    ----------
    message
        What is no longer finite, when, and what to try.
    run
        A `Run` with the last finite weights and the history until then; None
        outside of training.

    Examples
    --------
    >>> DivergenceError("y: became nan at [0, 1, 2]").run is None
    True
    """

    def __init__(self, message: str, run: Any = None) -> None:
        super().__init__(message)
        self.run = run
