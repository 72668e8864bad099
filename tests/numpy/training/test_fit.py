import itertools
import sys

import numpy as np
import pytest

import seqcourse.numpy as layers
from seqcourse.numpy import SGD, Adam
from seqcourse.numpy.functional import (
    cross_entropy,
    cross_entropy_backward,
    squared_error,
    squared_error_backward,
)
from seqcourse.numpy.training import fit, random_streams


def assert_same_bits(a, b):
    assert a.keys() == b.keys()
    for name in a:
        assert a[name].tobytes() == b[name].tobytes(), name


def assert_same_run(a, b):
    assert_same_bits(a.params, b.params)
    np.testing.assert_array_equal(a.history.loss, b.history.loss)
    np.testing.assert_array_equal(a.history.grad_norm, b.history.grad_norm)


def same_batch(a, b):
    return np.array_equal(a.inputs, b.inputs)


# --- a run ----------------------------------------------------------------


def test_a_run_can_be_repeated_bit_by_bit(lesson):
    task, model = lesson(layers)
    assert_same_run(fit.fit(model, task, 10, 3), fit.fit(model, task, 10, 3))


def test_another_seed_is_another_run(lesson):
    task, model = lesson(layers)
    first, second = (fit.fit(model, task, 3, seed) for seed in (0, 1))
    assert not np.isin(first.history.loss, second.history.loss).any()
    for name, weight in first.params.items():
        assert not np.array_equal(weight, second.params[name])


def test_the_loss_goes_down(lesson):
    task, model = lesson(layers)
    loss = fit.fit(model, task, 120, optimizer=Adam(0.02)).history.loss
    assert loss[-10:].mean() < 0.6 * loss[:10].mean()


def test_a_shorter_run_is_the_beginning_of_a_longer_one(lesson):
    task, model = lesson(layers)
    short, long = (fit.fit(model, task, n) for n in (4, 9))
    for kind in ("loss", "grad_norm"):
        beginning = getattr(long.history, kind)[:4]
        np.testing.assert_array_equal(getattr(short.history, kind), beginning)


def test_history_has_a_number_for_each_step(lesson):
    task, model = lesson(layers)
    history = fit.fit(model, task, 7).history
    for numbers in (history.loss, history.grad_norm):
        assert numbers.shape == (7,)
        assert numbers.dtype == np.float64
        assert (numbers > 0).all()
        assert len(np.unique(numbers)) == 7


@pytest.mark.parametrize(
    "optimizer", [SGD(0.5, momentum=0.5), Adam(0.1)], ids=["SGD", "Adam"]
)
def test_a_run_is_the_loop_that_it_says(lesson, optimizer):
    task, model = lesson(layers)
    run = fit.fit(
        model,
        task,
        6,
        4,
        optimizer=optimizer,
        max_grad_norm=0.3,
        batch_size=5,
    )
    params, losses, norms = by_hand(task, model, optimizer)
    assert_same_bits(run.params, params)
    np.testing.assert_array_equal(run.history.loss, losses)
    np.testing.assert_allclose(run.history.grad_norm, norms, rtol=1e-6)
    assert max(norms) > 0.3, "the clipping was never needed"


def by_hand(task, model, optimizer):
    """Run the six steps without reusing a buffer."""
    for_weights, for_batches, _ = random_streams.streams(4)
    params = model.init(for_weights)
    state, losses, norms = optimizer.init(params), [], []
    loss_of, back = {
        "cross_entropy": (cross_entropy, cross_entropy_backward),
        "squared_error": (squared_error, squared_error_backward),
    }[task.loss]
    for _ in range(6):
        batch = task.batch(for_batches, 5)
        y, _, cache = model.forward(
            params, batch.inputs, lengths=batch.lengths
        )
        loss, kept = loss_of(y, batch.targets, batch.weights)
        _, _, grads = model.backward(params, back(kept), None, cache)
        norms.append(
            np.sqrt(sum((g.astype(float) ** 2).sum() for g in grads.values()))
        )
        grads, _ = layers.clip_by_global_norm(grads, 0.3)
        params, state = optimizer.update(grads, state, params)
        losses.append(loss)
    return params, losses, norms


def test_the_norm_is_taken_before_clipping_and_bounds_the_step(lesson):
    task, model = lesson(layers)
    start = model.init(np.random.default_rng(0))
    free, held = (
        fit.fit(
            model, task, 1, params=start, optimizer=SGD(1), max_grad_norm=c
        )
        for c in (1e9, 1e-3)
    )
    assert free.history.grad_norm == held.history.grad_norm
    moved = [held.params[name] - start[name] for name in start]
    length = np.sqrt(sum((m.astype(float) ** 2).sum() for m in moved))
    assert length == pytest.approx(1e-3, rel=1e-3)


def test_a_run_goes_on_from_given_weights_and_leaves_them_alone(lesson):
    task, model = lesson(layers)
    start = fit.fit(model, task, 5, seed=1).params
    before = {name: weight.copy() for name, weight in start.items()}
    for weight in start.values():
        weight.flags.writeable = False
    run = fit.fit(model, task, 2, seed=2, params=start)
    assert_same_bits(start, before)
    first = task.drawn[-2]
    y = fit.predict(model, start, first)
    loss_of = {"cross_entropy": cross_entropy, "squared_error": squared_error}
    loss, _ = loss_of[task.loss](y, first.targets, first.weights)
    assert run.history.loss[0] == loss
    for name, weight in run.params.items():
        assert not np.array_equal(weight, start[name])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_weights_keep_the_type_they_began_with(lesson, dtype):
    task, model = lesson(layers)
    run = fit.fit(model, task, 3, dtype=dtype)
    assert {w.dtype for w in run.params.values()} == {np.dtype(dtype)}
    again = fit.fit(model, task, 3, params=run.params)
    assert {w.dtype for w in again.params.values()} == {np.dtype(dtype)}


# --- the batches ----------------------------------------------------------


def test_the_batches_depend_on_the_seed_alone(classifier):
    task, model = classifier(layers)
    start = model.init(np.random.default_rng(9))
    other = layers.SequenceClassifier(
        model.embedding, layers.BagOfWords(4, 9), 5
    )
    fit.fit(model, task, 3)
    fit.fit(model, task, 3, params=start)
    fit.fit(other, task, 3, optimizer=SGD(0.1), dtype=np.float64)
    runs = [task.drawn[i : i + 3] for i in (0, 3, 6)]
    for batches in zip(*runs, strict=True):
        assert all(same_batch(batches[0], batch) for batch in batches)


def test_every_batch_is_a_new_one_of_the_size_asked_for(classifier):
    task, model = classifier(layers)
    fit.fit(model, task, 4, batch_size=6)
    fit.fit(model, task, 4, seed=1, batch_size=6)
    assert {len(batch.inputs) for batch in task.drawn} == {6}
    for a, b in itertools.combinations(task.drawn, 2):
        assert not same_batch(a, b)


def test_no_batch_that_was_trained_on_is_scored_on(classifier):
    task, model = classifier(layers)
    params = model.init(np.random.default_rng(0))
    for seed in range(3):
        fit.fit(model, task, 5, seed, batch_size=4)
    trained = list(task.drawn)
    for seed in range(3):
        fit.evaluate(model, params, task, seed=seed, size=4)
        for batch in trained:
            assert not same_batch(batch, task.drawn[-1])


def test_the_streams_of_a_seed_are_apart():
    drawn = [
        stream.random(4)
        for seed in range(3)
        for stream in (
            *random_streams.streams(seed),
            random_streams.evaluation_stream(seed),
        )
    ]
    for a, b in itertools.combinations(drawn, 2):
        assert not np.isin(a, b).any()


# --- scores ---------------------------------------------------------------


def test_a_score_is_the_metric_of_what_the_model_predicts(lesson):
    task, model = lesson(layers)
    params = model.init(np.random.default_rng(0))
    score = fit.evaluate(model, params, task, seed=5, size=33)
    (batch,) = task.drawn
    assert len(batch.inputs) == 33
    outputs, _, _ = model.forward(params, batch.inputs, None, batch.lengths)
    np.testing.assert_array_equal(fit.predict(model, params, batch), outputs)
    assert score == task.metric(outputs, batch)
    assert score == fit.evaluate(model, params, task, seed=5, size=33)
    assert score != fit.evaluate(model, params, task, seed=6, size=33)


def test_training_raises_the_score(classifier):
    task, model = classifier(layers)
    run = fit.fit(model, task, 120, optimizer=Adam(0.02))
    start = model.init(np.random.default_rng(0))
    before = fit.evaluate(model, start, task)
    assert fit.evaluate(model, run.params, task) > before + 0.2


# --- when it cannot go on -------------------------------------------------


def test_a_loss_that_is_no_number_stops_the_run_at_its_step(series):
    task, model = series(layers)

    class Spoiled(type(task)):
        def draw(self, rng, size, real):
            drawn = super().draw(rng, size, real)
            if len(self.drawn) == 3:
                drawn["targets"][0, 0] = 1e30  # beyond float32, squared
            return drawn

    spoiled = Spoiled(loss=task.loss)
    sentence = r"^the loss became inf at step 3; try a smaller learning rate"
    with pytest.raises(FloatingPointError, match=sentence):
        fit.fit(model, spoiled, 9)
    assert len(spoiled.drawn) == 4


def test_steps_too_long_end_in_the_sentence(series):
    task, model = series(layers)
    with pytest.raises(
        FloatingPointError, match=r"^the loss became (inf|nan) at step"
    ):
        fit.fit(model, task, 50, optimizer=SGD(1e20), max_grad_norm=1e20)


def test_steps_too_long_end_with_the_last_good_weights(series):
    task, model = series(layers)
    with pytest.raises(FloatingPointError) as error:
        fit.fit(model, task, 50, optimizer=SGD(1e20), max_grad_norm=1e20)
    run = error.value.run
    assert np.isfinite(run.history.loss).all()
    step = len(run.history.loss)
    again = fit.predict(model, run.params, task.drawn[step - 1])
    assert np.isfinite(again).all()


def test_a_run_in_parts_is_the_run_at_once(classifier, tmp_path):
    task, model = classifier(layers)
    core = layers.Stack((layers.RNN(4, 6), layers.RNN(6, 5)), 0.3)
    model = layers.SequenceClassifier(model.embedding, core, 5)
    for steps in (3, 4, 9):
        part = fit.fit(model, task, steps, checkpoint=tmp_path / "run")
    assert_same_run(part, fit.fit(model, task, 9))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (
            {"steps": 0},
            "^steps: expected a whole number of at least 1, got 0",
        ),
        ({"steps": 2.5}, "^steps: expected a whole number, got 2.5"),
        ({"batch_size": -1}, "^batch_size: expected a whole .* got -1"),
        (
            {"max_grad_norm": 0},
            "^max_grad_norm: expected a number above 0, got 0",
        ),
    ],
)
def test_a_wrong_argument_has_its_sentence(classifier, wrong, sentence):
    task, model = classifier(layers)
    with pytest.raises(ValueError, match=sentence):
        fit.fit(model, task, **{"steps": 2, **wrong})


def test_an_unknown_loss_has_its_sentence(classifier):
    task, model = classifier(layers)
    wrong = type(task)(loss="hinge")
    with pytest.raises(
        ValueError,
        match=r"^loss: expected one of cross_entropy, squared_error, got 'h",
    ):
        fit.fit(model, wrong)
    assert not wrong.drawn


# --- the bar --------------------------------------------------------------


def test_no_bar_is_drawn_unless_asked_for(classifier, capsys):
    task, model = classifier(layers)
    fit.fit(model, task, 2)
    fit.fit(model, task, 2, progress=False)
    assert capsys.readouterr() == ("", "")


def test_a_bar_is_drawn_when_asked_for(classifier, capsys):
    task, model = classifier(layers)
    with_bar = fit.fit(model, task, 2, progress=True)
    out, err = capsys.readouterr()
    assert out == ""
    assert "2/2" in err
    assert_same_run(with_bar, fit.fit(model, task, 2, progress=False))


def test_a_bar_is_drawn_on_a_terminal(classifier, capsys, monkeypatch):
    task, model = classifier(layers)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    fit.fit(model, task, 2)
    assert "2/2" in capsys.readouterr().err
    fit.fit(model, task, 2, progress=False)
    assert capsys.readouterr().err == ""
