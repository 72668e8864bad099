"""Runs that stop: killed, interrupted, diverged; and runs that go on."""

import importlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from seqcourse.numpy import SGD, Adam
from seqcourse.numpy.storage import checkpoint, safetensors
from seqcourse.numpy.training import random_streams

HERE = Path(__file__).parent
STEPS = 120

each_backend = pytest.mark.parametrize(
    "backend", ["numpy", pytest.param("torch", marks=pytest.mark.torch)]
)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "run.safetensors"


def room(backend):
    return importlib.import_module(f"seqcourse.{backend}")


def lesson_of(backend, load):
    """Give a task and a model with dropout, so that all streams matter."""
    layers, lessons = room(backend), load("lessons.py")
    core = layers.Stack((layers.RNN(4, 6), layers.RNN(6, 5)), 0.2)
    embedding = layers.Embedding(lessons.SYMBOLS, 4)
    model = layers.SequenceTagger(embedding, core, lessons.SYMBOLS)
    return lessons.TokenBefore(), model


def train(backend, load, steps=STEPS, seed=3, task=None, **options):
    given, model = lesson_of(backend, load)
    fit = room(backend).fit
    return fit(model, task or given, steps, seed, batch_size=5, **options)


def assert_same_run(a, b):
    assert a.params.keys() == b.params.keys()
    for name in a.params:
        assert a.params[name].tobytes() == b.params[name].tobytes(), name
    assert a.history.loss.tobytes() == b.history.loss.tobytes()
    assert a.history.grad_norm.tobytes() == b.history.grad_norm.tobytes()


# --- killed ---------------------------------------------------------------

CHILD = """
import importlib.util, sys
def load(name):
    spec = importlib.util.spec_from_file_location(name, f"{here}/{name}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
here, backend, path, every = sys.argv[1:]
tests = load("test_resuming.py")
task = load("lessons.py").TokenBefore()
draw = task.draw
def counted(*given):
    print(len(task.drawn), flush=True)
    return draw(*given)
object.__setattr__(task, "draw", counted)
tests.train(backend, load, 100_000, task=task, checkpoint=path,
            checkpoint_every=int(every))
"""


def kill_at(step, backend, path, every):
    """Start a run in another process and kill it at one of its steps."""
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, HERE, backend, path, str(every)],
        stdout=subprocess.PIPE,
        text=True,
    )
    for line in child.stdout:
        if int(line) == step:
            os.kill(child.pid, signal.SIGKILL)
            break
    child.stdout.close()
    assert child.wait() == -signal.SIGKILL


@pytest.mark.parametrize(
    ("backend", "every", "kills"),
    [
        ("numpy", 1, 2),
        ("numpy", 7, 2),
        # Each start of PyTorch takes seconds.
        pytest.param("torch", 7, 1, marks=pytest.mark.torch),
    ],
)
def test_a_run_that_was_killed_goes_on_to_the_same_bits(
    backend, load, path, every, kills
):
    rng = np.random.default_rng(every)
    for _ in range(kills):
        kill_at(int(rng.integers(8, 30)), backend, path, every)
    arrays, _ = safetensors.read(path)
    done = len(arrays["loss"])
    assert done % every == 0
    steps = done + 9
    resumed = train(backend, load, steps, checkpoint=path)
    assert_same_run(resumed, train(backend, load, steps))


@each_backend
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"optimizer": SGD(0.1)},
        {"optimizer": SGD(0.1, momentum=0.9), "max_grad_norm": 0.1},
        {"optimizer": Adam(0.02), "bptt_length": 2},
    ],
    ids=["Adam", "SGD", "momentum", "truncated"],
)
def test_a_run_in_parts_is_the_run_at_once(backend, load, path, options):
    kept = {"checkpoint": path, "checkpoint_every": 4, **options}
    for steps in (5, 6, 12, 20):
        part = train(backend, load, steps, **kept)
        assert len(part.history.loss) == steps
    assert_same_run(part, train(backend, load, 20, **options))


@each_backend
def test_saving_changes_nothing(backend, load, path):
    saved = train(backend, load, 10, checkpoint=path, checkpoint_every=3)
    assert_same_run(saved, train(backend, load, 10))


@each_backend
def test_a_finished_run_is_read_and_not_run_again(backend, load, path):
    task, _ = lesson_of(backend, load)
    first = train(backend, load, 10, task=task, checkpoint=path)
    assert len(task.drawn) == 10
    again = train(backend, load, 10, task=task, checkpoint=str(path))
    assert len(task.drawn) == 10
    assert_same_run(first, again)


@each_backend
def test_it_is_saved_every_so_many_steps_and_at_the_end(
    backend, load, path, monkeypatch
):
    saved = []
    write = safetensors.write

    def watched(path, arrays, metadata):
        saved.append(len(arrays["loss"]))
        write(path, arrays, metadata)

    monkeypatch.setattr(safetensors, "write", watched)
    train(backend, load, 11, checkpoint=path, checkpoint_every=4)
    assert saved == [4, 8, 11]
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.torch
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_module_of_either_type_goes_on(load, path, dtype):
    import torch

    def run(steps, **options):
        task, model = lesson_of("torch", load)
        model = model.to(getattr(torch, dtype))
        return room("torch").fit(model, task, steps, **options)

    run(5, checkpoint=path)
    assert_same_run(run(9, checkpoint=path), run(9))


# --- another run's checkpoint ---------------------------------------------


@each_backend
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"seed": 4}, "expected seed 4, got 3"),
        ({"bptt_length": 2}, "expected bptt_length 2, got None"),
        ({"max_grad_norm": 0.5}, "expected max_grad_norm 0.5, got 1.0"),
        ({"optimizer": SGD(0.1)}, r"expected optimizer 'SGD\(.*, got 'Adam"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_the_checkpoint_of_another_run_is_refused(
    backend, load, path, change, sentence
):
    train(backend, load, 3, checkpoint=path)
    before = path.read_bytes()
    with pytest.raises(ValueError, match=f"holds another run; {sentence}"):
        train(backend, load, 3, checkpoint=path, **change)
    assert path.read_bytes() == before


@each_backend
def test_a_checkpoint_written_under_old_names_is_refused(backend, load, path):
    train(backend, load, 3, checkpoint=path)
    arrays, header = safetensors.read(path)
    header["training"] = header["training"].replace("bptt_length", "truncate")
    safetensors.write(path, arrays, header)
    with pytest.raises(
        ValueError, match="got truncate, which may be a name from another"
    ):
        train(backend, load, 3, checkpoint=path)


def test_a_longer_run_s_checkpoint_is_refused(load, path):
    train("numpy", load, 5, checkpoint=path)
    with pytest.raises(ValueError, match=r"^steps: expected at least 5, "):
        train("numpy", load, 4, checkpoint=path)


def test_a_file_that_holds_no_run_is_refused(load, path):
    path.write_bytes(b"no run")
    with pytest.raises(ValueError, match="damaged or not a safetensors"):
        train("numpy", load, 4, checkpoint=path)
    assert path.read_bytes() == b"no run"
    safetensors.write(path, {"h": np.zeros(2)}, {})
    with pytest.raises(ValueError, match="holds no run; was it written by"):
        train("numpy", load, 4, checkpoint=path)


@pytest.mark.torch
def test_the_other_backend_s_checkpoint_is_refused(load, path):
    train("numpy", load, 3, checkpoint=path)
    with pytest.raises(ValueError, match="expected backend 'torch', got 'nu"):
        train("torch", load, 3, checkpoint=path)


@pytest.mark.parametrize("wrong", [0, 2.5])
def test_a_wrong_interval_has_its_sentence(load, path, wrong):
    with pytest.raises(ValueError, match=r"^checkpoint_every: expected a wh"):
        train("numpy", load, 3, checkpoint=path, checkpoint_every=wrong)


def test_numbers_and_nested_names_come_back_as_they_were(path):
    kept = {
        "optimizer": {"n": 3, "mean": {"core.weight": np.ones((2, 1))}},
        "loss": np.zeros(0),
        "rate": 0.1,
    }
    kept_run = checkpoint.Checkpoint(path, 1, {"betas": (0.9, 0.999)})
    rng = np.random.default_rng(0)
    kept_run.save(7, kept, [rng])
    first = rng.random(3)
    done, again = kept_run.load(9, [rng])
    assert done == 7
    np.testing.assert_array_equal(rng.random(3), first)
    assert (again["optimizer"]["n"], again["rate"]) == (3, 0.1)
    assert type(again["optimizer"]["n"]) is int
    assert again["loss"].shape == (0,)
    (mean,) = again["optimizer"]["mean"].items()
    assert mean[0] == "core.weight"
    assert mean[1].shape == (2, 1)


# --- interrupted ----------------------------------------------------------


def interrupting(load, step):
    class Interrupting(load("lessons.py").TokenBefore):
        def batch(self, rng, size):
            if len(self.drawn) == step:
                raise KeyboardInterrupt
            return super().batch(rng, size)

    return Interrupting()


@each_backend
@pytest.mark.parametrize("step", [0, 1, 7])
def test_an_interrupt_gives_what_was_reached(backend, load, step):
    run = train(backend, load, 50, task=interrupting(load, step))
    assert len(run.history.loss) == len(run.history.grad_norm) == step
    if step:
        assert_same_run(run, train(backend, load, step))


@each_backend
def test_an_interrupted_run_goes_on_from_its_checkpoint(backend, load, path):
    kept = {"checkpoint": path, "checkpoint_every": 3}
    train(backend, load, 50, task=interrupting(load, 8), **kept)
    arrays, _ = safetensors.read(path)
    assert len(arrays["loss"]) == 6
    task = interrupting(load, 50)
    resumed = train(backend, load, 12, task=task, **kept)
    assert_same_run(resumed, train(backend, load, 12))


# --- diverged -------------------------------------------------------------


def spoiling(load, step):
    lessons = load("lessons.py")

    class Spoiling(lessons.Turned):
        def draw(self, rng, size, real):
            drawn = super().draw(rng, size, real)
            if len(self.drawn) == step:
                drawn["targets"][0, 0] = 1e30  # beyond float32, squared
            return drawn

    return Spoiling(loss="squared_error"), lessons.Turned(
        loss="squared_error"
    )


@each_backend
@pytest.mark.parametrize("step", [0, 1, 5])
def test_a_run_that_diverges_keeps_the_last_good_weights(backend, load, step):
    layers = room(backend)
    task, healthy = spoiling(load, step)

    def model():
        return load("lessons.py").example("series", layers)[1]

    sentence = rf"^the loss became inf at step {step}; try a smaller"
    mine = model()
    with pytest.raises(FloatingPointError, match=sentence) as error:
        layers.fit(mine, task, 9)
    assert isinstance(error.value, room("numpy").DivergenceError)
    run = error.value.run
    assert len(run.history.loss) == step
    assert np.isfinite(run.history.loss).all()
    # The weights of step n gave the loss that was no number.
    if step > 1:
        before = layers.fit(model(), healthy, step - 1).params
    else:
        _, first = load("lessons.py").example("series", room("numpy"))
        before = first.init(random_streams.streams(0)[0])
    for name, weight in before.items():
        assert run.params[name].tobytes() == weight.tobytes()
    if backend == "torch":
        for name, weight in mine.to_params().items():
            assert weight.tobytes() == run.params[name].tobytes()


@each_backend
def test_what_is_kept_is_finite_where_the_weights_were_lost(backend, load):
    layers = room(backend)
    _, task = spoiling(load, 0)
    _, model = load("lessons.py").example("series", layers)
    with (
        np.errstate(all="ignore"),
        pytest.raises(FloatingPointError) as error,
    ):
        layers.fit(model, task, 50, optimizer=SGD(1e20), max_grad_norm=1e20)
    run = error.value.run
    assert np.isfinite(run.history.loss).all()
    assert all(np.isfinite(w).all() for w in run.params.values())


@pytest.mark.torch
def test_training_leaves_torchs_randomness_and_the_mode_alone(load):
    import torch

    torch.manual_seed(0)
    expected = torch.rand(3)
    task, model = lesson_of("torch", load)
    model.eval()
    torch.manual_seed(0)
    room("torch").fit(model, task, 3)
    assert torch.equal(torch.rand(3), expected)
    assert not model.training
    model.train()
    room("torch").evaluate(model, model.to_params(), task)
    assert model.training


@pytest.mark.torch
def test_the_module_is_scored_without_dropout(load):
    task, model = lesson_of("torch", load)
    scores = {
        room("torch").evaluate(model, model.to_params(), task)
        for _ in range(3)
    }
    assert len(scores) == 1
