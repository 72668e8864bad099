"""Attention: what it must do, told apart from what it might do instead."""

import itertools
import math
import re

import numpy as np
import pytest

from seqcourse.numpy import (
    Alibi,
    Rotary,
    Sinusoidal,
    Stack,
    attention,
    key_value_cache,
    masks,
)
from seqcourse.numpy import multi_head_attention as layers
from seqcourse.probes import leak_test

B, T, E, N = 3, 7, 12, 6
CAUSAL = {
    "plain": {},
    "windowed": {"window": 3},
    "a window of one": {"window": 1},
    "grouped": {"num_kv_heads": 2},
    "one head of keys": {"num_kv_heads": 1},
    "rotary": {"position": Rotary()},
    "alibi": {"position": Alibi()},
    "capped": {"soft_cap": 0.5},
}
each_causal = pytest.mark.parametrize("options", CAUSAL.values(), ids=CAUSAL)


def make(causal=True, **options):
    return layers.MultiHeadAttention(E, N, causal=causal, **options)


def draw(layer, seed=0, T=T):
    rng = np.random.default_rng(seed)
    params = layer.init(rng, np.float64)
    for name in params:
        if name.endswith("bias"):
            params[name] = rng.standard_normal(params[name].shape)
    return params, rng.standard_normal((B, T, E))


def qkv(heads=N, S=T, keys=T, width=4, seed=0):
    rng = np.random.default_rng(seed)
    q = rng.standard_normal((B, N, S, width))
    return q, *rng.standard_normal((2, B, heads, keys, width))


def softmax_by_hand(q, k, v, mask, bias=0.0, cap=None):
    """Go through everything number by number, as the equation says."""
    B, N, S, K = q.shape
    group = N // k.shape[1]
    context = np.zeros((*q.shape[:3], v.shape[3]))
    mask = np.broadcast_to(mask, (B, N, S, k.shape[2]))
    bias = np.broadcast_to(bias, mask.shape)
    for b, n, i in np.ndindex(B, N, S):
        seen = np.flatnonzero(mask[b, n, i])
        if len(seen) == 0:
            continue
        scores = []
        for j in seen:
            s = q[b, n, i] @ k[b, n // group, j] / math.sqrt(K)
            if cap is not None:
                s = cap * math.tanh(s / cap)
            scores.append(s + bias[b, n, i, j])
        e = np.exp(np.array(scores) - max(scores))
        context[b, n, i] = (e / e.sum()) @ v[b, n // group, seen]
    return context


# --- the mathematics ------------------------------------------------------


@pytest.mark.parametrize("heads", [1, 2, 3, 6])
@pytest.mark.parametrize("cap", [None, 0.7])
def test_attend_is_the_equation(heads, cap):
    q, k, v = qkv(heads, S=5, keys=7)
    rng = np.random.default_rng(1)
    mask = rng.random((B, N, 5, 7)) < 0.6
    bias = rng.standard_normal((B, N, 5, 7))
    context, _ = attention.attend(q, k, v, mask, bias=bias, soft_cap=cap)
    by_hand = softmax_by_hand(q, k, v, mask, bias, cap)
    np.testing.assert_allclose(context, by_hand, atol=1e-12)


@pytest.mark.parametrize("shape", [(7, 7), (1, 1, 7, 7), (B, 1, 1, 7)])
def test_a_mask_stretches(shape):
    q, k, v = qkv()
    mask = np.random.default_rng(0).random(shape) < 0.5
    context, cache = attention.attend(q, k, v, mask)
    by_hand = softmax_by_hand(q, k, v, mask)
    np.testing.assert_allclose(context, by_hand, atol=1e-12)
    weights = attention.attention_weights(cache)
    assert not weights[~np.broadcast_to(mask, weights.shape)].any()


@pytest.mark.parametrize("heads", [1, 2, 6])
@pytest.mark.parametrize("cap", [None, 0.7])
@pytest.mark.parametrize("dropout", [0.0, 0.4])
def test_the_way_back_is_the_slope(heads, cap, dropout):
    given = qkv(heads, S=5)
    mask = np.random.default_rng(1).random((B, N, 5, T)) < 0.6
    mask[0, :, 2] = False

    def loss(q, k, v):
        rng = np.random.default_rng(7)
        context, cache = attention.attend(
            q, k, v, mask, soft_cap=cap, dropout=dropout, rng=rng
        )
        return (context * dcontext).sum(), cache

    dcontext = np.random.default_rng(2).standard_normal((B, N, 5, 4))
    _, cache = loss(*given)
    found = attention.attend_backward(dcontext, cache)
    e = 1e-6
    for i, d in enumerate(found):
        u = np.random.default_rng(i).standard_normal(d.shape)
        ahead, behind = (
            loss(
                *(x + s * e * u if i == j else x for j, x in enumerate(given))
            )
            for s in (1, -1)
        )
        slope = (ahead[0] - behind[0]) / (2 * e)
        assert slope == pytest.approx((d * u).sum(), rel=1e-6)


@pytest.mark.parametrize("cap", [None, 2.0])
def test_a_query_that_may_look_nowhere_gets_zeros(cap):
    q, k, v = qkv()
    mask = np.random.default_rng(0).random((B, 1, T, T)) < 0.5
    mask[0, 0, 2] = mask[2] = False
    with np.errstate(all="raise"):
        context, cache = attention.attend(q, k, v, mask, soft_cap=cap)
        dq, dk, dv = attention.attend_backward(np.ones_like(context), cache)
        weights = attention.attention_weights(cache)
    for part in (context, dq, weights):
        assert not part[0, :, 2].any()
        assert not part[2].any()
    for part in (dk, dv):
        assert not part[2].any()
    for part in (context, dq, dk, dv, weights):
        assert np.isfinite(part).all()
        assert part[1].any()


@pytest.mark.parametrize("size", [1e4, -1e4])
def test_huge_scores_stay_finite(size):
    q, k, v = qkv()
    q, k = abs(q), abs(k) * size
    with np.errstate(over="raise", invalid="raise"):
        context, cache = attention.attend(q, k, v, masks_of(T))
        found = attention.attend_backward(np.ones_like(context), cache)
    for part in (context, *found):
        assert np.isfinite(part).all()


def masks_of(T):
    at = np.arange(T)[None]
    return masks.visible(at, at, causal=True)


def test_a_soft_cap_bounds_the_scores():
    q, k, v = qkv()
    _, cache = attention.attend(100 * q, k, v, soft_cap=1.5)
    weights = attention.attention_weights(cache)
    apart = np.log(weights.max(-1) / weights.min(-1))
    assert apart.max() <= 3.0 + 1e-12
    assert apart.max() > 2.9
    _, cache = attention.attend(100 * q, k, v)
    free = attention.attention_weights(cache)
    assert np.log(free.max(-1) / free.min(-1)).max() > 30


@pytest.mark.parametrize("heads", [1, 2, 3])
def test_heads_that_share_keys_are_heads_with_the_same_keys(heads):
    q, k, v = qkv(heads)
    d = np.random.default_rng(3).standard_normal(q.shape)
    context, cache = attention.attend(q, k, v, masks_of(T))
    found = attention.attend_backward(d, cache)
    group = N // heads
    again, cache = attention.attend(
        q, k.repeat(group, 1), v.repeat(group, 1), masks_of(T)
    )
    dq, dk, dv = attention.attend_backward(d, cache)
    np.testing.assert_allclose(context, again, atol=1e-13)
    np.testing.assert_allclose(found[0], dq, atol=1e-13)
    for one, each in ((found[1], dk), (found[2], dv)):
        summed = each.reshape(B, heads, group, T, -1).sum(2)
        np.testing.assert_allclose(one, summed, atol=1e-13)


def test_products_of_wide_vectors_vary_as_they_are_wide():
    rng = np.random.default_rng(0)
    for d in (16, 256):
        q, k = rng.standard_normal((2, 20_000, d))
        assert (q * k).sum(1).var() == pytest.approx(d, rel=0.05)


def test_the_root_of_the_width_keeps_the_softmax_open():
    """64 keys, d = 1024: 0.12 nats without the root, 3.69 with it."""
    rng = np.random.default_rng(0)
    q, k = rng.standard_normal((2, 1, 1, 1, 1024))[:, :, :, :, :], None
    q = rng.standard_normal((200, 1, 1, 1024))
    k = rng.standard_normal((200, 1, 64, 1024))

    def entropy_and_largest(**options):
        _, cache = attention.attend(q, k, k, **options)
        p = attention.attention_weights(cache)
        logs = np.log(p, out=np.zeros_like(p), where=p > 0)
        return -(p * logs).sum(-1).mean(), p.max(-1).mean()

    entropy, largest = entropy_and_largest(scale=1.0)
    assert entropy == pytest.approx(0.12, abs=0.05)
    assert largest == pytest.approx(0.95, abs=0.03)
    entropy, largest = entropy_and_largest()
    assert entropy == pytest.approx(3.69, abs=0.03)
    assert largest == pytest.approx(0.11, abs=0.02)
    flat, _ = entropy_and_largest(scale=1 / 1024)
    assert flat == pytest.approx(math.log(64), abs=0.01)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"q": (0,)}, "q: expected 4 axes (B, heads, steps, K), got shape"),
        ({"k": (slice(2),)}, "k: expected 3 sequences of 4 features, got"),
        ({"v": (slice(None), slice(1))}, "v: expected (3, 6, 7) on axes 0"),
        (
            {"k": (slice(None), slice(4)), "v": (slice(None), slice(4))},
            "k: expected heads that divide 6 on axis 1, got 4",
        ),
    ],
)
def test_shapes_that_do_not_fit_have_their_sentence(change, sentence):
    given = dict(zip("qkv", qkv(), strict=True))
    given |= {name: given[name][at] for name, at in change.items()}
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}"):
        attention.attend(**given)


def test_a_mask_of_numbers_has_its_sentence():
    mask = np.tri(T)
    with pytest.raises(ValueError, match=r"^mask: expected booleans, got f"):
        attention.attend(*qkv(), mask)


# --- who sees whom --------------------------------------------------------


@each_causal
def test_nobody_sees_the_future(options):
    layer = make(**options)
    params, x = draw(layer)
    assert leak_test(layer, params, x) == 0.0


@each_causal
def test_nobody_sees_the_future_from_a_cache(options):
    layer = make(**options)
    params, x = draw(layer)
    _, state, _ = layer.forward(params, x[:, :4], None, np.array([4, 1, 3]))
    before, _, _ = layer.forward(params, x, state)
    for t in range(1, T):
        other = x.copy()
        other[:, t:] = draw(layer, seed=1)[1][:, t:]
        after, _, _ = layer.forward(params, other, state)
        assert (after[:, :t] == before[:, :t]).all()
        assert not (after[:, t] == before[:, t]).any()


@pytest.mark.parametrize("window", [1, 2, 3, T, T + 2])
@pytest.mark.parametrize("causal", [True, False])
def test_a_window_is_as_wide_as_it_says(window, causal):
    layer = make(causal, window=window)
    params, x = draw(layer)
    weights = layer.weights(params, x)
    for i, j in np.ndindex(T, T):
        apart = i - j if causal else abs(i - j)
        assert (weights[:, :, i, j] > 0).all() == (0 <= apart < window)


@pytest.mark.parametrize("window", [1, 2, 4])
def test_a_windows_memory_stops_growing(window):
    layer = make(window=window)
    params, x = draw(layer)
    state, sizes = None, []
    for t in range(T):
        _, state = layer.step(params, x[:, t], state)
        sizes.append(state[0].shape[2])
    assert sizes == [min(t + 1, window - 1) for t in range(T)]
    bytes_of_one = 2 * (window - 1) * E * 8 + 8
    assert layer.state_bytes(1000, np.float64) == bytes_of_one


def test_heads_that_share_keys_carry_less():
    whole = make().state_bytes(100)
    assert whole == 2 * 100 * E * 4 + 8
    assert make(num_kv_heads=2).state_bytes(100) - 8 == (whole - 8) / 3
    assert make(num_kv_heads=1).state_bytes(100) - 8 == (whole - 8) / 6
    assert make(causal=False).state_bytes(100) == 0


@each_causal
def test_ragged_chunks_follow_one_another(options):
    """Each sequence goes on after its own end, wherever the others are."""
    layer = make(**options)
    params, x = draw(layer, T=12)
    rng = np.random.default_rng(5)
    chunks = [np.array(n) for n in ((3, 1, 2), (1, 4, 2), (2, 3, 5))]
    ends = np.cumsum(chunks, 0)
    state, answers = None, [[] for _ in range(B)]
    for chunk, end in zip(chunks, ends, strict=True):
        part = rng.standard_normal((B, chunk.max(), E))
        for b, n in enumerate(chunk):
            part[b, :n] = x[b, end[b] - n : end[b]]
        y, state, _ = layer.forward(params, part, state, chunk)
        for b, n in enumerate(chunk):
            answers[b].append(y[b, :n])
            assert not y[b, n:].any()
    assert state[2].tolist() == ends[-1].tolist()
    for b, end in enumerate(ends[-1]):
        alone, _, _ = layer.forward(params, x[b : b + 1, :end])
        found = np.concatenate(answers[b])
        np.testing.assert_allclose(found, alone[0], atol=1e-12)


def test_free_slots_of_a_state_have_no_say():
    layer = make()
    params, x = draw(layer)
    _, (keys, values, seen), _ = layer.forward(
        params, x, None, np.array([7, 2, 4])
    )
    assert not keys[1, :, 2:].any()
    assert not values[1, :, 2:].any()
    free = np.arange(T) >= seen[:, None, None]
    other = tuple(
        np.where(free[..., None], 99.0, part) for part in (keys, values)
    )
    one = layer.forward(params, x, (keys, values, seen))
    two = layer.forward(params, x, (*other, seen))
    np.testing.assert_array_equal(one[0], two[0])
    for a, b in zip(one[1], two[1], strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            lambda k, v, seen: (k, v, seen + 2),
            "state[0]: expected at least 9 slots on axis 2 (S), for the 9 "
            "steps that state[2] says were read, got 7",
        ),
        (
            lambda k, v, seen: (k, v[:, :, 1:], seen),
            "state[1]: expected 7 slots on axis 2 (S), as state[0] has, got 6",
        ),
        (
            lambda k, v, seen: (k[:, :3], v, seen),
            "state[0]: expected shape (3, 6, S, 2), got (3, 3, 7, 2)",
        ),
    ],
)
def test_a_state_that_does_not_fit_has_its_sentence(change, sentence):
    layer = make()
    params, x = draw(layer)
    _, state, _ = layer.forward(params, x)
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        layer.forward(params, x, change(*state))


@pytest.mark.parametrize("causal", [True, False])
def test_padding_is_looked_at_by_nobody(causal):
    layer = make(causal)
    params, x = draw(layer)
    lengths = np.array([4, 7, 1])
    weights = layer.weights(params, x, None, lengths)
    for b, n in enumerate(lengths):
        assert not weights[b, :, :, n:].any()
        assert not weights[b, :, n:].any()
        np.testing.assert_allclose(weights[b, :, :n].sum(-1), 1.0)


# --- order ----------------------------------------------------------------


def turned_round(layer, order):
    """Tell whether another order of steps gives the answers in that order."""
    params, x = draw(layer)
    y, _, _ = layer.forward(params, x)
    other, _, _ = layer.forward(params, x[:, order])
    return np.allclose(other, y[:, order], atol=1e-12)


def test_attention_alone_knows_no_order():
    order = np.random.default_rng(3).permutation(T)
    assert turned_round(make(causal=False), order)
    assert turned_round(make(causal=False, num_kv_heads=2), order)


@pytest.mark.parametrize(
    "layer",
    [
        make(causal=False, position=Rotary()),
        make(causal=False, position=Alibi()),
        make(causal=False, window=3),
        make(),
        Stack((Sinusoidal(E), make(causal=False))),
    ],
    ids=["rotary", "alibi", "window", "causal", "sinusoidal"],
)
def test_with_positions_it_does(layer):
    order = np.random.default_rng(3).permutation(T)
    assert not turned_round(layer, order)


# --- what it is -----------------------------------------------------------


def test_one_head_of_keys_is_multi_query_attention():
    layer = make(num_kv_heads=1)
    params, x = draw(layer)
    W, b = params["in_proj_weight"], params["in_proj_bias"]
    q, k, v = np.split(x @ W.T + b, [E, E + E // N], -1)
    heads = []
    for n in range(N):
        mine = q[..., n * 2 : n * 2 + 2]
        s = mine @ k.swapaxes(1, 2) / math.sqrt(2)
        s[:, ~np.tri(T, dtype=bool)] = -np.inf
        p = np.exp(s) / np.exp(s).sum(-1, keepdims=True)
        heads.append(p @ v)
    context = np.concatenate(heads, -1)
    expected = context @ params["out_proj.weight"].T + params["out_proj.bias"]
    y, _, _ = layer.forward(params, x)
    np.testing.assert_allclose(y, expected, atol=1e-12)


def test_dropout_needs_a_generator_and_keeps_the_mean():
    layer = make(causal=False, dropout=0.5)
    params, x = draw(layer)
    still, _, _ = layer.forward(params, x)
    same, _, _ = make(causal=False).forward(params, x)
    np.testing.assert_array_equal(still, same)
    mean = np.mean(
        [
            layer.forward(params, x, rng=np.random.default_rng(i))[0]
            for i in range(2000)
        ],
        0,
    )
    assert abs(mean - still).max() < 0.1
    one, _, _ = layer.forward(params, x, rng=np.random.default_rng(0))
    assert abs(one - still).max() > 0.1


def test_dropout_goes_back_as_it_came():
    layer = make(dropout=0.3)
    params, x = draw(layer)
    dy = np.random.default_rng(1).standard_normal(x.shape)
    u = np.random.default_rng(2).standard_normal(x.shape)

    def read(x):
        return layer.forward(params, x, rng=np.random.default_rng(7))

    dx, _, _ = layer.backward(params, dy, None, read(x)[2])
    e = 1e-6
    slope = ((read(x + e * u)[0] - read(x - e * u)[0]) * dy).sum() / (2 * e)
    assert slope == pytest.approx((dx * u).sum(), rel=1e-6)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"num_heads": 5}, "num_heads: expected a divisor of embed_dim 12"),
        ({"num_kv_heads": 4}, "num_kv_heads: expected a divisor of num_head"),
        ({"soft_cap": 0.0}, "soft_cap: expected a number above 0, got 0.0"),
        ({"dropout": 1.0}, "dropout: expected 0 to below 1, got 1.0"),
        ({"algorithm": "magic"}, "algorithm: expected one of auto, plain"),
        ({"position": "rotary"}, "position: expected Rotary, Alibi or None"),
        (
            {"num_heads": 4, "position": Rotary()},
            "position: Rotary turns pairs of features; expected an even width"
            " of a head (embed_dim / num_heads), got 3",
        ),
    ],
)
def test_what_it_cannot_be_is_refused(wrong, sentence):
    sizes = {"embed_dim": E, "num_heads": N}
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}"):
        layers.MultiHeadAttention(**sizes | wrong)


def test_algorithms_have_one_answer():
    params, x = draw(make())
    for algorithm in layers.ALGORITHMS:
        y, _, _ = make(algorithm=algorithm).forward(params, x)
        expected, _, _ = make().forward(params, x)
        np.testing.assert_allclose(y, expected, atol=1e-12)


def test_what_is_kept_are_the_latest_of_each():
    at = key_value_cache.places(np.array([0, 2]), 2, None, 3, 4)
    keys = np.arange(2 * 5.0).reshape(2, 1, 5, 1)
    which = key_value_cache.latest(at, np.array([3, 5]), 4, 5)
    kept = key_value_cache.carried(keys, which)
    assert kept[:, 0, :, 0].tolist() == [[2, 3, 4], [7, 8, 9]]
    for (b, n), seen in zip(
        itertools.product([0, 1], [1]), [3, 5], strict=True
    ):
        assert min(seen, 3) == kept.shape[2]
        assert kept[b].shape[0] == n
