"""A bar that shows how far a run has come."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any


def bar(steps: range, progress: bool | None) -> Iterable[int]:
    """Go through the steps behind a progress bar.

    Parameters
    ----------
    steps
        The steps.
    progress
        True draws the bar, False does not, None draws it on a terminal.

    Returns
    -------
    steps
        The same steps.

    Examples
    --------
    >>> list(bar(range(3), progress=False))
    [0, 1, 2]
    """
    if progress is None:
        progress = sys.stderr.isatty()
    if not progress:
        return steps
    from tqdm import tqdm

    return tqdm(steps, unit="step")


@contextmanager
def cleared(steps: Any) -> Iterator[None]:
    """Take the bar away while something else is printed.

    Parameters
    ----------
    steps
        What `bar` gave, on its way.

    Yields
    ------
    None
        The bar is drawn again at the end.

    Examples
    --------
    >>> steps = bar(range(1), progress=False)
    >>> for step in steps:
    ...     with cleared(steps):
    ...         print(step)
    0
    """
    if isinstance(steps, range):
        yield
        return
    steps.clear()
    yield
    steps.refresh()
