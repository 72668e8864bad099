"""Attention to another sequence, and that sequence as a state."""

import re

import numpy as np
import pytest

from seqcourse.numpy import ALiBi, MultiHeadAttention
from seqcourse.numpy.attention import cross_attention

B, T, S, E, N = 3, 7, 5, 12, 6
REAL = np.array([2, 5, 1])


def make(**options):
    return MultiHeadAttention(E, N, **options)


def draw(layer):
    rng = np.random.default_rng(0)
    params = layer.init(rng, np.float64)
    for name in params:
        if name.endswith("bias"):
            params[name] = rng.standard_normal(params[name].shape)
    return params, rng.standard_normal((B, T, E))


def crossed(layer, S=5):
    params, memory = draw(layer)
    x = np.random.default_rng(9).standard_normal((B, S, E))
    return params, x, memory


def test_another_sequence_is_looked_at_as_ones_own():
    layer = make()
    params, x = draw(layer)
    lengths = np.array([4, 7, 1])
    y, _, cache = layer.forward(params, x, None, lengths)
    other, crossed_cache = cross_attention.attend_to(
        layer, params, x, x, lengths, lengths=lengths
    )
    np.testing.assert_allclose(other, y, atol=1e-13)
    dy = np.random.default_rng(1).standard_normal(y.shape)
    dx, _, grads = layer.backward(params, dy, None, cache)
    d, dmemory, found = cross_attention.attend_to_backward(
        layer, params, dy, crossed_cache
    )
    np.testing.assert_allclose(d + dmemory, dx, atol=1e-13)
    assert found.keys() == grads.keys()
    for name, gradient in grads.items():
        np.testing.assert_allclose(found[name], gradient, atol=1e-12)


@pytest.mark.parametrize(
    "options",
    [{}, {"bias": False}, {"num_kv_heads": 2}, {"soft_cap": 0.5}],
    ids=str,
)
@pytest.mark.parametrize("lengths", [None, [4, 7, 1]], ids=["full", "padded"])
def test_the_way_back_to_another_sequence_is_the_slope(options, lengths):
    layer = make(**options)
    params, x, memory = crossed(layer)
    lengths = None if lengths is None else np.array(lengths)
    mine = None if lengths is None else np.array([5, 2, 3])
    dy = np.random.default_rng(1).standard_normal(x.shape)
    given = {"x": x, "memory": memory, **params}

    def read(given):
        weights = {name: given[name] for name in params}
        y, cache = cross_attention.attend_to(
            layer, weights, given["x"], given["memory"], lengths, lengths=mine
        )
        return (y * dy).sum(), cache

    dx, dmemory, grads = cross_attention.attend_to_backward(
        layer, params, dy, read(given)[1]
    )
    e = 1e-6
    for name, d in {"x": dx, "memory": dmemory, **grads}.items():
        assert d.any()
        u = np.random.default_rng(len(name)).standard_normal(d.shape)
        ahead, behind = (
            read({**given, name: given[name] + s * e * u})[0] for s in (1, -1)
        )
        slope = (ahead - behind) / (2 * e)
        assert slope == pytest.approx((d * u).sum(), rel=1e-6, abs=1e-8)


def test_the_padding_of_another_sequence_has_no_say():
    layer = make()
    params, x, memory = crossed(layer)
    lengths = np.array([4, 7, 1])
    y, cache = cross_attention.attend_to(layer, params, x, memory, lengths)
    other = memory.copy()
    other[np.arange(T) >= lengths[:, None]] = 1e30
    again, _ = cross_attention.attend_to(layer, params, x, other, lengths)
    np.testing.assert_array_equal(again, y)
    _, dmemory, _ = cross_attention.attend_to_backward(
        layer, params, y, cache
    )
    for b, n in enumerate(lengths):
        alone, _ = cross_attention.attend_to(
            layer, params, x[b : b + 1], memory[b : b + 1, :n]
        )
        np.testing.assert_allclose(y[b : b + 1], alone, atol=1e-13)
        assert not dmemory[b, n:].any()


def test_buffers_of_another_reading_may_be_written_again():
    layer = make()
    params, x, memory = crossed(layer)
    y, cache = cross_attention.attend_to(layer, params, x, memory)
    again, _ = cross_attention.attend_to(layer, params, x, memory, out=cache)
    np.testing.assert_array_equal(again, y)


@pytest.mark.parametrize(
    ("option", "sentence"),
    [
        (
            {"causal": True},
            "attend_to: expected causal=False between",
        ),
        ({"window": 2}, "attend_to: expected window=None between two sequen"),
        ({"position": ALiBi()}, "attend_to: expected position=None between"),
    ],
)
def test_what_means_nothing_between_sequences_is_refused(option, sentence):
    layer = make(**option)
    params, x, memory = crossed(layer)
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}"):
        cross_attention.attend_to(layer, params, x, memory)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda m: m[:2], "memory: expected 3 sequences on axis 0 (B), as x"),
        (lambda m: m[..., :4], "memory: expected 12 features on axis 2 (D)"),
        (lambda m: m * np.nan, "memory: expected finite numbers, got nan at"),
        (
            lambda m: m[0],
            "memory: expected 3 axes (B, T, D), got shape",
        ),
    ],
)
def test_a_wrong_memory_has_its_sentence(change, sentence):
    layer = make()
    params, x, memory = crossed(layer)
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}"):
        cross_attention.attend_to(layer, params, x, change(memory))
    sentence = r"^memory_lengths: expected 1 to 7 \(axis 1 of memory, T\)"
    with pytest.raises(ValueError, match=sentence):
        cross_attention.attend_to(
            layer, params, x, memory, np.array([7, 8, 1])
        )


# --- as a state ------------------------------------------------------------


@pytest.fixture
def case():
    layer = MultiHeadAttention(E, 2)
    rng = np.random.default_rng(0)
    params = layer.init(rng, np.float64)
    return (
        layer,
        params,
        rng.normal(size=(B, T, E)),
        rng.normal(size=(B, S, E)),
    )


def test_what_lies_in_the_memorys_padding_has_no_effect(case):
    layer, params, x, memory = case
    dy = np.random.default_rng(1).normal(size=x.shape)

    def results(memory):
        seen = memory, REAL
        y, _, cache = cross_attention.cross_attend(layer, params, x, seen)
        dx, (dmemory, _), grads = cross_attention.cross_attend_backward(
            layer, params, dy, None, cache
        )
        return y, dx, dmemory, grads

    beyond = np.arange(S) >= REAL[:, None]
    other = memory.copy()
    other[beyond] = 1e6
    y, dx, dmemory, grads = results(memory)
    y_2, dx_2, dmemory_2, grads_2 = results(other)
    np.testing.assert_array_equal(y, y_2)
    np.testing.assert_array_equal(dx, dx_2)
    np.testing.assert_array_equal(dmemory, dmemory_2)
    assert not dmemory[beyond].any()
    for name, gradient in grads.items():
        np.testing.assert_array_equal(gradient, grads_2[name])


def test_the_gradient_of_what_is_handed_on_is_added():
    layer = make()
    params, x, memory = crossed(layer)
    seen = cross_attention.memory_state(memory, None, E)
    y, after, cache = cross_attention.cross_attend(layer, params, x, seen)
    for one, other in zip(seen, after, strict=True):
        np.testing.assert_array_equal(one, other)
        assert not np.shares_memory(one, other)
    _, (alone, _), _ = cross_attention.cross_attend_backward(
        layer, params, y, None, cache
    )
    dafter = np.random.default_rng(1).standard_normal(memory.shape)
    _, (both, none), _ = cross_attention.cross_attend_backward(
        layer, params, y, (dafter, None), cache
    )
    np.testing.assert_array_equal(both, alone + dafter)
    assert none is None


def test_of_no_memory_nothing_is_taken_along(case):
    layer, params, x, _ = case
    seen = cross_attention.empty_memory(B, E, np.float64)
    y, _, cache = cross_attention.cross_attend(layer, params, x, seen)
    dx, (dmemory, _), grads = cross_attention.cross_attend_backward(
        layer, params, np.ones_like(x), None, cache
    )
    assert y.shape == dx.shape == x.shape
    assert not y.any()
    assert not dx.any()
    assert dmemory.shape == (B, 0, E)
    assert grads.keys() == params.keys()
    assert not any(g.any() for g in grads.values())


@pytest.mark.parametrize(
    ("steps", "lengths", "sentence"),
    [
        (5, [2, 6, 1], r"state\[4\]: expected 1 to 5 real steps, .* got 6"),
        (5, [2, 0, 1], r"state\[4\]: expected 1 to 5 real steps, .* got 0"),
        (0, [0, 1, 0], r"state\[4\]: expected 0 to 0 real steps, .* got 1"),
    ],
)
def test_lengths_that_are_not_the_memorys_are_refused(
    steps, lengths, sentence
):
    with pytest.raises(ValueError, match=f"^{sentence}"):
        cross_attention.check_memory(
            3, np.zeros((B, steps, E)), np.array(lengths)
        )
