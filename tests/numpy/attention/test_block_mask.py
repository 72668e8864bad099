"""Which blocks of scores are worked out, beside the whole table."""

import numpy as np
import pytest

from seqcourse.numpy.attention import block_mask
from seqcourse.numpy.attention.key_value_cache import (
    CachePositions,
    cache_positions,
)


def looked_into(T, block, **options):
    """Give the blocks that are worked out, and those without a mask."""
    plan = list(block_mask.BlockMask.of(T, **options).blocks(0, block))
    some = [
        (i.start // block, j.start // block)
        for i, near in plan
        for j, _ in near
    ]
    free = [
        (i.start // block, j.start // block)
        for i, near in plan
        for j, mask in near
        if mask is None
    ]
    return some, free


@pytest.mark.parametrize("T", [7, 12, 64, 67])
@pytest.mark.parametrize("block", [2, 3, 5])
@pytest.mark.parametrize("window", [None, 1, 2, 3, 4, 6, 11])
@pytest.mark.parametrize("causal", [True, False])
def test_what_nobody_sees_is_left_out(T, block, window, causal):
    some, free = looked_into(T, block, causal=causal, window=window)
    mask, _ = block_mask.BlockMask.of(T, causal, window).whole(1)
    mask = np.ones((T, T), bool) if mask is None else mask[0, 0]
    for m, n in np.ndindex(-(-T // block), -(-T // block)):
        part = mask[m * block :, n * block :][:block, :block]
        assert ((m, n) in some) == part.any()
        assert ((m, n) in free) == part.all()


def test_a_window_makes_the_work_grow_with_the_length_alone():
    count = [
        len(looked_into(T, 8, causal=True, window=16)[0])
        for T in (128, 256, 512)
    ]
    assert count[2] - count[1] == 2 * (count[1] - count[0])
    count = [len(looked_into(T, 8, causal=True)[0]) for T in (128, 256)]
    assert count == [16 * 17 // 2, 32 * 33 // 2]  # half of the table


def test_padding_needs_a_mask():
    at, real = np.arange(6)[None], np.array([[1, 1, 1, 0, 0, 0]], bool)
    seen = block_mask.BlockMask(CachePositions(at, at, real))
    for _, near in seen.blocks(0, 2):
        (one, free), (two, mask) = near  # the third has no real key
        assert (one, free, two) == (slice(0, 2), None, slice(2, 4))
        assert np.array_equal(mask, [[True, False]] * 2)


@pytest.mark.parametrize("read", [1, 4, 5])
@pytest.mark.parametrize("window", [None, 3, 4])
def test_a_cache_moves_the_diagonal(read, window):
    T, block = 8, 3
    at = cache_positions(np.array([read]), read, None, T, None)
    seen = block_mask.BlockMask(at, True, window)
    mask, found = seen.whole(1)[0][0, 0], np.zeros((T, read + T), bool)
    for i, near in seen.blocks(0, block):
        for j, part in near:
            found[i, j] = True if part is None else part
            assert mask[i, j].any()
            assert (part is None) == mask[i, j].all()
    np.testing.assert_array_equal(found, mask)
