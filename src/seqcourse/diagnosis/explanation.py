"""Better words for an error."""

from __future__ import annotations

from typing import NamedTuple


class Explanation(NamedTuple):
    """Better words for an error.

    Parameters
    ----------
    kinds
        The errors' names.
    pattern
        What they say.
    words
        What to say, with the pattern's groups in it.

    Examples
    --------
    >>> Explanation("KeyError", "(.+)", "There is no {0}.").kinds
    'KeyError'
    """

    kinds: str
    pattern: str
    words: str
