"""The log of a run: whole lines, one for each report, none twice."""

import errno
import json
import os

import pytest

from seqcourse import store
from seqcourse.cli import run_log

PROSE = "the clouds are in the sky, and it is raining in the garden. " * 20
SMALL = ["--hidden", "6", "--batch", "3", "--window", "9", "--report", "4"]
FIELDS = [
    "step",
    "train",
    "validation",
    "bits_per_byte",
    "tokens_per_second",
    "seconds",
    "sample",
    "learning_rate",
]


@pytest.fixture
def train(tmp_path, load):
    run = load("cli/test_command.py").run
    data = tmp_path / "prose.txt"
    data.write_text(PROSE, encoding="utf-8")

    def trained(steps, *options):
        given = ["--data", data, *SMALL, "--steps", steps]
        return run("train", *given, "--log", tmp_path / "log", *options)

    return trained


@pytest.fixture
def path(tmp_path):
    return tmp_path / "log"


def reports(path):
    data = path.read_text("utf-8")
    assert data.endswith("\n")
    return [json.loads(line) for line in data.splitlines()]


def steps(path):
    return [report["step"] for report in reports(path)]


def test_each_report_is_a_line(train, path):
    options = ["--warmup", 2, "--final-learning-rate", "1e-4"]
    done = train(10, *options)
    assert done.returncode == 0, done.stderr
    found = reports(path)
    assert [[*report] for report in found] == [FIELDS] * 3
    assert steps(path) == [4, 8, 10]
    for report in found:
        assert f"{report['step']:7d} {report['train']:9.4f} " in done.stdout
        assert f" {report['bits_per_byte']:.4f} " in done.stdout
        assert report["tokens_per_second"] > 0
        assert len(report["sample"]) == 60
    rates = [report["learning_rate"] for report in found]
    assert rates[0] > rates[1] > rates[2] > 1e-4
    # The text is ASCII: a character is a token and a byte.
    bits = found[0]["validation"] / 0.6931471805599453
    assert found[0]["bits_per_byte"] == pytest.approx(bits)


def test_it_goes_on_with_its_run(train, path, tmp_path):
    kept = ["--checkpoint", tmp_path / "run"]
    train(8, *kept)
    first = path.read_text()
    done = train(16, *kept)
    assert done.returncode == 0, done.stderr
    assert path.read_text().startswith(first)
    assert steps(path) == [4, 8, 12, 16]
    train(16, *kept)  # there is nothing left to do
    assert steps(path) == [4, 8, 12, 16]


def test_what_a_crash_has_left_is_mended(train, path, tmp_path):
    kept = ["--checkpoint", tmp_path / "run"]
    train(8, *kept)
    whole = path.read_bytes()
    for half in (b'{"step": 12, "tra', b"{", b""):
        path.write_bytes(whole + half)
        before = (tmp_path / "run").read_bytes()
        assert train(12, *kept).returncode == 0
        assert steps(path) == [4, 8, 12]
        (tmp_path / "run").write_bytes(before)
    # An older checkpoint: the steps after it are made again.
    assert train(12, *kept).returncode == 0
    assert steps(path) == [4, 8, 12]


def test_steps_that_are_made_again_are_told_again(tmp_path):
    path = tmp_path / "log"
    log = run_log.RunLog(path, goes_on=False)
    for step in (4, 8, 12):
        log.write({"step": step, "train": 1.0})
    log = run_log.RunLog(path, goes_on=True)
    log.write({"step": 6, "train": 2.0})
    assert reports(path) == [
        {"step": 4, "train": 1.0},
        {"step": 6, "train": 2.0},
    ]


def test_half_a_line_goes(tmp_path):
    path = tmp_path / "log"
    path.write_text('{"step": 4}\n{"step": 8, "tra')
    run_log.RunLog(path, goes_on=True).write({"step": 8})
    assert steps(path) == [4, 8]


@pytest.mark.parametrize(
    "content",
    ["my notes", "my notes\n", '{"a": 1}\n', "[1]\n", '{"step": "4"}\n'],
)
def test_what_is_no_log_is_never_written_to(train, path, tmp_path, content):
    kept = ["--checkpoint", tmp_path / "run"]
    train(4, *kept)
    path.write_text(content)
    done = train(8, *kept, "--force")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert f"--log: {path}: expected the log of this run" in done.stderr
    assert path.read_text() == content


def test_a_log_that_is_there_is_replaced_only_when_asked(train, path):
    train(8)
    done = train(4)
    assert done.returncode == 2
    assert "--log: expected a new file, or --force to re" in done.stderr
    assert steps(path) == [4, 8]
    assert train(4, "--force").returncode == 0
    assert steps(path) == [4]


def test_a_run_that_is_refused_leaves_the_log(train, path, tmp_path):
    train(8)
    before = path.read_bytes()
    (tmp_path / "run").write_text("no run")
    done = train(4, "--force", "--checkpoint", tmp_path / "run")
    assert done.returncode == 2
    assert path.read_bytes() == before


@pytest.mark.parametrize("other", ["save", "checkpoint"])
def test_no_other_file_is_the_log(train, path, tmp_path, other):
    done = train(4, f"--{other}", path, "--force")
    assert done.returncode == 2
    assert "expected another file than" in done.stderr
    assert not path.exists()


def test_a_full_disk_leaves_whole_lines_and_the_model(
    train, path, tmp_path, monkeypatch
):
    write = os.write

    def full(file, data):
        if b'"step": 8' in data:
            if len(data) > 9:
                return write(file, data[:9])
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(file, data)

    monkeypatch.setattr(os, "write", full)
    done = train(12, "--save", tmp_path / "model")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert f"--log: {path}: no space left on device" in done.stderr
    assert steps(path) == [4]
    assert store.read(tmp_path / "model").recipe["reached"] == 8
