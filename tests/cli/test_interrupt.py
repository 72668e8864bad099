"""Ctrl-C, closed pipes and full disks: what was trained is kept."""

import errno
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from seqcourse import store, tasks
from seqcourse.cli import output, prepare
from seqcourse.cli import train as command
from seqcourse.cli.files import steps_done
from seqcourse.cli.interrupt import Interrupt
from seqcourse.cli.options import parser
from seqcourse.tokenizers import CharacterTokenizer

PROSE = "the clouds are in the sky, and it is raining in the garden. " * 20
SMALL = ["--hidden", "6", "--batch", "3", "--window", "9"]
MODULE = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.argv = ["seqcourse", *sys.argv[1:]]
from seqcourse.cli.main import main
sys.exit(main())
"""


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "prose.txt"
    path.write_text(PROSE, encoding="utf-8")
    return path


@pytest.fixture
def ready(text, tmp_path):
    def made(*options):
        given = [
            "train",
            "--data",
            text,
            "--save",
            tmp_path / "model",
            *SMALL,
        ]
        given = map(str, [*given, "--steps", 9, "--report", 3, *options])
        return prepare.prepare(parser().parse_args([*given]))

    return made


def start(*arguments, **options):
    return subprocess.Popen(
        [sys.executable, "-c", MODULE, "train", *map(str, arguments)],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        **options,
    )


@pytest.mark.parametrize("wait", [0.0, 0.02, 0.2])
@pytest.mark.parametrize("steps", [40, 10**6])
def test_an_interrupt_at_any_moment_loses_nothing(
    text, tmp_path, steps, wait
):
    model = tmp_path / "model"
    options = ["--data", text, *SMALL, "--steps", steps, "--report", 5]
    process = start(*options, "--save", model, stdout=subprocess.PIPE)
    with process:
        while not process.stdout.readline().startswith("      5 "):
            pass
        time.sleep(wait)
        for _ in range(3):  # an impatient reader
            process.send_signal(signal.SIGINT)
            time.sleep(0.01)
        _, err = process.communicate(timeout=60)
    # The last of them may come when the process is all but gone.
    assert process.returncode in {0, 130, -signal.SIGINT}
    assert "Traceback" not in err
    assert store.load(model)[1].core.hidden_size == 6
    assert [p for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_an_interrupted_run_goes_on_from_the_step_reached(
    text, tmp_path, load
):
    kept, model = tmp_path / "run", tmp_path / "model"
    options = ["--data", text, *SMALL, "--checkpoint", kept]
    options += ["--save", model, "--force"]
    many = ["--steps", 10**6, "--report", 10**6]
    with start(*options, *many, stdout=subprocess.PIPE) as process:
        while "tokens/s" not in process.stdout.readline():
            pass
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    reached = int(re.search(r"interrupted at step (\d+)", out)[1])
    assert reached > 0
    assert steps_done(kept) == store.read(model).recipe["reached"] == reached
    run = load("cli/test_command.py").run
    steps = ["--steps", reached + 5]
    assert run("train", *map(str, [*options, *steps])).returncode == 0
    resumed = store.load(model)[0]
    kept.unlink()
    assert run("train", *map(str, [*options, *steps])).returncode == 0
    for name, weight in store.load(model)[0].items():
        np.testing.assert_array_equal(resumed[name], weight)


def test_an_interrupt_before_the_first_step_is_one_word(text, tmp_path):
    with start("--data", text, *SMALL) as process:
        time.sleep(0.3)  # within the imports
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert (process.returncode, err) in [
        (130, "seqcourse: error: interrupted\n"),
        (130, ""),  # it had begun
    ]


def interrupting(monkeypatch, *moments):
    """Send Ctrl-C from within the functions named, before and after them."""
    for place, name, when in moments:
        real = getattr(place, name)

        def called(*given, real=real, when=when, **options):
            if when == "before":
                signal.raise_signal(signal.SIGINT)
            result = real(*given, **options)
            if when == "after":
                signal.raise_signal(signal.SIGINT)
            return result

        monkeypatch.setattr(place, name, called)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("seqcourse.numpy", "evaluate"),
        ("seqcourse.store", "save"),
        ("seqcourse.cli.train", "whole_text"),
    ],
)
def test_it_is_saved_whatever_is_interrupted(
    ready, tmp_path, monkeypatch, place, name, when
):
    job = ready()
    interrupting(monkeypatch, (sys.modules[place], name, when))
    try:
        status = command.train(job)
    except KeyboardInterrupt:  # which main turns into 130
        status = 130
    assert status == 130
    params, _ = store.load(tmp_path / "model")
    assert all(np.isfinite(w).all() for w in params.values())


def test_an_interrupt_right_after_fit_keeps_the_whole_run(
    ready, tmp_path, monkeypatch
):
    job = ready()
    whole = job.package.fit(job.learner, job.task, 9, batch_size=3)
    interrupting(monkeypatch, (job.package, "fit", "after"))
    assert command.train(job) == 130
    for name, weight in store.load(tmp_path / "model")[0].items():
        np.testing.assert_array_equal(weight, whole.params[name])


def test_only_what_is_at_work_is_interrupted():
    before = signal.getsignal(signal.SIGINT)
    with Interrupt() as interrupt:
        signal.raise_signal(signal.SIGINT)
        assert interrupt.seen
        interrupt.allowed = True
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)  # saving goes on
    assert signal.getsignal(signal.SIGINT) is before


def test_in_another_thread_the_signal_is_left_alone():
    before, found = signal.getsignal(signal.SIGINT), []

    def work():
        with Interrupt():
            found.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == [before]


# --- output that nobody reads ---------------------------------------------


@pytest.mark.parametrize("kept", ["--save", "--checkpoint", None])
def test_a_closed_pipe_loses_nothing(text, tmp_path, kept):
    path = tmp_path / "kept"
    options = ["--data", text, *SMALL, "--steps", 40, "--report", 5]
    more = [kept, path] if kept else []
    process = start(*options, *more, stdout=subprocess.PIPE)
    with process:
        process.stdout.readline()
        process.stdout.close()
        err = process.stderr.read()
    assert err == ""
    assert process.returncode == (0 if kept else 1)
    assert path.exists() == bool(kept)


def test_a_full_disk_behind_the_output_loses_nothing(text, tmp_path):
    model = tmp_path / "model"
    options = ["--data", text, *SMALL, "--steps", 5, "--save", model]
    with (
        Path("/dev/full").open("w") as full,
        start(*options, stdout=full) as job,
    ):
        err = job.stderr.read()
    assert (job.returncode, err) == (0, "")
    assert store.load(model)[1].core.hidden_size == 6


def test_help_into_a_closed_pipe_is_quiet():
    with start("--help", stdout=subprocess.PIPE) as process:
        process.stdout.close()
        assert process.stderr.read() == ""


def test_a_terminal_without_a_character_gets_an_escape(text, tmp_path):
    model = tmp_path / "mödel"
    options = ["--data", text, *SMALL, "--steps", 2, "--save", model]
    ascii_only = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(
        [sys.executable, "-c", MODULE, "train", *map(str, options)],
        capture_output=True,
        text=True,
        check=False,
        env=ascii_only,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert r"m\xf6del" in done.stdout


def test_without_standard_output_it_is_silent(monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    said = output.Output()
    said.line("something")
    said.flush()
    assert not said.closed


# --- a disk that fills ----------------------------------------------------


def test_where_the_checkpoint_fails_the_model_is_still_saved(
    ready, tmp_path, monkeypatch
):
    from seqcourse.numpy.storage import safetensors

    job, write, done = ready("--checkpoint", tmp_path / "run"), [], []
    write.append(safetensors.write)

    def full(path, *given, **options):
        done.append(path)
        if path.name == "run" and len(done) > 1:
            raise OSError(errno.ENOSPC, "No space left on device")
        write[0](path, *given, **options)

    monkeypatch.setattr(safetensors, "write", full)
    with pytest.raises(OSError, match="No space left"):
        command.train(job)
    params, model = store.load(tmp_path / "model")
    tokenizer = CharacterTokenizer.train(PROSE)
    task = tasks.TokenizedText(PROSE, tokenizer, window=9)
    whole = job.package.fit(model, task, 6, batch_size=3)
    for name, weight in params.items():
        np.testing.assert_array_equal(weight, whole.params[name])


def test_where_a_run_diverges_the_last_good_weights_are_saved(
    ready, tmp_path
):
    job = ready("--learning-rate", "1e37")
    with pytest.raises(FloatingPointError, match="try a smaller learning"):
        command.train(job)
    stored = store.read(tmp_path / "model")
    assert stored.recipe["reached"] < 9
    assert stored.scores == {}
    assert all(np.isfinite(w).all() for w in stored.params.values())


def test_a_closed_pipe_has_the_scores_in_the_file(text, tmp_path):
    model = tmp_path / "model"
    options = ["--data", text, *SMALL, "--steps", 5, "--save", model]
    with start(*options, stdout=subprocess.PIPE) as process:
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 0
    assert store.read(model).scores["validation_nats_per_token"] > 0
