import numpy as np
import pytest

from seqcourse.numpy import FeedForward, MultiHeadAttention
from seqcourse.numpy.transformer import block_memory

B, T, S, E = 3, 4, 5, 6
LENGTHS = np.array([2, 5, 1])


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
        seen = memory, LENGTHS
        y, cache = block_memory.cross_attend(
            layer, params, x, seen, None, None, None
        )
        return y, *block_memory.cross_attend_backward(
            layer, params, dy, cache
        )

    beyond = np.arange(S) >= LENGTHS[:, None]
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


def test_of_no_memory_nothing_is_taken_along(case):
    layer, params, x, _ = case
    seen = block_memory.empty_memory(B, E, np.float64)
    y, cache = block_memory.cross_attend(
        layer, params, x, seen, None, None, None
    )
    dx, dmemory, grads = block_memory.cross_attend_backward(
        layer, params, np.ones_like(x), cache
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
        block_memory.check_memory(
            3, np.zeros((B, steps, E)), np.array(lengths)
        )


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        (
            (3, FeedForward(E, 4), None),
            "self_attn: expected a MultiHeadAttention, got 3",
        ),
        (
            (MultiHeadAttention(E, 2), MultiHeadAttention(E, 2), None),
            "feed_forward: expected a FeedForward, got Multi",
        ),
        (
            (MultiHeadAttention(E, 2), FeedForward(E + 1, 4), None),
            "feed_forward: expected embed_dim 6, the attention's, got 7",
        ),
        (
            (MultiHeadAttention(E, 2), FeedForward(E, 4), FeedForward(E, 4)),
            "cross_attn: expected a MultiHeadAttention, got FeedForward",
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
    with pytest.raises(ValueError, match=f"^{sentence}"):
        block_memory.check_block_parts(*parts)
