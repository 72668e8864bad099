"""A bar that shows how far a run has come."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager


def bar(steps: range, progress: bool | None) -> Iterable[int]:
    """Go through the steps behind a progress bar.

    Parameters
    ----------
    steps
        The steps.
    progress
        True draws the bar, False does not, None draws it on a terminal;
        where there is no stderr, none is drawn.

    Returns
    -------
    steps
        The same steps.

    Examples
    --------
    >>> list(bar(range(3), progress=False))
    [0, 1, 2]
    """
    stream = sys.stderr
    if stream is None or stream.closed:  # as under pythonw
        return steps
    if progress is None:
        progress = stream.isatty()
    if not progress:
        return steps
    from tqdm import tqdm

    return tqdm(steps, total=steps.stop - steps.start, unit="step")


@contextmanager
def cleared() -> Iterator[None]:
    """Take all bars away while something else is printed.

    Yields
    ------
    None
        The bars are drawn again at the end.

    Examples
    --------
    >>> for step in bar(range(1), progress=False):
    ...     with cleared():
    ...         print(step)
    0
    """
    loaded = sys.modules.get("tqdm")
    if loaded is None:  # so there is no bar
        yield
        return
    with loaded.tqdm.external_write_mode(nolock=True):
        yield
