"""The keys that are carried on, beside a list for each sequence."""

import numpy as np
import pytest

from seqcourse.numpy import MultiHeadAttention
from seqcourse.numpy.attention import key_value_cache

CHUNKS = [np.array(n) for n in ((3, 1, 2), (1, 4, 2), (2, 2, 2), (5, 1, 1))]
each_window = pytest.mark.parametrize("window", [None, 1, 2, 4, 30])


@pytest.mark.parametrize("window", [None, 30])
def test_the_reference_is_the_layers_step(window):
    rng = np.random.default_rng(0)
    layer = MultiHeadAttention(6, num_heads=2, causal=True, window=window)
    params = layer.init(rng, np.float64)
    state, keys, values = None, *np.zeros((2, 3, 2, 0, 3))
    for x_t in rng.normal(size=(8, 3, 6)):
        y_t, state = layer.step(params, x_t, state)
        qkv = x_t @ params["in_proj_weight"].T + params["in_proj_bias"]
        q, k, v = np.split(layer.heads.split_heads(qkv, 3), 3, 1)
        context, keys, values = key_value_cache.cached_attention_reference(
            q, k, v, keys, values
        )
        y = context.reshape(3, 6) @ params["out_proj.weight"].T
        y += params["out_proj.bias"]
        np.testing.assert_allclose(y, y_t, atol=1e-12)
        np.testing.assert_allclose(keys, state[0], atol=1e-12)
        np.testing.assert_allclose(values, state[1], atol=1e-12)


@each_window
@pytest.mark.parametrize("ragged", [True, False])
def test_what_is_carried_on_is_the_end_of_each_list(window, ragged):
    """Keys are numbered by their place: a slot tells what it holds."""
    seen, kept = np.zeros(3, int), np.zeros((3, 1, 0, 1))
    for chunk in CHUNKS:
        lengths = chunk if ragged else np.full(3, chunk[0])
        T = lengths.max()
        ended = np.arange(T) >= lengths[:, None] if ragged else None
        slots = kept.shape[2]
        at = key_value_cache.cache_positions(seen, slots, ended, T, window)
        new = 1.0 + np.broadcast_to(at.queries, (3, T))[:, None, :, None]
        keys = np.concatenate([kept, new], 2)
        real = np.ones((3, slots + T), bool) if at.real is None else at.real
        places = np.broadcast_to(at.keys, real.shape)
        real = np.broadcast_to(real, places.shape)
        assert (keys[:, 0, :, 0] == 1 + places)[real].all()
        seen = seen + lengths
        which = key_value_cache.cache_update(at, seen, window, slots + T)
        kept = key_value_cache.updated_cache(keys, which)
        for b in range(3):
            everything = [1.0 + place for place in range(seen[b])]
            first = 0 if window is None else max(0, seen[b] - window + 1)
            expected = everything[first:]
            held = kept[b, 0, :, 0].tolist()
            assert held[: len(expected)] == expected
            assert not any(held[len(expected) :])

        # The way back is the transpose of the way there.
        d = np.random.default_rng(0).standard_normal(kept.shape)
        back = np.zeros_like(keys)
        key_value_cache.updated_cache_backward(back, d, which)
        other = np.random.default_rng(1).standard_normal(keys.shape)
        there = key_value_cache.updated_cache(other, which)
        assert (back * other).sum() == pytest.approx((d * there).sum())


def test_one_row_serves_all_where_all_have_read_as_much():
    at = key_value_cache.cache_positions(np.array([4, 4]), 4, None, 3, None)
    assert at.queries.tolist() == [[4, 5, 6]]
    assert at.keys.tolist() == [[0, 1, 2, 3, 4, 5, 6]]
    assert at.real is None
