"""Speed, time left and samples: what a report says of a run."""

import json
import types

import numpy as np
import pytest

from seqcourse.cli import report
from seqcourse.cli.options import parser
from seqcourse.cli.prepare import prepare
from seqcourse.numpy import History, Run
from seqcourse.tasks import TokenizedText
from seqcourse.text_models import TextModel
from seqcourse.tokenizers import BytePairTokenizer, ByteTokenizer

PROSE = "the clouds are in the sky, and it is raining in the garden. " * 20
PAIRS = BytePairTokenizer.train("犬と猫" * 9, 264)


def ready_in(tmp_path, *options):
    data = tmp_path / "text"
    data.write_text(PROSE)
    given = ["train", "--data", str(data), "--hidden", "6", "--batch", "3"]
    given += ["--window", "9", "--steps", "40", "--report", "10"]
    return prepare(parser().parse_args([*given, *map(str, options)]))


def run_after(ready, steps):
    params = ready.model.init(np.random.default_rng(0))
    losses = np.arange(steps, dtype=float)
    return Run(params, History(losses, losses))


@pytest.fixture
def clock(monkeypatch):
    now = [100.0]
    fake = types.SimpleNamespace(perf_counter=lambda: now[0])
    monkeypatch.setattr(report, "time", fake)
    return now


def test_speed_and_time_left_are_of_the_steps_made(tmp_path, clock):
    ready = ready_in(tmp_path)
    reporter = report.Reporter(ready)
    clock[0] += 2.0
    first = reporter.report(run_after(ready, 10))
    assert first.tokens_per_second == 10 * 3 * 9 / 2
    assert first.seconds == 2
    assert reporter.left(10) == 6
    clock[0] += 1.0
    second = reporter.report(run_after(ready, 20))
    assert second.tokens_per_second == 10 * 3 * 9 / 1
    assert second.train == 14.5
    assert reporter.left(20) == 3


def test_a_run_that_goes_on_counts_from_where_it_stopped(tmp_path):
    kept = tmp_path / "run"
    ready = ready_in(tmp_path, "--checkpoint", kept)
    options = {"batch_size": 3, "checkpoint": kept}
    ready.package.fit(ready.learner, ready.task, 13, **options)
    for each, made in ((ready, 7), (ready_in(tmp_path), 20)):
        found = report.Reporter(each).report(run_after(each, 20))
        tokens = found.tokens_per_second * found.seconds
        assert tokens == pytest.approx(made * 3 * 9)


def test_without_a_step_there_is_no_speed(tmp_path):
    ready = ready_in(tmp_path)
    reporter = report.Reporter(ready)
    reporter.report(run_after(ready, 40))
    again = reporter.report(run_after(ready, 40))
    assert again.tokens_per_second is None
    assert again.lines(None)[0].endswith("          -         -")
    assert json.loads(json.dumps(again.tokens_per_second)) is None


@pytest.mark.parametrize(
    ("tokenizer", "expected"),
    [(ByteTokenizer(), "犬"), (PAIRS, "犬と猫")],
    ids=["bytes", "pairs"],
)
def test_a_prompt_is_whole_characters(tokenizer, expected):
    task = TokenizedText("犬と猫" * 9, tokenizer, window=1)
    assert report.first_characters(task) == expected


def test_a_sample_is_one_line():
    found = report.Report(1, 1.0, 1.0, 1.0, None, 0.0, "a\nb\x1b\t…", 1e-3)
    _, line = found.lines(None)
    assert line == r"        a\nb\x1b\t…"


def test_a_sample_begins_with_the_validation_split(tmp_path):
    ready = ready_in(tmp_path)
    found = report.Reporter(ready).report(run_after(ready, 1)).sample
    assert len(found) == 60
    assert found[0] == PROSE[len(PROSE) * 9 // 10]


def test_a_sample_reads_no_more_than_a_window(tmp_path, monkeypatch):
    ready, made = ready_in(tmp_path, "--model", "rnn"), []

    def watched(*given):
        made.append(given)
        return TextModel(*given)

    monkeypatch.setattr(report, "TextModel", watched)
    report.Reporter(ready).report(run_after(ready, 1))
    ((_, _, _, recipe),) = made
    assert recipe["window"] == 9
