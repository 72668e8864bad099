"""Which blocks of a table of scores are looked at, and what is in one.

Blocks that nobody may look into are left out. Those that all may look into
need no mask.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import DTypeLike

from seqcourse.numpy.key_value_cache import Places
from seqcourse.numpy.layer import Array
from seqcourse.numpy.masks import visible
from seqcourse.numpy.positions import Position

#: A block of keys, with a mask, or None where all may look at all of them.
Near = list[tuple[slice, Array | None]]


class Sight(NamedTuple):
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
    >>> for queries, near in Sight.of(4, causal=True).blocks(0, 2):
    ...     print(queries, [(keys, mask is None) for keys, mask in near])
    slice(0, 2, None) [(slice(0, 2, None), False)]
    slice(2, 4, None) [(slice(0, 2, None), True), (slice(2, 4, None), False)]
    """

    at: Places
    causal: bool = False
    window: int | None = None
    position: Position = Position()

    @classmethod
    def of(
        cls, T: int, causal: bool = False, window: int | None = None
    ) -> Sight:
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
        sight
            The same for all sequences.
        """
        at = np.arange(T)[None]
        return cls(Places(at, at, None), causal, window)

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

    def blocks(self, row: int, size: int) -> Iterator[tuple[slice, Near]]:
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
            near: Near = []
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


class Scores:
    """The scores of a sequence, worked out one block at a time::

        s = q k'
        s = cap tanh(s / cap)           where there is a soft cap
        s = s + bias, and -inf where a key is hidden

    Parameters
    ----------
    sight
        Who may look where.
    row
        Which sequence.
    heads
        Heads N of the queries.
    shared
        Heads N_kv of the keys.
    soft_cap
        What no score exceeds in size; None for no such bound.
    size
        Queries, and keys, of a block.

    Examples
    --------
    >>> scores = Scores(Sight.of(4, causal=True), 0, 1, 1, None, 2)
    >>> q = k = np.ones((1, 4, 3))
    >>> i, [(j, hide)] = scores.blocks[0]
    >>> scores.of(q[:, i], k[:, j], i, j, hide, scores.room(q.dtype))[0]
    array([[[  3., -inf],
            [  3.,   3.]]])
    """

    def __init__(
        self,
        sight: Sight,
        row: int,
        heads: int,
        shared: int,
        soft_cap: float | None,
        size: int,
    ) -> None:
        self._sight, self._row = sight, row
        self._heads, self._group = heads, heads // shared
        self._cap, self._size = soft_cap, size
        self.blocks: list[tuple[slice, Near]] = []
        for i, near in sight.blocks(row, size):
            of_rows = slice(i.start * self._group, i.stop * self._group)
            self.blocks.append((of_rows, [self._hidden(*n) for n in near]))

    def _hidden(
        self, j: slice, mask: Array | None
    ) -> tuple[slice, Array | None]:
        if mask is None:
            return j, None
        return j, np.asfortranarray(np.repeat(~mask, self._group, 0))

    def room(self, dtype: DTypeLike) -> Array:
        """Give memory for one block, to be used again for each.

        Parameters
        ----------
        dtype
            Its type.

        Returns
        -------
        room
            Uninitialised (N_kv, keys, rows).
        """
        shared, size = self._heads // self._group, self._size
        return np.empty((shared, size, size * self._group), dtype)

    def of(
        self,
        q: Array,
        k: Array,
        i: slice,
        j: slice,
        hide: Array | None,
        room: Array,
    ) -> tuple[Array, Array | None]:
        """Work out one block.

        Parameters
        ----------
        q
            Queries of the block (N_kv, rows, K), times the scale.
        k
            Keys of the block (N_kv, keys, K).
        i
            Where these rows are.
        j
            Where these keys are.
        hide
            Which keys are hidden (rows, keys); None for none.
        room
            Where to work it out.

        Returns
        -------
        s
            Scores (N_kv, rows, keys).
        slope
            How they move with the products; None where that is 1.
        """
        s, slope = product(q, k, room), None
        if self._cap is not None:
            s /= self._cap
            np.tanh(s, out=s)
            slope = 1 - s * s
            s *= self._cap
        i = slice(i.start // self._group, i.stop // self._group)
        bias = self._sight.bias(self._row, i, j, self._heads)
        if bias is not None:  # heads that share keys lie side by side
            cut = bias.reshape(len(s), self._group, *bias.shape[1:])
            s += cut.swapaxes(1, 2).reshape(s.shape)
        if hide is not None:
            np.copyto(s, -np.inf, where=hide)
        return s, slope


def product(a: Array, b: Array, room: Array) -> Array:
    """Multiply each row of one with each row of the other.

    Rows of ``b`` lie apart in memory, those of ``a`` side by side: what is
    asked of each row, as its largest, is then asked of all rows at once.

    Parameters
    ----------
    a
        Queries, or their gradients (N, rows, K).
    b
        Keys, or values (N, keys, K).
    room
        Where to write, at least (N, keys, rows).

    Returns
    -------
    products
        The products (N, rows, keys).

    Examples
    --------
    >>> product(np.ones((1, 2, 5)), np.ones((1, 3, 5)), np.empty((1, 3, 2)))
    array([[[5., 5., 5.],
            [5., 5., 5.]]])
    """
    out = room[:, : b.shape[1], : a.shape[1]]
    return np.matmul(b, a.mT, out=out).mT
