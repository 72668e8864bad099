"""Shipped weights are what their recipes say, and nothing else loads."""

import dataclasses
import json
import re
import signal
from hashlib import sha256
from unittest import mock

import numpy as np
import pytest

from seqcourse import recipes
from seqcourse.numpy import (
    RNN,
    Embedding,
    FeedForward,
    LanguageModel,
    MultiHeadAttention,
    SequenceClassifier,
    Transformer,
    TransformerBlock,
)
from seqcourse.numpy.storage import safetensors
from seqcourse.tasks import DelayedRecall, TokenizedText, book_text
from seqcourse.tokenizers import BytePairTokenizer
from tests.recipes.of_the_book import SHIPPED, as_trained, listed, notices

RECIPES = listed.RECIPES
each_recipe = pytest.mark.parametrize("name", RECIPES)


def small():
    task = DelayedRecall(delay=3, symbols=4)
    model = SequenceClassifier(
        Embedding(task.vocab_size, 5), RNN(5, 7), task.num_classes
    )
    return recipes.Recipe(
        model, task, steps=20, seeds=(3, 5), learning_rate=1e-2
    )


@pytest.fixture(scope="module")
def trained():
    return small().follow()


@each_recipe
def test_shipped_weights_are_those_of_the_recipe(name):
    found = recipes.load(name)
    assert found.recipe == as_trained(RECIPES[name], found.recipe)
    assert (SHIPPED / f"{name}.safetensors").stat().st_size < 1_000_000


@each_recipe
def test_shipped_weights_score_what_their_header_says(name):
    found = recipes.load(name)
    assert found.measure(256) == pytest.approx(found.scores, abs=0.08)


def test_every_shipped_file_has_its_recipe():
    assert {path.stem for path in SHIPPED.glob("*.safetensors")} == {*RECIPES}


def test_what_is_saved_is_what_is_loaded(trained, tmp_path):
    path = tmp_path / "some.safetensors"
    recipes.save(path, trained)
    found = recipes.load(path)
    assert found.recipe == trained.recipe
    assert found.scores == trained.measure()
    for mine, its in zip(trained.params, found.params, strict=True):
        assert mine.keys() == its.keys()
        for name in mine:
            np.testing.assert_array_equal(mine[name], its[name])
            assert its[name].dtype == np.float32
    np.testing.assert_array_equal(trained.loss, found.loss)


def on_text(text):
    tokenizer = BytePairTokenizer.train(text, 260)
    model = LanguageModel(Embedding(260, 5), RNN(5, 7))
    task = TokenizedText(text, tokenizer, window=8)
    return recipes.Recipe(model, task, steps=2)


def test_runs_keep_the_text_and_the_tokens_that_they_learned_from(tmp_path):
    earlier = on_text(book_text()[:20_000].replace(",", ""))
    path = tmp_path / "some.safetensors"
    recipes.save(path, earlier.follow())
    found = recipes.load(path).recipe
    assert found == earlier
    validation = dataclasses.replace(found.task, split="validation")
    assert earlier.task.text.endswith(validation.decode(validation.tokens))
    now = on_text(book_text())
    assert found != now
    assert found == as_trained(now, found)
    assert found != as_trained(dataclasses.replace(now, steps=3), found)
    other = on_text("This is another text. " * 99)
    assert found != as_trained(other, found)


def test_an_earlier_text_of_the_book_is_told():
    now, earlier = on_text(book_text()), on_text(book_text()[1:])
    listed = {"a": now, "b": now, "c": earlier, "d": small(), "new": now}
    shipped = {"a": earlier, "b": now, "c": now, "d": small()}
    told = [*notices(listed, shipped)]
    assert told == ["a: trained on an earlier text of the book"]


def test_half_a_run_is_none(monkeypatch):
    """`fit` gives what an interrupted run has reached; that is no result."""
    draw, drawn = DelayedRecall.batch, []

    def batch(task, rng, size):
        drawn.append(size)
        if len(drawn) == 30:  # in the second run of two
            signal.raise_signal(signal.SIGINT)
        return draw(task, rng, size)

    monkeypatch.setattr(DelayedRecall, "batch", batch)
    with pytest.raises(KeyboardInterrupt):
        small().follow()
    assert len(drawn) == 30


def test_the_runs_are_those_of_the_seeds(trained):
    recipe = dataclasses.replace(trained.recipe, seeds=(5,))
    (alone,) = recipe.follow().params
    for name, weight in alone.items():
        np.testing.assert_array_equal(weight, trained.params[1][name])
        assert not np.array_equal(weight, trained.params[0][name])


@pytest.mark.parametrize(
    "change",
    [
        {"steps": 21},
        {"seeds": (3,)},
        {"learning_rate": 2e-2},
        {"batch_size": 33},
        {"max_grad_norm": 2.0},
        {"task": DelayedRecall(delay=4, symbols=4)},
        {"model": SequenceClassifier(Embedding(5, 5), RNN(5, 8), 4)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_whatever_changes_the_recipe_changes_the_hash(change):
    assert dataclasses.replace(small(), **change).hash != small().hash


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda header: header.pop("hash"), "holds no recipe"),
        (lambda header: header.update(hash="0" * 64), "its hash is not"),
        (
            lambda header: header.update(
                recipe=header["recipe"].replace('"steps": 20', '"steps": 2')
            ),
            "its hash is not",
        ),
    ],
    ids=["no hash", "another hash", "another recipe"],
)
def test_a_file_that_is_not_its_recipes_is_refused(
    trained, tmp_path, damage, sentence
):
    path = tmp_path / "some.safetensors"
    recipes.save(path, trained)
    arrays, header = safetensors.read(path)
    damage(header)
    safetensors.write(path, arrays, header)
    with pytest.raises(ValueError, match=sentence):
        recipes.load(path)


@pytest.mark.parametrize(
    ("now", "before", "sentence"),
    [
        ("learning_rate", "rate", "expected 'learning_rate', got .*'rate'"),
        ("delay", "lag", "expected arguments of DelayedRecall, got 'lag'"),
        ("RNN", "Elman", "got 'Elman'"),
        ("hidden_size", "width", "expected arguments of RNN, got 'width'"),
    ],
)
def test_a_file_written_under_old_names_is_refused(
    trained, tmp_path, now, before, sentence
):
    path = tmp_path / "some.safetensors"
    recipes.save(path, trained)
    arrays, header = safetensors.read(path)
    header["recipe"] = header["recipe"].replace(f'"{now}"', f'"{before}"')
    header["hash"] = sha256(header["recipe"].encode()).hexdigest()
    safetensors.write(path, arrays, header)
    with pytest.raises(
        ValueError, match=f"^{path}: .*{sentence}, .*from another version"
    ):
        recipes.load(path)


def changed(trained, path, arrays=None, **header):
    """Write a file whose hash is right and whose content is not."""
    recipes.save(path, trained)
    kept, told = safetensors.read(path)
    for name, array in (arrays or {}).items():
        kept.pop(name) if array is None else kept.update({name: array})
    told |= header
    told["hash"] = sha256(told["recipe"].encode()).hexdigest()
    safetensors.write(path, kept, told)


def refused(path, sentence):
    return pytest.raises(
        ValueError, match=f"^{re.escape(str(path))}: .*{sentence}"
    )


@pytest.mark.parametrize(
    ("arrays", "sentence"),
    [
        ({"3.core.bias_hh": None}, r"params\[0\]: expected core.bias_hh"),
        ({"5.core.more": np.ones(2)}, r"params\[1\]: .*core.more"),
        (
            {"5.core.bias_hh": np.ones(6)},
            r"params\[1\]\['core.bias_hh'\]: expected shape \(7,\), g",
        ),
        (
            {"3.core.bias_hh": np.ones(7, int)},
            "'3.core.bias_hh': expected floating-point numbers, got int64",
        ),
        (
            {"3.core.bias_hh": np.full(7, np.nan)},
            r"params\[0\]\['core.bias_hh'\]: expected finite numbers, got",
        ),
        ({"4.core.bias_hh": np.ones(7)}, "of no run: '4.core.bias_hh'"),
        ({"more": np.ones(7)}, "of no run: 'more'"),
        ({"loss": None}, "holds no array 'loss'"),
        ({"loss": np.ones(19)}, r"loss: expected shape \(20,\), got \(19,"),
        ({"loss": np.full(20, np.inf)}, "loss: expected finite numbers"),
        ({"loss": np.ones(20, int)}, "'loss': expected floating-point"),
    ],
)
def test_arrays_that_are_not_the_recipes_are_refused(
    trained, tmp_path, arrays, sentence
):
    path = tmp_path / "some.safetensors"
    changed(trained, path, arrays)
    with refused(path, sentence):
        recipes.load(path)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"more": 1}, "expected arguments of Recipe, got 'more'"),
        ({"steps": "20"}, "steps: expected a whole number, got '20'"),
        ({"steps": 0}, "steps: expected a whole number of at least 1, got 0"),
        ({"steps": 10**30}, r"loss: expected shape \(10+,\)"),
        ({"batch_size": -1}, "batch_size: expected a whole number of at"),
        ({"learning_rate": 0}, "learning_rate: expected a number above 0"),
        ({"max_grad_norm": None}, "max_grad_norm: expected a number, got No"),
        ({"seeds": []}, "seeds: expected at least one, each once, got"),
        ({"seeds": [3, 3]}, "seeds: expected at least one, each once, got"),
        ({"seeds": 3}, "seeds: expected a tuple, got 3"),
        ({"seeds": [3, -5]}, r"seeds\[1\]: expected a whole number of at l"),
        (
            {"seeds": [3, "5"]},
            r"seeds\[1\]: expected a whole number, got '5'",
        ),
        ({"seeds": [3, 5, 7]}, "expected 3, one for each seed, got 2|params"),
        ({"seeds": [3]}, "of no run: '5.core.bias_hh'"),
        ({"model": 3}, r"config\['model'\]: expected a dictionary, got 3"),
        ({"model": {}}, 'expected the "type" of a'),
        (
            {"model": {"type": "RotaryPositionEmbedding"}},
            "model: expected a Layer, got a",
        ),
        ({"model": {"type": "Linear"}}, "in_features"),
        (
            {"task": None},
            r"config\['task'\]: expected a dictionary, got None",
        ),
        ({"task": {}}, "task: expected one of .*, got None"),
        ({"task": {"type": "shakespeare"}}, "task: .* got 'shakespeare'"),
        ({"task": {"type": "Batch"}}, "task: .* got 'Batch'"),
        ({"task": {"type": "START"}}, "task: .* got 'START'"),
        ({"task": {"type": ["Copying"]}}, "task: expected one of"),
        (
            {"task": {"type": "TokenizedText"}},
            "task: expected the arguments of",
        ),
        ({"task": {"type": "DelayedRecall", "delay": -1}}, "delay: expected"),
    ],
    ids=str,
)
def test_a_recipe_of_nonsense_is_refused(trained, tmp_path, change, sentence):
    path = tmp_path / "some.safetensors"
    config = {**trained.recipe.to_config(), **change}
    changed(trained, path, recipe=json.dumps(config))
    with refused(path, sentence):
        recipes.load(path)


def test_a_model_of_more_layers_than_arrays_is_refused(trained, tmp_path):
    path = tmp_path / "some.safetensors"
    block = TransformerBlock(
        MultiHeadAttention(4, 2, causal=True), FeedForward(4, 4)
    )
    model = SequenceClassifier(Embedding(5, 4), Transformer(block, 2), 4)
    config = {**trained.recipe.to_config(), "model": model.to_config()}
    config["model"]["core"]["num_layers"] = 10**9
    changed(trained, path, recipe=json.dumps(config))
    with refused(path, "num_layers: expected at most 15, the arrays of the"):
        recipes.load(path)


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        ({"recipe": "{"}, "Expecting property name"),
        ({"recipe": "3"}, "config: expected a dictionary, got 3"),
        ({"recipe": '{"a":' * 99_999}, "recursion"),
        ({"scores": "[1"}, "Expecting"),
        ({"scores": "3"}, "scores: expected several values"),
        ({"scores": "[]"}, "holds no scores"),
        ({"scores": "[0.5]"}, "scores: expected 2, one for each seed, got 1"),
        ({"scores": "[0.5, NaN]"}, r"scores\[1\]: expected a finite number"),
        (
            {"scores": '[0.5, "1"]'},
            r"scores\[1\]: expected a number, got '1'",
        ),
    ],
    ids=str,
)
def test_a_header_of_nonsense_is_refused(trained, tmp_path, header, sentence):
    path = tmp_path / "some.safetensors"
    changed(trained, path, **header)
    with refused(path, sentence):
        recipes.load(path)


def test_a_damaged_file_is_refused(trained, tmp_path):
    path = tmp_path / "some.safetensors"
    recipes.save(path, trained)
    path.write_bytes(path.read_bytes()[:-1])
    with refused(path, "damaged or not a safetensors file"):
        recipes.load(path)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"task": "DelayedRecall"},
            "task: expected one of .*'DelayedRecall'",
        ),
        ({"model": None}, "model: expected a Layer, got None"),
        ({"seeds": (0.5,)}, r"seeds\[0\]: expected a whole number, got 0.5"),
    ],
)
def test_a_recipe_refuses_what_it_could_not_follow(change, sentence):
    with pytest.raises(ValueError, match=f"^{sentence}"):
        dataclasses.replace(small(), **change)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"params": []}, "params: expected 2, one for each seed, got 0"),
        ({"params": [{}, {}]}, r"params\[0\]: expected core"),
        ({"loss": np.ones((20, 1))}, r"loss: expected shape \(20,\), got"),
        ({"scores": [1.0]}, "scores: expected 2, one for each seed, got 1"),
        ({"recipe": 3}, "recipe: expected a Recipe, got 3"),
    ],
)
def test_runs_that_are_not_the_recipes_are_refused(trained, change, sentence):
    with pytest.raises(ValueError, match=f"^{sentence}"):
        dataclasses.replace(trained, **change)


def test_weights_beyond_float16_are_refused(trained, tmp_path):
    large = [
        {name: 65519.0 * np.ones_like(w) for name, w in run.items()}
        for run in trained.params
    ]
    found = dataclasses.replace(trained, params=large)
    recipes.save(tmp_path / "some", found)
    again = recipes.load(tmp_path / "some").params[0]["core.bias_hh"]
    np.testing.assert_array_equal(again, np.full(7, 65504))
    large[1]["core.bias_hh"] *= -1.001
    with pytest.raises(ValueError, match=r"^params\['core.bias_hh'\]: exp"):
        recipes.save(tmp_path / "other", found)
    assert not (tmp_path / "other").exists()


def test_where_nothing_can_be_saved_nothing_is_measured(trained, tmp_path):
    with (
        mock.patch.object(recipes.Trained, "measure") as measure,
        pytest.raises(
            FileNotFoundError, match=r"^path: .* folder that exists"
        ),
    ):
        recipes.save(tmp_path / "no" / "folder", trained)
    measure.assert_not_called()


def test_wrong_arguments_are_refused(trained, tmp_path):
    with pytest.raises(
        ValueError, match=r"^trained: expected a Trained, got "
    ):
        recipes.save(tmp_path / "some", 3)
    for call in (lambda: recipes.save(3, trained), lambda: recipes.load(3)):
        with pytest.raises(ValueError, match=r"^(path|name): expected a str"):
            call()
    with pytest.raises(ValueError, match=r"^config: expected a dictionary"):
        recipes.Recipe.from_config(None)


def test_a_recipe_for_no_task_of_ours_is_refused():
    config = small().to_config()
    config["task"]["type"] = "os"
    with pytest.raises(
        ValueError, match=r"^task: expected one of .* got 'os'"
    ):
        recipes.Recipe.from_config(config)


@pytest.mark.parametrize("name", ["nothing", "n" * 300, "a\0b", "."])
def test_a_name_that_is_not_shipped_hears_which_are(name):
    sentence = f"^name: expected .*recall-20-rnn.*, got {name!r}"
    with pytest.raises(FileNotFoundError, match=sentence.replace("\\", ".")):
        recipes.load(name)
