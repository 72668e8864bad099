"""The half that writes: two gradients of one weight."""

import dataclasses

import numpy as np
import pytest

import seqcourse.numpy as layers
from seqcourse.numpy.seq2seq import decoder
from seqcourse.testing import gradient_check

V, H = 6, 5


def bare(tied):
    """Make the half that writes alone, on the class that is looked at."""

    @dataclasses.dataclass(frozen=True)
    class Bare(decoder.Decoder):
        target_embedding: layers.Layer
        decoder: layers.Layer
        attention: layers.AttentionMechanism | None = None
        tied: bool = False

    return Bare(layers.Embedding(V, H), layers.GRU(H, H), None, tied)


@pytest.mark.parametrize("tied", [True, False])
def test_both_gradients_of_the_vectors_are_added(tied):
    model = bare(tied)
    rng = np.random.default_rng(0)
    x = rng.integers(0, V, (3, 4))
    errors = gradient_check(model, model.init(rng), x)
    assert ("readout.weight" in errors) != tied
    for name, error in errors.items():
        assert error <= 1e-9, f"{name}: {error}"


def test_a_tied_readout_scores_with_the_vectors():
    tied, free = bare(True), bare(False)
    params = tied.init(np.random.default_rng(0), np.float64)
    x = np.array([[1, 4, 2]])
    same = {**params, "readout.weight": params["target_embedding.weight"]}
    y, _, _ = tied.forward(params, x)
    expected, _, _ = free.forward(same, x)
    assert y.tobytes() == expected.tobytes()
    y_t, _ = tied.step(params, x[:, 0])
    np.testing.assert_allclose(y_t, y[:, 0], atol=1e-14)


def test_tied_scores_begin_as_small_as_free_ones():
    wide = layers.EncoderDecoder(
        None,
        layers.GRU(3, 64),
        layers.Embedding(500, 64),
        layers.GRU(64, 64),
        tied=True,
    )
    params = wide.init(np.random.default_rng(0))
    assert abs(params["target_embedding.weight"]).max() <= 1 / np.sqrt(64)
