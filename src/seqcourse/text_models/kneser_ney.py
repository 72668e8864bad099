"""A language model that counts, with Kneser–Ney smoothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.annotations import CheckedArguments, checked
from seqcourse.numpy.contract.layer import Array

#: Possible bytes.
_BYTES = 256
#: The longest n-gram that one 64-bit number holds.
_LONGEST = 8


@dataclass(frozen=True, eq=False)
class _Level:
    """The counts of the n-grams of one length, each as one number."""

    grams: Array
    counts: Array
    contexts: Array
    totals: Array
    kinds: Array
    discount: float

    def refine(self, grams: Array, p: Array) -> Array:
        """Interpolate with the prediction of the next shorter context."""
        h = grams >> np.uint64(8)
        at = np.minimum(
            np.searchsorted(self.contexts, h), len(self.contexts) - 1
        )
        here = np.minimum(
            np.searchsorted(self.grams, grams), len(self.grams) - 1
        )
        c = np.where(self.grams[here] == grams, self.counts[here], 0)
        taken = self.discount * self.kinds[at]
        refined = (np.maximum(c - self.discount, 0) + taken * p) / (
            self.totals[at]
        )
        found: Array = np.where(self.contexts[at] == h, refined, p)
        return found


@dataclass(frozen=True, eq=False)
class KneserNey(metaclass=CheckedArguments):
    r"""Predict the next byte from counts, with interpolated smoothing::

        p(w | h) = (max(c(h w) - D, 0) + D kinds(h) p(w | h')) / c(h)

    h' is h without its first byte, kinds(h) how many different bytes follow
    h, c(h) the sum of c(h w) over w. For the longest n-grams c(h w) counts
    how often h w occurs; for shorter ones it is the continuation count: how
    many different bytes stand before h w. The shortest context is none at
    all, and below it all 256 bytes are equally likely. D is estimated for
    each length from how many n-grams count once, n1, and twice, n2:
    D = n1 / (n1 + 2 n2).

    Make one with `KneserNey.count`.

    Parameters
    ----------
    levels
        The counts for each length, from 1 on.

    Examples
    --------
    >>> seen = np.frombuffer(b"to be or not to be", np.uint8)
    >>> model = KneserNey.count(seen, order=3)
    >>> p = model.probabilities(np.frombuffer(b"to be", np.uint8))
    >>> p.shape, bool(p[3] > 1 / 256)
    ((5,), True)

    References
    ----------
    Kneser and Ney (1995), Improved backing-off for m-gram language modeling.
    Interpolated: Chen and Goodman (1999), An empirical study of smoothing
    techniques for language modeling.
    """

    levels: tuple[_Level, ...]

    @classmethod
    @checked
    def count(
        cls, seen: Array, order: int, *, continuation: bool = True
    ) -> KneserNey:
        """Count the n-grams of a text.

        Parameters
        ----------
        seen
            The text's bytes (T,), uint8, more than ``order`` of them.
        order
            The length n of the longest n-grams, 8 at most.
        continuation
            Whether the shorter n-grams have continuation counts; otherwise
            they have plain counts, which is absolute discounting.

        Returns
        -------
        model
            The counts.

        Raises
        ------
        ValueError
            If the text is too short or no uint8, or the order is not from 1
            to 8.
        """
        arguments.check_positive(order=order)
        if order > _LONGEST:
            raise ValueError(
                f"order: expected at most {_LONGEST}, got {order}"
            )
        _check_bytes(seen=seen)
        if len(seen) <= order:
            raise ValueError(
                f"seen: expected more than {order} bytes, got {len(seen)}"
            )
        levels, above = [], None
        for n in range(order, 0, -1):
            grams, counts = np.unique(_grams(seen, n), return_counts=True)
            if continuation and above is not None:
                tails = above & np.uint64(_BYTES**n - 1)
                grams_here, counts = np.unique(tails, return_counts=True)
            else:
                grams_here = grams
            above = grams
            levels.append(_level(grams_here, counts))
        return cls(tuple(levels[::-1]))

    @checked
    def probabilities(self, text: Array) -> Array:
        """Give the probability of each byte of a text, given those before.

        Parameters
        ----------
        text
            Its bytes (T,), uint8.

        Returns
        -------
        p
            The probabilities (T,), float64.

        Raises
        ------
        ValueError
            If the text is no uint8.
        """
        _check_bytes(text=text)
        p = np.full(len(text), 1 / _BYTES)
        for n, level in enumerate(self.levels, 1):
            if len(text) >= n:
                p[n - 1 :] = level.refine(_grams(text, n), p[n - 1 :])
        return p


def _check_bytes(**named: Array) -> None:
    for name, array in named.items():
        if array.dtype != np.uint8 or array.ndim != 1:
            raise ValueError(
                f"{name}: expected bytes (T,), uint8, got "
                f"{array.dtype} of shape {array.shape}"
            )


def _grams(tokens: Array, n: int) -> Array:
    """Write each n-gram as one number, its first byte foremost."""
    found = np.zeros(len(tokens) - n + 1, np.uint64)
    for i in range(n):
        part = tokens[i : len(tokens) - n + 1 + i].astype(np.uint64)
        found = found << np.uint64(8) | part
    return found


def _level(grams: Array, counts: Array) -> _Level:
    once, twice = (counts == 1).sum(), (counts == 2).sum()
    contexts, first = np.unique(grams >> np.uint64(8), return_index=True)
    return _Level(
        grams,
        counts,
        contexts,
        np.add.reduceat(counts, first),
        np.diff(np.append(first, len(grams))),
        float(once / (once + 2 * twice)) if once else 0.5,
    )
