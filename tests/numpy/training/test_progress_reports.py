"""Whoever listens hears of each step, and changes nothing."""

import importlib
import itertools

import pytest

from seqcourse.numpy import RNN, Embedding, SequenceClassifier, fit
from seqcourse.numpy.training import loop
from seqcourse.numpy.training.progress_reports import heard, report
from seqcourse.tasks import DelayedRecall

TASK = DelayedRecall(delay=2, symbols=3)


@pytest.mark.parametrize(
    "backend", ["numpy", pytest.param("torch", marks=pytest.mark.torch)]
)
def test_each_step_is_reported_with_a_loss(backend):
    layers = importlib.import_module(f"seqcourse.{backend}")
    model = layers.SequenceClassifier(
        layers.Embedding(TASK.vocab_size, 4), layers.RNN(4, 5), 3
    )
    told = []
    with heard(lambda *one: told.append(one)):
        run = layers.fit(model, TASK, steps=12, batch_size=4)
    done, totals, words = zip(*told, strict=True)
    assert done == tuple(range(13))
    assert {*totals} == {12}
    assert words[0] == ""
    mean = run.history.loss[1:11].mean()
    assert words[11] == f"Step 11 of 12, loss {mean:.3f}"


def test_a_run_that_goes_on_reports_where_it_is(tmp_path):
    model = SequenceClassifier(
        Embedding(TASK.vocab_size, 4), RNN(4, 5), TASK.num_classes
    )
    fit(model, TASK, 5, checkpoint=tmp_path / "run")
    told = []
    with heard(lambda done, *_: told.append(done)):
        fit(model, TASK, 8, checkpoint=tmp_path / "run")
    assert told == [0, 6, 7, 8]


def test_an_interrupt_from_a_listener_ends_the_run_after_a_step():
    model = SequenceClassifier(
        Embedding(TASK.vocab_size, 4), RNN(4, 5), TASK.num_classes
    )
    calls = itertools.count()

    def stop(*_):
        if next(calls) == 4:
            raise KeyboardInterrupt

    with heard(stop):
        run = fit(model, TASK, 100)
    assert len(run.history.loss) == 4


def test_one_at_the_beginning_reaches_the_caller():
    def stop(*_):
        raise KeyboardInterrupt

    model = SequenceClassifier(
        Embedding(TASK.vocab_size, 4), RNN(4, 5), TASK.num_classes
    )
    with heard(stop), pytest.raises(KeyboardInterrupt):
        fit(model, TASK, 100)


def test_words_that_nobody_hears_are_not_made(monkeypatch):
    made = []
    monkeypatch.setattr(loop, "report", lambda *one: made.append(one))
    model = SequenceClassifier(
        Embedding(TASK.vocab_size, 4), RNN(4, 5), TASK.num_classes
    )
    fit(model, TASK, 3)
    assert made == [(0, 3)]
    with heard(print):
        fit(model, TASK, 3)
    assert [done for done, *_ in made[1:]] == [0, 1, 2, 3]


def test_nobody_hears_after_the_end():
    told = []
    with pytest.raises(ValueError, match="so"), heard(print):
        raise ValueError("so")
    with heard(lambda *one: told.append(one)):
        pass
    report(1, 2)
    assert told == []
