"""Scores of queries and keys, worked out one block at a time."""

from __future__ import annotations

import numpy as np
from numpy.typing import DTypeLike

from seqcourse.numpy.layer import Array
from seqcourse.numpy.sight import Near, Sight


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
