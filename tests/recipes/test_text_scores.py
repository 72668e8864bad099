"""Recorded scores: what counts as best, until when, and what is shipped."""

import importlib.util
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from seqcourse import recipes
from seqcourse.recipes.text_scores import FOLDER, TextScores

NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))
SCRIPT = Path(__file__).parents[2] / "book" / "weights" / "text_scores.py"

_spec = importlib.util.spec_from_file_location("text_scores", SCRIPT)
script = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(script)


def run(rate, seed, validation, test):
    return {
        "model": "GRU", "rate": rate, "seed": seed,
        "validation": validation, "test": test, "seconds": 4.0,
    }  # fmt: skip


SCORES = TextScores(
    sha256="0" * 64,
    bytes=100,
    window=8,
    batch_size=2,
    every=50,
    parameters={"GRU": 7},
    counted={"counts": [[3.0, 3.5], [2.0, 2.75], [2.5, 2.25]]},
    runs=[
        run(0.1, 0, [3.0, 2.0, 2.5, 2.6], [3.1, 2.4, 1.9, 1.5]),
        run(0.2, 0, [3.0, 2.8, 2.1, 2.2], [1.0, 1.0, 1.0, 1.0]),
        run(0.1, 1, [3.0, 2.9, 2.8, 2.7], [3.5, 2.5, 2.2, 2.1]),
    ],
)


def test_rate_and_weights_are_chosen_on_the_validation_bytes():
    assert SCORES.steps == 200
    assert SCORES.best_rate("GRU") == 0.1
    np.testing.assert_array_equal(SCORES.best("GRU"), [2.4, 2.1])


@pytest.mark.parametrize(
    ("steps", "scores"), [(99, [3.1, 3.5]), (190, [2.4, 2.2])]
)
def test_scorings_after_the_steps_are_left_out(steps, scores):
    np.testing.assert_array_equal(SCORES.best("GRU", steps), scores)


def test_a_step_takes_what_the_median_run_takes():
    assert SCORES.seconds_per_step("GRU") == 0.02


def test_the_order_is_chosen_on_the_validation_bytes():
    assert SCORES.best_count("counts") == (2, 2.75)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: SCORES.best("LSTM"), "^model: expected one of GRU"),
        (lambda: SCORES.best("GRU", 49), "^steps: expected at least 50"),
        (lambda: SCORES.best_count("x"), "^way: expected one of counts"),
        (lambda: recipes.load_text_scores("x"), "^name: expected one of "),
    ],
)
def test_what_was_not_measured_is_refused(call, says):
    with pytest.raises(ValueError, match=says):
        call()


RUN = run(0.1, 0, [3.0], [3.5])


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"every": 0}, "^every: expected a whole number of at least 1"),
        ({"parameters": {"GRU": 0}}, r"^parameters\['GRU'\]: expected a "),
        ({"parameters": {"GRU": 7, "RNN": 7}}, "^runs of 'RNN': expected a "),
        ({"counted": {"counts": []}}, r"^counted\['counts'\]: expected a "),
        (
            {"counted": {"counts": [[1.0, 2.0], [1.0, np.inf]]}},
            r"^counted\['counts'\]\[1\]: expected a list of 2 finite",
        ),
        ({"runs": []}, "^runs: expected a list of at least 1"),
        ({"runs": [RUN, RUN | {"rate": np.nan}]}, r"^runs\[1\]\['rate'\]: "),
        ({"runs": [RUN, RUN | {"model": "x"}]}, r"^runs\[1\]\['model'\]: "),
        ({"runs": [RUN | {"test": []}]}, r"^runs\[0\]\['test'\]: expected "),
        (
            {"runs": [RUN, RUN | {"validation": [3.0, 2.0]}]},
            r"^runs\[1\]\['validation'\]: expected a list of 1 finite",
        ),
        ({"runs": [{"model": "GRU"}]}, r"^runs\[0\]: expected model, rate"),
    ],
)
def test_scores_that_cannot_be_are_refused(changed, says):
    with pytest.raises(ValueError, match=says):
        replace(SCORES, **changed)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_shipped_is_whole(name):
    scores = recipes.load_text_scores(name)
    for model, count in scores.parameters.items():
        shapes = script.MODELS[model].parameter_shapes().values()
        assert count == sum(int(np.prod(shape)) for shape in shapes)
        assert [r["seed"] for r in scores.at_best_rate(model)] == [*range(5)]
    for found in scores.runs:
        assert len(found["test"]) == len(found["validation"])
        assert np.isfinite(found["test"]).all()


def test_a_text_s_own_middle_is_held_out():
    text = "".join(map(chr, range(200, 400)))
    moved = recipes.held_out_last(text)
    assert moved[-20:] == text[90:110]
    assert sorted(moved) == sorted(text)


def test_training_windows_never_reach_what_is_held_out():
    text = "".join(chr(33 + n % 90) for n in range(2000))
    for size in (0, 700, 701, 703):
        of = script.Measurement(text, ("GRU",), size)
        task = of.task
        assert task.decode(task.tokens) == of.seen
        assert len(of.seen) == (size or 1800)
        assert text[:1800].endswith(of.seen)
        first, second = of.held_out
        held = bytes(first) + bytes(second)
        assert held.decode() == text[1800:]


def test_windows_score_each_byte_once():
    tokens = np.random.default_rng(0).integers(256, size=200).astype(np.uint8)
    found = script.windows(tokens)
    scored = found[:, 1 + script.WINDOW // 2 :].ravel()
    first = script.WINDOW // 2 + 1
    np.testing.assert_array_equal(scored, tokens[first : first + len(scored)])
