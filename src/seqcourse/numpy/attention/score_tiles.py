"""Scores of queries and keys, worked out one block at a time."""

from __future__ import annotations

import numpy as np

from seqcourse.numpy.attention.block_mask import BlockMask, KeyBlock
from seqcourse.numpy.contract.layer import Array


class ScoreTiles:
    """The scores of a sequence, worked out one block at a time::

        s = q k'
        s = cap tanh(s / cap)           where there is a soft cap
        s = s + bias, and -inf where a key is hidden

    Parameters
    ----------
    block_mask
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
    >>> scores = ScoreTiles(BlockMask.of(4, causal=True), 0, 1, 1, None, 2)
    >>> q = k = v = np.ones((1, 4, 3))
    >>> i, [(j, hidden)] = scores.blocks[0]
    >>> room, _ = scores.rooms(q, v)
    >>> scores.of(q[:, i], k[:, j], i, j, hidden, room)[0]
    array([[[  3., -inf],
            [  3.,   3.]]])
    """

    def __init__(
        self,
        block_mask: BlockMask,
        row: int,
        heads: int,
        shared: int,
        soft_cap: float | None,
        size: int,
    ) -> None:
        self._block_mask, self._row = block_mask, row
        self.heads, self._group = heads, heads // shared
        self._cap, self._size = soft_cap, size
        self.blocks: list[tuple[slice, KeyBlock]] = []
        for i, near in block_mask.blocks(row, size):
            of_rows = slice(i.start * self._group, i.stop * self._group)
            self.blocks.append((of_rows, [self._hidden(*n) for n in near]))

    def _hidden(
        self, j: slice, mask: Array | None
    ) -> tuple[slice, Array | None]:
        if mask is None:
            return j, None
        hidden = np.where(np.repeat(mask, self._group, 0), 0, -np.inf)
        return j, np.asfortranarray(hidden, np.float32)

    def rooms(self, q: Array, v: Array) -> tuple[Array, Array]:
        """Give memory for what a block is worked out in, again and again.

        Parameters
        ----------
        q
            Queries (..., K).
        v
            Values (..., features).

        Returns
        -------
        rooms
            Two of them, uninitialised (N_kv, numbers): each holds the scores
            of a block, or what its rows or keys mix.
        """
        rows = self._size * self._group
        widest = max(self._size, q.shape[-1], v.shape[-1])
        shape = 2, self.heads // self._group, rows * widest
        first, second = np.empty(shape, q.dtype)
        return first, second

    def of(
        self,
        q: Array,
        k: Array,
        i: slice,
        j: slice,
        hidden: Array | None,
        room: Array,
    ) -> tuple[Array, Array | None]:
        """Work out one block.

        Parameters
        ----------
        q
            Queries of the block (N_kv, rows, K), times the scale, laid out
            `by_feature`.
        k
            Keys of the block (N_kv, keys, K).
        i
            Where these rows are.
        j
            Where these keys are.
        hidden
            -inf where a key is hidden, else 0 (rows, keys); None for 0.
        room
            Where to work it out; one of `rooms`.

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
        bias = self._block_mask.bias(self._row, i, j, self.heads)
        if bias is not None:  # heads that share keys lie side by side
            cut = bias.reshape(len(s), self._group, *bias.shape[1:])
            s += cut.swapaxes(1, 2).reshape(s.shape)
        if hidden is not None:
            s += hidden
        return s, slope


def by_feature(a: Array) -> Array:
    """Lay the rows of each head side by side in memory, and features apart.

    Parameters
    ----------
    a
        Queries, or their gradients (N, rows, K).

    Returns
    -------
    a
        The same numbers, of which `product` is faster.

    Examples
    --------
    >>> by_feature(np.zeros((2, 5, 3))).mT.flags.c_contiguous
    True
    """
    return a.mT.copy().mT


def product(a: Array, b: Array, room: Array) -> Array:
    """Multiply each row of one with each row of the other.

    Rows of ``b`` lie apart in memory, those of ``a`` side by side: what is
    asked of each row, as its largest, is then asked of all rows at once.

    Parameters
    ----------
    a
        Queries, or their gradients (N, rows, K), laid out `by_feature`.
    b
        Keys, or values (N, keys, K).
    room
        Where to write (N, numbers), at least keys times rows.

    Returns
    -------
    products
        The products (N, rows, keys).

    Examples
    --------
    >>> product(np.ones((1, 2, 5)), np.ones((1, 3, 5)), np.empty((1, 6)))
    array([[[5., 5., 5.],
            [5., 5., 5.]]])
    """
    return mixed(b, a.mT, room).mT


def mixed(weights: Array, values: Array, room: Array) -> Array:
    """Mix values, in memory that is used again.

    Parameters
    ----------
    weights
        How much of each value (N, rows, keys).
    values
        What is mixed (N, keys, K).
    room
        Where to write (N, numbers), at least rows times K.

    Returns
    -------
    mixed
        The products (N, rows, K), until the room is used again.

    Examples
    --------
    >>> mixed(np.ones((1, 2, 5)), np.ones((1, 5, 1)), np.empty((1, 9)))
    array([[[5.],
            [5.]]])
    """
    shape = *weights.shape[:2], values.shape[2]
    out = room[:, : shape[1] * shape[2]].reshape(shape)
    return np.matmul(weights, values, out=out)
