"""Sweeps: fair to every model, the same however they are made, kept whole."""

import dataclasses
import json
import math
import re
import signal

import numpy as np
import pytest

from seqcourse import recipes
from seqcourse.numpy import (
    RNN,
    SGD,
    Adam,
    DivergenceError,
    Embedding,
    LanguageModel,
    SequenceClassifier,
    evaluate,
    fit,
)
from seqcourse.recipes import sweep_runs
from seqcourse.recipes.experiment import hash_of, train
from seqcourse.tasks import Copying, DelayedRecall, Sentences
from seqcourse.tasks.language.tokenized_text import TokenizedText
from tests.recipes.of_the_book import SHIPPED, as_trained, listed

each_sweep = pytest.mark.parametrize("name", listed.SWEEPS)


def classifier(hidden):
    return SequenceClassifier(Embedding(5, 5), RNN(5, hidden), 4)


def small(**changes):
    sweep = recipes.Sweep(
        {"wide": classifier(8), "narrow": classifier(3)},
        DelayedRecall(delay=3, symbols=4),
        steps=30,
        learning_rates=(1e-2, 1e-3),
        seeds=(3, 5, 6),
        batch_size=16,
        test_size=100,
    )
    return dataclasses.replace(sweep, **changes)


@pytest.fixture(scope="module")
def swept():
    return small().follow()


def same(one, other):
    assert one.sweep == other.sweep
    for what in ("validation", "scores", "diverged"):
        mine, its = getattr(one, what), getattr(other, what)
        assert mine.keys() == its.keys()
        for name in mine:
            np.testing.assert_array_equal(mine[name], its[name])


# --- what the book ships


@each_sweep
def test_shipped_scores_are_those_of_the_sweep(name):
    found = recipes.load_sweep(name)
    expected = as_trained(listed.SWEEPS[name], found.sweep)
    assert found.sweep == expected
    assert found.sweep.hash == expected.hash
    most = 500_000 if isinstance(found.sweep.task, TokenizedText) else 100_000
    assert (SHIPPED / f"{name}.json").stat().st_size < most


def test_every_shipped_file_has_its_sweep_and_no_name_is_used_twice():
    names = {path.stem for path in SHIPPED.glob("*.json")}
    assert names == {*listed.SWEEPS} == {*recipes.shipped_sweeps()}
    assert not names & {*listed.RECIPES}


def test_a_run_of_a_shipped_sweep_scores_what_was_recorded():
    """The cheapest of all; other machines add up in another order."""
    name, sweep = min(
        listed.SWEEPS.items(), key=lambda s: s[1].steps * s[1].batch_size
    )
    model, rate, seed = sweep.runs[0]
    found = recipes.load_sweep(name)
    outcome = sweep_runs.measure(sweep, model, rate, seed)
    assert outcome.score == pytest.approx(found.scores[model][0, 0], abs=0.1)
    assert outcome.diverged == found.diverged[model][0, 0]


# --- following


def test_scores_are_those_of_the_runs(swept):
    sweep = swept.sweep
    for name, scores in swept.scores.items():
        assert scores.shape == swept.validation[name].shape == (2, 3)
        assert not swept.diverged[name].any()
    run = fit(
        sweep.models["wide"], sweep.task, 30, 5,
        batch_size=16, optimizer=Adam(1e-3),
    )  # fmt: skip
    model = sweep.models["wide"]
    score = evaluate(model, run.params, sweep.task, size=100)
    assert swept.scores["wide"][1, 1] == score


@pytest.mark.parametrize(
    ("change", "optimizer"),
    [
        ({"optimizer": "SGD"}, SGD(1e-2)),
        ({"bptt_length": 2}, Adam(1e-2)),
        ({"max_grad_norm": 0.1}, Adam(1e-2)),
    ],
    ids=str,
)
def test_a_run_is_trained_as_the_sweep_says(change, optimizer):
    sweep = small(seeds=(3,), learning_rates=(1e-2,), **change)
    model = sweep.models["wide"]
    run = fit(
        model, sweep.task, 30, 3, batch_size=16,
        **(change | {"optimizer": optimizer}),
    )  # fmt: skip
    other = train(sweep, model, 1e-2, 3)
    plain = train(small(), model, 1e-2, 3)
    for name, weights in run.params.items():
        np.testing.assert_array_equal(other.params[name], weights)
    assert any(
        not np.array_equal(other.params[name], plain.params[name])
        for name in plain.params
    )


def test_the_rate_is_chosen_on_one_draw_and_scored_on_another(monkeypatch):
    draws = []
    plain = sweep_runs.evaluate

    def noted(model, params, task, seed, size):
        draws.append((seed, size))
        return plain(model, params, task, seed, size)

    monkeypatch.setattr(sweep_runs, "evaluate", noted)
    found = small(seeds=(3,), learning_rates=(1e-2,)).follow()
    assert draws == [(0, 100), (1, 100)] * 2
    assert found.validation["wide"] != found.scores["wide"]


def test_the_best_rate_is_that_of_the_validation_scores(swept):
    low, high = np.full((2, 3), 0.2), np.full((2, 3), 0.2)
    low[1], high[0] = [0.1, 0.9, 0.1], 0.9
    found = dataclasses.replace(
        swept,
        validation={"wide": low, "narrow": high},
        scores={"wide": high, "narrow": low},
    )
    assert found.best_rate("wide") == 1e-3
    np.testing.assert_array_equal(found.best("wide"), high[1])
    assert found.best_rate("narrow") == 1e-2
    np.testing.assert_array_equal(found.best("narrow"), low[0])
    for call in (found.best, found.best_rate):
        with pytest.raises(
            ValueError, match=r"^name: expected one of wide, n"
        ):
            call("other")


@pytest.mark.parametrize("task", [Sentences(), Copying()])
def test_where_the_score_is_a_loss_the_least_is_best(task):
    model = LanguageModel(Embedding(task.vocab_size, 4), RNN(4, 4))
    sweep = recipes.Sweep({"rnn": model}, task, 2, (1e-3, 1e-2), (0,))
    found = {"rnn": np.array([[2.0], [1.0]])}
    flags = {"rnn": np.zeros((2, 1), bool)}
    assert recipes.Swept(sweep, found, found, flags).best_rate("rnn") == 1e-2


def test_a_rate_without_a_finite_score_is_never_best(swept):
    scores = {name: np.full((2, 3), 0.1) for name in swept.scores}
    scores["wide"][0, 1] = np.nan
    flags = {name: np.isnan(each) for name, each in scores.items()}
    found = dataclasses.replace(
        swept, validation=scores, scores=scores, diverged=flags
    )
    assert found.best_rate("wide") == 1e-3


def test_a_run_that_diverges_is_marked_and_scores_what_it_had(monkeypatch):
    plain = sweep_runs.train

    def train(sweep, model, rate, seed, progress):
        run = plain(sweep, model, rate, seed, progress)
        if rate == 1e-3 and seed == 5:
            raise DivergenceError("the loss became nan", run)
        return run

    monkeypatch.setattr(sweep_runs, "train", train)
    found = small().follow()
    monkeypatch.undo()
    assert found.diverged["wide"].tolist() == [
        [False] * 3,
        [False, True, False],
    ]
    same(
        dataclasses.replace(found, diverged=small().follow().diverged),
        small().follow(),
    )


def test_outputs_that_are_not_finite_are_recorded_as_none(
    monkeypatch, tmp_path
):
    def evaluate(*_):
        raise DivergenceError("y became inf")

    monkeypatch.setattr(sweep_runs, "evaluate", evaluate)
    found = small().follow()
    assert np.isnan(found.scores["wide"]).all()
    assert found.diverged["wide"].all()
    recipes.save_sweep(tmp_path / "some.json", found)
    text = (tmp_path / "some.json").read_text("utf-8")
    assert "NaN" not in text
    same(recipes.load_sweep(tmp_path / "some.json"), found)


def test_processes_give_the_same_scores(swept, tmp_path):
    heard = []
    path = tmp_path / "partial"
    found = small().follow(
        lambda *run: heard.append(run), processes=2, partial=path
    )
    same(found, swept)
    told = {(name, rate, seed): score for name, rate, seed, score in heard}
    assert len(told) == len(heard) == 12
    assert told["wide", 1e-3, 5] == swept.scores["wide"][1, 1]


def test_a_report_hears_of_every_run_that_is_made(swept, tmp_path):
    heard = []
    path = tmp_path / "partial"
    small().follow(lambda *run: heard.append(run), partial=path)
    assert [run[:3] for run in heard] == small().runs
    assert heard[4][3] == swept.scores["wide"][1, 1]
    again = small().follow(lambda *run: heard.append(run), partial=path)
    assert len(heard) == 12  # nothing was left to make
    same(again, swept)


# --- stopping and going on


def test_an_interrupt_loses_one_run_at_most(swept, tmp_path, monkeypatch):
    path, made = tmp_path / "partial", []

    def stop(*run):
        made.append(run)
        if len(made) == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        small().follow(stop, partial=path)
    assert len(json.loads(path.read_text())["runs"]) == 4
    rest = []
    same(small().follow(lambda *run: rest.append(run), partial=path), swept)
    assert len(rest) == 8


def test_an_interrupt_keeps_the_runs_under_way(swept, tmp_path):
    path = tmp_path / "partial"

    def stop(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        small().follow(stop, processes=2, partial=path)
    assert 1 < len(json.loads(path.read_text())["runs"]) < 12
    same(small().follow(partial=path), swept)


def test_ctrl_c_within_a_run_keeps_no_part_of_it(tmp_path, monkeypatch):
    draw, drawn = DelayedRecall.batch, []

    def batch(task, rng, size):
        drawn.append(size)
        if len(drawn) == 50:  # in the second run, behind two scores
            signal.raise_signal(signal.SIGINT)
        return draw(task, rng, size)

    monkeypatch.setattr(DelayedRecall, "batch", batch)
    path, heard = tmp_path / "partial", []
    with pytest.raises(KeyboardInterrupt):
        small().follow(lambda *run: heard.append(run), partial=path)
    assert len(json.loads(path.read_text())["runs"]) == len(heard) == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("{", "expected a file that an earlier call left"),
        ("[]", "expected a file that an earlier call left"),
        ('{"runs": [[1, 2]], "hash": ""}', "expected a file that an earl"),
        ('{"runs": [], "hash": "0"}', "expected runs of this sweep, got"),
    ],
)
def test_a_partial_file_of_something_else_is_refused(
    tmp_path, content, sentence
):
    path = tmp_path / "partial"
    path.write_text(content)
    with pytest.raises(ValueError, match=f"^partial: {sentence}"):
        small().follow(partial=path)
    assert path.read_text() == content


def test_runs_of_another_sweep_are_not_taken_up(tmp_path):
    path = tmp_path / "partial"
    small(seeds=(3,)).follow(partial=path)
    with pytest.raises(ValueError, match=r"^partial: .* those of another"):
        small(seeds=(3,), steps=31).follow(partial=path)


def test_where_nothing_can_be_kept_nothing_is_trained(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"^partial: .* folder that"):
        small(steps=10**9).follow(partial=tmp_path / "no" / "folder")


# --- the description


@pytest.mark.parametrize(
    "change",
    [
        {"steps": 21},
        {"seeds": (3,)},
        {"learning_rates": (1e-2,)},
        {"batch_size": 33},
        {"max_grad_norm": 2.0},
        {"optimizer": "SGD"},
        {"bptt_length": 2},
        {"test_size": 99},
        {"task": DelayedRecall(delay=4, symbols=4)},
        {"models": {"wide": classifier(8)}},
        {"models": {"wide": classifier(8), "other": classifier(3)}},
        {"models": {"wide": classifier(8), "narrow": classifier(4)}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_whatever_changes_the_sweep_changes_the_hash(change):
    assert small(**change).hash != small().hash
    assert small(**change) != small()


def test_a_description_has_what_is_not_a_default():
    assert not {"optimizer", "bptt_length"} & small().to_config().keys()
    sweep = small(optimizer="SGD", bptt_length=2)
    assert sweep.to_config()["optimizer"] == "SGD"
    assert sweep.to_config()["bptt_length"] == 2
    for each in (sweep, small()):
        assert recipes.Sweep.from_config(each.to_config()) == each


def test_a_description_without_its_seeds_is_refused():
    config = small().to_config()
    del config["seeds"]
    with pytest.raises(ValueError, match=r"^config: expected 'seeds', got"):
        recipes.Sweep.from_config(config)


def test_the_order_of_the_models_does_not_change_the_hash():
    turned = dict(reversed(small().models.items()))
    assert small(models=turned).hash == small().hash
    assert hash(small(models=turned)) == hash(small())


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"task": "DelayedRecall"},
            "task: expected one of .*'DelayedRecall'",
        ),
        ({"models": {}}, "models: expected at least one, each once, got"),
        ({"models": {"a": 3}}, r"models\['a'\]: expected a Layer, got 3"),
        (
            {"models": {3: classifier(3)}},
            r"models\[3\]: expected a dictionary by names",
        ),
        ({"seeds": ()}, "seeds: expected at least one, each once, got"),
        ({"seeds": (0.5,)}, r"seeds\[0\]: expected a whole number, got 0.5"),
        ({"learning_rates": ()}, "learning_rates: expected at least one, ea"),
        ({"learning_rates": (1e-3, 1e-3)}, "learning_rates: .* each once"),
        (
            {"learning_rates": (0.1, 0.0)},
            r"learning_rates\[1\]: expected a n",
        ),
        (
            {"learning_rates": 0.1},
            "learning_rates: expected a tuple, got 0.1",
        ),
        (
            {"test_size": 0},
            "test_size: expected a whole number of at least 1",
        ),
        ({"max_grad_norm": 0}, "max_grad_norm: expected a number above 0"),
        ({"optimizer": "AdamW"}, "optimizer: expected one of Adam, SGD, got"),
        ({"bptt_length": 0}, "bptt_length: expected a whole number of at le"),
    ],
    ids=str,
)
def test_a_sweep_refuses_what_it_could_not_follow(change, sentence):
    with pytest.raises(ValueError, match=f"^{sentence}"):
        small(**change)


def test_wrong_arguments_are_refused(swept, tmp_path):
    with pytest.raises(ValueError, match=r"^processes: expected a whole num"):
        small().follow(processes=0)
    with pytest.raises(ValueError, match=r"^report: expected a function"):
        small().follow(3)
    with pytest.raises(ValueError, match=r"^swept: expected a Swept, got 3"):
        recipes.save_sweep(tmp_path / "some", 3)
    with pytest.raises(ValueError, match=r"^name: expected a str"):
        recipes.load_sweep(3)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"scores": {}}, "scores: expected narrow, wide, got none"),
        (
            {"validation": {"wide": np.ones((2, 3)), "narrow": np.ones(6)}},
            r"validation\['narrow'\]: expected shape \(2, 3\), got \(6,\)",
        ),
        (
            {
                "scores": {
                    "wide": np.ones((2, 3)),
                    "narrow": np.ones((2, 3), int),
                }
            },
            r"scores\['narrow'\]: expected floating-point",
        ),
        (
            {
                "scores": dict.fromkeys(
                    ("wide", "narrow"), np.full((2, 3), np.nan)
                )
            },
            r"scores\['wide'\]: expected finite numbers",
        ),
        (
            {"diverged": dict.fromkeys(("wide", "narrow"), np.zeros((2, 3)))},
            r"diverged\['wide'\]: expected True and False, got float64",
        ),
    ],
)
def test_scores_that_are_not_the_sweeps_are_refused(swept, change, sentence):
    with pytest.raises(ValueError, match=f"^{sentence}"):
        dataclasses.replace(swept, **change)


# --- files


def test_what_is_saved_is_what_is_loaded(swept, tmp_path):
    path = tmp_path / "some.json"
    recipes.save_sweep(path, swept)
    same(recipes.load_sweep(path), swept)
    text = path.read_text("utf-8")
    content = json.loads(text)
    assert (
        text
        == json.dumps(content, sort_keys=True, separators=(",", ":")) + "\n"
    )
    assert content["hash"] == swept.sweep.hash


def changed(swept, path, **content):
    """Write a file whose hash is right and whose content is not."""
    recipes.save_sweep(path, swept)
    found = json.loads(path.read_text("utf-8")) | content
    found["hash"] = hash_of(found["sweep"])
    text = json.dumps(found, sort_keys=True, separators=(",", ":"))
    path.write_text(f"{text}\n", "utf-8")


def refused(path, sentence):
    return pytest.raises(
        ValueError, match=f"^{re.escape(str(path))}: .*{sentence}"
    )


TABLE = {"wide": [[0.5] * 3] * 2, "narrow": [[0.5] * 3] * 2}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ({"scores": 3}, "scores: expected a table for each model"),
        ({"scores": {}}, "scores: expected narrow, wide, got none"),
        ({"scores": TABLE | {"wide": [[0.5] * 3]}}, r"scores\['wide'\]: exp"),
        (
            {"scores": TABLE | {"wide": [["1"] * 3] * 2}},
            "expected an array of",
        ),
        ({"scores": TABLE | {"wide": [[None] * 3] * 2}}, "expected finite"),
        ({"scores": TABLE | {"wide": [[math.inf] * 3] * 2}}, "expected fini"),
        ({"scores": TABLE | {"wide": 3}}, "iterable"),
        ({"diverged": TABLE}, "expected True and False, got float64"),
        ({"sweep": 3}, "config: expected a dictionary, got 3"),
        ({"more": 3}, "holds no sweep"),
    ],
    ids=str,
)
def test_a_file_of_nonsense_is_refused(swept, tmp_path, content, sentence):
    path = tmp_path / "some.json"
    changed(swept, path, **content)
    with refused(path, sentence):
        recipes.load_sweep(path)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"models": 3}, r"config\['models'\]: expected a dictionary, got 3"),
        ({"models": {"wide": 3}}, r"config\['models'\]\['wide'\]: exp"),
        ({"models": {"wide": {}}}, 'expected the "type" of a'),
        ({"task": {"type": "os"}}, "task: expected one of .* got 'os'"),
        ({"learning_rates": [0.1]}, r"expected shape \(1, 3\), got \(2, 3\)"),
        ({"rate": 3}, "expected arguments of Sweep, got 'rate'"),
    ],
    ids=str,
)
def test_a_sweep_of_nonsense_is_refused(swept, tmp_path, change, sentence):
    path = tmp_path / "some.json"
    changed(swept, path, sweep=swept.sweep.to_config() | change)
    with refused(path, sentence):
        recipes.load_sweep(path)


def test_a_file_that_is_not_its_sweeps_is_refused(swept, tmp_path):
    path = tmp_path / "some.json"
    recipes.save_sweep(path, swept)
    text = path.read_text("utf-8")
    path.write_text(text.replace('"steps":30', '"steps":3000'), "utf-8")
    with refused(path, "its hash is not its sweep's"):
        recipes.load_sweep(path)
    path.write_text(text[:-9], "utf-8")
    with refused(path, "damaged or no JSON"):
        recipes.load_sweep(path)
    for other in (text[:-1], f"{text} ", text.replace(",", ", ")):
        path.write_text(other, "utf-8")
        with refused(path, "damaged or not as save_sweep writes it"):
            recipes.load_sweep(path)


def test_a_name_that_is_not_shipped_hears_what_comes_close():
    with pytest.raises(
        FileNotFoundError,
        match=r"^name: expected a file or a name such as .*recall-12-plain.*"
        r"got 'recall-12-plai'$",
    ):
        recipes.load_sweep("recall-12-plai")
    with pytest.raises(
        FileNotFoundError, match=r"^name: expected a file or one of .*plain"
    ):
        recipes.load_sweep("n" * 300)
