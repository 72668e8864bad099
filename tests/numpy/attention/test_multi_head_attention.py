"""Attention: what it must do, told apart from what it might do instead."""

import math
import re

import numpy as np
import pytest

from seqcourse.numpy import (
    ALiBi,
    RotaryPositionEmbedding,
    SinusoidalPositionEmbedding,
    Stack,
)
from seqcourse.numpy.attention import multi_head_attention
from seqcourse.probes import leak_test

B, T, E, N = 3, 7, 12, 6
CAUSAL = {
    "plain": {},
    "windowed": {"window": 3},
    "a window of one": {"window": 1},
    "grouped": {"num_kv_heads": 2},
    "one head of keys": {"num_kv_heads": 1},
    "rotary": {"position": RotaryPositionEmbedding()},
    "alibi": {"position": ALiBi()},
    "without the root": {"scale": 1.0},
    "capped": {"soft_cap": 0.5},
}
each_causal = pytest.mark.parametrize("options", CAUSAL.values(), ids=CAUSAL)


def make(causal=True, **options):
    return multi_head_attention.MultiHeadAttention(
        E, N, causal=causal, **options
    )


def draw(layer, seed=0, T=T):
    rng = np.random.default_rng(seed)
    params = layer.init(rng, np.float64)
    for name in params:
        if name.endswith("bias"):
            params[name] = rng.standard_normal(params[name].shape)
    return params, rng.standard_normal((B, T, E))


@pytest.mark.parametrize("algorithm", ["plain", "blocked"])
def test_the_scale_is_the_root_unless_it_is_given(algorithm):
    layer = make(algorithm=algorithm, scale=(E // N) ** -0.5)
    params, x = draw(layer)
    y, _, _ = layer.forward(params, x)
    same, _, _ = make(algorithm=algorithm).forward(params, x)
    np.testing.assert_array_equal(y, same)
    # Twice the scale is twice the queries.
    params["in_proj_weight"][:E] *= 2
    params["in_proj_bias"][:E] *= 2
    doubled, _, _ = layer.forward(params, x)
    params["in_proj_weight"][:E] /= 2
    params["in_proj_bias"][:E] /= 2
    twice = make(algorithm=algorithm, scale=2 * layer.scale)
    y, _, _ = twice.forward(params, x)
    np.testing.assert_allclose(y, doubled, rtol=1e-12)


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
    weights = layer.attention_weights(params, x)
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
            "state[0]: expected at least 9 slots on axis 2 (S), for the 9 st",
        ),
        (
            lambda k, v, seen: (k, v[:, :, 1:], seen),
            "state[1]: expected 7 slots on axis 2 (S), as state[0] has, got",
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
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}"):
        layer.forward(params, x, change(*state))


@pytest.mark.parametrize("causal", [True, False])
def test_padding_is_looked_at_by_nobody(causal):
    layer = make(causal)
    params, x = draw(layer)
    lengths = np.array([4, 7, 1])
    weights = layer.attention_weights(params, x, None, lengths)
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
        make(causal=False, position=RotaryPositionEmbedding()),
        make(causal=False, position=ALiBi()),
        make(causal=False, window=3),
        make(),
        Stack((SinusoidalPositionEmbedding(E), make(causal=False))),
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
        ({"scale": 0.0}, "scale: expected a number above 0, got 0.0"),
        ({"soft_cap": 0.0}, "soft_cap: expected a number above 0, got 0.0"),
        ({"dropout": 1.0}, "dropout: expected 0 to below 1, got 1.0"),
        ({"algorithm": "magic"}, "algorithm: expected one of auto, plain"),
        (
            {"position": "rotary"},
            "position: expected a PositionEncoding or None, got",
        ),
        (
            {"num_heads": 4, "position": RotaryPositionEmbedding()},
            (
                "position: RotaryPositionEmbedding turns pairs of features; "
                "expected an even"
            ),
        ),
    ],
)
def test_what_it_cannot_be_is_refused(wrong, sentence):
    sizes = {"embed_dim": E, "num_heads": N}
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}"):
        multi_head_attention.MultiHeadAttention(**sizes | wrong)


def test_algorithms_have_one_answer():
    params, x = draw(make())
    for algorithm in multi_head_attention.ALGORITHMS:
        y, _, _ = make(algorithm=algorithm).forward(params, x)
        expected, _, _ = make().forward(params, x)
        np.testing.assert_allclose(y, expected, atol=1e-12)
