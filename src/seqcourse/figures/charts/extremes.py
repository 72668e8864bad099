"""Where a line goes beyond both of its ends: a text that names them hears it.

A line that goes from 1 to 1 may have been at 50 in between.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

#: Of a line's height, what an extreme must add to be no rounding or noise.
_CLEAR = 0.05


def extremes(
    values: NDArray[np.float64],
) -> list[tuple[Literal["highest", "lowest"], int]]:
    """Find the highest and the lowest point that no end tells of.

    Parameters
    ----------
    values
        The line's values (T,), in the measure that is drawn.

    Returns
    -------
    found
        Up to two pairs of a word and the position of that point. A point
        that hardly lies beyond the ends is left out.

    Examples
    --------
    >>> extremes(np.array([0.5, 1.5, 1.0]))
    [('highest', 1)]
    >>> extremes(np.array([2.0, 1.0, 0.99, 1.0]))
    []
    """
    ends = values[[0, -1]]
    high, low = int(values.argmax()), int(values.argmin())
    clear = _CLEAR * (values[high] - values[low])
    found: list[tuple[Literal["highest", "lowest"], int]] = []
    if values[high] > ends.max() + clear:
        found.append(("highest", high))
    if values[low] < ends.min() - clear:
        found.append(("lowest", low))
    return found
