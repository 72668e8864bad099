"""The command ``seqcourse``, as a user runs it."""

import contextlib
import io
import os
import re
import signal
import subprocess
import sys
import time
import tomllib
import types
from importlib.metadata import EntryPoint
from pathlib import Path
from unittest import mock

import numpy as np
import pytest

import seqcourse.numpy
from seqcourse import store, tasks
from seqcourse.cli.main import main
from seqcourse.numpy import (
    AdamW,
    ALiBi,
    LanguageModel,
    WarmupCosine,
    fit,
)
from seqcourse.tokenizers import CharacterTokenizer

MODULE = "python -m seqcourse"
PROSE = "the clouds are in the sky, and it is raining in the garden. " * 20
SAID = ["model", "hidden", "steps", "batch", "window", "seed", "checkpoint"]
SAID += ["save", "force", "log", "tokenizer", "vocab-size"]
SAID += [
    "layers",
    "heads",
    "position",
    "dropout",
    "warmup",
    "final-learning-rate",
]
SAID += ["betas", "weight-decay"]
SMALL = ["--hidden", "6", "--batch", "3", "--window", "9"]
NARROW = ["--embedding", "4"]  # of what is recurrent


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "prose.txt"
    path.write_text(PROSE, encoding="utf-8")
    return path


def command(*arguments):
    return [sys.executable, "-m", "seqcourse", *map(str, arguments)]


def run(*arguments, first="bin/seqcourse"):
    """Do in this process what the command would do in its own."""
    out, err = io.StringIO(), io.StringIO()
    with (
        mock.patch.object(sys, "argv", [first, *map(str, arguments)]),
        mock.patch.dict(os.environ, COLUMNS="80"),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            code = main()
        except SystemExit as end:  # the parser's own way to end
            code = end.code
    return types.SimpleNamespace(
        returncode=code or 0, stdout=out.getvalue(), stderr=err.getvalue()
    )


def train(text, *arguments):
    narrow = [] if "transformer" in arguments else NARROW
    done = run("train", "--data", text, *SMALL, *narrow, *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def rows(printed):
    """Give the lines of scores: step, train, validation, bits per byte."""
    found = re.findall(
        r"^ +(\d+) +(\d+\.\d+) +(\d+\.\d+) +(\d+\.\d+) +[\d,-]+ +[\d:-]+$",
        printed,
        re.M,
    )
    return [(int(n), *map(float, scores)) for n, *scores in found]


def task_of(text=PROSE, window=64):
    return tasks.TokenizedText(text, CharacterTokenizer.train(text), window)


@pytest.mark.parametrize("model", ["rnn", "lstm", "gru", "transformer"])
def test_it_trains_and_says_how_it_goes(text, model):
    printed = train(
        text,
        *("--model", model, "--steps", 130, "--report", 50),
        *(
            "--learning-rate",
            0.02,
            *(["--heads", 2] * (model == "transformer")),
        ),
    )
    scores = rows(printed)
    assert [step for step, *_ in scores] == [50, 100, 130]
    assert scores[0][1] > scores[1][1] > scores[2][1]
    chance = task_of().chance
    assert f"guessing by frequency: {chance:.4f} nats" in printed
    assert scores[-1][2] < chance
    last = re.search(r"whole validation split: (\d\.\d+) nats", printed)
    assert float(last[1]) == pytest.approx(scores[-1][2], abs=0.2)


def test_what_is_saved_is_what_fit_gives(text, tmp_path):
    path = tmp_path / "model.safetensors"
    printed = train(
        text, "--steps", 7, "--report", 3, "--seed", 5, "--save", path
    )
    assert f"saved to {path}" in printed
    params, model = store.load(path)
    assert isinstance(model, LanguageModel)
    assert model.core.hidden_size == 6
    task = task_of(window=9)
    whole = fit(model, task, 7, 5, batch_size=3)
    for name, weight in whole.params.items():
        np.testing.assert_array_equal(params[name], weight)
    assert rows(printed)[-1][1] == pytest.approx(
        whole.history.loss[-3:].mean(), abs=1e-4
    )


def test_what_is_asked_for_is_what_is_trained(text, tmp_path):
    path = tmp_path / "model.safetensors"
    train(
        text,
        *("--model", "transformer", *TINY, "--dropout", 0.1),
        *("--position", "alibi", "--steps", 12, "--save", path),
    )
    params, model = store.load(path)
    core = model.core
    assert (core.num_layers, core.width, core.dropout) == (2, 6, 0.1)
    assert core.block.self_attn.num_heads == 2
    assert core.block.self_attn.position == ALiBi()
    assert core.position is None
    assert model.tied
    learning_rate = WarmupCosine(0.01, 12, 5, 1e-3)
    whole = fit(
        model,
        task_of(window=9),
        12,
        batch_size=3,
        optimizer=AdamW(learning_rate, (0.9, 0.99), weight_decay=0.1),
    )
    for name, weight in whole.params.items():
        np.testing.assert_array_equal(params[name], weight)


def test_layers_lie_one_upon_the_other(text, tmp_path):
    path = tmp_path / "model.safetensors"
    options = ["--layers", 3, "--dropout", 0.2, "--steps", 2, "--save", path]
    train(text, *options)
    core = store.load(path)[1].core
    assert [layer.input_size for layer in core.layers] == [4, 6, 6]
    assert core.dropout == 0.2


def test_a_kept_run_goes_on(text, tmp_path):
    kept, model = tmp_path / "run", tmp_path / "model"
    options = ["--report", 4, "--save", model, "--force"]
    train(text, "--steps", 20, *options)
    whole = store.load(model)[0]
    train(text, "--steps", 9, *options, "--checkpoint", kept)
    printed = train(text, "--steps", 20, *options, "--checkpoint", kept)
    assert [step for step, *_ in rows(printed)] == [12, 16, 20]
    for name, weight in store.load(model)[0].items():
        np.testing.assert_array_equal(whole[name], weight)


def test_a_finished_run_prints_its_last_row_again(text, tmp_path):
    options = ["--steps", 9, "--report", 4, "--checkpoint", tmp_path / "run"]
    first = rows(train(text, *options))
    assert [step for step, *_ in first] == [4, 8, 9]
    assert rows(train(text, *options)) == first[-1:]


def test_a_longer_schedule_is_asked_for_by_name(text, tmp_path):
    options = ["--report", 4, "--warmup", 2, "--final-learning-rate", "1e-4"]
    options += ["--checkpoint", tmp_path / "run"]
    train(text, "--steps", 4, *options)
    longer = [
        "train",
        "--data",
        text,
        *SMALL,
        *NARROW,
        "--steps",
        8,
        *options,
    ]
    refused = run(*longer)
    assert refused.returncode == 2
    assert "--extend goes on with another rate" in refused.stderr
    assert refused.stderr.count("\n") == 1
    printed = train(text, "--steps", 8, *options, "--extend")
    assert [step for step, *_ in rows(printed)] == [8]
    refused = run("train", "--data", text, *SMALL, "--extend")
    assert "--extend: expected a checkpoint to go on from" in refused.stderr


def test_its_rows_are_of_one_run(text, monkeypatch):
    begun = []

    def watched(*given, **options):
        begun.append(given)
        return fit(*given, **options)

    monkeypatch.setattr(seqcourse.numpy, "fit", watched)
    assert len(rows(train(text, "--steps", 9, "--report", 2))) == 5
    assert len(begun) == 1


def test_an_interrupt_keeps_what_there_is(text, tmp_path):
    model = tmp_path / "model"
    options = ["--steps", 10**6, "--report", 10**6, "--save", model]
    # What was started in the background would ignore the signal.
    listening = (
        "import runpy, signal\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "runpy.run_module('seqcourse', run_name='__main__')"
    )
    arguments = ["train", "--data", text, *SMALL, *options]
    with subprocess.Popen(
        [sys.executable, "-c", listening, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:
        try:
            while "tokens/s" not in process.stdout.readline():
                pass
            time.sleep(0.5)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 130, err
    assert "interrupted at step " in out
    assert "Traceback" not in err
    assert store.load(model)[1].core.hidden_size == 6


TINY = [
    *(
        "--layers",
        "2",
        "--heads",
        "2",
        "--learning-rate",
        "0.01",
        "--warmup",
        "5",
    ),
    *("--final-learning-rate", "1e-3", "--betas", "0.9", "0.99"),
    *("--weight-decay", "0.1"),
]


@pytest.mark.torch
@pytest.mark.parametrize(
    ("model", "more"),
    [
        ("rnn", []),
        ("lstm", []),
        ("gru", ["--layers", "2"]),
        ("transformer", TINY),
        ("transformer", ["--heads", "1", "--position", "rotary"]),
    ],
)
def test_both_backends_print_the_same(text, model, more):
    options = ["--model", model, "--steps", 20, "--report", 10, *more]
    ours = rows(train(text, *options))
    theirs = rows(train(text, *options, "--backend", "torch"))
    assert len(ours) == len(theirs) == 2
    np.testing.assert_allclose(ours, theirs, atol=2e-4)


@pytest.mark.torch
def test_a_device_that_is_not_there_is_one_sentence(text):
    options = ["train", "--data", text, "--backend", "torch", "--device"]
    assert_one_sentence(run(*options, "meta"), "got 'meta'")
    done = run(*options, "nowhere")
    assert_one_sentence(done, "--device: expected one that computes, ")


def test_without_torch_it_says_what_to_install(text):
    without = {name: None for name in sys.modules if name[:6] == "torch."}
    ours = [name for name in sys.modules if "seqcourse.torch" in name]
    with mock.patch.dict(sys.modules, {**without, "torch": None}):
        for name in ours:
            del sys.modules[name]
        done = run("train", "--data", text, "--backend", "torch")
    assert_one_sentence(done, 'pip install "seqcourse[torch]" installs it')


def assert_one_sentence(done, part):
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1, done.stderr
    assert re.match(r"(python -m )?seqcourse: error: ", done.stderr)
    assert part in done.stderr


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        ([], "required: COMMAND"),
        (["bake"], "invalid choice: 'bake'"),
        (["train", "--model", "hmm"], "--model: invalid choice: 'hmm'"),
        (["train", "--hidden", "0"], "--hidden: expected a whole number"),
        (["train", "--steps", "many"], "at least 1, got 'many'"),
        (
            ["train", "--seed", "-1"],
            "--seed: expected a whole number of at least 0",
        ),
        (
            ["train", "--learning-rate", "nan"],
            "--learning-rate: expected a number above 0",
        ),
        (["train", "--dropout", "1"], "--dropout: expected a number from 0"),
        (["train", "--heads", "2"], "--heads: lstm has none"),
        (["train", "--position", "far"], "--position: invalid choice: 'far'"),
        (
            ["train", "--warmup", "9999"],
            "--warmup: expected below steps, 2000",
        ),
        (
            ["train", "--model", "transformer", "--heads", "3"],
            "--heads: expected a divisor of --hidden 128, got 3",
        ),
        (
            ["train", "--model", "transformer", "--embedding", "9"],
            "--embedding: a transformer has one width from end to end",
        ),
        (["train", "--device", "cuda"], "--backend torch has others"),
        (
            ["train", "--data", "nothing.txt"],
            "--data: nothing.txt: no such file",
        ),
        (
            ["train", "--save", "no/where/model"],
            "--save: expected a file in a folder that exists",
        ),
        (["train", "--checkpoint", "."], "--checkpoint: expected a reg"),
        (
            ["train", "--checkpoint", "n" * 256],
            "--checkpoint: expected a f",
        ),
        (["train", "--save", "n" * 256], "(file name too long)"),
        (["train", "--data", "n" * 256], "--data: nnn"),
        (["train", "--data", "."], "regular file, got a folder"),
        (["train", "--data", "/dev/zero"], "regular file, got a device"),
        (["train", "--data", "a\nb"], "--data: a\\nb: no such file"),
        (["train", "--window", "9" * 20], "--data: expected more than 999"),
        (["train", "--vocab-size", "300"], "--vocab-size: expected --tok"),
        (
            ["train", "--tokenizer", "bpe", "--vocab-size", "9"],
            "--vocab-size: expected a whole number of at least 256, got 9",
        ),
        (["train", "--tokenizer", "word"], "--tokenizer: invalid choice"),
        (["train", "--log", "."], "--log: expected a regular file"),
        (["train", "--colour", "red"], "unrecognized arguments: --colour"),
    ],
)
def test_what_is_wrong_is_one_sentence(arguments, part, text):
    if arguments[:1] == ["train"] and "--data" not in arguments:
        arguments = [*arguments, "--data", str(text)]
    assert_one_sentence(run(*arguments), part)


def test_a_text_that_is_none_is_one_sentence(tmp_path):
    path = tmp_path / "text"
    path.write_bytes(b"\xff\xfe\x00")
    assert_one_sentence(
        run("train", "--data", path), "--data: expected a text in UTF-8, got"
    )
    path.write_text("short")
    assert_one_sentence(
        run("train", "--data", path), "--data: expected more than 64 tokens"
    )
    path.write_text("a" * 999)
    assert_one_sentence(
        run("train", "--data", path), "two different characters, got 'a' al"
    )


def test_a_run_of_another_kind_is_one_sentence(text, tmp_path):
    kept = tmp_path / "run"
    train(text, "--steps", 2, "--checkpoint", kept)
    for other in (["--seed", 1], ["--model", "gru"], ["--steps", 1]):
        options = ["--steps", 3, "--checkpoint", kept, *other]
        done = run("train", "--data", text, *SMALL, *NARROW, *options)
        assert done.returncode == 2
        assert done.stderr.count("\n") == 1, done.stderr
    kept.write_text("no run")
    done = run("train", "--data", text, *SMALL, *NARROW, "--checkpoint", kept)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1, done.stderr


def test_it_is_a_command():
    done = subprocess.run(
        command("train", "--steps", "none"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert_one_sentence(done, f"{MODULE}: error: argument --steps: expected")


def test_the_script_is_the_module():
    project = Path(__file__).parents[2] / "pyproject.toml"
    scripts = tomllib.loads(project.read_text("utf-8"))["project"]["scripts"]
    entry = EntryPoint("seqcourse", scripts["seqcourse"], "console_scripts")
    assert entry.load() is main


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("seqcourse", "bin/seqcourse"),
        (MODULE, "lib/seqcourse/__main__.py"),
    ],
)
@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--help"], "usage: {} [-h] COMMAND"),
        (["train", "--help"], "usage: {} train [-h]"),
        (["train", "--help"], "example: {} train --model"),
        (["train", "--hidden"], "{}: error: argument --hidden"),
        (["train", "--data", "no.txt"], "{}: error: --data: no.txt"),
    ],
)
def test_the_command_says_how_it_was_called(name, first, arguments, expected):
    done = run(*arguments, first=first)
    assert expected.format(name) in done.stdout + done.stderr


def test_help_reads_well():
    done = run("train", "--help")
    assert done.returncode == 0
    assert done.stderr == ""
    for option in ["backend", "device", "data", *SAID]:
        assert f"--{option} " in done.stdout
    assert "%" in done.stdout
    for wrong in ("%%", "None", "SUPPRESS", "%("):
        assert wrong not in done.stdout
    assert max(map(len, done.stdout.split("\n"))) <= 80
