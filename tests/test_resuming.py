"""Runs that stop: killed, interrupted, diverged; and runs that go on."""

import importlib
import json
import os
import signal
import subprocess
import sys
import threading
import warnings
from pathlib import Path

import numpy as np
import pytest

from seqcourse.numpy import (
    SGD,
    Adam,
    AdamW,
    DivergenceError,
    WarmupCosine,
)
from seqcourse.numpy.storage import (
    atomic_write,
    checkpoint,
    nested_arrays,
    safetensors,
)
from seqcourse.numpy.training import random_streams
from seqcourse.tasks import DelayedRecall, TokenizedText, WhoDidWhat
from seqcourse.tokenizers import CharacterTokenizer

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
    options = {"batch_size": 5, **options}
    return fit(model, task or given, steps, seed, **options)


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
    stem = name.removesuffix(".py")
    spec = importlib.util.spec_from_file_location(stem, f"{here}/{name}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[stem] = module
    spec.loader.exec_module(module)
    return module
here, path, every = sys.argv[1:]
tests = load("test_resuming.py")
task = load("lessons.py").TokenBefore()
draw = task.draw
def counted(*given):
    print(len(task.drawn), flush=True)
    return draw(*given)
object.__setattr__(task, "draw", counted)
tests.train("numpy", load, 100_000, task=task, checkpoint=path,
            checkpoint_every=int(every))
"""


def kill_at(step, path, every):
    """Start a run in another process and kill it at one of its steps."""
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, HERE, path, str(every)],
        stdout=subprocess.PIPE,
        text=True,
    )
    for line in child.stdout:
        if int(line) == step:
            os.kill(child.pid, signal.SIGKILL)
            break
    child.stdout.close()
    assert child.wait() == -signal.SIGKILL


@pytest.mark.parametrize(("every", "kills"), [(1, 1), (7, 2)])
def test_a_run_that_was_killed_goes_on_to_the_same_bits(
    load, path, every, kills
):
    rng = np.random.default_rng(every)
    for _ in range(kills):
        kill_at(int(rng.integers(8, 30)), path, every)
    arrays, _ = safetensors.read(path)
    done = len(arrays["loss"])
    assert done % every == 0
    steps = done + 9
    resumed = train("numpy", load, steps, checkpoint=path)
    assert_same_run(resumed, train("numpy", load, steps))


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

    def watched(path, arrays, *others):
        saved.append(len(arrays["loss"]))
        write(path, arrays, *others)

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
        ({"batch_size": 4}, "expected batch_size 4, got 5"),
        (
            {"optimizer": SGD(0.1)},
            "expected optimizer seqcourse.numpy.SGD, got seqcourse.numpy.Ad",
        ),
        (
            {"optimizer": Adam(0.01)},
            "expected optimizer.learning_rate 0.01, got 0.003; extend=True g",
        ),
        (
            {"optimizer": Adam(3e-3, (0.5, 0.9))},
            r"expected optimizer.betas\[0\] 0.5, got 0.9",
        ),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_the_checkpoint_of_another_run_is_refused(
    backend, load, path, change, sentence
):
    train(backend, load, 3, checkpoint=path)
    before = path.read_bytes()
    with pytest.raises(ValueError, match=f"holds another run; {sentence}"):
        train(backend, load, 3, **{"checkpoint": path, **change})
    assert path.read_bytes() == before


HASH = r"sha256:\w{8}… of 540 characters"
TEXT = "the clouds are in the sky. " * 20
CHARACTERS = CharacterTokenizer.train(TEXT)


@each_backend
@pytest.mark.parametrize(
    ("task", "other", "sentence"),
    [
        (
            DelayedRecall(3, 4),
            DelayedRecall(20, 4),
            "expected task.delay 20, got 3",
        ),
        (
            DelayedRecall(3, 4),
            WhoDidWhat(),
            "expected task seqcourse.tasks.WhoDidWhat, got seqcourse.tasks.D",
        ),
        (
            TokenizedText(TEXT, CHARACTERS, 9),
            TokenizedText(TEXT[::-1], CHARACTERS, 9),
            rf"expected task.text {HASH}, got {HASH}$",
        ),
        (
            TokenizedText(TEXT, CHARACTERS, 9),
            TokenizedText(TEXT, CHARACTERS, 9, "validation"),
            "expected task.split 'validation', got 'train'",
        ),
    ],
    ids=["number", "type", "text", "split"],
)
def test_the_checkpoint_of_another_task_is_refused(
    backend, path, task, other, sentence
):
    layers = room(backend)
    model = layers.SequenceTagger(
        layers.Embedding(40, 4), layers.RNN(4, 4), 40
    )
    if not isinstance(task, TokenizedText):
        model = layers.SequenceClassifier(
            layers.Embedding(40, 4), layers.BagOfWords(4, 4), 40
        )
    layers.fit(model, task, 2, checkpoint=path)
    with pytest.raises(ValueError, match=f"another run; {sentence}"):
        layers.fit(model, other, 4, checkpoint=path)


@each_backend
def test_other_first_weights_and_types_are_another_run(backend, load, path):
    task, model = lesson_of(backend, load)
    _, numpys = lesson_of("numpy", load)
    first, second = (
        numpys.init(np.random.default_rng(n), np.float32) for n in range(2)
    )
    fit = room(backend).fit
    fit(model, task, 2, checkpoint=path, params=first)
    fit(model, task, 3, checkpoint=path, params=first)
    for other, sentence in (
        ({"params": second}, r"expected params.\S+ sha256:"),
        ({}, f"expected params None, got a dictionary of {len(first)}$"),
    ):
        with pytest.raises(ValueError, match=sentence):
            fit(model, task, 3, checkpoint=path, **other)


def test_another_type_of_weights_is_another_run(load, path):
    train("numpy", load, 2, checkpoint=path)
    with pytest.raises(
        ValueError, match=r"expected dtype 'float64', got 'fl"
    ):
        train("numpy", load, 2, checkpoint=path, dtype=np.float64)


@pytest.mark.torch
def test_other_frozen_weights_are_another_run(load, path):
    task, model = lesson_of("torch", load)
    room("torch").fit(model, task, 2, checkpoint=path)
    model.embedding.weight.requires_grad_(False)
    with pytest.raises(ValueError, match=r"expected len\(frozen\) 1, got 0$"):
        room("torch").fit(model, task, 2, checkpoint=path)
    for weight in model.parameters():
        weight.requires_grad_(False)
    with pytest.raises(
        ValueError, match=r"^model: expected weights to train"
    ):
        room("torch").fit(model, task, 2)


def a_rate(n):
    return 0.1 / (1 + n)


class HalfSteps:
    """An optimiser that nobody here knows."""

    def __init__(self, rate):
        self.rate = rate

    def init(self, params):
        return {"n": 0, "none": None, "nothing": {}, "half": np.float32(0.5)}

    def update(self, grads, state, params):
        assert state["none"] is None
        assert state["nothing"] == {}
        half = state["half"] * np.float32(self.rate)
        moved = {name: w - half * grads[name] for name, w in params.items()}
        return moved, {**state, "n": state["n"] + 1}


OPTIMIZERS = {
    "function": lambda: SGD(a_rate),
    "lambda": lambda: SGD(lambda n: 0.1 / (1 + n)),
    "schedule": lambda: Adam(WarmupCosine(0.1, 20, 2)),
    "another": lambda: HalfSteps(0.1),
}

OTHER_PROCESS = """
import sys
here, folder = sys.argv[1:]
sys.path.insert(0, here)
import test_resuming as tests
def load(name):
    import lessons
    return lessons
for name, make in tests.OPTIMIZERS.items():
    tests.train("numpy", load, 4, checkpoint=f"{folder}/{name}",
                optimizer=make())
"""


def test_a_run_goes_on_in_another_process(tmp_path):
    for _ in range(2):
        command = [sys.executable, "-c", OTHER_PROCESS, HERE, tmp_path]
        subprocess.run(command, check=True)
    for name in OPTIMIZERS:
        arrays, _ = safetensors.read(tmp_path / name)
        assert len(arrays["loss"]) == 4


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimiser_goes_on(load, path, name):
    for steps in (3, 7):
        optimizer = OPTIMIZERS[name]()
        part = train(
            "numpy", load, steps, checkpoint=path, optimizer=optimizer
        )
    assert_same_run(part, train("numpy", load, 7, optimizer=optimizer))


def test_another_lambda_is_another_run(load, path):
    train("numpy", load, 2, checkpoint=path, optimizer=SGD(lambda n: 0.1 + n))
    with pytest.raises(
        ValueError, match=r"expected optimizer.learning_rate.c"
    ):
        train(
            "numpy",
            load,
            2,
            checkpoint=path,
            optimizer=SGD(lambda n: 0.2 + n),
        )


def test_a_task_that_cannot_be_described_is_refused(load, path):
    class Locked:
        loss = "cross_entropy"

        def __init__(self):
            self.of = load("lessons.py").TokenBefore()
            self.lock = threading.Lock()
            self.batch, self.metric = self.of.batch, self.of.metric

    class Told(Locked):
        def to_config(self):
            return {"of": "tokens"}

    train("numpy", load, 2, task=Locked())
    with pytest.raises(
        ValueError, match=r"^task.lock: expected something th"
    ):
        train("numpy", load, 2, task=Locked(), checkpoint=path)
    assert not path.exists()
    for steps in (2, 5):
        run = train("numpy", load, steps, task=Told(), checkpoint=path)
    assert_same_run(run, train("numpy", load, 5))


# --- extended -------------------------------------------------------------


@each_backend
def test_a_longer_schedule_is_asked_for_by_name(backend, load, path):
    def run(steps, last=None, **options):
        optimizer = Adam(WarmupCosine(0.05, last or steps, 1))
        return train(backend, load, steps, optimizer=optimizer, **options)

    run(6, checkpoint=path)
    before = path.read_bytes()
    sentence = r"learning_rate.steps 10, got 6; extend=True goes on with an"
    with pytest.raises(ValueError, match=sentence):
        run(10, checkpoint=path)
    assert path.read_bytes() == before
    longer = run(10, checkpoint=path, extend=True)
    short, whole = run(6), run(10)
    loss = longer.history.loss
    np.testing.assert_array_equal(loss[:6], short.history.loss)
    assert not np.isin(loss[7:], whole.history.loss).any()
    # Now it is a run of its own, and says so.
    with pytest.raises(ValueError, match="until step 6; extend=True goes on"):
        run(10, checkpoint=path)
    assert_same_run(run(10, checkpoint=path, extend=True), longer)


@each_backend
def test_the_same_schedule_goes_on_to_the_same_bits(backend, load, path):
    optimizer = Adam(WarmupCosine(0.05, 4, 1, 0.01))
    for steps in (3, 9):
        part = train(
            backend, load, steps, checkpoint=path, optimizer=optimizer
        )
    assert_same_run(part, train(backend, load, 9, optimizer=optimizer))


def test_nothing_can_be_extended_without_a_checkpoint(load):
    with pytest.raises(
        ValueError, match=r"^extend: expected a checkpoint to"
    ):
        train("numpy", load, 3, extend=True)


# --- damaged --------------------------------------------------------------


@each_backend
def test_a_checkpoint_written_under_old_names_is_refused(backend, load, path):
    train(backend, load, 3, checkpoint=path)
    arrays, header = safetensors.read(path)
    header["training"] = header["training"].replace("bptt_length", "truncate")
    safetensors.write(path, arrays, header)
    with pytest.raises(
        ValueError, match=r"truncate, which may be a name from another"
    ):
        train(backend, load, 3, checkpoint=path)


def resaved(path, change):
    """Write a checkpoint again, changed, as if it had been saved so."""
    arrays, header = safetensors.read(path)
    facts = json.loads(header["training"])
    del facts["sha256"]
    arrays, facts = change(arrays, facts)
    facts["sha256"] = checkpoint._digest(facts, arrays)
    safetensors.write(path, arrays, {"training": json.dumps(facts)})


def renamed(old, new):
    def change(arrays, facts):
        return {n.replace(old, new, 1): a for n, a in arrays.items()}, facts

    return change


def fact(**changes):
    return lambda arrays, facts: (arrays, {**facts, **changes})


def spoiled(name, **changes):
    def change(arrays, facts):
        (place,) = (n for n in arrays if n.endswith(name))
        array = arrays[place].astype(changes.get("dtype", "float32"))
        if "size" in changes:
            array = np.ascontiguousarray(array[..., : changes["size"]])
        if "value" in changes:
            array.flat[0] = changes["value"]
        return {**arrays, place: array}, facts

    return change


WRONG = {
    "params": (renamed("params/", "weights/"), "expected grad_norm, loss"),
    "optimizer": (renamed("optimizer/", "memory/"), "expected grad_norm, lo"),
    "weight": (
        renamed("params/core", "params/kern"),
        "params: expected ",
    ),
    "shape": (
        spoiled("params/readout.bias", size=2),
        "params/readout.bias: ",
    ),
    "type": (spoiled("params/readout.bias", dtype="f8"), "float64"),
    "nan": (spoiled("params/readout.bias", value=np.nan), "expected finite"),
    "loss": (spoiled("loss", dtype="f8", size=2), "loss: expected float64"),
    "norm": (spoiled("grad_norm", dtype="f8", value=np.inf), "grad_norm: e"),
    "done": (fact(done=2.5), "done: expected a whole number"),
    "fewer": (fact(done=-1), "done: expected a whole number of at least 0"),
    "none": (fact(generators=[]), "generators: expected PCG64"),
    "generator": (fact(generators=[{"bit_generator": "PCG64"}]), "states of"),
    "moment": (renamed("optimizer/", "optimizer/7"), "optimizer"),
}


@each_backend
@pytest.mark.parametrize("name", WRONG)
def test_what_a_checkpoint_should_not_hold_is_refused(
    backend, load, path, name
):
    change, sentence = WRONG[name]
    train(backend, load, 3, checkpoint=path)
    resaved(path, change)
    task, model = lesson_of(backend, load)
    before = getattr(model, "to_params", dict)()
    with pytest.raises(ValueError, match=f"run.safetensors: .*{sentence}"):
        room(backend).fit(model, task, 5, 3, batch_size=5, checkpoint=path)
    assert not task.drawn
    for key, weight in before.items():
        np.testing.assert_array_equal(model.to_params()[key], weight)


@pytest.mark.torch
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (spoiled("random/cpu", dtype="u1", size=9), r"random/cpu: expected "),
        (spoiled("optimizer/0/step", value=0.5), "whole number from 1 to 3"),
        (renamed("0/exp_avg_sq", "0/square"), "optimizer/0: expected exp_av"),
        (
            spoiled("optimizer/0/exp_avg", size=1),
            "optimizer/0/exp_avg: expected float",
        ),
    ],
    ids=["random", "step", "name", "shape"],
)
def test_what_torch_could_not_go_on_from_is_refused(
    load, path, change, sentence
):
    train("torch", load, 3, checkpoint=path)
    resaved(path, change)
    with pytest.raises(ValueError, match=sentence):
        train("torch", load, 5, checkpoint=path)


def test_each_flipped_bit_of_a_checkpoint_is_refused_or_changes_nothing(path):
    run = checkpoint.Saved(
        2,
        {"params": {"bias": np.ones(2)}, "loss": np.ones(2), "n": 3},
        [np.random.default_rng(0).bit_generator.state],
    )
    kept = checkpoint.Checkpoint(path, {"task": {"delay": 3}})
    kept.save(run)
    data = path.read_bytes()
    for place in range(8 * len(data)):
        flipped = bytearray(data)
        flipped[place // 8] ^= 1 << place % 8
        path.write_bytes(flipped)
        try:
            again = kept.load(9)
        except ValueError as error:
            said = str(error)
        else:  # the name of the checksum: no number of the run is another
            said = f"{path}: " * (chr(data[place // 8]) in "crc32")
            assert again.done == 2
            assert again.kept["loss"].tolist() == [1, 1]
        assert said.startswith(f"{path}: ")
    path.write_bytes(data)
    assert kept.load(9).done == 2


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
    optimizer = {
        "n": 3,
        "mean": {"core.weight": np.ones((2, 1))},
        "nothing": {},
        "none": None,
        "scalar": np.array(2.0, np.float32),
        "numpy's": np.float32(2),
        "flag": True,
    }
    kept = {"optimizer": optimizer, "loss": np.zeros(0), "rate": 0.1}
    kept_run = checkpoint.Checkpoint(path, {"betas": (0.9, 0.999)})
    state = np.random.default_rng(0).bit_generator.state
    kept_run.save(checkpoint.Saved(7, kept, [state]))
    again = kept_run.load(9)
    assert again.done == 7
    assert again.generators == [state]
    assert again.kept.keys() == kept.keys()
    assert again.kept["rate"] == 0.1
    assert again.kept["loss"].shape == (0,)
    for name, value in optimizer.items():
        found = again.kept["optimizer"][name]
        assert type(found) is type(value), name
        nested_arrays.check_like(name, value, found)


@pytest.mark.parametrize(
    ("kept", "sentence"),
    [
        ({"best": [1.0]}, r"^best: expected an array or a number to save, g"),
        ({"a": {"b/c": 1}}, r"^a/: expected names without '/', got 'b/c'"),
        ({"x": np.array(["a"])}, "^x: expected an array or a number to save"),
    ],
)
def test_what_cannot_be_saved_has_its_sentence(path, kept, sentence):
    with pytest.raises(ValueError, match=sentence):
        checkpoint.Checkpoint(path, {}).save(checkpoint.Saved(1, kept, []))


def test_nothing_is_written_that_is_not_finite(path):
    run = checkpoint.Saved(1, {"params": {"bias": np.array([np.nan])}}, [])
    with pytest.raises(DivergenceError, match=r"^params/bias became nan$"):
        checkpoint.Checkpoint(path, {}).save(run)
    assert not path.exists()


# --- places that cannot be written to -------------------------------------


@each_backend
@pytest.mark.parametrize("place", ["no/such/run", ""])
def test_a_wrong_place_is_refused_before_the_first_step(
    backend, load, tmp_path, place
):
    task, _ = lesson_of(backend, load)
    with pytest.raises(
        OSError, match=r"^checkpoint: expected a (regular )?file"
    ):
        train(backend, load, 9, task=task, checkpoint=tmp_path / place)
    assert not task.drawn


@each_backend
def test_a_run_that_cannot_be_saved_is_handed_out(
    backend, load, path, monkeypatch
):
    def full(*_):
        raise OSError(28, "No space left on device", "some.part")

    monkeypatch.setattr(atomic_write, "rename", full)
    sentence = rf"^checkpoint: expected .* got '{path}' \(no space left on de"
    with pytest.raises(OSError, match=sentence) as error:
        train(backend, load, 9, checkpoint=path, checkpoint_every=4)
    assert_same_run(error.value.run, train(backend, load, 4))


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
    assert len(arrays["loss"]) == 8
    task = interrupting(load, 50)
    resumed = train(backend, load, 12, task=task, **kept)
    assert_same_run(resumed, train(backend, load, 12))


def learner_of(backend):
    if backend == "numpy":
        return importlib.import_module(
            "seqcourse.numpy.training.fit"
        )._Learner
    name = "seqcourse.torch.training.learner"
    return importlib.import_module(name).ModuleLearner


@each_backend
@pytest.mark.parametrize("where", ["update", "dropout"])
def test_ctrl_c_within_a_step_leaves_none_half_made(
    backend, load, path, monkeypatch, where
):
    learner = learner_of(backend)
    method = "update" if where == "update" else "gradient"
    made = getattr(learner, method)

    def interrupted(learner, n):
        if n == 5 and where == "update":
            signal.raise_signal(signal.SIGINT)
        found = made(learner, n)
        if n == 5 and where != "update":
            signal.raise_signal(signal.SIGINT)
        return found

    monkeypatch.setattr(learner, method, interrupted)
    run = train(backend, load, 20, checkpoint=path)
    monkeypatch.undo()
    done = 6 if where == "update" else 5
    assert_same_run(run, train(backend, load, done))
    assert len(safetensors.read(path)[0]["loss"]) == done
    assert_same_run(
        train(backend, load, 9, checkpoint=path), train(backend, load, 9)
    )
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@each_backend
def test_a_run_needs_no_stderr(backend, load, monkeypatch):
    monkeypatch.setattr(sys, "stderr", None)
    for progress in (None, True):
        assert (
            len(train(backend, load, 2, progress=progress).history.loss) == 2
        )


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
    with pytest.raises(FloatingPointError) as error:
        layers.fit(model, task, 50, optimizer=SGD(1e20), max_grad_norm=1e20)
    run = error.value.run
    assert np.isfinite(run.history.loss).all()
    assert all(np.isfinite(w).all() for w in run.params.values())


def growing(layers, growth):
    """Give a model whose gradient grows at each step, and its weights."""
    from seqcourse.numpy import RNN, Embedding, SequenceClassifier

    core = layers.RNN(4, 6, nonlinearity="relu")
    model = layers.SequenceClassifier(layers.Embedding(5, 4), core, 4)
    numpys = SequenceClassifier(
        Embedding(5, 4), RNN(4, 6, nonlinearity="relu"), 4
    )
    params = numpys.init(np.random.default_rng(0))
    params["core.weight_hh"] = (growth * np.eye(6)).astype(np.float32)
    params["readout.weight"] *= np.float32(1e-25)
    return model, params


@each_backend
def test_a_gradient_whose_square_overflows_is_followed(backend):
    layers = room(backend)
    model, params = growing(layers, 2.6)
    run = layers.fit(
        model, DelayedRecall(60, 4), 1, params=params, optimizer=SGD(0.1)
    )
    assert np.isfinite(run.history.grad_norm).all()
    moved = [run.params[n] - params[n] for n in params]
    length = np.sqrt(sum((m.astype(float) ** 2).sum() for m in moved))
    assert 0 < length < 0.11


@each_backend
@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        ("gradient", r"^grads\['.*'\] became (inf|-inf|nan) at step 2; try"),
        ("weight", r"^params\['.*'\] became -?inf at step 2; try a smal"),
        ("step", r"^(params\['.*'\]|the step) became \S+ at step 2; try"),
    ],
)
def test_what_is_not_finite_ends_the_run(
    backend, load, path, monkeypatch, what, sentence
):
    module = importlib.import_module(learner_of(backend).__module__)
    if what == "gradient":
        loss_and_gradient, calls = module.loss_and_gradient, []

        def spoil(model, *given):
            found = loss_and_gradient(model, *given)
            calls.append(found)
            if len(calls) == 3 and backend == "numpy":
                found[1]["readout.bias"][0] = np.inf
            elif len(calls) == 3:
                model.readout.bias.grad[0] = np.inf
            return found

        monkeypatch.setattr(module, "loss_and_gradient", spoil)
        optimizer, options = Adam(), {}
    else:
        rate = {"weight": 5e37, "step": 1e308}[what]
        optimizer = AdamW(
            lambda n: 1e-3 if n < 2 else rate, weight_decay=100.0
        )
        options = {"max_grad_norm": np.inf}
    task, model = lesson_of(backend, load)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(DivergenceError, match=sentence) as error:
            room(backend).fit(
                model, task, 9, 3, batch_size=5, optimizer=optimizer,
                checkpoint=path, checkpoint_every=1, **options,
            )  # fmt: skip
    monkeypatch.undo()
    healthy = train(backend, load, 2, optimizer=optimizer, **options)
    assert_same_run(error.value.run, healthy)
    arrays, _ = safetensors.read(path)
    assert len(arrays["loss"]) == 2
    if backend == "torch":
        for key, weight in model.to_params().items():
            np.testing.assert_array_equal(weight, healthy.params[key])


@each_backend
def test_weights_that_are_not_finite_are_refused_at_once(backend, load):
    task, model = lesson_of(backend, load)
    params = lesson_of("numpy", load)[1].init(np.random.default_rng(0))
    params["embedding.weight"][1, 2] = np.nan
    sentence = (
        r"^params\['embedding.weight'\]: expected finite numbers, got n"
    )
    with pytest.raises(ValueError, match=sentence):
        room(backend).fit(model, task, 3, params=params)
    assert not task.drawn
    with pytest.raises(ValueError, match=sentence):
        room(backend).evaluate(model, params, task)


@each_backend
def test_a_carried_state_that_overflows_is_a_divergence(backend, load):
    layers = room(backend)
    model, params = growing(layers, 1e9)
    params["embedding.weight"][:] = 1
    task = DelayedRecall(12, 4)
    with pytest.raises(
        DivergenceError, match=r"^.* became \S+( at \[.*\])? at step 0; "
    ):
        layers.fit(model, task, 3, params=params, bptt_length=2)
    batch = task.batch(np.random.default_rng(0), 2)
    with pytest.raises(DivergenceError, match=r"^y: became"):
        layers.predict(
            model, {n: np.float32(1e9) * w for n, w in params.items()}, batch
        )


@each_backend
def test_a_batch_that_is_not_finite_is_the_task_s_fault(backend, load):
    task, model = load("lessons.py").example("series", room(backend))

    class Spoiled(type(task)):
        def draw(self, rng, size, real):
            drawn = super().draw(rng, size, real)
            drawn["inputs"][0, 0] = np.nan
            return drawn

    with pytest.raises(ValueError, match="expected finite numbers, got nan"):
        room(backend).fit(model, Spoiled(loss=task.loss), 3)


# --- arguments ------------------------------------------------------------


@each_backend
def test_numpy_s_numbers_are_saved_as_python_s(backend, load, path):
    task, model = lesson_of(backend, load)
    fit = room(backend).fit
    run = fit(
        model, task, np.int32(2), np.int64(0), batch_size=np.int64(5),
        max_grad_norm=np.float32(1), checkpoint=path,
        checkpoint_every=np.int64(1), optimizer=Adam(np.float64(3e-3)),
    )  # fmt: skip
    again = fit(model, task, 2, batch_size=5, checkpoint=path)
    assert_same_run(run, again)


@each_backend
@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"seed": -1}, "seed: expected a whole number of at least 0, got -1"),
        ({"seed": 1.5}, "seed: expected a whole number, got 1.5"),
        (
            {"optimizer": "adam"},
            "optimizer: expected an optimizer with init, update, got 'adam'",
        ),
        (
            {"max_grad_norm": None},
            "max_grad_norm: expected a number, got None",
        ),
        (
            {"checkpoint": 3},
            "checkpoint: expected a string or a pathlib.Path or None, got 3",
        ),
        (
            {"task": "recall"},
            "task: expected a task with batch, loss, metric, got 'recall'",
        ),
        (
            {"optimizer": Adam},
            "optimizer: expected an optimizer with init, update, got the cla",
        ),
        (
            {"batch_size": 10**13},
            "batch_size: expected a batch that fits into memory, got 1000000",
        ),
        (
            {"batch_size": 10**30},
            "batch_size: expected a batch that fits into memory, got 1000000",
        ),
        (
            {"checkpoint": "x" * 300},
            "checkpoint: expected a file that can be written, got 'x",
        ),
        ({"bptt_length": 0}, "bptt_length: expected a whole number of at le"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_wrong_argument_has_the_same_sentence(
    backend, load, wrong, sentence
):
    with pytest.raises((ValueError, OSError), match=f"^{sentence}"):
        train(backend, load, 2, **wrong)


@each_backend
def test_no_clipping_is_asked_for_by_infinity(backend, load):
    free = train(backend, load, 3, max_grad_norm=np.inf)
    assert_same_run(free, train(backend, load, 3, max_grad_norm=1e9))


@pytest.mark.torch
def test_a_model_of_the_other_backend_has_its_sentence(load):
    task, model = lesson_of("torch", load)
    _, numpys = lesson_of("numpy", load)
    for backend, stranger in (("numpy", model), ("torch", numpys)):
        other = "torch" if backend == "numpy" else "numpy"
        sentence = f"^model: expected a Layer, got a seqcourse.{other}.Seq"
        with pytest.raises(ValueError, match=sentence):
            room(backend).fit(stranger, task, 2)
        with pytest.raises(ValueError, match=sentence):
            room(backend).evaluate(stranger, {}, task)


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
