"""A trained text model, used: generate, score, tokenize, inspect."""

import hashlib
import io
import math
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import seqcourse
import seqcourse.numpy as layers
from seqcourse import recipes, store, tasks
from seqcourse.cli.generate import generate
from seqcourse.numpy.storage import safetensors
from seqcourse.text_models import TextModel
from seqcourse.tokenizers import (
    BytePairTokenizer,
    ByteTokenizer,
    CharacterTokenizer,
)

README = Path(__file__).parents[2] / "README.md"
PROSE = "the clouds are in the sky, and it is raining in the garden. " * 20


@pytest.fixture
def run(load):
    return load("cli/test_command.py").run


def saved(path, tokenizer, scale=4.0):
    """Write an untrained model that is sure of what it says."""
    V = tokenizer.vocab_size
    layer = layers.LanguageModel(layers.Embedding(V, 8), layers.GRU(8, 9))
    params = layer.init(np.random.default_rng(0))
    params["readout.weight"] *= scale
    store.save(path, params, layer, tokenizer=tokenizer)
    return TextModel.load(path)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "model.safetensors"


@pytest.fixture
def model(path):
    return saved(path, CharacterTokenizer.train(PROSE))


def assert_refused(done, *parts):
    assert done.returncode == 2, done
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1, done.stderr
    assert done.stderr.startswith("seqcourse: error: ")
    for part in parts:
        assert part in done.stderr


# --- from a text to a model, and back to a text ---------------------------


def test_from_the_first_step_to_the_last_command(run, tmp_path, path):
    done = run(
        *("train", "--data", README, "--tokenizer", "bpe"),
        *("--vocab-size", 300, "--steps", 30, "--report", 15),
        *("--hidden", 32, "--window", 16, "--save", path),
    )
    assert (done.returncode, done.stderr) == (0, "")
    stored = store.read(path)
    assert isinstance(stored.tokenizer, BytePairTokenizer)
    text = README.read_text("utf-8")
    training = text[: len(text) * 9 // 10]
    assert stored.tokenizer == BytePairTokenizer.train(training, 300)
    recipe = stored.recipe
    assert recipe["data"] == {
        "name": "README.md",
        "sha256": hashlib.sha256(README.read_bytes()).hexdigest(),
        "bytes": README.stat().st_size,
    }
    assert recipe["version"] == seqcourse.__version__
    told = {"steps": 30, "reached": 30, "window": 16, "vocab_size": 300}
    assert told.items() <= recipe.items()
    scores = stored.scores
    nats, bits = (
        scores[f"validation_{name}"]
        for name in ("nats_per_token", "bits_per_byte")
    )
    assert scores["validation_perplexity"] == pytest.approx(math.exp(nats))
    task = tasks.TokenizedText(text, stored.tokenizer, 16, "validation")
    assert bits == pytest.approx(task.bits_per_byte(nats))
    assert f"{nats:.4f} nats per token, {bits:.4f} bits" in done.stdout

    held_back = tmp_path / "held back"
    held_back.write_text(text[len(training) :], encoding="utf-8")
    done = run("score", path, held_back)
    found = float(re.search(r"bits per byte +(\S+)", done.stdout)[1])
    assert found == pytest.approx(bits, rel=0.1)

    done = run("generate", path, "--prompt", "The book", "--tokens", 20)
    assert (done.returncode, done.stderr) == (0, "")
    written = TextModel.load(path).generate("The book", max_tokens=20)
    assert done.stdout.rstrip("\n") == f"The book{written}".rstrip("\n")

    done = run("inspect", path)
    assert f"{path}: a text model, {path.stat().st_size:,} b" in done.stdout
    assert hashlib.sha256(path.read_bytes()).hexdigest() in done.stdout
    for part in ('"LSTM"', '"BytePairTokenizer"', "tokens  300", str(nats)):
        assert part in done.stdout
    assert "  readout.weight    float32 (300, 32)\n" in done.stdout


def test_every_tokenizer_is_trained_with(run, tmp_path, path):
    data = tmp_path / "text"
    data.write_text("Bäume und Wörter, 犬と猫。" * 40, encoding="utf-8")
    given = ["train", "--data", data, "--steps", 2, "--window", 8]
    given += ["--hidden", 8, "--save", path, "--force"]
    for name, size in (("character", 17), ("byte", 256), ("bpe", 280)):
        sized = ["--vocab-size", 280] if name == "bpe" else []
        done = run(*given, "--tokenizer", name, *sized)
        assert (done.returncode, done.stderr) == (0, "")
        stored = store.read(path)
        assert stored.tokenizer.vocab_size == size
        assert stored.recipe["vocab_size"] == size
        sample = done.stdout.split("\n")[5]
        assert sample.startswith("        ")
        assert len(sample.strip()) >= 20


def test_the_sample_is_not_part_of_the_run(run, tmp_path, path):
    data = tmp_path / "text"
    data.write_text(PROSE)
    given = ["train", "--data", data, "--steps", 6, "--hidden", 6]
    weights = []
    for every in (1, 6):
        run(*given, "--report", every, "--save", path, "--force")
        weights.append(store.read(path).params)
    for name, weight in weights[0].items():
        np.testing.assert_array_equal(weight, weights[1][name])


def test_what_the_training_split_has_not_is_said(run, tmp_path):
    data = tmp_path / "text"
    data.write_text(PROSE + "Über")
    asked = ["train", "--data", data, "--window", 4, "--steps", 1]
    assert_refused(run(*asked), "--data: expected no character", "got 'Ü'")
    assert run(*asked, "--tokenizer", "byte").returncode == 0


# --- generate -------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "given"),
    [
        ([], {}),
        (["--tokens", 7, "--seed", 3], {"max_tokens": 7, "seed": 3}),
        (["--temperature", 0], {"temperature": 0}),
        (["--temperature", 2, "--top-k", 3], {"temperature": 2, "top_k": 3}),
        (["--top-p", "0.5", "--min-p", "0.1"], {"top_p": 0.5, "min_p": 0.1}),
        (["--repetition-penalty", 2], {"repetition_penalty": 2.0}),
        (["--stop", "e", "--stop", "a"], {"stop": ["e", "a"]}),
    ],
)  # fmt: skip
def test_it_writes_what_the_model_writes(run, path, model, options, given):
    done = run("generate", path, "--prompt", "the sky", *options)
    assert (done.returncode, done.stderr) == (0, "")
    written = model.generate("the sky", **given)
    assert done.stdout == f"the sky{written}\n"


@pytest.mark.torch
def test_both_backends_write_the_same(run, path, model):
    asked = ["generate", path, "--prompt", "the", "--tokens", 30]
    ours, theirs = run(*asked), run(*asked, "--backend", "torch")
    assert ours.stdout == theirs.stdout
    score = ["score", path, README]
    saved(path, ByteTokenizer())
    ours, theirs = run(*score), run(*score, "--backend", "torch")
    assert ours.stdout == theirs.stdout
    done = run(*asked, "--backend", "torch", "--device", "nowhere")
    assert_refused(done, "--device: expected one that computes")


def pieces(error=None):
    yield "one "
    yield "two "
    if error is not None:
        raise error


def test_each_piece_is_printed_at_once(monkeypatch):
    printed, seen = io.BytesIO(), []

    def watched():
        for piece in pieces():
            seen.append(printed.getvalue())
            yield piece

    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(printed))
    assert generate("zero ", watched()) == 0
    assert seen == [b"zero ", b"zero one "]
    assert printed.getvalue() == b"zero one two \n"


def test_an_interrupt_ends_with_what_there_is(capsys):
    assert generate("", pieces(KeyboardInterrupt())) == 130
    assert capsys.readouterr() == ("one two \n", "")


def test_a_failure_ends_the_line_too(capsys):
    with pytest.raises(layers.DivergenceError):
        generate("", pieces(layers.DivergenceError("scores")))
    assert capsys.readouterr().out == "one two \n"


def test_a_text_that_ends_a_line_has_no_empty_line_after_it(capsys):
    generate("one", iter(["two\n"]))
    assert capsys.readouterr().out == "onetwo\n"


MODULE = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.argv = ["seqcourse", *sys.argv[1:]]
from seqcourse.cli.main import main
sys.exit(main())
"""


def start(*arguments):
    return subprocess.Popen(
        [sys.executable, "-c", MODULE, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )


def test_a_process_is_interrupted_in_the_middle(path, model):
    asked = ["--prompt", "the", "--tokens", 10**9]
    with start("generate", path, *asked) as process:
        begun = process.stdout.read(40)
        process.send_signal(signal.SIGINT)
        rest, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (130, b"")
    assert (begun + rest).startswith(b"the")
    assert rest.endswith(b"\n")


@pytest.mark.parametrize("name", ["generate", "score"])
def test_a_closed_pipe_ends_quietly(path, tmp_path, name):
    saved(path, ByteTokenizer())
    (tmp_path / "text").write_text(PROSE * 9)
    asked = {
        "generate": [path, "--prompt", "the", "--tokens", 10**9],
        "score": [path, tmp_path / "text", "--table"],
    }
    with start(name, *asked[name]) as process:
        process.stdout.read(1)
        process.stdout.close()
        err = process.stderr.read()
    assert (process.returncode, err) == (1, b"")


# --- score ----------------------------------------------------------------


def test_it_scores_what_the_model_scores(run, tmp_path, path):
    model = saved(path, BytePairTokenizer.train(PROSE, 270))
    (tmp_path / "text").write_text("the sky é\n", encoding="utf-8")
    done = run("score", path, tmp_path / "text", "--table")
    assert (done.returncode, done.stderr) == (0, "")
    found = model.score("the sky é\n")
    heading, *rows = done.stdout.split("\n")[: 1 + len(found.tokens)]
    assert heading == "position  probability     nats  token"
    for n, row in enumerate(rows):
        place, p, nats, token = row.split(maxsplit=3)
        assert int(place) == n
        assert float(p) == pytest.approx(found.probabilities[n], abs=1e-4)
        assert float(nats) == pytest.approx(found.nats[n], abs=1e-4)
        value = model.tokenizer.vocabulary[found.tokens[n]]
        assert eval(token) in (value, value.decode("utf-8", "ignore"))
    assert rows[-1].endswith(r"'\n'")
    for line in (
        f"bytes               {found.num_bytes}",
        f"nats per token {found.nats_per_token:7.4f}",
        f"perplexity     {found.perplexity:7.4f}",
        f"bits per byte  {found.bits_per_byte:7.4f}",
    ):
        assert f"\n{line}\n" in done.stdout
    assert "position" not in run("score", path, tmp_path / "text").stdout


# --- tokenize -------------------------------------------------------------


def test_a_tokenizer_is_trained_and_used(run, tmp_path):
    data, made = tmp_path / "text", tmp_path / "tokenizer.json"
    data.write_text(PROSE)
    asked = ["tokenize", "--data", data, "--vocab-size", 280, "--save", made]
    done = run(*asked)
    assert (done.returncode, done.stderr) == (0, "")
    tokenizer = BytePairTokenizer.train(PROSE, 280)
    assert BytePairTokenizer.from_file(made) == tokenizer
    each = len(PROSE) / len(tokenizer.encode(PROSE))
    said = rf"280 tokens, {each:.2f} bytes per token of the text, \d+\.\d sec"
    assert re.match(said, done.stdout)
    before = made.read_bytes()
    assert_refused(run(*asked), "--save: expected a new file")
    assert made.read_bytes() == before
    assert run(*asked, "--force").returncode == 0
    assert_refused(
        run("tokenize", "--data", data, "--save", data, "--force"),
        "--save: expected another file than --data",
    )
    assert data.read_text() == PROSE


def test_the_tokens_are_shown(run, tmp_path, path):
    text = "the sky | is\\ é\n"
    made, data = tmp_path / "tokenizer.json", tmp_path / "text"
    tokenizer = BytePairTokenizer.train(PROSE, 290)
    tokenizer.to_file(made)
    saved(path, tokenizer)
    data.write_text(text, encoding="utf-8")
    tokens = tokenizer.encode(text)
    for asked in (
        ["--tokenizer", made, "--text", text],
        ["--tokenizer", made, "--data", data],
        ["--tokenizer", path, "--text", text],
    ):
        done = run("tokenize", *asked)
        assert (done.returncode, done.stderr) == (0, "")
        cut, numbers, summary, _ = done.stdout.split("\n")
        assert cut == r"the| sky| |\|| is|\\| |\xc3|\xa9|\n"
        assert [int(n) for n in numbers.split()] == tokens.tolist()
        assert summary == (
            f"{len(tokens)} tokens, 17 bytes, "
            f"{17 / len(tokens):.2f} bytes per token"
        )


# --- inspect --------------------------------------------------------------


def test_every_file_of_the_book_says_its_kind(run, tmp_path):
    shipped = recipes.shipped()["counting-lstm"]
    done = run("inspect", shipped)
    assert done.returncode == 0, done.stderr
    assert "a recipe's weights, from 5 seeds, " in done.stdout
    assert '"Counting"' in done.stdout

    kept, data = tmp_path / "run", tmp_path / "text"
    data.write_text(PROSE)
    asked = ["--steps", 3, "--hidden", 6, "--checkpoint", kept]
    run("train", "--data", data, *asked)
    done = run("inspect", kept)
    assert "the checkpoint of a run, after step 3, " in done.stdout
    assert '"seqcourse.tasks.TokenizedText"' in done.stdout

    layer = layers.RNN(2, 3)
    store.save(tmp_path / "rnn", layer.init(np.random.default_rng(0)), layer)
    done = run("inspect", tmp_path / "rnn")
    assert "rnn: a model, " in done.stdout
    assert "weights  21 numbers in 4 arrays" in done.stdout

    safetensors.write(tmp_path / "any", {"h\x1b": np.ones(2)}, {"a\x1b": ""})
    done = run("inspect", tmp_path / "any")
    assert "any: arrays of another program, " in done.stdout
    assert "\x1b" not in done.stdout


# --- what is wrong is one sentence ----------------------------------------


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["generate"], "required: MODEL, --prompt"),
        (["generate", "M"], "required: --prompt"),
        (
            ["generate", "M", "--prompt", "the ü"],
            "--prompt: expected the 19 ",
        ),
        (
            ["generate", "M", "--prompt", ""],
            "--prompt: expected at least one",
        ),
        (["generate", "M", "--prompt", "\udce9"], "half of a surrogate pair"),
        (
            ["generate", "M", "--prompt", "t", "--top-p", "0"],
            "--top-p: expec",
        ),
        (
            ["generate", "M", "--prompt", "t", "--top-k", "0"],
            "--top-k: expec",
        ),
        (
            ["generate", "M", "--prompt", "t", "--min-p", "2"],
            "--min-p: expec",
        ),
        (
            ["generate", "M", "--prompt", "t", "--temperature", "nan"],
            "--temperature: expected a number, got 'nan'",
        ),
        (
            ["generate", "M", "--prompt", "t", "--temperature", "-1"],
            "--temperature: expected a number of at least 0, got -1.0",
        ),
        (
            ["generate", "M", "--prompt", "t", "--repetition-penalty", "0"],
            "--repetition-penalty: expected a number above 0",
        ),
        (
            ["generate", "M", "--prompt", "t", "--stop", ""],
            "--stop: expected",
        ),
        (
            ["generate", "M", "--prompt", "t", "--tokens", "0"],
            "--tokens: exp",
        ),
        (
            ["generate", "M", "--prompt", "t", "--device", "cuda"],
            "--device: ",
        ),
        (["generate", "none", "--prompt", "t"], "MODEL: none: no such file"),
        (["generate", "seed", "--prompt", "t"], "MODEL: seed: no such file"),
        (["generate", ".", "--prompt", "t"], "regular file, got a folder"),
        (["generate", "/dev/zero", "--prompt", "t"], "file, got a device"),
        (
            ["generate", str(README), "--prompt", "t"],
            "not a safetensors file",
        ),
        (["generate", "RNN", "--prompt", "t"], "RNN without a tokenizer"),
        (["score", "M"], "required: FILE"),
        (["score", "M", "none"], "FILE: none: no such file"),
        (["score", "M", "."], "FILE: .: expected a regular file"),
        (["score", "M", "/dev/zero"], "FILE: /dev/zero: expected a regular"),
        (["score", "M", str(README)], "FILE: expected the 19 characters of"),
        (["score", "M", "EMPTY"], "FILE: expected at least one token"),
        (["score", "RNN", "EMPTY"], "RNN without a tokenizer"),
        (["tokenize"], "--save: expected a path for the new tokenizer, or"),
        (["tokenize", "--text", "a"], "--text: expected --tokenizer"),
        (["tokenize", "--tokenizer", "M"], "--text or --data, got neither"),
        (
            ["tokenize", "--tokenizer", "M", "--text", "a", "--data", "M"],
            "--text or --data, got both",
        ),
        (
            ["tokenize", "--tokenizer", "M", "--text", "a", "--save", "b"],
            "--save: expected no --tokenizer",
        ),
        (
            ["tokenize", "--tokenizer", "M", "--text", "ü"],
            "--text: expected the 19 characters",
        ),
        (
            ["tokenize", "--tokenizer", "M", "--text", ""],
            "--text: expected a",
        ),
        (["tokenize", "--tokenizer", "OTHER", "--text", "a"], "got other"),
        (["tokenize", "--tokenizer", "RNN", "--text", "a"], "no tokenizer"),
        (["tokenize", "--tokenizer", "/dev/zero", "--text", "a"], "a device"),
        (
            ["tokenize", "--data", "EMPTY", "--save", "NEW"],
            "--data: expected",
        ),
        (
            ["tokenize", "--data", "/dev/zero", "--save", "NEW"],
            "--data: /dev",
        ),
        (
            ["tokenize", "--data", str(README), "--save", "no/where"],
            "--save: expected a file in a folder that exists",
        ),
        (
            [
                *("tokenize", "--data", str(README), "--save", "NEW"),
                *("--vocab-size", "255"),
            ],
            "--vocab-size: expected a whole number of at least 256, got 255",
        ),
        (["inspect"], "required: FILE"),
        (["inspect", "none"], "FILE: none: no such file"),
        (["inspect", "."], "regular file, got a folder"),
        (["inspect", "/dev/zero"], "regular file, got a device"),
        (["inspect", str(README)], "not a safetensors file"),
        (["inspect", "EMPTY"], "not a safetensors file"),
        (["inspect", "NO RUN"], "holds no run"),
    ],
)
def test_what_is_wrong_is_one_sentence(
    run, tmp_path, path, model, arguments, part
):
    rnn = layers.RNN(2, 3)
    store.save(tmp_path / "RNN", rnn.init(np.random.default_rng(0)), rnn)
    (tmp_path / "EMPTY").touch()
    (tmp_path / "OTHER").write_text('{"model": {"type": "WordLevel"}}')
    safetensors.write(tmp_path / "NO RUN", {}, {"training": "[]"})
    names = {name: tmp_path / name for name in ("RNN", "EMPTY", "OTHER")}
    names |= {name: tmp_path / name for name in ("NEW", "NO RUN")}
    given = [{**names, "M": path}.get(word, word) for word in arguments]
    assert_refused(run(*given), part)
    assert not (tmp_path / "NEW").exists()


@pytest.mark.parametrize("name", ["generate", "score", "inspect", "tokenize"])
def test_a_damaged_model_is_one_sentence(run, tmp_path, path, model, name):
    whole = path.read_bytes()
    (tmp_path / "text").write_text("the sky")
    asked = {
        "generate": ["generate", path, "--prompt", "the"],
        "score": ["score", path, tmp_path / "text"],
        "inspect": ["inspect", path],
        "tokenize": ["tokenize", "--tokenizer", path, "--text", "the"],
    }
    for at in np.random.default_rng(0).choice(len(whole), 25, replace=False):
        damaged = bytearray(whole)
        damaged[at] ^= 16
        path.write_bytes(damaged)
        assert_refused(run(*asked[name]), str(path))
    path.write_bytes(whole[: len(whole) // 2])
    assert_refused(run(*asked[name]), str(path))


@pytest.mark.parametrize("name", ["generate", "score", "tokenize", "inspect"])
def test_its_help_reads_well(run, name):
    done = run(name, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"usage: seqcourse {name} [-h]")
    for wrong in ("%%", "None", "SUPPRESS", "%("):
        assert wrong not in done.stdout
    assert max(map(len, done.stdout.split("\n"))) <= 80
