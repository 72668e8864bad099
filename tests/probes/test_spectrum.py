"""The Jacobian of one step."""

import numpy as np
import pytest

from seqcourse.numpy import (
    GRU,
    LSTM,
    RNN,
    BagOfWords,
    Embedding,
    Linear,
    SequenceClassifier,
    Stack,
)
from seqcourse.probes import jacobian_spectrum


def by_differences(layer, params, x_t, state):
    def flat(state):
        return np.concatenate([p.reshape(len(p), -1) for p in state], 1)

    columns = []
    for k, part in enumerate(state):
        for j in range(part.shape[1]):
            ends = []
            for e in (1e-5, -1e-5):
                moved = [p.copy() for p in state]
                moved[k][:, j] += e
                _, after = layer.step(params, x_t, tuple(moved))
                ends.append(flat(after))
            columns.append((ends[0] - ends[1]) / 2e-5)
    return np.stack(columns, -1)


def test_a_linear_recurrence_is_its_own_jacobian(linear):
    W = np.random.default_rng(0).random((5, 5))
    spectrum = jacobian_spectrum(*linear(W), np.ones((2, 1)))
    np.testing.assert_allclose(spectrum.jacobian, [W, W], rtol=1e-14)
    values = np.linalg.eigvals(W)
    values = values[np.argsort(-np.abs(values))]
    np.testing.assert_allclose(
        np.abs(spectrum.eigenvalues[0]), np.abs(values), rtol=1e-10
    )
    stretch = np.sqrt(np.linalg.eigvalsh(W.T @ W))[::-1]
    np.testing.assert_allclose(
        spectrum.singular_values[1], stretch, rtol=1e-8
    )


def test_a_rotation_keeps_lengths_and_turns(linear):
    a = 0.3
    W = 0.8 * np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]])
    spectrum = jacobian_spectrum(*linear(W), np.ones((1, 1)))
    np.testing.assert_allclose(spectrum.singular_values, [[0.8, 0.8]])
    np.testing.assert_allclose(spectrum.radius, [0.8])
    np.testing.assert_allclose(
        np.sort(np.angle(spectrum.eigenvalues[0])), [-a, a]
    )


def test_radius_and_norm_are_two_things(linear):
    spectrum = jacobian_spectrum(
        *linear([[0.5, 3.0], [0.0, 0.25]]), np.ones((1, 1))
    )
    assert spectrum.radius[0] == pytest.approx(0.5)
    assert spectrum.norm[0] > 3


@pytest.mark.parametrize(
    "layer",
    [
        RNN(3, 5),
        LSTM(3, 4),
        GRU(3, 4),
        LSTM(3, 4, peepholes=True, proj_size=2),
        Stack((RNN(3, 2), LSTM(2, 3))),
    ],
    ids=["RNN", "LSTM", "GRU", "LSTM with all", "stack"],
)
def test_any_state_against_differences(layer):
    rng = np.random.default_rng(1)
    params = layer.init(rng, np.float64)
    x_t = rng.normal(size=(3, 3))
    state = tuple(
        0.5 * rng.normal(size=p.shape)
        for p in layer.initial_state(3, np.float64)
    )
    spectrum = jacobian_spectrum(layer, params, x_t, state)
    expected = by_differences(layer, params, x_t, state)
    np.testing.assert_allclose(spectrum.jacobian, expected, atol=1e-9)
    assert spectrum.eigenvalues.shape == spectrum.singular_values.shape
    assert (np.diff(spectrum.singular_values) <= 0).all()
    assert (np.diff(np.abs(spectrum.eigenvalues)) <= 1e-12).all()
    assert (spectrum.radius <= spectrum.norm + 1e-12).all()


def test_the_cell_of_an_lstm_that_is_shut_keeps_itself():
    layer = LSTM(2, 3, forget_bias=50.0)
    params = {
        k: 0 * w for k, w in layer.init(np.random.default_rng(0)).items()
    }
    params["bias_ih"][3:6] = 50  # f is 1, i is 1/2
    spectrum = jacobian_spectrum(layer, params, np.ones((1, 2)))
    np.testing.assert_allclose(spectrum.jacobian[0, 3:, 3:], np.eye(3))
    np.testing.assert_allclose(spectrum.radius, [1])


def test_a_whole_model_and_a_state_with_counts():
    rng = np.random.default_rng(0)
    model = SequenceClassifier(Embedding(9, 4), BagOfWords(4, 5), 2)
    spectrum = jacobian_spectrum(model, model.init(rng), np.array([1, 8]))
    np.testing.assert_array_equal(spectrum.jacobian, [np.eye(4)] * 2)


def test_what_has_no_memory_is_refused():
    layer = Linear(3, 4)
    params = layer.init(np.random.default_rng(0))
    with pytest.raises(ValueError, match="layer: expected one that carries"):
        jacobian_spectrum(layer, params, np.ones((1, 3)))
    rnn = RNN(3, 4)
    params = rnn.init(np.random.default_rng(0))
    with pytest.raises(ValueError, match=r"x_t: .* got shape \(0, 3\)"):
        jacobian_spectrum(rnn, params, np.ones((0, 3)))
