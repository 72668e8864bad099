"""Random draws that are pleasant to read: small sizes, round numbers."""

from __future__ import annotations

from typing import Any

import numpy as np


class ReadableGenerator(np.random.Generator):
    """Draw as NumPy does, but rather small sizes and numbers that are short.

    What an exercise draws its cases with then gives cases that fit on a
    page, with all that it makes sure of. Whole numbers that are drawn one by
    one are mostly the lowest, permutations begin mostly with the smallest,
    and other numbers have one decimal where that leaves them within bounds.

    Parameters
    ----------
    seed
        Fixes the draws.

    Examples
    --------
    >>> rng = ReadableGenerator(0)
    >>> rng.normal(size=3), int(rng.integers(3, 50))
    (array([ 0.1, -0.1,  0.6]), 3)
    """

    def __init__(self, seed: int) -> None:
        super().__init__(np.random.PCG64(seed))

    def normal(self, *args: Any, **kwargs: Any) -> Any:
        """Draw from a normal distribution, and never 0.

        Parameters
        ----------
        *args
            As NumPy's.
        **kwargs
            As NumPy's.

        Returns
        -------
        numbers
            Short ones.

        Examples
        --------
        >>> len(str(ReadableGenerator(0).normal())) < 6
        True
        """
        drawn = super().normal(*args, **kwargs)
        return _short(drawn, -np.inf, np.inf)

    def standard_normal(self, *args: Any, **kwargs: Any) -> Any:
        """Draw from the standard normal distribution, and never 0.

        Parameters
        ----------
        *args
            As NumPy's.
        **kwargs
            As NumPy's.

        Returns
        -------
        numbers
            Short ones.

        Examples
        --------
        >>> len(str(ReadableGenerator(0).standard_normal())) < 6
        True
        """
        drawn = super().standard_normal(*args, **kwargs)
        return _short(drawn, -np.inf, np.inf)

    def uniform(
        self,
        low: Any = 0.0,
        high: Any = 1.0,
        size: Any = None,
    ) -> Any:
        """Draw between two bounds.

        Parameters
        ----------
        low
            The lower bound.
        high
            The upper bound.
        size
            The shape of what is drawn; None for a single number.

        Returns
        -------
        numbers
            Short ones, strictly within.

        Examples
        --------
        >>> ReadableGenerator(0).uniform(2.0, 3.0)
        2.6
        """
        return _short(super().uniform(low, high, size), low, high)

    def random(self, *args: Any, **kwargs: Any) -> Any:
        """Draw between 0 and 1.

        Parameters
        ----------
        *args
            As NumPy's.
        **kwargs
            As NumPy's.

        Returns
        -------
        numbers
            Short ones.

        Examples
        --------
        >>> len(str(ReadableGenerator(0).random())) < 6
        True
        """
        return _short(super().random(*args, **kwargs), 0.0, 1.0)

    def integers(  # type: ignore[override]
        self, low: Any, high: Any = None, size: Any = None, **kwargs: Any
    ) -> Any:
        """Draw whole numbers; a single one is one of the two lowest.

        Parameters
        ----------
        low
            The lowest, or what lies beyond the highest.
        high
            What lies beyond the highest.
        size
            The shape of what is drawn; None for a single number.
        **kwargs
            As NumPy's.

        Returns
        -------
        numbers
            Whole ones.

        Examples
        --------
        >>> int(ReadableGenerator(0).integers(5, 100)) < 7
        True
        """
        if size is None and np.ndim(low) == 0 and not kwargs:
            low, high = (0, low) if high is None else (low, high)
            high = min(int(high), int(low) + 2)
        return super().integers(low, high, size, **kwargs)

    def permutation(self, x: Any, axis: int = 0) -> Any:
        """Shuffle, so that small numbers come rather early.

        Parameters
        ----------
        x
            An array, or how many numbers there are.
        axis
            As NumPy's.

        Returns
        -------
        shuffled
            The same things in another order.

        Examples
        --------
        >>> sorted(ReadableGenerator(0).permutation(3).tolist())
        [0, 1, 2]
        """
        whole = np.arange(x) if np.ndim(x) == 0 else np.asarray(x)
        if whole.ndim != 1 or whole.dtype.kind not in "iu":
            return super().permutation(x, axis)
        early = np.argsort(whole + super().uniform(0, 2, whole.size))
        return whole[early]


def _short(drawn: Any, low: Any, high: Any) -> Any:
    """Round to one decimal, or two, where that stays strictly within."""
    kept = np.asarray(drawn, np.float64)
    for step in (0.01, 0.1):
        short = step * np.round(drawn / step)
        inner = step * np.trunc(drawn / step)
        short = np.where((low < short) & (short < high), short, inner)
        short = np.where(short == 0, np.copysign(step, drawn), short)
        short = np.round(short, 2)
        kept = np.where((low < short) & (short < high), short, kept)
    return kept if np.ndim(drawn) else float(kept)
