"""The mathematics of attention, beside the equation done number by number."""

import math
import re

import numpy as np
import pytest

from seqcourse.numpy.attention import scaled_dot_product

B, T, N = 3, 7, 6


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


@pytest.mark.parametrize("heads", [1, 2, 3, 6])
@pytest.mark.parametrize("cap", [None, 0.7])
def test_attend_is_the_equation(heads, cap):
    q, k, v = qkv(heads, S=5, keys=7)
    rng = np.random.default_rng(1)
    mask = rng.random((B, N, 5, 7)) < 0.6
    bias = rng.standard_normal((B, N, 5, 7))
    context, _ = scaled_dot_product.attend(
        q, k, v, mask, bias=bias, soft_cap=cap
    )
    by_hand = softmax_by_hand(q, k, v, mask, bias, cap)
    np.testing.assert_allclose(context, by_hand, atol=1e-12)


@pytest.mark.parametrize("masked", [True, False])
def test_the_reference_is_what_is_done_number_by_number(masked):
    q, k, v = qkv(S=5, keys=7)
    mask = np.random.default_rng(1).random((B, N, 5, 7)) < 0.6
    mask = mask if masked else None
    context = scaled_dot_product.attend_reference(q, k, v, mask)
    by_hand = softmax_by_hand(q, k, v, True if mask is None else mask)
    np.testing.assert_allclose(context, by_hand, atol=1e-12)
    fast, _ = scaled_dot_product.attend(q, k, v, mask)
    np.testing.assert_allclose(context, fast, atol=1e-12)


@pytest.mark.torch
@pytest.mark.parametrize("masked", [True, False])
def test_the_references_are_twins(masked):
    import torch

    from seqcourse.torch.attention.scaled_dot_product import attend_reference

    given = qkv(S=5, keys=7)
    mask = np.random.default_rng(1).random((N, 5, 7)) < 0.6
    more = (mask,) if masked else ()
    theirs = attend_reference(*map(torch.from_numpy, (*given, *more)))
    ours = scaled_dot_product.attend_reference(*given, *more)
    np.testing.assert_allclose(ours, theirs.numpy(), atol=1e-12)


def test_the_reference_refuses_what_its_equation_does_not_cover():
    q, k, v = qkv(heads=2)
    with pytest.raises(ValueError, match=r"^k: expected 6 heads, as q has"):
        scaled_dot_product.attend_reference(q, k, v)
    q, k, v = qkv()
    mask = np.tri(T, k=-1, dtype=bool)
    with pytest.raises(ValueError, match=r"^mask: expected at least one key"):
        scaled_dot_product.attend_reference(q, k, v, mask)


@pytest.mark.parametrize("shape", [(7, 7), (1, 1, 7, 7), (B, 1, 1, 7)])
def test_a_mask_stretches(shape):
    q, k, v = qkv()
    mask = np.random.default_rng(0).random(shape) < 0.5
    context, cache = scaled_dot_product.attend(q, k, v, mask)
    by_hand = softmax_by_hand(q, k, v, mask)
    np.testing.assert_allclose(context, by_hand, atol=1e-12)
    weights = scaled_dot_product.attention_weights(cache)
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
        context, cache = scaled_dot_product.attend(
            q, k, v, mask, soft_cap=cap, dropout=dropout, rng=rng
        )
        return (context * dcontext).sum(), cache

    dcontext = np.random.default_rng(2).standard_normal((B, N, 5, 4))
    _, cache = loss(*given)
    found = scaled_dot_product.attend_backward(dcontext, cache)
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
        context, cache = scaled_dot_product.attend(
            q, k, v, mask, soft_cap=cap
        )
        dq, dk, dv = scaled_dot_product.attend_backward(
            np.ones_like(context), cache
        )
        weights = scaled_dot_product.attention_weights(cache)
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
        context, cache = scaled_dot_product.attend(
            q, k, v, np.tri(T, dtype=bool)
        )
        found = scaled_dot_product.attend_backward(
            np.ones_like(context), cache
        )
    for part in (context, *found):
        assert np.isfinite(part).all()


def test_a_soft_cap_bounds_the_scores():
    q, k, v = qkv()
    _, cache = scaled_dot_product.attend(100 * q, k, v, soft_cap=1.5)
    weights = scaled_dot_product.attention_weights(cache)
    apart = np.log(weights.max(-1) / weights.min(-1))
    assert apart.max() <= 3.0 + 1e-12
    assert apart.max() > 2.9
    _, cache = scaled_dot_product.attend(100 * q, k, v)
    assert (scaled_dot_product.attention_weights(cache) < 1e-12).any()


@pytest.mark.parametrize("heads", [1, 2, 3])
def test_heads_that_share_keys_are_heads_with_the_same_keys(heads):
    q, k, v = qkv(heads)
    d = np.random.default_rng(3).standard_normal(q.shape)
    context, cache = scaled_dot_product.attend(q, k, v, np.tri(T, dtype=bool))
    found = scaled_dot_product.attend_backward(d, cache)
    group = N // heads
    again, cache = scaled_dot_product.attend(
        q, k.repeat(group, 1), v.repeat(group, 1), np.tri(T, dtype=bool)
    )
    dq, dk, dv = scaled_dot_product.attend_backward(d, cache)
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
    q = rng.standard_normal((200, 1, 1, 1024))
    k = rng.standard_normal((200, 1, 64, 1024))

    def entropy_and_largest(**options):
        _, cache = scaled_dot_product.attend(q, k, k, **options)
        p = scaled_dot_product.attention_weights(cache)
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
        ({"q": (0,)}, "q: expected 4 axes (B, heads, steps, K) of at least"),
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
        scaled_dot_product.attend(**given)


def test_a_mask_of_numbers_has_its_sentence():
    mask = np.tri(T)
    with pytest.raises(ValueError, match=r"^mask: expected booleans, got f"):
        scaled_dot_product.attend(*qkv(), mask)
