import dataclasses

import numpy as np
import pytest

from seqcourse.numpy import FeedForward, MultiHeadAttention
from seqcourse.numpy.contract.parameters import child
from seqcourse.numpy.transformer import transformer_block

B, T, S, E, H = 2, 5, 3, 6, 7


def made(cross=False, causal=True, **options):
    layer = transformer_block.TransformerBlock(
        MultiHeadAttention(E, 2, causal=causal),
        FeedForward(E, H),
        cross_attn=MultiHeadAttention(E, 2) if cross else None,
        **options,
    )
    rng = np.random.default_rng(0)
    params = layer.init(rng, np.float64)
    for name in params:
        if "norm" in name:  # another for each branch
            params[name] += 0.5 * rng.normal(size=E)
    return layer, params, rng.normal(size=(B, T, E))


def part(layer, params, name, x):
    return layer.children()[name].forward(child(params, name), x)[0]


def test_it_normalises_first():
    layer, p, x = made()
    after_looking = x + part(
        layer, p, "self_attn", part(layer, p, "norm1", x)
    )
    normal = part(layer, p, "norm2", after_looking)
    y = after_looking + part(layer, p, "feed_forward", normal)
    np.testing.assert_allclose(layer.forward(p, x)[0], y, atol=1e-12)


def test_it_normalises_after():
    layer, p, x = made(norm_first=False)
    after_looking = part(
        layer, p, "norm1", x + part(layer, p, "self_attn", x)
    )
    thought = part(layer, p, "feed_forward", after_looking)
    y = part(layer, p, "norm2", after_looking + thought)
    np.testing.assert_allclose(layer.forward(p, x)[0], y, atol=1e-12)


def test_the_shortcut_goes_straight_through():
    layer, p, x = made(cross=True)
    for name, weight in p.items():
        if name.endswith(("out_proj.weight", "out_proj.bias")):
            weight[...] = 0
        if "linear2" in name:
            weight[...] = 0
    state = layer.cross_attention_state(np.ones((B, S, E)))
    y, _, cache = layer.forward(p, x, state)
    np.testing.assert_array_equal(y, x)
    dy = np.random.default_rng(1).normal(size=x.shape)
    dx, _, _ = layer.backward(p, dy, None, cache)
    np.testing.assert_array_equal(dx, dy)


@pytest.mark.parametrize("norm_first", [True, False])
@pytest.mark.parametrize("cross", [True, False])
def test_what_was_left_out_sends_no_gradient_and_the_rest_the_right_one(
    norm_first, cross
):
    layer, params, x = made(cross, norm_first=norm_first, dropout=0.4)
    state = layer.cross_attention_state(np.ones((B, S, E))) if cross else None
    dy = np.random.default_rng(2).normal(size=x.shape)

    def read(x):
        return layer.forward(params, x, state, rng=np.random.default_rng(3))

    y, _, cache = read(x)
    assert not np.allclose(y, layer.forward(params, x, state)[0])
    dx, _, _ = layer.backward(params, dy, None, cache)
    u, e = np.random.default_rng(4).normal(size=x.shape), 1e-6
    slope = ((read(x + e * u)[0] - read(x - e * u)[0]) * dy).sum() / (2 * e)
    assert (dx * u).sum() == pytest.approx(slope, rel=1e-6)


def test_dropout_alone_changes_nothing_without_randomness():
    layer, params, x = made()
    thinned = dataclasses.replace(layer, dropout=0.5)
    np.testing.assert_array_equal(
        layer.forward(params, x)[0], thinned.forward(params, x)[0]
    )


def test_the_memory_is_handed_on_as_it_is():
    layer, params, x = made(cross=True)
    memory = np.random.default_rng(1).normal(size=(B, S, E))
    state = layer.cross_attention_state(memory, np.array([2, 3]))
    for t in range(T):
        _, state = layer.step(params, x[:, t], state)
    np.testing.assert_array_equal(state[3], memory)
    np.testing.assert_array_equal(state[4], [2, 3])
    assert not np.shares_memory(state[3], memory)


def test_who_looks_within_itself_alone_has_nothing_to_look_at():
    layer, _, x = made()
    with pytest.raises(ValueError, match=r"^memory: this block has no cross"):
        layer.cross_attention_state(x)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((np.ones((B, S, E + 1)),), r"memory: expected 6 features on axis 2"),
        ((np.ones((B, S)),), r"memory: expected 3 axes \(B, T, D\)"),
        ((np.full((B, S, E), np.nan),), r"memory: expected finite numbers"),
        (
            (np.ones((B, S, E)), np.array([1, 4])),
            r"memory_lengths: expected 1 to 3 .*, got 1 to 4",
        ),
    ],
)
def test_a_memory_that_is_none_has_its_sentence(arguments, sentence):
    layer, _, _ = made(cross=True)
    with pytest.raises(ValueError, match=f"^{sentence}"):
        layer.cross_attention_state(*arguments)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"norm": "batch"}, "norm: expected one of layer, rms, got 'batch'"),
        ({"dropout": 1.0}, "dropout: expected 0 to below 1, got 1.0"),
        (
            {"layer_norm_eps": 0.0},
            "layer_norm_eps: expected a number above 0, got 0.0",
        ),
    ],
)
def test_what_it_cannot_be_is_refused(wrong, sentence):
    with pytest.raises(ValueError, match=f"^{sentence}"):
        made(**wrong)


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        (
            (3, FeedForward(E, 4), None),
            "self_attn: expected a MultiHeadAttention, got 3",
        ),
        (
            (MultiHeadAttention(E, 2), MultiHeadAttention(E, 2), None),
            "feed_forward: expected a FeedForward, got a seqcourse.nu",
        ),
        (
            (MultiHeadAttention(E, 2), FeedForward(E + 1, 4), None),
            "feed_forward: expected embed_dim 6, the attention's, got 7",
        ),
        (
            (MultiHeadAttention(E, 2), FeedForward(E, 4), FeedForward(E, 4)),
            "cross_attn: expected a MultiHeadAttention or None, got a seqc",
        ),
        (
            (
                MultiHeadAttention(E, 2),
                FeedForward(E, 4),
                MultiHeadAttention(E, 2, causal=True),
            ),
            "attend_to: expected causal=False between two sequences",
        ),
    ],
)
def test_parts_that_make_no_block_are_refused(parts, sentence):
    attention, feed_forward, cross_attn = parts
    with pytest.raises(ValueError, match=f"^{sentence}"):
        transformer_block.TransformerBlock(
            attention, feed_forward, cross_attn=cross_attn
        )
