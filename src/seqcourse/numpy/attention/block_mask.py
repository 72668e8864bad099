"""Who may look where, told by places, a block at a time.

Blocks that nobody may look into are left out. Those that all may look into
need no mask.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from seqcourse.numpy.attention.key_value_cache import CachePositions
from seqcourse.numpy.attention.masks import visible
from seqcourse.numpy.attention.position_encodings import PositionEncoding
from seqcourse.numpy.contract.layer import Array

#: A block of keys, with a mask, or None where all may look at all of them.
KeyBlock = list[tuple[slice, Array | None]]


class BlockMask(NamedTuple):
    """Who may look where, told by places and not by a table.

    Parameters
    ----------
    at
        Where queries and keys stand, and which keys are real.
    causal
        Whether a key after the query is hidden.
    window
        How many places a query can see, as in `visible`; None for all.
    position
        What is added to the scores.

    Examples
    --------
    >>> for queries, near in BlockMask.of(4, causal=True).blocks(0, 2):
    ...     print(queries, [(keys, mask is None) for keys, mask in near])
    slice(0, 2, None) [(slice(0, 2, None), False)]
    slice(2, 4, None) [(slice(0, 2, None), True), (slice(2, 4, None), False)]
    """

    at: CachePositions
    causal: bool = False
    window: int | None = None
    position: PositionEncoding = PositionEncoding()

    @classmethod
    def of(
        cls, T: int, causal: bool = False, window: int | None = None
    ) -> BlockMask:
        """Give that of one sequence that looks at itself.

        Parameters
        ----------
        T
            Its steps.
        causal
            Whether a key after the query is hidden.
        window
            How many places a query can see; None for all.

        Returns
        -------
        block_mask
            The same for all sequences.
        """
        at = np.arange(T)[None]
        return cls(CachePositions(at, at, None), causal, window)

    @property
    def rows(self) -> int:
        """Sequences whose places differ: B, or 1 where one serves all."""
        return max(len(part) for part in self.at if part is not None)

    def row(self, row: int) -> tuple[Array, Array, Array]:
        """Give the places of one sequence.

        Parameters
        ----------
        row
            Which sequence.

        Returns
        -------
        queries
            The place of each query (S,).
        keys
            The place of each key (T,).
        real
            Whether there is a key (T,).
        """
        queries, keys, real = self.at
        if real is None:
            real = np.ones((1, keys.shape[1]), bool)
        queries, keys, real = (
            part[row % len(part)] for part in (queries, keys, real)
        )
        return queries, keys, real

    def whole(self, heads: int) -> tuple[Array | None, Array | None]:
        """Give mask and bias of the whole table, for `attend`.

        Parameters
        ----------
        heads
            Heads N of the queries.

        Returns
        -------
        mask
            True where a query may look; None for everywhere.
        bias
            What is added to the scores; None for nothing.
        """
        queries, keys, _ = self.at
        mask = visible(*self.at, causal=self.causal, window=self.window)
        return mask, self.position.bias(queries, keys, heads)

    def blocks(self, row: int, size: int) -> Iterator[tuple[slice, KeyBlock]]:
        """Give each block of queries, and the blocks of keys it looks into.

        Parameters
        ----------
        row
            Which sequence.
        size
            Queries, and keys, of a block; the last ones may have fewer.

        Yields
        ------
        queries
            Where the block is.
        near
            The blocks of keys that any of them may look into, each with a
            mask (queries, keys), or None where all may look at all.
        """
        queries, keys, real = self.row(row)
        S, T = len(queries), len(keys)
        starts = np.arange(0, T, size)
        far = np.iinfo(keys.dtype).max // 2  # further than any place
        first = np.minimum.reduceat(np.where(real, keys, far), starts)
        last = np.maximum.reduceat(np.where(real, keys, -far), starts)
        all_real = np.logical_and.reduceat(real, starts)
        for start in range(0, S, size):
            i = slice(start, min(start + size, S))
            low, high = queries[i].min(), queries[i].max()
            some, every = last > -far, all_real
            if self.causal:
                some, every = some & (first <= high), every & (last <= low)
            if self.window is not None:
                some = some & (last > low - self.window)
                every = every & (first > high - self.window)
                if not self.causal:
                    some = some & (first < high + self.window)
                    every = every & (last < low + self.window)
            near: KeyBlock = []
            for n in np.flatnonzero(some).tolist():
                j = slice(n * size, min(n * size + size, T))
                near.append((j, None if every[n] else self._mask(row, i, j)))
            yield i, near

    def bias(self, row: int, i: slice, j: slice, heads: int) -> Array | None:
        """Give what is added to the scores of a block.

        Parameters
        ----------
        row
            Which sequence.
        i
            Which queries.
        j
            Which keys.
        heads
            Heads N of the queries.

        Returns
        -------
        bias
            Numbers (N, queries, keys), or None for nothing.
        """
        queries, keys, _ = (part[None] for part in self.row(row))
        bias = self.position.bias(queries[:, i], keys[:, j], heads)
        return None if bias is None else bias[0]

    def _mask(self, row: int, i: slice, j: slice) -> Array:
        queries, keys, real = (part[None] for part in self.row(row))
        mask: Array | None = visible(
            queries[:, i],
            keys[:, j],
            real[:, j],
            causal=self.causal,
            window=self.window,
        )
        assert mask is not None  # it says at least which keys are real
        return np.broadcast_to(mask[0, 0], (i.stop - i.start, mask.shape[3]))
