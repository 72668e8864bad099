"""What is called now and then sees the run, and cannot change it."""

import importlib
import signal

import numpy as np
import pytest

from seqcourse.numpy import Adam
from seqcourse.numpy.storage import safetensors

each_backend = pytest.mark.parametrize(
    "backend", ["numpy", pytest.param("torch", marks=pytest.mark.torch)]
)


def room(backend):
    return importlib.import_module(f"seqcourse.{backend}")


@pytest.fixture
def model(backend, load):
    """Make a model with dropout, so that a stray draw would show."""
    layers, lessons = room(backend), load("lessons.py")
    core = layers.Stack((layers.RNN(4, 6), layers.RNN(6, 5)), 0.2)
    embedding = layers.Embedding(lessons.SYMBOLS, 4)
    return layers.SequenceTagger(embedding, core, lessons.SYMBOLS)


@pytest.fixture
def train(backend, load, model):
    def train(steps=20, task=None, **options):
        task = task or load("lessons.py").TokenBefore()
        options = {"batch_size": 5, "optimizer": Adam(0.02), **options}
        return room(backend).fit(model, task, steps, **options)

    return train


def assert_same_run(a, b):
    assert a.params.keys() == b.params.keys()
    for name in a.params:
        assert a.params[name].tobytes() == b.params[name].tobytes(), name
    assert a.history.loss.tobytes() == b.history.loss.tobytes()
    assert a.history.grad_norm.tobytes() == b.history.grad_norm.tobytes()


@each_backend
@pytest.mark.parametrize(
    ("every", "called"), [(8, [8, 16, 20]), (10, [10, 20]), (100, [20])]
)
def test_it_is_called_every_so_many_steps_and_at_the_end(
    train, every, called
):
    seen = []
    train(callback=seen.append, callback_every=every)
    assert [len(run.history.loss) for run in seen] == called


@each_backend
def test_it_sees_what_fit_would_have_given_by_then(train):
    seen = []
    whole = train(callback=seen.append, callback_every=8)
    for run in seen:
        assert_same_run(run, train(len(run.history.loss)))
    assert_same_run(seen[-1], whole)


@each_backend
def test_scoring_within_it_changes_no_bit(backend, load, model, train):
    unseen, scores = load("lessons.py").TokenBefore(), []

    def validate(run):
        score = room(backend).evaluate(model, run.params, unseen)
        scores.append(score)

    assert_same_run(train(callback=validate, callback_every=3), train())
    assert len(set(scores)) > 3


@each_backend
def test_what_it_is_given_is_its_own(train, tmp_path):
    def spoil(run):
        for array in (*run.params.values(), *vars(run.history).values()):
            array[...] = np.nan

    options = {"callback": spoil, "callback_every": 3}
    options |= {"checkpoint_every": 4}
    spoiled = train(**options, checkpoint=tmp_path / "run")
    assert_same_run(spoiled, train())
    assert_same_run(train(24, checkpoint=tmp_path / "run"), train(24))


@each_backend
def test_what_it_raises_reaches_the_caller(train, tmp_path):
    def stop(run):
        raise RuntimeError(f"stopped after {len(run.history.loss)}")

    options = {"checkpoint": tmp_path / "run"}
    with pytest.raises(RuntimeError, match=r"^stopped after 6$"):
        train(callback=stop, callback_every=6, **options)
    arrays, _ = safetensors.read(tmp_path / "run")
    assert len(arrays["loss"]) == 6
    assert_same_run(train(**options), train())


@each_backend
def test_an_interrupt_within_it_gives_what_was_reached(train, tmp_path):
    def interrupted(run):
        signal.raise_signal(signal.SIGINT)

    kept = {"checkpoint": tmp_path / "run"}
    run = train(callback=interrupted, callback_every=6, **kept)
    assert_same_run(run, train(6))
    arrays, _ = safetensors.read(tmp_path / "run")
    assert len(arrays["loss"]) == 6


@each_backend
def test_an_interrupt_of_its_own_reaches_the_caller(train, tmp_path):
    def interrupted(run):
        raise KeyboardInterrupt

    kept = {"checkpoint": tmp_path / "run"}
    with pytest.raises(KeyboardInterrupt):
        train(callback=interrupted, callback_every=6, **kept)
    assert_same_run(train(**kept), train())


@each_backend
def test_training_the_same_model_within_it_changes_no_bit(
    backend, load, model, train
):
    def train_again(run):
        task = load("lessons.py").TokenBefore()
        inner = room(backend).fit(model, task, 3, seed=9, batch_size=2)
        assert not np.array_equal(
            inner.params["readout.bias"], run.params["readout.bias"]
        )

    assert_same_run(train(callback=train_again, callback_every=3), train())


@each_backend
def test_a_resumed_run_calls_at_the_same_steps(train, tmp_path):
    kept = {"checkpoint": tmp_path / "run", "checkpoint_every": 5}
    train(9, **kept)
    seen = []
    train(20, callback=seen.append, callback_every=4, **kept)
    assert [len(run.history.loss) for run in seen] == [12, 16, 20]
    train(20, callback=seen.append, callback_every=4, **kept)
    assert len(seen) == 4, "the end calls, whether or not a step was left"
    assert_same_run(seen[2], seen[3])


@each_backend
def test_it_prints_on_a_line_of_its_own(train, capsys):
    behind = []

    def look(run):
        behind.append(capsys.readouterr().err.rpartition("\r")[2])

    train(4, callback=look, callback_every=2, progress=True)
    assert behind == ["", ""], "the bar was in the way"
    assert "4/4" in capsys.readouterr().err


@each_backend
@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"callback": 3}, "^callback: expected a function or None, got 3"),
        ({"callback_every": 0}, "^callback_every: expected a whole number"),
    ],
    ids=["callback", "callback_every"],
)
def test_a_wrong_argument_has_its_sentence(train, load, wrong, sentence):
    task = load("lessons.py").TokenBefore()
    with pytest.raises(ValueError, match=sentence):
        train(task=task, **wrong)
    assert not task.drawn
