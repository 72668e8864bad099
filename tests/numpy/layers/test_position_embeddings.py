"""Vectors for places: what is added, and what goes on from a state."""

import math

import numpy as np
import pytest

from seqcourse.numpy.layers import position_embeddings

T = 9


@pytest.mark.parametrize("D", [4, 7])
def test_the_waves_are_their_formula(D):
    layer = position_embeddings.SinusoidalPositionEmbedding(D, base=50.0)
    x = np.random.default_rng(0).standard_normal((2, T, D))
    y, _, _ = layer.forward({}, x, (np.array([0, 30]),))
    for b, t, d in np.ndindex(2, T, D):
        angle = (t + 30 * b) / 50.0 ** (2 * (d // 2) / D)
        wave = math.cos(angle) if d % 2 else math.sin(angle)
        assert y[b, t, d] - x[b, t, d] == pytest.approx(wave)


def test_a_step_away_is_a_turn_whatever_the_place():
    """sin and cos of t + 1 are a fixed mixture of those of t."""
    layer = position_embeddings.SinusoidalPositionEmbedding(8)
    y, _, _ = layer.forward({}, np.zeros((1, 60, 8)))
    mixture, *_ = np.linalg.lstsq(y[0, :-1], y[0, 1:], rcond=None)
    np.testing.assert_allclose(y[0, :-1] @ mixture, y[0, 1:], atol=1e-9)


def test_what_was_learned_is_found_where_reading_goes_on():
    layer = position_embeddings.LearnedPositionEmbedding(
        max_length=T, embed_dim=3
    )
    params = layer.init(np.random.default_rng(0), np.float64)
    x = np.zeros((2, 4, 3))
    y, (seen,), _ = layer.forward(
        params, x, (np.array([5, 1]),), np.array([3, 4])
    )
    assert seen.tolist() == [8, 5]
    np.testing.assert_array_equal(y[0, :3], params["weight"][5:8])
    np.testing.assert_array_equal(y[1], params["weight"][1:5])
    assert not y[0, 3:].any()


def test_padding_needs_no_place():
    layer = position_embeddings.LearnedPositionEmbedding(
        max_length=3, embed_dim=2
    )
    params = layer.init(np.random.default_rng(0))
    x = np.zeros((1, 5, 2), np.float32)
    layer.forward(params, x, None, np.array([3]))
    with pytest.raises(ValueError, match=r"^x: expected at most 3 steps"):
        layer.forward(params, x, None, np.array([4]))


def test_a_place_that_two_sequences_share_learns_from_both():
    layer = position_embeddings.LearnedPositionEmbedding(
        max_length=4, embed_dim=2
    )
    params = layer.init(np.random.default_rng(0), np.float64)
    _, _, cache = layer.forward(
        params, np.zeros((2, 3, 2)), (np.array([0, 1]),), np.array([3, 2])
    )
    _, _, grads = layer.backward(params, np.ones((2, 3, 2)), None, cache)
    assert grads["weight"][:, 0].tolist() == [1, 2, 2, 0]
