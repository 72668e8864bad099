"""The gradient of the memory, by lag."""

import numpy as np
import pytest

from seqcourse.numpy import (
    LSTM,
    RNN,
    Bidirectional,
    Embedding,
    LanguageModel,
    Linear,
    SequenceClassifier,
    SequenceTagger,
    Stack,
)
from seqcourse.numpy.functional import cross_entropy, squared_error
from seqcourse.probes import GradientFlow, gradient_flow
from seqcourse.tasks import DelayedRecall, Sentences, Sines


def test_a_diagonal_recurrence_has_its_own_factor(linear):
    layer, params = linear(np.diag([0.9, 0.9, 0.9]))
    flow = gradient_flow(layer, params, np.ones((5, 7, 1)))
    np.testing.assert_array_equal(flow.lags, np.arange(1, 8))
    np.testing.assert_allclose(flow.norm, 0.9**flow.lags, rtol=1e-13)
    assert flow.factor == pytest.approx(0.9, rel=1e-13)


def test_a_growing_recurrence_explodes(linear):
    flow = gradient_flow(*linear([[1.25]]), np.ones((2, 9, 1)))
    assert flow.factor == pytest.approx(1.25, rel=1e-13)
    assert flow.norm[-1] == pytest.approx(1.25**9)


def test_single_precision_is_not_where_a_long_gradient_ends(linear):
    layer, params = linear([[0.5]])
    params = {name: w.astype(np.float32) for name, w in params.items()}
    flow = gradient_flow(layer, params, np.ones((1, 300, 1)))
    assert flow.norm[-1] == 0.5**300
    assert flow.factor == pytest.approx(0.5, rel=1e-12)


def test_powers_of_a_matrix_that_is_not_diagonal(linear):
    W = np.random.default_rng(0).random((3, 3))
    flow = gradient_flow(*linear(W), np.ones((1, 5, 1)), seed=4)
    d = np.random.default_rng(4).standard_normal(3)
    d /= np.linalg.norm(d)
    expected = [
        np.linalg.norm(d @ np.linalg.matrix_power(W, k)) for k in flow.lags
    ]
    np.testing.assert_allclose(flow.norm, expected, rtol=1e-12)


def slopes(model, params, batch, lag, loss):
    """Differentiate by differences: nudge the memory that a lag begins at."""
    n = batch.inputs.shape[1]
    _, state, _ = model.forward(params, batch.inputs[:, : n - lag])
    gradient = [np.zeros_like(part) for part in state]

    def last(state):
        y, _, _ = model.forward(params, batch.inputs[:, n - lag :], state)
        y = y if isinstance(model, SequenceClassifier) else y[:, -1]
        t = batch.targets
        t = t if isinstance(model, SequenceClassifier) else t[:, -1]
        return np.array(
            [loss(a[None], b[None])[0] for a, b in zip(y, t, strict=True)]
        )

    for k, part in enumerate(state):
        for j in range(part.shape[1]):
            ends = []
            for e in (1e-5, -1e-5):
                moved = [p.copy() for p in state]
                moved[k][:, j] += e
                ends.append(last(tuple(moved)))
            gradient[k][:, j] = (ends[0] - ends[1]) / 2e-5
    return np.linalg.norm(np.concatenate(gradient, 1), axis=1).mean()


@pytest.mark.parametrize("lag", [1, 3])
@pytest.mark.parametrize("case", ["classifier", "series"])
def test_it_is_the_slope_of_the_loss_of_a_task(case, lag):
    rng = np.random.default_rng(1)
    if case == "classifier":
        task, loss = DelayedRecall(delay=4, symbols=3), cross_entropy
        model = SequenceClassifier(Embedding(4, 5), LSTM(5, 3), 3)
    else:
        task, loss = Sines(length=6), squared_error
        core = Stack((RNN(4, 3), LSTM(3, 5)))
        model = SequenceTagger(Linear(task.input_size, 4), core, 1)
    params, batch = model.init(rng, np.float64), task.batch(rng, 5)
    flow = gradient_flow(model, params, batch)
    expected = slopes(model, params, batch, lag, loss)
    assert flow.norm[lag - 1] == pytest.approx(expected, rel=1e-6)


def test_each_sequence_counts_from_its_own_end():
    rng = np.random.default_rng(2)
    layer = RNN(3, 4)
    params = layer.init(rng, np.float64)
    x, lengths = rng.normal(size=(3, 6, 3)), np.array([6, 2, 4])
    padded = gradient_flow(layer, params, x, lengths, seed=3)
    d = np.random.default_rng(3).standard_normal((3, 4))
    d /= np.linalg.norm(d, axis=1, keepdims=True)
    alone = np.full((3, 6), np.nan)
    for b, n in enumerate(lengths):
        for lag in range(1, n + 1):
            _, state, _ = (
                layer.forward(params, x[b : b + 1, : n - lag])
                if (lag < n)
                else (None, None, None)
            )
            _, _, cache = layer.forward(
                params, x[b : b + 1, n - lag : n], state
            )
            dy = np.zeros((1, lag, 4))
            dy[0, -1] = d[b]
            _, (dh,), _ = layer.backward(params, dy, None, cache)
            alone[b, lag - 1] = np.linalg.norm(dh)
    np.testing.assert_allclose(padded.norm, np.nanmean(alone, 0), rtol=1e-12)


def test_what_padding_holds_does_not_matter():
    rng = np.random.default_rng(2)
    task = Sentences()
    model = LanguageModel(Embedding(task.vocab_size, 6), RNN(6, 5))
    params, batch = model.init(rng), task.batch(rng, 7)
    before = gradient_flow(model, params, batch)
    beyond = np.arange(batch.inputs.shape[1]) >= batch.lengths[:, None]
    batch.inputs[beyond] = 7
    after = gradient_flow(model, params, batch)
    np.testing.assert_array_equal(before.norm, after.norm)
    assert before.lags[-1] == batch.lengths.max()


def test_the_forget_gates_bias_decides_how_much_comes_back():
    x = np.random.default_rng(0).normal(size=(8, 40, 16))
    factors = []
    for bias in (0.0, 1.0, 4.0):
        layer = LSTM(16, 64, forget_bias=bias)
        params = layer.init(np.random.default_rng(0))
        factors.append(gradient_flow(layer, params, x).factor)
    assert factors[0] < factors[1] - 0.1 < factors[2] - 0.2
    assert factors[2] > 0.95


def test_what_nothing_is_left_of():
    assert (
        GradientFlow(np.arange(1, 4), np.array([1.0, 0.0, 0.0])).factor == 0
    )
    assert np.isnan(GradientFlow(np.array([1]), np.array([1.0])).factor)


def test_weights_and_input_are_left_alone():
    layer = RNN(3, 4)
    params = layer.init(np.random.default_rng(0))
    x = np.ones((2, 3, 3))
    x.flags.writeable = False
    for w in params.values():
        w.flags.writeable = False
    gradient_flow(layer, params, x)


def test_what_cannot_be_followed_is_refused():
    rng = np.random.default_rng(0)
    both = Bidirectional(RNN(3, 4), RNN(3, 4))
    x = np.ones((2, 5, 3))
    with pytest.raises(ValueError, match="model: expected one that sees no"):
        gradient_flow(both, both.init(rng), x)
    plain = Linear(3, 4)
    with pytest.raises(ValueError, match=r"model: .* carries a memory"):
        gradient_flow(plain, plain.init(rng), x)
    rnn = RNN(3, 4)
    with pytest.raises(ValueError, match=r"lengths: expected 2 .* got \[6"):
        gradient_flow(rnn, rnn.init(rng), x, np.array([6, 1]))
    with pytest.raises(ValueError, match="batch: expected tokens"):
        gradient_flow(rnn, rnn.init(rng), np.ones((2, 0, 3)))
