"""Attention in blocks: the plain form's answers, for any size of block."""

import re

import numpy as np
import pytest

from seqcourse.numpy import ALiBi, MultiHeadAttention, RotaryPositionEmbedding
from seqcourse.numpy.attention import blocked_attention
from seqcourse.numpy.attention.block_mask import BlockMask
from seqcourse.numpy.attention.cross_attention import (
    attend_to,
    attend_to_backward,
)
from seqcourse.numpy.attention.key_value_cache import cache_positions
from seqcourse.numpy.attention.position_encodings import PositionEncoding
from seqcourse.numpy.attention.scaled_dot_product import (
    attend,
    attend_backward,
    attend_reference,
)
from seqcourse.probes import leak_test

FEATURES = {
    "both ways": {"causal": False},
    "causal": {},
    "windowed": {"window": 3},
    "a wide window": {"window": 11},
    "a window to both sides": {"causal": False, "window": 4},
    "grouped": {"heads": 2},
    "one head of keys": {"heads": 1},
    "alibi": {"position": ALiBi()},
    "alibi both ways, grouped": {
        "causal": False,
        "position": ALiBi(),
        "heads": 2,
    },
    "capped": {"cap": 0.5},
    "everything": {
        "window": 5,
        "heads": 2,
        "position": ALiBi(),
        "cap": 0.9,
    },
}
each_feature = pytest.mark.parametrize(
    "features", FEATURES.values(), ids=FEATURES
)
CASES = [  # T, block, padded, read before
    (1, 3, False, None),
    (2, 1, True, None),
    (5, 2, True, (0, 4, 1)),
    (6, 3, False, None),
    (7, 7, True, (3, 3, 3)),
    (7, 50, False, (2, 2, 2)),
    (13, 5, True, None),
    (16, 4, False, (5, 0, 9)),
    (31, 8, True, (6, 6, 6)),
    (67, 10, True, (12, 3, 0)),
    (67, 64, False, None),
]
B, N, K = 3, 4, 3


def make(T, padded, read, features, seed=0):
    """Draw queries, keys and values, and say who may look where."""
    rng = np.random.default_rng(seed)
    causal = features.get("causal", True)
    window = features.get("window")
    seen = np.array(read if read and causal else [0, 0, 0])
    kept = seen if window is None else np.minimum(seen, window - 1)
    ended = None
    if padded:
        lengths = rng.integers(1, T + 1, B)
        lengths[rng.integers(B)] = T
        ended = np.arange(T) >= lengths[:, None]
    at = cache_positions(seen, int(kept.max()), ended, T, window)
    block_mask = BlockMask(
        at, causal, window, features.get("position", PositionEncoding())
    )
    q = rng.standard_normal((B, N, T, K))
    shape = (2, B, features.get("heads", N), at.keys.shape[1], K)
    return (q, *rng.standard_normal(shape)), block_mask


def both(given, block_mask, cap, block):
    """Go there and back in both ways."""
    mask, bias = block_mask.whole(N)
    plain, cache = attend(*given, mask, bias=bias, soft_cap=cap)
    dcontext = np.random.default_rng(1).standard_normal(plain.shape)
    context, read = blocked_attention.attend_in_blocks(
        *given, block_mask, soft_cap=cap, block_size=block
    )
    back = blocked_attention.attend_in_blocks_backward(dcontext, read)
    return (context, *back), (plain, *attend_backward(dcontext, cache))


def assert_same(found, expected, size=1.0):
    for a, b in zip(found, expected, strict=True):
        assert a.shape == b.shape
        np.testing.assert_allclose(a, b, rtol=0, atol=1e-12 * size)


@each_feature
@pytest.mark.parametrize("case", CASES, ids=str)
def test_blocks_give_what_the_whole_table_gives(features, case):
    T, block, padded, read = case
    given, block_mask = make(T, padded, read, features)
    assert_same(*both(given, block_mask, features.get("cap"), block))


@pytest.mark.parametrize("heads", [1, 2, N])
@pytest.mark.parametrize("case", CASES, ids=str)
def test_blocks_agree_with_the_equation(heads, case):
    T, block, padded, read = case
    given, block_mask = make(T, padded, read, {"window": 5, "heads": heads})
    mask, _ = block_mask.whole(N)
    found, _ = blocked_attention.attend_in_blocks(
        *given, block_mask, block_size=block
    )
    q, k, v = given
    k, v = (np.repeat(part, N // heads, 1) for part in (k, v))
    alone = ~mask.any(-1, keepdims=True)  # padding attends to nothing
    context = attend_reference(q, k, v, mask | alone)
    assert_same([found], [np.where(alone, 0, context)])


@pytest.mark.parametrize("block", [1, 3, 7, 50])
def test_the_online_softmax_is_the_softmax_of_all_scores(block):
    rng = np.random.default_rng(block)
    q, k, v = 3 * rng.normal(size=(3, 1, 1, 13, 4))
    for order in (1, -1):  # the largest score first, or last
        by_score = np.argsort(k[0, 0] @ q[0, 0, 0])[::order]
        keys, values = k[:, :, by_score], v[:, :, by_score]
        found = blocked_attention.online_softmax_reference(
            q[0, 0, 0], keys[0, 0], values[0, 0], block
        )
        whole = attend_reference(q[:, :, :1], keys, values)
        np.testing.assert_allclose(found, whole[0, 0, 0], atol=1e-12)


@pytest.mark.parametrize("block", [1, 2, 3, 5, 8, 13, 40, 67])
def test_every_size_of_block_gives_the_same(block):
    rng = np.random.default_rng(block)
    for features in FEATURES.values():
        T = int(rng.integers(1, 68))
        read = tuple(rng.integers(0, 9, B).tolist())
        given, block_mask = make(T, bool(rng.integers(2)), read, features, T)
        assert_same(*both(given, block_mask, features.get("cap"), block))


@pytest.mark.parametrize("block", [2, 3, 7])
def test_a_query_that_may_look_nowhere_gets_zeros(block):
    given, block_mask = make(7, False, None, {})
    real = np.ones((B, 7), bool)
    real[0, :4] = real[2] = False  # nobody to look at, first or at all
    block_mask = block_mask._replace(at=block_mask.at._replace(real=real))
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        found, expected = both(given, block_mask, None, block)
    assert_same(found, expected)
    context, dq, dk, dv = found
    for part in (context, dq, dk, dv):
        assert not part[2].any()
        assert part[1].any()
    for part in (context, dq, dk, dv):
        assert not part[0, :, :4].any()
        assert part[0, :, 4:].any()


@pytest.mark.parametrize("size", [1e4, -1e4])
def test_huge_scores_stay_finite(size):
    (q, k, v), block_mask = make(7, False, None, {})
    given = abs(q), abs(k) * size, v
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        found, expected = both(given, block_mask, None, 3)
    assert_same(found, expected, abs(size))


@pytest.mark.parametrize("order", [1, -1])
def test_the_largest_score_may_come_first_or_last(order):
    """Scores that rise by thousands from block to block, or fall."""
    given, block_mask = make(8, False, None, {"causal": False})
    q, k, v = given
    q[:], k[:] = 1.0, 1000.0 * np.arange(8)[::order, None]
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        found, expected = both((q, k, v), block_mask, None, 2)
    assert_same(found, expected)
    nearest = v[:, :, -1] if order == 1 else v[:, :, 0]
    np.testing.assert_allclose(found[0][:, :, 3], nearest, atol=1e-12)


@pytest.mark.parametrize("padded", [True, False])
def test_nothing_kept_is_as_large_as_the_table(padded):
    def held(T):
        given, block_mask = make(T, padded, None, {"position": ALiBi()})
        _, read = blocked_attention.attend_in_blocks(
            *given, block_mask, block_size=4
        )
        arrays = [part for part in read if isinstance(part, np.ndarray)]
        for scores in read.scores:
            for _, near in scores.blocks:
                arrays += [mask for _, mask in near if mask is not None]
        return sum(part.nbytes for part in arrays)

    assert held(256) < 2.3 * held(128)


# --- as a layer -----------------------------------------------------------

CAUSAL = {
    "plain": {},
    "windowed": {"window": 3},
    "grouped": {"num_kv_heads": 2},
    "rotary": {"position": RotaryPositionEmbedding()},
    "alibi": {"position": ALiBi()},
    "capped": {"soft_cap": 0.5},
}


@pytest.mark.parametrize("options", CAUSAL.values(), ids=CAUSAL)
@pytest.mark.parametrize("block", [2, 3, 5])
def test_nobody_sees_the_future(options, block, monkeypatch):
    monkeypatch.setattr(blocked_attention, "BLOCK", block)
    layer = MultiHeadAttention(
        12, 6, causal=True, algorithm="blocked", **options
    )
    params = layer.init(np.random.default_rng(0), np.float64)
    x = np.random.default_rng(1).standard_normal((B, 9, 12))
    assert leak_test(layer, params, x) == 0.0


@pytest.mark.parametrize("algorithm", ["auto", "plain", "blocked"])
def test_buffers_of_another_way_may_be_written_again(algorithm):
    rng = np.random.default_rng(0)
    one, other = (
        MultiHeadAttention(8, 4, causal=True, algorithm=way)
        for way in (algorithm, "plain")
    )
    params = one.init(rng, np.float64)
    dy = rng.standard_normal((2, 300, 8))
    x = rng.standard_normal((2, 300, 8))
    _, _, cache = other.forward(params, x)
    y, _, expected = one.forward(params, x)
    y, dx = y.copy(), one.backward(params, dy, None, expected)[0]
    for layer in (other, one):
        for T in (300, 5, 1):
            _, _, cache = layer.forward(params, x[:, :T], out=cache)
    again, _, cache = one.forward(params, x, out=cache)
    np.testing.assert_array_equal(again, y)
    np.testing.assert_array_equal(
        one.backward(params, dy, None, cache)[0], dx
    )


def test_it_chooses_by_length():
    from seqcourse.numpy.attention.dispatch import BLOCKS_FROM, dispatch

    for S, rng, share, blocked in (
        (BLOCKS_FROM, None, 0.0, True),
        (BLOCKS_FROM - 1, None, 0.0, False),
        (BLOCKS_FROM, np.random.default_rng(0), 0.1, False),
        (BLOCKS_FROM, None, 0.1, True),
        (BLOCKS_FROM, np.random.default_rng(0), 0.0, True),
    ):
        q = np.ones((1, 1, S, 2))
        _, cache = dispatch(q, q, q, BlockMask.of(S), rng, dropout=share)
        assert (
            isinstance(cache, blocked_attention.BlockedAttentionCache)
            == blocked
        )


def test_another_sequence_is_read_in_blocks_too(monkeypatch):
    monkeypatch.setattr(blocked_attention, "BLOCK", 2)
    rng = np.random.default_rng(0)
    params = MultiHeadAttention(8, 4).init(rng, np.float64)
    x, memory = rng.standard_normal((B, 5, 8)), rng.standard_normal((B, 7, 8))
    lengths, dy = np.array([4, 7, 1]), rng.standard_normal((B, 5, 8))
    found = []
    for algorithm in ("plain", "blocked"):
        layer = MultiHeadAttention(8, 4, algorithm=algorithm)
        y, cache = attend_to(layer, params, x, memory, lengths)
        dx, dmemory, grads = attend_to_backward(layer, params, dy, cache)
        found.append((y, dx, dmemory, *grads.values()))
    assert_same(*found)


def test_where_each_step_looks_does_not_depend_on_the_way():
    rng = np.random.default_rng(0)
    layer = MultiHeadAttention(8, 4, causal=True)
    params, x = layer.init(rng, np.float64), rng.standard_normal((2, 9, 8))
    one = layer.attention_weights(params, x)
    blocked = MultiHeadAttention(8, 4, causal=True, algorithm="blocked")
    np.testing.assert_array_equal(blocked.attention_weights(params, x), one)


def test_dropout_is_refused():
    sentence = re.escape("dropout: expected 0 with algorithm='blocked'")
    with pytest.raises(ValueError, match=f"^{sentence}.*got 0.1; algorithm"):
        MultiHeadAttention(8, 4, dropout=0.1, algorithm="blocked")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"block_size": 0}, "block_size: expected a whole number of at l"),
        ({"soft_cap": 0.0}, "soft_cap: expected a number above 0, got 0.0"),
    ],
)
def test_what_it_cannot_do_is_refused(wrong, sentence):
    given, block_mask = make(5, False, None, {})
    with pytest.raises(ValueError, match=f"^{sentence}"):
        blocked_attention.attend_in_blocks(*given, block_mask, **wrong)
