"""Positions: what a score may depend on, and what it may not."""

import numpy as np
import pytest

from seqcourse.numpy import Layer
from seqcourse.numpy.attention import position_encodings

T, K, N = 9, 8, 6


def draw():
    return np.random.default_rng(0).standard_normal((2, 2, N, T, K))


def scores(position, shift=0):
    q, k = draw()
    at = shift + np.arange(T)[None]
    q, k = (position.rotated(part, at) for part in (q, k))
    return q @ k.swapaxes(2, 3)


def test_a_rotary_score_depends_on_the_distance_alone():
    rotary = position_encodings.RotaryPositionEmbedding()
    near, far = scores(rotary), scores(rotary, 1000)
    np.testing.assert_allclose(near, far, atol=1e-9)
    q, k = draw()
    assert abs(near - q @ k.swapaxes(2, 3)).max() > 1


def test_a_rotary_score_does_depend_on_the_distance():
    q, k = draw()
    at = np.arange(T)[None]
    rotary = position_encodings.RotaryPositionEmbedding()
    one = rotary.rotated(q, at) @ rotary.rotated(k, at).swapaxes(2, 3)
    two = rotary.rotated(q, at) @ rotary.rotated(k, at + 1).swapaxes(2, 3)
    assert abs(one - two).max() > 0.1


def test_turning_back_undoes_turning_and_keeps_lengths():
    x, _ = draw()
    at = np.random.default_rng(1).integers(0, 500, (2, T))
    rotary = position_encodings.RotaryPositionEmbedding(base=100.0)
    turned = rotary.rotated(x, at)
    np.testing.assert_allclose(rotary.rotated(turned, -at), x, atol=1e-12)
    np.testing.assert_allclose(
        (turned**2).sum(-1), (x**2).sum(-1), atol=1e-12
    )


def test_rotary_turns_as_complex_numbers_do():
    x, _ = draw()
    at = np.array([[5, 0, 3, 8, 1, 900, 2, 4, 7]])
    half = K // 2
    pairs = x[..., :half] + 1j * x[..., half:]
    speed = 50.0 ** (-2 * np.arange(half) / K)
    by_hand = pairs * np.exp(1j * at[..., None] * speed)
    turned = position_encodings.RotaryPositionEmbedding(base=50.0).rotated(
        x, at
    )
    np.testing.assert_allclose(turned[..., :half], by_hand.real, atol=1e-12)
    np.testing.assert_allclose(turned[..., half:], by_hand.imag, atol=1e-12)


def test_single_precision_is_not_lost_far_on():
    x, _ = draw()
    at = 10**6 + np.arange(T)[None]
    exact = position_encodings.RotaryPositionEmbedding().rotated(x, at)
    single = position_encodings.RotaryPositionEmbedding().rotated(
        x.astype(np.float32), at
    )
    assert single.dtype == np.float32
    np.testing.assert_allclose(single, exact, atol=1e-6)


@pytest.mark.parametrize("heads", [1, 3, 4, 8])
def test_alibi_is_its_formula(heads):
    queries = np.array([[3, 4]])
    keys = np.array([[0, 2, 5]])
    bias = position_encodings.ALiBi().bias(queries, keys, heads)
    assert bias.shape == (1, heads, 2, 3)
    for h, i, j in np.ndindex(heads, 2, 3):
        slope = 2 ** (-8 * (h + 1) / heads)
        expected = -slope * abs(int(queries[0, i]) - int(keys[0, j]))
        assert bias[0, h, i, j] == pytest.approx(expected)


def test_alibi_of_eight_heads_has_the_papers_slopes():
    at = np.arange(2)[None]
    slopes = -position_encodings.ALiBi().bias(at, at, 8)[0, :, 0, 1]
    assert slopes.tolist() == [2.0**-h for h in range(1, 9)]


@pytest.mark.parametrize(
    "position",
    [
        position_encodings.RotaryPositionEmbedding(base=7.0),
        position_encodings.ALiBi(),
    ],
)
def test_a_position_survives_json(position):
    config = position.to_config()
    assert type(position).from_config(config) == position
    assert position_encodings.PositionEncoding.from_config(config) == position
    with pytest.raises(
        ValueError, match=r'^config: expected the "type" of a'
    ):
        Layer.from_config(config)


def test_a_wrong_base_has_its_sentence():
    with pytest.raises(ValueError, match=r"^base: expected a number above 0"):
        position_encodings.RotaryPositionEmbedding(base=0.0)
