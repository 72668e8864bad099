"""The gradient of a batch, whole and cut."""

import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest

import seqcourse.numpy as layers
from seqcourse.numpy.functional import (
    cross_entropy,
    cross_entropy_backward,
)
from seqcourse.numpy.training import fit, loss
from seqcourse.tasks import PairBatch

B, T, SYMBOLS = 4, 9, 20


def assert_same_run(a, b):
    for name in a.params:
        assert a.params[name].tobytes() == b.params[name].tobytes(), name
    np.testing.assert_array_equal(a.history.loss, b.history.loss)
    np.testing.assert_array_equal(a.history.grad_norm, b.history.grad_norm)


def make_tagger():
    core = layers.Stack((layers.RNN(3, 6), layers.RNN(6, 5)))
    return layers.SequenceTagger(layers.Embedding(SYMBOLS, 3), core, 4)


def make_classifier():
    return layers.SequenceClassifier(
        layers.Embedding(SYMBOLS, 3), layers.RNN(3, 5), 4
    )


CUTS = {"tagger": make_tagger, "classifier": make_classifier}


def draw(model, lengths=None, seed=0):
    """Give weights and a batch in which every token is another."""
    rng = np.random.default_rng(seed)
    lengths = np.full(B, T) if lengths is None else np.array(lengths)
    once = isinstance(model, layers.SequenceClassifier)
    shape = (B,) if once else (B, T)
    real = np.arange(T) < lengths[:, None]
    batch = SimpleNamespace(
        inputs=rng.integers(0, SYMBOLS, (B, T)) * real,
        targets=rng.integers(0, 4, shape),
        lengths=lengths,
        weights=(rng.random(B) if once else rng.random((B, T)) * real),
    )
    return model.init(rng, np.float64), batch


# --- whole ----------------------------------------------------------------


@pytest.mark.parametrize("bptt_length", [None, 6, 7, 1000])
def test_a_cut_beyond_the_end_changes_no_bit(lesson, bptt_length):
    task, model = lesson(layers)
    whole = fit.fit(model, task, 5, 1)
    cut = fit.fit(model, task, 5, 1, bptt_length=bptt_length)
    assert_same_run(whole, cut)


@pytest.mark.parametrize("bptt_length", [1, 2, 4])
def test_a_cut_within_is_another_run_with_the_same_first_loss(
    lesson, bptt_length
):
    task, model = lesson(layers)
    whole = fit.fit(model, task, 5, 1)
    cut = fit.fit(model, task, 5, 1, bptt_length=bptt_length)
    for a, b in zip(task.drawn[:5], task.drawn[5:], strict=True):
        np.testing.assert_array_equal(a.inputs, b.inputs)
    first, other = whole.history.loss, cut.history.loss
    assert first[0] == pytest.approx(other[0], rel=1e-6)
    assert whole.history.grad_norm[0] != cut.history.grad_norm[0]
    assert (first[1:] != other[1:]).all()


@pytest.mark.parametrize("make", [make_tagger, make_classifier])
@pytest.mark.parametrize("lengths", [None, [9, 1, 6, 4], [3, 2, 5, 5]])
@pytest.mark.parametrize("bptt_length", [1, 3, 4])
def test_the_loss_is_that_of_the_whole_batch(make, lengths, bptt_length):
    model = make()
    params, batch = draw(model, lengths)
    given = model, params, batch, "cross_entropy"
    whole, _, _ = loss.loss_and_gradient(*given)
    cut, _, _ = loss.loss_and_gradient(*given, bptt_length)
    assert cut == pytest.approx(whole, rel=1e-12)


# --- cut ------------------------------------------------------------------


def test_the_gradient_is_that_of_the_loop_cut_by_hand():
    model, bptt_length = make_tagger(), 4
    params, batch = draw(model)
    value, grads, _ = loss.loss_and_gradient(
        model, params, batch, "cross_entropy", bptt_length
    )
    state, total, whole = None, 0.0, {n: 0.0 * w for n, w in params.items()}
    for start in (0, 4, 8):
        span = slice(start, min(start + bptt_length, T))
        y, state, cache = model.forward(params, batch.inputs[:, span], state)
        share = batch.weights[:, span].sum() / batch.weights.sum()
        part, kept = cross_entropy(
            y, batch.targets[:, span], batch.weights[:, span]
        )
        d = share * cross_entropy_backward(kept)
        _, _, of_piece = model.backward(params, d, None, cache)
        total += share * part
        whole = {name: whole[name] + of_piece[name] for name in whole}
    assert value == pytest.approx(total, rel=1e-12)
    for name in params:
        np.testing.assert_allclose(grads[name], whole[name], atol=1e-14)


def slope(model, params, batch, bptt_length, name):
    """Measure where the loss of the last piece goes, its state held fixed."""
    u = np.random.default_rng(5).standard_normal(params[name].shape)
    cut = T - T % bptt_length if T % bptt_length else T - bptt_length

    def loss(moved):
        first = model.forward(params, batch.inputs[:, :cut])[1]
        y, _, _ = model.forward(moved, batch.inputs[:, cut:], first)
        return cross_entropy(y, batch.targets, batch.weights)[0]

    e = 1e-6
    up, down = (
        loss({**params, name: params[name] + s * e * u}) for s in (1, -1)
    )
    return (up - down) / (2 * e), u


@pytest.mark.parametrize("name", ["core.weight_hh", "embedding.weight"])
def test_the_gradient_is_the_slope_with_the_carried_state_held(name):
    model = make_classifier()
    params, batch = draw(model)
    _, grads, _ = loss.loss_and_gradient(
        model, params, batch, "cross_entropy", 4
    )
    expected, u = slope(model, params, batch, 4, name)
    assert (grads[name] * u).sum() == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("bptt_length", [1, 3, 8])
def test_no_gradient_crosses_the_cut(bptt_length):
    model = make_classifier()
    params, batch = draw(model)
    batch.inputs[:] = np.arange(T)  # each step has a token of its own
    given = model, params, batch, "cross_entropy"
    _, grads, _ = loss.loss_and_gradient(*given, bptt_length)
    _, whole, _ = loss.loss_and_gradient(*given)
    cut = T - (T % bptt_length or bptt_length)
    taught = np.abs(grads["embedding.weight"][:T]).max(1)
    assert not taught[:cut].any()
    assert (taught[cut:] > 0).all()
    assert (np.abs(whole["embedding.weight"][:T]).max(1) > 0).all()


def test_the_state_does_cross_the_cut():
    model = make_classifier()
    params, batch = draw(model)
    value, _, _ = loss.loss_and_gradient(
        model, params, batch, "cross_entropy", 4
    )
    batch.inputs[:, 0] = (batch.inputs[:, 0] + 1) % SYMBOLS
    other, _, _ = loss.loss_and_gradient(
        model, params, batch, "cross_entropy", 4
    )
    assert value != other


@pytest.mark.parametrize("cuts", CUTS.values(), ids=CUTS)
@pytest.mark.parametrize("bptt_length", [2, 4])
def test_a_cut_padded_batch_is_each_sequence_alone(cuts, bptt_length):
    model, lengths = cuts(), [9, 1, 6, 4]
    params, batch = draw(model, lengths)
    value, grads, _ = loss.loss_and_gradient(
        model, params, batch, "cross_entropy", bptt_length
    )
    total, whole = 0.0, {name: 0.0 * w for name, w in params.items()}
    for b, n in enumerate(lengths):
        span = slice(b, b + 1)
        once = batch.weights.ndim == 1
        alone = SimpleNamespace(
            inputs=batch.inputs[span, :n],
            lengths=np.array([n]),
            targets=batch.targets[span] if once else batch.targets[span, :n],
            weights=batch.weights[span] if once else batch.weights[span, :n],
        )
        share = alone.weights.sum() / batch.weights.sum()
        part, mine, _ = loss.loss_and_gradient(
            model, params, alone, "cross_entropy", bptt_length
        )
        total += share * part
        whole = {name: whole[name] + share * mine[name] for name in whole}
    assert value == pytest.approx(total, rel=1e-12)
    for name in params:
        np.testing.assert_allclose(grads[name], whole[name], atol=1e-13)


# --- what cannot be cut ---------------------------------------------------


@pytest.mark.parametrize("wrong", [0, -1, 2.5, "3"])
def test_a_wrong_cut_has_its_sentence(classifier, wrong):
    task, model = classifier(layers)
    with pytest.raises(
        ValueError,
        match=r"^bptt_length: expected a whole number",
    ):
        fit.fit(model, task, 2, bptt_length=wrong)


def test_what_sees_the_future_cannot_be_cut(classifier):
    task, model = classifier(layers)
    both = layers.Bidirectional(layers.RNN(4, 3), layers.RNN(4, 3))
    sees = dataclasses.replace(model, core=both)
    with pytest.raises(
        ValueError,
        match=r"^bptt_length: expected a model that sees no future",
    ):
        fit.fit(sees, task, 2, bptt_length=3)
    fit.fit(sees, task, 2)


# --- a source that is read first ------------------------------------------


def drawn_pairs():
    model = layers.EncoderDecoder(
        layers.Embedding(SYMBOLS, 3),
        layers.GRU(3, 5),
        layers.Embedding(SYMBOLS, 3),
        layers.GRU(3, 6),
        layers.AdditiveAttention(6, 5, 4),
    )
    rng = np.random.default_rng(0)
    real = np.arange(T) < np.array([[5], [9], [1], [7]])
    batch = PairBatch(
        rng.integers(0, SYMBOLS, (B, T)),
        rng.integers(0, SYMBOLS, (B, T)) * real,
        rng.integers(0, SYMBOLS, (B, T)) * real,
        np.array([9, 2, 4, 1]),
        real.sum(1),
        real.astype(np.float32),
    )
    return model, model.init(rng, np.float64), batch


def test_the_source_is_learned_from():
    model, params, batch = drawn_pairs()
    _, grads, _ = loss.loss_and_gradient(
        model, params, batch, "cross_entropy"
    )
    assert grads.keys() == params.keys()
    rng = np.random.default_rng(1)
    for name, w in params.items():
        u = rng.standard_normal(w.shape)
        u *= 1e-5 / np.linalg.norm(u)
        up, down = (
            loss.loss_and_gradient(
                model, {**params, name: w + e * u}, batch, "cross_entropy"
            )[0]
            for e in (1, -1)
        )
        slope, found = (up - down) / 2e-5, (grads[name] * u).sum() * 1e5
        assert found != 0
        assert abs(slope - found) < 1e-8, name


def test_padding_of_what_is_written_does_not_count():
    model, params, batch = drawn_pairs()
    longer = {
        name: np.pad(getattr(batch, name), ((0, 0), (0, 3)))
        for name in ("sources", "inputs", "targets", "weights")
    }
    other = dataclasses.replace(batch, **longer)
    one, two = (
        loss.loss_and_gradient(model, params, each, "cross_entropy")
        for each in (batch, other)
    )
    assert one[0] == pytest.approx(two[0], abs=1e-12)
    for name, g in one[1].items():
        np.testing.assert_allclose(g, two[1][name], atol=1e-12)


def test_an_old_cache_of_pairs_may_be_written_again():
    model, params, batch = drawn_pairs()
    first = loss.loss_and_gradient(model, params, batch, "cross_entropy")
    _, _, cache = loss.loss_and_gradient(
        model, model.init(np.random.default_rng(5)), batch, "cross_entropy"
    )
    for old in (cache, first[2]):
        again = loss.loss_and_gradient(
            model, params, batch, "cross_entropy", out=old
        )
        assert again[0] == first[0]
        for name, g in first[1].items():
            assert g.tobytes() == again[1][name].tobytes()
